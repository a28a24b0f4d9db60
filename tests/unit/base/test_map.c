/* tests/unit/base/test_map.c - a map holds what was put in, however many keys there are. */
#include "tests/lib/check.h"

#include "base/map.h"
#include <stdlib.h>

static void a_map_finds_what_was_put(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct map *map = map_new(arena);
    int a = 1, b = 2;

    (void)state;
    assert_null(map_find(map, "a"));
    assert_null(map_put(map, "a", &a));
    assert_ptr_equal(map_put(map, "a", &b), &a);
    assert_ptr_equal(map_find(map, "a"), &b);
    assert_int_equal(map_count(map), 1);
    assert_null(map_put(map, "", &a));
    assert_ptr_equal(map_find(map, ""), &a);
    assert_null(map_find(map, "b"));
}

static void texts_are_copied(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct map *map = map_new(arena);
    char key[] = "key", text[] = "one";

    (void)state;
    map_put_text(map, key, text);
    key[0] = text[0] = 'x';
    assert_string_equal(map_find(map, "key"), "one");
    assert_null(map_find(map, key));
    map_put_text(map, "key", "two");
    assert_string_equal(map_find(map, "key"), "two");
    assert_int_equal(map_count(map), 1);
}

static void thousands_of_keys(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct map *map = map_new(arena);
    enum { COUNT = 20000 };
    int *values = ARENA_NEW(arena, int, COUNT);

    (void)state;
    for (int i = 0; i < COUNT; i++)
        map_put(map, arena_printf(arena, "reviews-%d.default", i), &values[i]);
    assert_int_equal(map_count(map), COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_ptr_equal(map_find(map, arena_printf(arena, "reviews-%d.default", i)), &values[i]);
    assert_null(map_find(map, "reviews-20000.default"));
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Names that differ in one byte only, as ours do, neither share a hash nor crowd into a few slots.
 */
static void hashes_spread(void **state)
{
    enum { COUNT = 5000 };
    static uint64_t hashes[COUNT];
    static int slots[COUNT];
    int table = 0, most = 0;

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        char name[64];
        int len = snprintf(name, sizeof name, i % 2 ? "%04zu-reviews.svc" : "reviews-%04zu", i);

        hashes[i] = map_hash(&table, name, (size_t)len);
        most = ++slots[hashes[i] % COUNT] > most ? slots[hashes[i] % COUNT] : most;
    }
    assert_in_range(most, 2, 12); /* about 7 is to be expected of 5000 balls in 5000 bins */
    qsort(hashes, COUNT, sizeof *hashes, compare_hashes);
    for (size_t i = 1; i < COUNT; i++)
        assert_true(hashes[i] != hashes[i - 1]);
    assert_true(map_hash(&table, "a", 1)
                != map_hash(&most, "a", 1)); /* another table, another seed */
    assert_true(map_hash(&table, "", 0) != map_hash(&table, "\0", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_finds_what_was_put),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(thousands_of_keys),
        cmocka_unit_test(hashes_spread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
