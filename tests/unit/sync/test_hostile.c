/* tests/unit/sync/test_hostile.c - servers that mean harm: each costs what the limits say, and its
 * words do nothing to who reads them. */
#include "sync/clone.h"
#include "sync/fetch.h"
#include "tests/lib/git_specs.h"

#include "sync/private.h"
#include <errno.h>
#include <string.h>

/* The limit that is lowered, so that the test is quick; the server has far more. */
enum lowered { USUAL, REFS, LIST, FETCH, WHOLE };

// clang-format off
static const struct {
    const char *kind;
    enum lowered lowered;
    int code; /* of the error; 0: any */
    const char *words;
} cases[] = {
    { "many-refs", REFS, 0, "more than 1000 refs" },
    { "same-ref", LIST, EFBIG, "the list of its refs is larger" },
    { "long-names", LIST, EFBIG, "the list of its refs is larger" },
    { "gzip", LIST, 0, "" },
    { "length-3", USUAL, 0, "not Git's protocol" },
    { "length-letters", USUAL, 0, "not Git's protocol" },
    { "length-sign", USUAL, 0, "not Git's protocol" },
    { "length-beyond", USUAL, 0, "" },
    { "no-flush", USUAL, 0, "" },
    { "error-words", USUAL, 0, "pwned" },
    { "names", USUAL, 0, "" },
    { "page-words", USUAL, 0, "pwned" },
    { "status-words", USUAL, 0, "HTTP" },
    { "headers", USUAL, 0, "" },
    { "redirect", USUAL, 0, "redirects (HTTP 307)" },
    { "redirect-post", USUAL, 0, "redirects (HTTP 307)" },
    { "login", USUAL, 0, "refused the credentials" },
    { "progress", FETCH, EFBIG, "one fetch is larger" },
    { "acknowledges", FETCH, EFBIG, "one fetch is larger" },
    { "band-words", USUAL, 0, "" },
    { "band-9", USUAL, 0, "" },
    { "too-many", USUAL, 0, "objects in a pack" },
    { "cut", USUAL, 0, "" },
    { "sum", USUAL, 0, "" },
    { "empty", USUAL, 0, "" },
    { "inflates", WHOLE, ETIMEDOUT, "not done after 1 seconds" },
};
// clang-format on

static void lower(struct limits *limits, enum lowered lowered)
{
    switch (lowered) {
    case USUAL:
        return;
    case REFS:
        limits->refs = 1000;
        return;
    case LIST:
        limits->list_bytes = (size_t)1 << 20;
        return;
    case FETCH:
        limits->fetch_bytes = (size_t)1 << 20;
        return;
    case WHOLE:
        limits->whole_s = 1;
        return;
    }
}

/* One line, nothing in it that a terminal would act on. */
static void assert_visible(const char *text)
{
    for (const char *at = text; *at; at++) {
        const unsigned char byte = (unsigned char)*at;

        if (byte < 0x20 || byte == 0x7F)
            fail_msg("byte %02x in: %s", byte, text);
    }
    assert_null(strstr(text, "\xC2\x9B"));
    assert_null(strstr(text, "\xE2\x80\xAE"));
    assert_false(text_starts(text, "::"));
}

static void each_costs_what_the_limits_say(void **context)
{
    struct state *state = *context;

    server_start(&state->server, &state->world, "hostile-git.py .");
    if (state->server.skipped)
        skip();
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct git_remote_spec remote = {
            .url = arena_printf(state->world.arena, "%s/%s/specs.git",
                                server_value(&state->server, "url"), cases[i].kind),
            .auth = { .username = "bot", .password = "geheim" },
            .timeout_s = 20,
        };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote);
        char commit[41];
        struct err err = { 0 };

        print_message("%s\n", cases[i].kind);
        lower(&clone->peer.limits, cases[i].lowered);
        assert_int_equal(clone_fetch(clone, commit, "main", false, &err), -1);
        if (!strstr(err.text, cases[i].words) || strstr(err.text, "geheim"))
            fail_msg("no \"%s\" in: %s", cases[i].words, err.text);
        if (cases[i].code)
            assert_int_equal(err.code, cases[i].code);
        assert_visible(err.text);
        clone_close(TAKE(clone));
        sh(&state->world, "rm -rf cache");
    }
    /* Credentials stayed with the configured host, and were offered once. */
    assert_int_equal(sh_status(&state->world, "grep -q ^other requests"), 1);
    assert_string_equal(sh(&state->world, "grep -c '/login/.* yes' requests"), "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_costs_what_the_limits_say),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
