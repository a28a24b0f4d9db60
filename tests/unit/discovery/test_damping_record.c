/* tests/unit/discovery/test_damping_record.c - the memory of damping as a tree and back. */
#include "discovery/damping_record.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_there_and_back(void **unused)
{
    static const struct damping_entry entries[] = { { "Destination/shop/a", 1800000000, 1 },
                                                    { "Mesh/istio-system", 0, UINT32_MAX } };
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct damping_entry *out;
    size_t count;

    (void)unused;
    out = damping_record_read(damping_record_node(entries, 2, arena), &count, arena);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(out[i].key, entries[i].key);
        assert_int_equal(out[i].since, entries[i].since);
        assert_int_equal(out[i].reads, entries[i].reads);
    }
}

static void test_what_is_no_entry_is_skipped(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct damping_entry *out;
    size_t count;

    (void)unused;
    out = damping_record_read(
        discovery_sample_node(arena,
                              "{a: [1], b: x, c: [-1, 1], d: [1, 0], e: [7, 2], f: [1, {}]}"),
        &count, arena);
    assert_int_equal(count, 1);
    assert_string_equal(out[0].key, "e");
    damping_record_read(NULL, &count, arena);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_what_is_no_entry_is_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
