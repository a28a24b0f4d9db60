/* tests/unit/api/test_specs_index.c - objects of a set by their names, and Services by theirs. */
#include "api/specs_index.h"
#include "tests/lib/specs_two_clusters.h"

static void test_find(void **state)
{
    struct sample sample;

    (void)state;
    sample_read(&sample, files, LENGTH(files));
    assert_string_equal(
        specs_mesh(&sample.specs, (struct object_ref){ "istiod-ab", "gloo-mesh" })->cluster, "ab");
    assert_null(specs_mesh(&sample.specs, (struct object_ref){ "istiod-ab", "gloo" }));
    assert_null(specs_mesh(&sample.specs, (struct object_ref){ "istiod-d", "gloo-mesh" }));
    assert_null(specs_mesh(&sample.specs, (struct object_ref){ "", "" }));
    assert_null(specs_virtual_mesh(&sample.specs, (struct object_ref){ "istiod-a", "gloo-mesh" }));
    assert_string_equal(
        specs_service(&sample.specs, (struct cluster_ref){ "cart", "shop", "a" })->meta.name,
        "cart-a");
    assert_string_equal(
        specs_service(&sample.specs, (struct cluster_ref){ "cart", "shop", "b" })->meta.name,
        "cart-b");
    assert_string_equal(
        specs_service(&sample.specs, (struct cluster_ref){ "pay", "shop", "b" })->meta.name,
        "a-pay");
    assert_null(specs_service(&sample.specs, (struct cluster_ref){ "pay", "shop", "a" }));
    assert_null(specs_service(&sample.specs, (struct cluster_ref){ "zzz", "zzz", "zzz" }));
    assert_null(specs_access_policy(&sample.specs, (struct object_ref){ "bad", "gloo-mesh" }));
    assert_true(
        specs_is_refused(&sample.specs, KIND_MESH, (struct object_ref){ "bad", "gloo-mesh" }));
    assert_true(
        specs_is_refused(&sample.specs, KIND_MESH, (struct object_ref){ "istiod-d", "gloo-mesh" }));
    assert_false(specs_is_refused(&sample.specs, KIND_DESTINATION,
                                  (struct object_ref){ "bad", "gloo-mesh" }));
    assert_false(specs_is_refused(&sample.specs, KIND_MESH, (struct object_ref){ "bad", "shop" }));
    assert_int_equal(sample.specs.refused_count, 2);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
