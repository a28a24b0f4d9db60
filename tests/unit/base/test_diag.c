/* tests/unit/base/test_diag.c - how mistakes read, and that their order does not depend on when
 * they were found. */
#include "tests/lib/check.h"

static void how_a_diag_reads(void **state)
{
    // clang-format off
    static const struct { const char *sentence; enum diag_level level; struct place place; const char *path, *want; } rows[] = {
        { "everything known", DIAG_ERROR, { "a.yaml", 9, 15 }, "spec.x", "a.yaml:9:15: spec.x: is bad" },
        { "a warning says so", DIAG_WARNING, { "a.yaml", 9, 15 }, "spec.x", "a.yaml:9:15: spec.x: warning: is bad" },
        { "no column", DIAG_ERROR, { "a.yaml", 9, 0 }, "spec.x", "a.yaml:9: spec.x: is bad" },
        { "no line", DIAG_ERROR, { "a.yaml", 0, 0 }, "", "a.yaml: is bad" },
        { "no file", DIAG_ERROR, { NULL, 3, 4 }, "spec.x", "spec.x: is bad" },
        { "no path", DIAG_ERROR, { "a.yaml", 1, 1 }, NULL, "a.yaml:1:1: is bad" },
    };
    // clang-format on
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct diags diags = { .arena = arena };
        AUTO_TEXT out = { 0 };

        CASE(rows[i].sentence);
        diag_add(&diags, rows[i].level, rows[i].place, rows[i].path, "is %s", "bad");
        diag_print(&out, diags.first);
        assert_string_equal(out.bytes, rows[i].want);
        assert_int_equal(diags.errors, rows[i].level == DIAG_ERROR);
        assert_int_equal(diags.warnings, rows[i].level == DIAG_WARNING);
    }
}

static void control_bytes_of_the_input_become_visible(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };

    (void)state;
    diag_add(&diags, DIAG_ERROR, (struct place){ "a", 1, 1 }, "x\ny", "is %s", "\033[2J\n");
    assert_string_equal(diags_text(&diags), "a:1:1: x\\ny: is \\033[2J\\n\n");
}

static void only_so_many_are_kept(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    size_t kept = 0;

    (void)state;
    for (unsigned i = 1; i <= DIAGS_KEPT + 5; i++)
        diag_add(&diags, DIAG_ERROR, (struct place){ "a", i, 1 }, "", "x");
    diag_add(&diags, DIAG_WARNING, (struct place){ "a", 1, 1 }, "", "has room of its own");
    diag_add(&diags, DIAG_WARNING, (struct place){ "a", 1, 1 }, "", "has room of its own");
    diags_sort(&diags);
    for (const struct diag *diag = diags.first; diag; diag = diag->next)
        kept++;
    assert_int_equal(kept, DIAGS_KEPT + 1);
    assert_int_equal(diags.errors, DIAGS_KEPT + 5);
    assert_int_equal(diags.warnings, 1);
}

static void sorting_orders_and_drops_what_is_equal(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };

    (void)state;
    diag_add(&diags, DIAG_ERROR, (struct place){ "b", 1, 1 }, "p", "one");
    diag_add(&diags, DIAG_WARNING, (struct place){ "a", 10, 1 }, "p", "two");
    diag_add(&diags, DIAG_ERROR, (struct place){ "a", 9, 2 }, "p", "three");
    diag_add(&diags, DIAG_ERROR, (struct place){ "a", 9, 1 }, "q", "four");
    diag_add(&diags, DIAG_ERROR, (struct place){ "a", 9, 1 }, "p", "six");
    diag_add(&diags, DIAG_ERROR, (struct place){ "a", 9, 1 }, "p", "five");
    diag_add(&diags, DIAG_ERROR, (struct place){ NULL, 0, 0 }, "", "first of all");
    diag_add(&diags, DIAG_ERROR, (struct place){ "a", 9, 1 }, "p", "six");
    diag_add(&diags, DIAG_WARNING, (struct place){ "a", 9, 1 }, "p", "six");
    diags_sort(&diags);
    assert_string_equal(diags_text(&diags),
                        "first of all\na:9:1: p: five\na:9:1: p: six\n"
                        "a:9:1: p: warning: six\na:9:1: q: four\n"
                        "a:9:2: p: three\na:10:1: p: warning: two\nb:1:1: p: one\n");
    assert_int_equal(diags.errors, 6);
    assert_int_equal(diags.warnings, 2);
    diag_add(&diags, DIAG_ERROR, (struct place){ 0 }, "", "later");
    assert_string_equal(diags.last->text, "later");
    assert_true(text_ends(diags_text(&diags), "p: one\nlater\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_a_diag_reads),
        cmocka_unit_test(control_bytes_of_the_input_become_visible),
        cmocka_unit_test(only_so_many_are_kept),
        cmocka_unit_test(sorting_orders_and_drops_what_is_equal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
