/* tests/unit/api/test_object_kind.c - each kind has a name of its own. */
#include "api/object_kind.h"
#include "tests/lib/specs_sample.h"

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(object_kind_name(KIND_VIRTUAL_MESH), "VirtualMesh");
    assert_string_equal(object_kind_name(KIND_KUBERNETES_CLUSTER), "KubernetesCluster");
    for (int a = 0; a < KIND_COUNT; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(object_kind_name((enum object_kind)a),
                                    object_kind_name((enum object_kind)b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
