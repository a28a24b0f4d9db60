/* tests/unit/app/test_options.c - the command line: what is taken, what is refused, and that help
 * knows it all. */
#include "app/command_rows.h"
#include "app/usage.h"
#include "base/arena.h"
#include "base/words.h"
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
    { "an option before the command", { "-c", "x.yaml", "status" }, true },
    { "an unknown option before the command", { "--fast", "status" }, false },
    { "options and no command", { "-c", "x.yaml" }, false },
    { "a value that touches its letter", { "status", "-ojson" }, true },
    { "a value after letter and equal sign", { "status", "-o=json" }, true },
    { "no such value after a letter", { "status", "-oxml" }, false },
    { "flags in one word", { "status", "-qv" }, true },
    { "flags in one word, one of which is unknown", { "status", "-qx" }, false },
    { "a value for a flag in one word", { "status", "-q=yes" }, false },
    { "the end of options", { "keygen", "--", "-key" }, true },
    { "a verb", { "rotation", "approve", "a/b", "--step", "1" }, true },
    { "no such verb", { "rotation", "aprove", "a/b" }, false },
    { "a verb of another command", { "trust", "check" }, false },
    { "a verb alone where more is needed", { "rotation", "approve" }, false },
    { "a verb alone where no more is needed", { "trust", "inspect" }, true },
    { "an option that the verb does not take", { "rotation", "hold", "a/b", "--step", "1" }, false },
    { "the same before the verb", { "rotation", "--step", "1", "hold", "a/b" }, false },
    { "a namespace apart", { "rotation", "plan", "b", "-n", "a" }, true },
    { "a name without a namespace", { "rotation", "plan", "b" }, false },
    { "two namespaces", { "rotation", "plan", "a/b", "-n", "c" }, false },
    { "the same namespace twice", { "rotation", "plan", "a/b", "-n", "a" }, true },
    { "help of a verb", { "rotation", "start", "--help" }, true },
    { "a shell", { "completion", "fish" }, true },
    { "no such shell", { "completion", "csh" }, false },
    { "a color", { "run", "--color=never" }, true },
    { "no such color", { "run", "--color", "red" }, false },
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
        if (options_parse(&options, command_rows(), argc, argv) != cases[i].taken)
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
    assert_true(options_parse(&options, command_rows(), 6, argv));
    assert_string_equal(options.command->name, "run");
    assert_string_equal(options.config, "x.yaml");
    assert_int_equal(options.now, 60);
    assert_true(options.dry_run);
    assert_false(options.quiet);
}

static void options__namespace_and_name_are_one_target(void **state)
{
    char *argv[] = { (char[]){ "weft" }, (char[]){ "rotation" },      (char[]){ "hold" },
                     (char[]){ "b" },    (char[]){ "--namespace=a" }, NULL };
    struct options options;

    (void)state;
    assert_true(options_parse(&options, command_rows(), 5, argv));
    assert_string_equal(options.verb->name, "hold");
    assert_string_equal(options.target, "a/b");
    assert_true(options_select(&options, "a/b"));
    assert_false(options_select(&options, "a/bc"));
}

static void options__a_namespace_selects_its_virtual_meshes(void **state)
{
    const struct options options = { .namespace = "team" }, all = { 0 };

    (void)state;
    assert_true(options_select(&options, "team/shop"));
    assert_false(options_select(&options, "team-2/shop"));
    assert_true(options_select(&all, "team-2/shop"));
}

static void options__the_first_format_is_the_default(void **state)
{
    static char weft[] = "weft", status[] = "status", validate[] = "validate", o[] = "-o",
                yaml[] = "yaml";
    char *argv[] = { weft, status, o, yaml, NULL };
    struct options options;

    (void)state;
    assert_true(options_parse(&options, command_rows(), 2, argv));
    assert_int_equal(options.format, FORMAT_TABLE);
    assert_true(options_parse(&options, command_rows(), 4, argv));
    assert_int_equal(options.format, FORMAT_YAML);
    argv[1] = validate;
    assert_true(options_parse(&options, command_rows(), 2, argv));
    assert_int_equal(options.format, FORMAT_TEXT);
}

/* Each list is where the parser looks: a verb has a summary, and what is required can be given. */
static void options__rows_agree_with_themselves(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (const struct command *command = command_rows(); command->name; command++) {
        const uint64_t takes = command_options(command, NULL);
        struct text help = { 0 };

        assert_int_equal(command->required & ~takes, 0);
        for (size_t i = 0; i < EXCLUSIVE_MAX; i++)
            assert_int_equal(command->exclusive[i] & ~takes, 0);
        assert_int_equal(!command->formats, !(takes & TAKES(FORMAT)));
        for (const char *at = command->formats, *name; at && (name = words_next(&at, " ,", arena));)
            assert_true(enums_find(&output_formats, name) >= 0);
        assert_non_null(command->run);
        usage_command(&help, command, NULL);
        assert_non_null(strstr(help.bytes, command->name));
        assert_non_null(strstr(help.bytes, "--quiet"));
        for (const struct verb *verb = command->verbs; verb->name; verb++) {
            assert_non_null(strstr(help.bytes, verb->summary));
            assert_ptr_equal(verb_find(command, verb->name), verb);
            assert_int_equal(verb->options & command->options, 0);
        }
        text_free(&help);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options__are_taken_or_refused),
        cmocka_unit_test(options__values_arrive),
        cmocka_unit_test(options__namespace_and_name_are_one_target),
        cmocka_unit_test(options__a_namespace_selects_its_virtual_meshes),
        cmocka_unit_test(options__the_first_format_is_the_default),
        cmocka_unit_test(options__rows_agree_with_themselves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
