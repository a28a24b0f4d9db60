/* tests/unit/discovery/test_removal_limit.c - how much may vanish in one pass. */
#include "discovery/removal_limit.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct destination destination(const char *name, const char *mark, struct arena *arena)
{
    struct kube_service *service = ARENA_NEW(arena, struct kube_service, 1);
    struct destination out = { .meta = { .name = name, .namespace = "gloo-mesh" },
                               .has_mesh = true,
                               .mesh = { "m", "gloo-mesh" },
                               .service = service };

    *service = (struct kube_service){ .ref = { name, "shop", "k" } };
    if (mark)
        inventory_annotate(&out.meta, ANNOTATION_GATEWAY, mark, arena);
    return out;
}

static struct scan *scan_of(struct arena *arena, struct inventory *former)
{
    struct scan *scan = discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES));

    scan->former = former;
    return scan;
}

/* More than five, and more than the share. */
static void test_share(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *says;
        size_t former, kept, held;
    } cases[] = {
        { "five may go", 6, 1, 0 },
        { "six of ten may not", 10, 4, 6 },
        { "six of thirty are a fifth", 30, 24, 0 },
        { "seven of thirty are more", 30, 23, 7 },
    };
    const struct removal_claims claims = { 0 };

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct inventory former = { 0 }, out = { 0 };

        for (size_t k = 0; k < cases[i].former; k++)
            *ARENA_PUSH(arena, former.destinations, former.destination_count) =
                destination(arena_printf(arena, "s%02zu", k), NULL, arena);
        for (size_t k = 0; k < cases[i].kept; k++)
            *ARENA_PUSH(arena, out.destinations, out.destination_count) = former.destinations[k];
        if (removal_limit_hold(&out, scan_of(arena, &former), &claims) != cases[i].held)
            fail_msg("%s", cases[i].says);
        assert_int_equal(out.destination_count, cases[i].kept + cases[i].held);
    }
}

static void test_last_gateway(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct destination was[] = { destination("g", "port=15443 class=a", arena) };
    struct destination unmarked[] = { destination("g", NULL, arena) };
    struct destination another[] = { destination("h", "port=15443 class=b", arena) };
    struct inventory former = { .destinations = was, .destination_count = 1 };
    struct inventory lost = { .destinations = unmarked, .destination_count = 1 };
    struct inventory moved = { .destinations = another, .destination_count = 1 };
    const struct removal_claims claims = { 0 };

    (void)unused;
    assert_int_equal(removal_limit_hold(&lost, scan_of(arena, &former), &claims), 1);
    assert_non_null(meta_annotation(&lost.destinations[0].meta, ANNOTATION_GATEWAY));
    assert_int_equal(lost.destination_count, 1);
    assert_int_equal(removal_limit_hold(&moved, scan_of(arena, &former), &claims), 0);
}

/* Most Services are gone, and what is left of the gateway comes after them in the order of names.
 */
static void test_a_gateway_among_what_is_held(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct inventory former = { 0 }, out = { 0 };
    const struct removal_claims claims = { 0 };

    (void)unused;
    for (size_t k = 0; k < 20; k++)
        *ARENA_PUSH(arena, former.destinations, former.destination_count) =
            destination(arena_printf(arena, "a%02zu", k), NULL, arena);
    *ARENA_PUSH(arena, former.destinations, former.destination_count) =
        destination("gateway", "port=15443 class=a", arena);
    *ARENA_PUSH(arena, out.destinations, out.destination_count) =
        destination("gateway", NULL, arena);
    assert_int_equal(removal_limit_hold(&out, scan_of(arena, &former), &claims), 21);
    assert_int_equal(out.destination_count, 21);
    assert_string_equal(out.destinations[20].service->ref.name, "gateway");
    assert_non_null(meta_annotation(&out.destinations[20].meta, ANNOTATION_GATEWAY));
}

