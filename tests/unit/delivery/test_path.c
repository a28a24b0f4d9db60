/* tests/unit/delivery/test_path.c - where an encrypted cacerts is on the output branch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "delivery/path.h"

static void the_path_names_cluster_and_namespace(void **state)
{
    const struct mesh_identity mesh = { .cluster = "eu-1", .namespace = "istio-system" };
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(delivery_path(&mesh, arena),
                        "clusters/eu-1/trust/istio-system.cacerts.yaml");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_names_cluster_and_namespace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
