/* tests/unit/app/test_options.c - the command line: what is taken, what is refused, and that help
 * knows it all. */
#include "app/options.h"
#include "base/arena.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 8 };

/* clang-format off */
static const struct {
    const char *name;
    const char *words[WORDS];
    bool taken;
} cases[] = {
    { "a command alone", { "run" }, true },
    { "a letter and its value", { "run", "-c", "x.yaml" }, true },
    { "a long name and its value", { "run", "--config", "x.yaml" }, true },
    { "a long name with an equal sign", { "run", "--config=x.yaml" }, true },
    { "flags", { "run", "--dry-run", "-v" }, true },
    { "the clock of a pass", { "run", "--now", "2026-11-23T11:00:00Z" }, true },
    { "no such time", { "run", "--now", "yesterday" }, false },
    { "no command", { NULL }, false },
    { "no such command", { "walk" }, false },
    { "no such option", { "run", "--fast" }, false },
    { "an option of another command", { "status", "--dry-run" }, false },
    { "a value that is missing", { "run", "-c" }, false },
    { "a value where none is taken", { "run", "--dry-run=yes" }, false },
    { "an argument too many", { "run", "now" }, false },
    { "a log format", { "run", "--log-format", "json" }, true },
    { "no such log format", { "run", "--log-format", "xml" }, false },
    { "part of a log format", { "run", "--log-format", "aut" }, false },
    { "markdown of a plan", { "plan", "-o", "markdown" }, true },
    { "markdown of a status", { "status", "-o", "markdown" }, false },
    { "yaml of a status", { "status", "-o", "yaml" }, true },
    { "render without an output", { "render", "--specs", "a" }, false },
    { "render", { "render", "--specs", "a", "--output", "b" }, true },
    { "validate of a folder and a repository", { "validate", "--specs", "a", "-c", "b" }, false },
    { "keygen without a file", { "keygen" }, false },
    { "a path for a shell", { "run", "--report=~/x" }, false },
    { "a variable as a path", { "run", "-c", "$HOME/weft.yaml" }, false },
    { "help of a command", { "help", "run" }, true },
    { "the usual flags", { "--help" }, true },
    { "the usual version flag", { "--version" }, true },
};
/* clang-format on */

static void options__are_taken_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new();
        char *argv[WORDS + 2] = { arena_text(arena, "weft") };
        struct options options;
        int argc = 1;

        for (; argc <= WORDS && cases[i].words[argc - 1]; argc++)
            argv[argc] = arena_text(arena, cases[i].words[argc - 1]);
        if (options_parse(&options, argc, argv) != cases[i].taken)
            fail_msg("%s: %s", cases[i].name, cases[i].taken ? "was refused" : "was taken");
        arena_free(arena);
    }
}

static void options__values_arrive(void **state)
{
    char *argv[] = { (char[]){ "weft" },
                     (char[]){ "run" },
                     (char[]){ "-c" },
                     (char[]){ "x.yaml" },
                     (char[]){ "--now=1970-01-01T00:01:00Z" },
                     (char[]){ "--dry-run" },
                     NULL };
    struct options options;

    (void)state;
    assert_true(options_parse(&options, 6, argv));
    assert_int_equal(options.command, COMMAND_RUN);
    assert_string_equal(options.config, "x.yaml");
    assert_int_equal(options.now, 60);
    assert_true(options.dry_run);
    assert_false(options.quiet);
}

static void options__every_command_has_help(void **state)
{
    (void)state;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        struct text help = { 0 };

        options_help(&help, (enum command)i);
        assert_non_null(strstr(help.bytes, command_name((enum command)i)));
        assert_non_null(strstr(help.bytes, "--quiet"));
        text_free(&help);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options__are_taken_or_refused),
        cmocka_unit_test(options__values_arrive),
        cmocka_unit_test(options__every_command_has_help),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
