/* tests/unit/base/test_suggest.c - enum tables both ways, and "did you mean". */
#include "base/suggest.h"
#include "tests/lib/check.h"

#include "base/decode.h"

static const char *const color_names[] = { "RED", "GREEN", "BLUE" };
static const struct enum_table colors = ENUM_TABLE(color_names);

static void every_name_is_found_and_printed(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(enums_find(&colors, enums_name(&colors, i)), i);
    assert_int_equal(enums_find(&colors, "red"), -1);
    assert_int_equal(enums_find(&colors, ""), -1);
    assert_int_equal(enums_find(&colors, NULL), -1);
}

static void the_nearest_name(void **state)
{
    static const char *const names[] = { "federation",  "meshes",          "mtlsConfig", "id",
                                         "displayName", "autoRestartPods", "port" };
    // clang-format off
    static const struct { const char *sentence, *name, *want; } rows[] = {
        { "another case", "MTLSCONFIG", "mtlsConfig" },
        { "snake case", "mtls_config", "mtlsConfig" },
        { "only joiners", "_-", NULL },
        { "a letter missing", "federaton", "federation" },
        { "a letter too many", "meshess", "meshes" },
        { "a wrong letter", "meskes", "meshes" },
        { "two letters swapped", "mehses", "meshes" },
        { "two letters swapped in a short name", "prot", "port" },
        { "two letters swapped, and one too many", "mehsess", "meshes" },
        { "two edits", "fedeation1", "federation" },
        { "three edits are too many", "fedtion", NULL },
        { "a short name is not near everything", "xd", NULL },
        { "one edit of a short name", "ports", "port" },
        { "two edits of a short name", "pxrts", NULL },
        { "something else", "spec", NULL },
        { "nothing", "", NULL },
        { "a very long name", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *got = suggest_nearest(rows[i].name, names, LENGTH(names));

        CASE(rows[i].sentence);
        assert_string_equal(got ? got : "-", rows[i].want ? rows[i].want : "-");
    }
}

static void the_first_of_two_that_are_as_near(void **state)
{
    static const char *const names[] = { "mesh1", "mesh2" };

    (void)state;
    assert_string_equal(suggest_nearest("mesh3", names, 2), "mesh1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_found_and_printed),
        cmocka_unit_test(the_nearest_name),
        cmocka_unit_test(the_first_of_two_that_are_as_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
