/* tests/unit/report/test_summary.c - changes counted by cluster and kind. */
#include "report/summary.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct change changes[] = {
    { .kind = CHANGE_ADDED, .path = "clusters/a/exports/shop.yaml" },
    { .kind = CHANGE_CHANGED, .path = "clusters/a/imports/b/shop.yaml" },
    { .kind = CHANGE_REMOVED, .path = "clusters/a/imports/b/old.yaml" },
    { .kind = CHANGE_ADDED, .path = "clusters/b/mesh/gateways.yaml" },
    { .kind = CHANGE_CHANGED, .path = "weft/gloo-mesh.retail.json" },
};

static void changes_are_counted_by_cluster_and_kind(void **state)
{
    struct arena *arena = arena_new();
    struct summary summary = summary_of(changes, LENGTH(changes), arena);

    (void)state;
    assert_int_equal(summary.count, 4);
    assert_int_equal(summary.clusters, 2);
    assert_int_equal(summary.added, 2);
    assert_int_equal(summary.changed, 2);
    assert_int_equal(summary.removed, 1);
    assert_string_equal(summary.rows[1].kind, "imports");
    assert_int_equal(summary.rows[1].changed, 1);
    assert_int_equal(summary.rows[1].removed, 1);
    assert_string_equal(summary.rows[3].kind, "records");
    assert_string_equal(summary.rows[3].cluster, "");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(changes_are_counted_by_cluster_and_kind) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