/* All of them together were the last ones, and no order of names leaves one of them out. */
static void test_several_last_gateways(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct removal_claims claims = { 0 };

    (void)unused;
    for (size_t services = 0; services < 5; services++) {
        struct destination was[] = { destination("a", "port=15443 class=a", arena),
                                     destination("z", "port=15443 class=a", arena) };
        struct inventory former = { .destinations = was, .destination_count = LENGTH(was) };
        struct inventory gone = { 0 }, unmarked = { 0 };

        for (size_t k = 0; k < services; k++) {
            const char *name = arena_printf(arena, "s%zu", k);

            *ARENA_PUSH(arena, gone.destinations, gone.destination_count) =
                destination(name, NULL, arena);
            *ARENA_PUSH(arena, unmarked.destinations, unmarked.destination_count) =
                destination(name, NULL, arena);
        }
        for (size_t k = 0; k < LENGTH(was); k++)
            *ARENA_PUSH(arena, unmarked.destinations, unmarked.destination_count) =
                destination(was[k].meta.name, NULL, arena);
        inventory_sort(&unmarked);
        assert_int_equal(removal_limit_hold(&gone, scan_of(arena, &former), &claims), 2);
        assert_int_equal(gone.destination_count, services + 2);
        assert_int_equal(removal_limit_hold(&unmarked, scan_of(arena, &former), &claims), 2);
        assert_int_equal(unmarked.destination_count, services + 2);
        for (size_t k = 0; k < LENGTH(was); k++)
            assert_non_null(
                meta_annotation(&inventory_destination(&unmarked, "shop", was[k].meta.name)->meta,
                                ANNOTATION_GATEWAY));
    }
}

/* Its load balancer is still being made. */
static void test_a_new_gateway_without_an_address(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const addresses[] = { "203.0.113.10" };
    struct destination was[] = { destination("g", "port=15443 class=b", arena) };
    struct destination pending[] = { destination("h", "port=15443 class=a", arena) };
    struct inventory former = { .destinations = was, .destination_count = 1 };
    struct inventory now = { .destinations = pending, .destination_count = 1 }, ready = now;
    const struct removal_claims claims = { 0 };
    struct kube_service reachable = *was[0].service;

    (void)unused;
    assert_int_equal(removal_limit_hold(&ready, scan_of(arena, &former), &claims), 0);
    reachable.addresses = addresses;
    reachable.address_count = 1;
    was[0].service = &reachable;
    assert_int_equal(removal_limit_hold(&now, scan_of(arena, &former), &claims), 1);
    assert_int_equal(now.destination_count, 2);
    assert_non_null(inventory_destination(&now, "shop", "g"));
    reachable.ref.name = "h";
    pending[0].service = &reachable;
    ready = (struct inventory){ .destinations = pending, .destination_count = 1 };
    assert_int_equal(removal_limit_hold(&ready, scan_of(arena, &former), &claims), 0);
}

static void test_meshes_and_trust_domains(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const listed[] = { "m" };
    struct mesh was[] = { { .meta = { .name = "m" }, .namespace = "a", .trust_domain = "old" } };
    struct mesh is[] = { { .meta = { .name = "m" }, .namespace = "a", .trust_domain = "new" } };
    struct inventory former = { .meshes = was, .mesh_count = 1 }, gone = { 0 }, unlisted = { 0 };
    struct inventory changed = { .meshes = is, .mesh_count = 1 };
    const struct removal_claims claims = { listed, 1 }, none = { 0 };

    (void)unused;
    assert_int_equal(removal_limit_hold(&gone, scan_of(arena, &former), &claims), 1);
    assert_int_equal(gone.mesh_count, 1);
    assert_int_equal(removal_limit_hold(&unlisted, scan_of(arena, &former), &none), 0);
    assert_int_equal(removal_limit_hold(&changed, scan_of(arena, &former), &none), 1);
    assert_string_equal(changed.meshes[0].trust_domain, "old");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_last_gateway),
        cmocka_unit_test(test_a_gateway_among_what_is_held),
        cmocka_unit_test(test_several_last_gateways),
        cmocka_unit_test(test_a_new_gateway_without_an_address),
        cmocka_unit_test(test_meshes_and_trust_domains),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
