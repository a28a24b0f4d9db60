/* tests/unit/discovery/test_missing.c - what the last inventory has and this read does not. */
#include "discovery/missing.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct destination destination(const char *name, bool gateway, struct arena *arena)
{
    struct kube_service *service = ARENA_NEW(arena, struct kube_service, 1);
    struct destination out = { .meta = { .name = name, .namespace = "gloo-mesh" },
                               .mesh = { "", "" },
                               .service = service };

    *service = (struct kube_service){ .ref = { name, "shop", "k" }, .type = SERVICE_LOAD_BALANCER };
    if (gateway)
        inventory_annotate(&out.meta, ANNOTATION_GATEWAY, "port=15443 class=a", arena);
    return out;
}

static struct scan *scan_of(struct arena *arena, struct inventory *former)
{
    struct scan *scan = discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES));

    scan->former = former;
    return scan;
}

/* What people decided takes effect at once; what may return is waited for. */
static void test_reasons_that_may_return(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct destination all[] = { destination("a", false, arena), destination("b", false, arena),
                                 destination("c", false, arena), destination("d", false, arena) };
    struct inventory former = { .destinations = all, .destination_count = 4 }, out = { 0 };
    struct scan *scan = scan_of(arena, &former);
    const struct fact_service facts[] = { { .namespace = "shop", .name = "b" },
                                          { .namespace = "shop", .name = "c" },
                                          { .namespace = "shop", .name = "d" } };
    const struct found_service found[] = { { &facts[0], LEFT_OUT_NO_WORKLOAD, false, NULL },
                                           { &facts[1], LEFT_OUT_VETOED, true, NULL },
                                           { &facts[2], LEFT_OUT_NOT, true, NULL } };
    struct damping damping = { .now = 1000, .arena = arena };

    (void)unused;
    missing_destinations(&out, scan, found, 3, &damping);
    assert_int_equal(out.destination_count, 2);
    assert_string_equal(out.destinations[0].meta.name, "a");
    assert_string_equal(out.destinations[1].meta.name, "b");
    assert_string_equal(discovery_sample_findings(scan->findings, arena), "I21 I21");
}

static void test_after_the_grace_period(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct destination all[] = { destination("a", false, arena) };
    struct inventory former = { .destinations = all, .destination_count = 1 }, out = { 0 };
    const struct damping_entry seen = { "Destination/shop/a", 0, 1 };
    struct damping damping = { .before = &seen, .before_count = 1, .now = 600, .arena = arena };

    (void)unused;
    missing_destinations(&out, scan_of(arena, &former), NULL, 0, &damping);
    assert_int_equal(out.destination_count, 0);
}

static void test_workloads_and_meshes(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct workload workload = { .meta = { .name = "w-shop-k-deployment" },
                                 .controller = { "w", "shop", "k" } };
    struct mesh mesh = { .meta = { .name = "m" }, .namespace = "istio-system" };
    struct inventory former = {
        .workloads = &workload, .workload_count = 1, .meshes = &mesh, .mesh_count = 1
    };
    struct inventory out = { 0 };
    struct damping damping = { .now = 1000, .arena = arena };
    struct scan *scan = scan_of(arena, &former);

    (void)unused;
    missing_workloads(&out, scan, &damping);
    missing_meshes(&out, scan, &damping);
    assert_int_equal(out.workload_count, 1);
    assert_int_equal(out.mesh_count, 1);
    assert_int_equal(damping.after_count, 2);
}

static size_t count_addresses_of(enum service_type type, const char *const *now, size_t now_count,
                                 uint32_t reads, struct arena *arena)
{
    static const char *const before[] = { "192.0.2.1", "192.0.2.2" };
    struct destination old = destination("g", true, arena), one = destination("g", true, arena);
    struct inventory former = { .destinations = &old, .destination_count = 1 };
    const struct damping_entry seen[] = { { "address/shop/g/192.0.2.1", 0, reads },
                                          { "address/shop/g/192.0.2.2", 0, reads } };
    struct damping damping = {
        .before = seen, .before_count = reads ? 2 : 0, .now = 1800, .arena = arena
    };
    struct kube_service *service = UNCONST(old.service);

    service->addresses = before;
    service->address_count = 2;
    service = UNCONST(one.service);
    service->type = type;
    service->addresses = now;
    service->address_count = now_count;
    missing_addresses(&one, scan_of(arena, &former), &damping);
    return one.service->address_count;
}

static size_t count_addresses(const char *const *now, size_t now_count, uint32_t reads,
                              struct arena *arena)
{
    return count_addresses_of(SERVICE_LOAD_BALANCER, now, now_count, reads, arena);
}

/* Nodes that cannot be used go at once, but never all of them. */
static void test_nodes_of_gateways(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const first[] = { "192.0.2.1" };

    (void)unused;
    assert_int_equal(count_addresses_of(SERVICE_NODE_PORT, first, 1, 0, arena), 1);
    assert_int_equal(count_addresses_of(SERVICE_NODE_PORT, NULL, 0, 3, arena), 2);
}

static void test_addresses_of_gateways(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const first[] = { "192.0.2.1" }, *const other[] = { "192.0.2.9" };

    (void)unused;
    assert_int_equal(count_addresses(first, 1, 0, arena), 2); /* stays beside another one */
    assert_int_equal(count_addresses(first, 1, 3, arena), 1); /* for its time */
    assert_int_equal(count_addresses(other, 1, 0, arena), 2); /* one of two was replaced */
    assert_int_equal(count_addresses(NULL, 0, 3, arena), 2);  /* the last ones stay */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons_that_may_return),
        cmocka_unit_test(test_after_the_grace_period),
        cmocka_unit_test(test_workloads_and_meshes),
        cmocka_unit_test(test_addresses_of_gateways),
        cmocka_unit_test(test_nodes_of_gateways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
