/* tests/unit/base/test_enums.c - a table of names, both ways. */
#include "tests/lib/check.h"

#include "base/enums.h"

static const char *const colors[] = { "RED", "GREEN", "BLUE" };
static const struct enum_table table = ENUM_TABLE(colors);

static void every_value_has_its_name_and_every_name_its_value(void **state)
{
    (void)state;
    assert_int_equal(table.count, 3);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(enums_name(&table, i), colors[i]);
        assert_int_equal(enums_find(&table, colors[i]), i);
    }
}

static void only_the_very_name_is_found(void **state)
{
    static const char *const others[] = { "", "red", "RE", "REDD", " RED", "0" };

    (void)state;
    for (size_t i = 0; i < LENGTH(others); i++)
        assert_int_equal(enums_find(&table, others[i]), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_has_its_name_and_every_name_its_value),
        cmocka_unit_test(only_the_very_name_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
