/* tests/unit/base/test_log.c - what a line looks like, in both formats, and that one event is one
 * write. */
#include "tests/lib/check.h"

#include "base/log.h"
#include "base/parse_json.h"
#include <sys/socket.h>
#include <unistd.h>

/* A socket keeps the borders of writes: one read is one write. */
struct pair_of_ends {
    int ends[2];
    char line[4096];
};

static struct pair_of_ends open_ends(void)
{
    struct pair_of_ends pair = { 0 };

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair.ends), 0);
    return pair;
}

static const char *next_write(struct pair_of_ends *pair)
{
    ssize_t len = read(pair->ends[1], pair->line, sizeof pair->line - 1);

    pair->line[len > 0 ? len : 0] = '\0';
    return pair->line;
}

static void close_ends(struct pair_of_ends *pair)
{
    close(pair->ends[0]);
    close(pair->ends[1]);
}

static void lines_for_people(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *value, *want; } rows[] = {
        { "a word", "prod", "info fetched key=prod\n" },
        { "a URL", "https://x/y?z", "info fetched key=https://x/y?z\n" },
        { "a blank", "a b", "info fetched key=\"a b\"\n" },
        { "nothing", "", "info fetched key=\"\"\n" },
        { "a quote", "a\"b", "info fetched key=\"a\\\"b\"\n" },
        { "a backslash", "a\\b", "info fetched key=\"a\\\\b\"\n" },
        { "an equals sign", "a=b", "info fetched key=\"a=b\"\n" },
        { "a line break", "a\ninfo faked", "info fetched key=\"a\\\\ninfo faked\"\n" },
        { "an escape sequence", "\033[2J", "info fetched key=\"\\\\033[2J\"\n" },
        { "a delete character", "\x7F", "info fetched key=\"\\\\177\"\n" },
        { "other languages", "\xC3\xA4", "info fetched key=\xC3\xA4\n" },
        { "what is not UTF-8", "a\xFF", "info fetched key=\"a\\\\377\"\n" },
    };
    // clang-format on
    struct pair_of_ends pair = open_ends();
    struct log log = { LOG_INFO, LOG_LINES, pair.ends[0] };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].sentence);
        log_event(&log, LOG_INFO, "fetched", "key", rows[i].value, NULL);
        assert_string_equal(next_write(&pair), rows[i].want);
    }
    log_event(&log, LOG_ERROR, "failed", "one", "1", "two", "2", NULL);
    assert_string_equal(next_write(&pair), "error failed one=1 two=2\n");
    log_event(&log, LOG_WARN, "two words", NULL);
    assert_string_equal(next_write(&pair), "warn \"two words\"\n");
    close_ends(&pair);
}

static void json_for_machines(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct pair_of_ends pair = open_ends();
    struct log log = { LOG_DEBUG, LOG_JSON, pair.ends[0] };
    const struct node *node = NULL;
    struct err err = { 0 };
    const char *line;

    (void)state;
    log_event(&log, LOG_DEBUG, "fet\"ched", "commit", "a b\n\xFF", "n", "1", NULL);
    line = next_write(&pair);
    assert_true(text_starts(line, "{\"time\":\"20"));
    assert_true(text_ends(line, "Z\",\"level\":\"debug\",\"event\":\"fet\\\"ched\",\"commit\":\"a "
                                "b\\n\xEF\xBF\xBD\",\"n\":\"1\"}\n"));
    assert_int_equal(parse_json(&node, line, strlen(line), arena, &err), 0);
    log_event(&log, LOG_INFO, "empty", NULL);
    assert_true(text_ends(next_write(&pair), "\"event\":\"empty\"}\n"));
    close_ends(&pair);
}

static void what_is_less_important_is_not_shown(void **state)
{
    struct pair_of_ends pair = open_ends();

    (void)state;
    for (int level = LOG_ERROR; level <= LOG_DEBUG; level++)
        for (int shown = LOG_ERROR; shown <= LOG_DEBUG; shown++) {
            struct log log = { (enum log_level)shown, LOG_LINES, pair.ends[0] };

            log_event(&log, (enum log_level)level, "event", NULL);
            assert_int_equal(*next_write(&pair) != '\0', level <= shown);
        }
    close_ends(&pair);
}

static void a_long_line_is_still_one_write(void **state)
{
    struct pair_of_ends pair = open_ends();
    struct log log = { LOG_INFO, LOG_LINES, pair.ends[0] };
    char value[3001];

    (void)state;
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    log_event(&log, LOG_INFO, "event", "key", value, "last", "1", NULL);
    assert_true(text_ends(next_write(&pair), "x last=1\n"));
    assert_string_equal(next_write(&pair), "");
    close_ends(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_for_people),
        cmocka_unit_test(json_for_machines),
        cmocka_unit_test(what_is_less_important_is_not_shown),
        cmocka_unit_test(a_long_line_is_still_one_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
