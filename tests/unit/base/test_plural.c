/* tests/unit/base/test_plural.c - counts as messages have them. */
#include "tests/lib/check.h"

#include "base/plural.h"

static const struct {
    size_t count;
    const char *noun, *want;
} rows[] = {
    { 0, "root", "0 roots" },  { 1, "root", "1 root" },
    { 2, "root", "2 roots" },  { 1, "mesh", "1 mesh" },
    { 2, "mesh", "2 meshes" }, { 2, "status", "2 statuses" },
    { 2, "box", "2 boxes" },   { 1000000, "key", "1000000 keys" },
};

static void a_noun_gets_its_plural(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_string_equal(plural_count(rows[i].count, rows[i].noun, arena), rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_noun_gets_its_plural) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
