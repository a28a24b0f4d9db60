/* tests/unit/base/test_error_lines.c - errors of a program: under its name, visible, and so many.
 */
#include "tests/lib/scratch.h"

#include "base/error_lines.h"
#include <fcntl.h>

static struct error_lines begin(struct scratch *scratch)
{
    int fd = open(scratch_path(scratch, "said"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    return (struct error_lines){ .name = "aws", .fd = fd };
}

static const char *end(struct scratch *scratch, struct error_lines *lines)
{
    error_lines_end(lines);
    close(lines->fd);
    return scratch_read(scratch, "said");
}

/* clang-format off */
static const struct { const char *sentence, *parts[4], *want; } cases[] = {
    { "nothing", { NULL }, "" },
    { "a line", { "expired\n" }, "aws: expired\n" },
    { "a line without an end", { "expired" }, "aws: expired\n" },
    { "a line in pieces", { "exp", "ired\nnow", "\n" }, "aws: expired\naws: now\n" },
    { "an empty line", { "\n" }, "aws: \n" },
    { "escapes of a terminal", { "\x1B[31m\a\r\n" }, "aws: \\033[31m\\007\\r\n" },
    { "a command of a CI system", { "::error::x\n" }, "aws: ::error::x\n" }, /* not at the start */
    { "a character in pieces", { "\xC3", "\xA9\n" }, "aws: \xC3\xA9\n" },
    { "bytes that are no text", { "\xFF\n" }, "aws: \\377\n" },
};
/* clang-format on */

static void lines_are_passed_on_in_visible_form(void **state)
{
    struct scratch *scratch = *state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct error_lines lines = begin(scratch);

        CASE(cases[i].sentence);
        for (size_t j = 0; j < LENGTH(cases[i].parts) && cases[i].parts[j]; j++)
            error_lines_take(&lines, cases[i].parts[j], strlen(cases[i].parts[j]));
        assert_string_equal(end(scratch, &lines), cases[i].want);
    }
}

static void a_null_byte_hides_nothing(void **state)
{
    struct scratch *scratch = *state;
    struct error_lines lines = begin(scratch);

    error_lines_take(&lines, "a\0b\n", 4);
    assert_string_equal(end(scratch, &lines), "aws: a\\000b\n");
}

/* A whole line is there at once: an operator may have to act while the program waits. */
static void a_line_does_not_wait_for_the_end(void **state)
{
    struct scratch *scratch = *state;
    struct error_lines lines = begin(scratch);

    error_lines_take(&lines, "go to https://login\nwait", 24);
    assert_string_equal(scratch_read(scratch, "said"), "aws: go to https://login\n");
    assert_string_equal(end(scratch, &lines), "aws: go to https://login\naws: wait\n");
}

static void more_than_the_budget_is_thrown_away_and_said(void **state)
{
    static const char cut[] =
        "aws: printed more than 16384 bytes of errors; the rest is not shown\n";
    struct scratch *scratch = *state;
    struct error_lines lines = begin(scratch);
    const char *said;
    char row[64];

    memset(row, 'x', sizeof row - 1);
    row[sizeof row - 1] = '\n';
    for (size_t i = 0; i < ERROR_LINES_MAX / sizeof row; i++)
        error_lines_take(&lines, row, sizeof row);
    assert_false(lines.cut);
    for (int i = 0; i < 1000; i++)
        error_lines_take(&lines, row, sizeof row);
    said = end(scratch, &lines);
    assert_int_equal(strlen(said),
                     ERROR_LINES_MAX / sizeof row * (sizeof row + strlen("aws: ")) + strlen(cut));
    assert_non_null(strstr(said, cut));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(lines_are_passed_on_in_visible_form),
        SCRATCH_TEST(a_null_byte_hides_nothing),
        SCRATCH_TEST(a_line_does_not_wait_for_the_end),
        SCRATCH_TEST(more_than_the_budget_is_thrown_away_and_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
