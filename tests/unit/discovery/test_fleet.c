/* tests/unit/discovery/test_fleet.c - the reads of several clusters. */
#include "discovery/fleet.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the others first */
#include <cmocka.h>

/* A cluster of this name and identity, with one Service. */
static struct facts *cluster_of(struct arena *arena, const char *name, const char *uid)
{
    struct facts *facts = DISCOVERY_SAMPLE(
        arena,
        { FACT_NAMESPACES,
          arena_printf(arena,
                       "[{metadata: {name: kube-system, uid: %s}}, {metadata: {name: "
                       "istio-system}}, {metadata: {name: shop, labels: {istio-injection: "
                       "enabled}}}]",
                       uid) },
        SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
        { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD ", " SAMPLE_DEPLOYMENT("shop", "w", "app: a") "]" },
        { FACT_SERVICES,
          "[" SAMPLE_SERVICE("shop", "s", "selector: {app: a}, ports: [{port: 80}]") "]" });

    facts->cluster = name;
    return facts;
}

struct world {
    struct arena *arena;
    struct discovery_settings settings;
    struct fleet_member members[3];
    struct fleet_request request;
    struct specs former;
    struct fleet fleet;
};

static void open_world(struct world *world)
{
    *world = (struct world){ .arena = arena_new() };
    world->settings = discovery_sample_settings(world->arena, NULL);
    world->request = (struct fleet_request){ .members = world->members,
                                             .former = &world->former,
                                             .now = 1000,
                                             .pod_namespace = POD_NAMESPACE_DEFAULT };
}

static void add(struct world *world, struct facts *facts)
{
    world->members[world->request.count++] =
        (struct fleet_member){ .facts = facts, .settings = &world->settings };
}

static void read_all(struct world *world)
{
    fleet_read(&world->fleet, &world->request, world->arena);
}

/* What was read becomes the last inventory. */
static void settle(struct world *world)
{
    struct specs *former = &world->former;

    *former = (struct specs){ 0 };
    for (size_t i = 0; i < world->fleet.count; i++) {
        const struct inventory *one = &world->fleet.clusters[i].inventory;

        *ARENA_PUSH(world->arena, former->clusters, former->cluster_count) = one->self;
        for (size_t k = 0; k < one->mesh_count; k++)
            *ARENA_PUSH(world->arena, former->meshes, former->mesh_count) = one->meshes[k];
        for (size_t k = 0; k < one->destination_count; k++)
            *ARENA_PUSH(world->arena, former->destinations, former->destination_count) =
                one->destinations[k];
    }
    world->request.count = 0;
}

static const char *outcomes(struct world *world)
{
    const char *text = "";

    for (size_t i = 0; i < world->fleet.count; i++)
        text = arena_printf(world->arena, "%s%s%s:%s:%zu", text, i ? " " : "",
                            world->fleet.clusters[i].cluster,
                            enums_name(&discovery_outcomes, (int)world->fleet.clusters[i].outcome),
                            world->fleet.clusters[i].inventory.destination_count);
    return text;
}

static void test_one_unread_cluster_delays_no_other(void **unused)
{
    struct world world;
    struct facts *unread;

    (void)unused;
    open_world(&world);
    add(&world, cluster_of(world.arena, "a", "u1"));
    add(&world, cluster_of(world.arena, "b", "u2"));
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:ok:1 b:ok:1");
    assert_int_equal(world.fleet.copied_count, 0);
    settle(&world);
    unread = cluster_of(world.arena, "a", "u1");
    facts_close(unread, FACT_SERVICES, FACT_UNREAD, "timed out");
    add(&world, unread);
    add(&world, cluster_of(world.arena, "b", "u2"));
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:kept:1 b:ok:1");
    assert_string_equal(world.fleet.copied[0], "a");
    assert_string_equal(world.fleet.findings.items[0].place.file, "cluster a");
    assert_true(place_is_object(world.fleet.findings.items[0].place));
    arena_free(world.arena);
}

static void test_one_cluster_under_two_names(void **unused)
{
    struct world world;

    (void)unused;
    open_world(&world);
    add(&world, cluster_of(world.arena, "a", "u1"));
    add(&world, cluster_of(world.arena, "b", "u1"));
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:refused:0 b:refused:0");
    settle(&world);
    add(&world, cluster_of(world.arena, "b", "u1"));
    read_all(&world);
    settle(&world);
    add(&world, cluster_of(world.arena, "a", "u1"));
    add(&world, cluster_of(world.arena, "b", "u1"));
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:refused:0 b:ok:1");
    arena_free(world.arena);
}

static void test_another_cluster_under_a_name(void **unused)
{
    struct world world;

    (void)unused;
    open_world(&world);
    add(&world, cluster_of(world.arena, "a", "u1"));
    read_all(&world);
    settle(&world);
    add(&world, cluster_of(world.arena, "a", "u2"));
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:refused:1");
    world.members[0].replaced = true;
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:ok:1");
    arena_free(world.arena);
}

static void test_a_cluster_that_left(void **unused)
{
    static const char *const claimed[] = { "istiod-istio-system-a" }, *const all[] = { "*" };
    struct world world;

    (void)unused;
    open_world(&world);
    add(&world, cluster_of(world.arena, "a", "u1"));
    add(&world, cluster_of(world.arena, "b", "u2"));
    read_all(&world);
    settle(&world);
    add(&world, cluster_of(world.arena, "b", "u2"));
    world.request.claims = (struct removal_claims){ claimed, 1 };
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:refused:1 b:ok:1");
    assert_int_equal(world.fleet.held, 1);
    world.request.allowed = all;
    world.request.allowed_count = 1;
    read_all(&world);
    assert_string_equal(outcomes(&world), "b:ok:1");
    world.request.allowed_count = 0;
    world.request.claims = (struct removal_claims){ 0 };
    read_all(&world);
    assert_string_equal(outcomes(&world), "b:ok:1"); /* neither listed nor with a gateway */
    assert_int_equal(world.fleet.held, 0);
    assert_non_null(strstr(discovery_sample_findings(&world.fleet.findings, world.arena), "I32"));
    arena_free(world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_unread_cluster_delays_no_other),
        cmocka_unit_test(test_one_cluster_under_two_names),
        cmocka_unit_test(test_another_cluster_under_a_name),
        cmocka_unit_test(test_a_cluster_that_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
