/* tests/unit/discovery/test_pod_addresses.c - when addresses of pods are read and written. */
#include "discovery/pod_addresses.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct mesh mesh_of(const char *name, const char *cluster)
{
    return (struct mesh){ .meta = { .name = name, .namespace = "gloo-mesh" }, .cluster = cluster };
}

static void test_flat_virtual_meshes_want_them(void **unused)
{
    const struct object_ref listed = { "m", "gloo-mesh" };
    struct virtual_mesh virtual_mesh = { .meshes = &listed, .mesh_count = 1 };
    struct mesh of_specs = mesh_of("m", "k"), found = mesh_of("m", "k");
    struct specs specs = { .virtual_meshes = &virtual_mesh, .virtual_mesh_count = 1 };
    struct inventory none = { 0 }, former = { .meshes = &found, .mesh_count = 1 };

    (void)unused;
    assert_false(pod_addresses_wanted(&specs, &former, "k"));
    virtual_mesh.federation.flat_network = true;
    assert_true(pod_addresses_wanted(&specs, &former, "k"));
    assert_false(pod_addresses_wanted(&specs, &none, "k"));
    specs.meshes = &of_specs;
    specs.mesh_count = 1;
    assert_true(pod_addresses_wanted(&specs, &none, "k"));
    assert_false(pod_addresses_wanted(&specs, &none, "other"));
}

/* A Service s in shop with pods at these addresses, in order; NULL ends them. */
static struct destination with_pods(struct arena *arena, const char *const *addresses)
{
    struct endpoint_subset *subset = ARENA_NEW(arena, struct endpoint_subset, 1);
    struct kube_service *service = ARENA_NEW(arena, struct kube_service, 1);
    struct endpoint *endpoints = NULL;

    for (; *addresses; addresses++)
        *ARENA_PUSH(arena, endpoints, subset->endpoint_count) =
            (struct endpoint){ .address = *addresses, .zone = "", .sub_zone = "" };
    subset->endpoints = endpoints;
    *service = (struct kube_service){ .ref = { "s", "shop", "k" },
                                      .subsets = subset,
                                      .subset_count = subset->endpoint_count > 0 };
    return (struct destination){ .service = service };
}

/* How many pods the inventory has after one read, with the memory of the one before. */
static size_t settled(const char *const *before, const char *const *now, struct damping *damping,
                      int64_t interval)
{
    struct arena *arena = damping->arena; /* what is remembered refers to the objects of the read */
    struct scan *scan = discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES));
    struct discovery_settings settings = { .pod_interval = interval };
    struct destination former = with_pods(arena, before), destination = with_pods(arena, now);
    struct inventory inventory = { .destinations = &former, .destination_count = 1, .known = true };

    scan->settings = &settings;
    scan->former = &inventory;
    pod_addresses_settle(&destination, scan, damping);
    return destination.service->subset_count ? destination.service->subsets->endpoint_count : 0;
}

static void test_new_pods_wait_and_gone_ones_do_not(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const one[] = { "10.0.0.1", NULL };
    static const char *const two[] = { "10.0.0.1", "10.0.0.2", NULL }, *const none[] = { NULL };
    static const char *const other[] = { "10.0.0.2", "10.0.0.3", NULL };
    struct damping first = { .now = 100, .arena = arena }, second;

    (void)unused;
    assert_int_equal(settled(one, two, &first, 60), 1);
    second = (struct damping){ first.after, first.after_count, NULL, 0, 160, arena };
    assert_int_equal(settled(one, two, &second, 60), 2);
    first.after_count = 0;
    assert_int_equal(settled(one, two, &first, 0), 2);
    assert_int_equal(settled(one, other, &first, 60), 2);
    assert_int_equal(settled(two, one, &first, 60), 1);
    assert_int_equal(settled(two, none, &first, 60), 0);
    assert_int_equal(settled(none, two, &first, 60), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat_virtual_meshes_want_them),
        cmocka_unit_test(test_new_pods_wait_and_gone_ones_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
