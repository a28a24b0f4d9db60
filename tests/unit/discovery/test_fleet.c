/* tests/unit/discovery/test_fleet.c - the reads of several clusters. */
#include "discovery/cluster_identity.h"
#include "discovery/discovery_summary.h"
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
    struct facts *facts[3];
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
    world->facts[world->request.count] = facts;
    world->members[world->request.count++] = (struct fleet_member){
        .cluster = facts->cluster, .uid = cluster_identity_of(facts), .settings = &world->settings
    };
}

static void read_all(struct world *world)
{
    struct fleet_reading reading;
    struct discovery one;

    fleet_begin(&reading, &world->fleet, &world->request, world->arena, world->arena);
    for (size_t i = 0; i < world->request.count; i++) {
        fleet_discover(&one, &reading, world->facts[i], world->arena);
        fleet_add(&reading, &one);
    }
    for (size_t i = 0; i < world->former.cluster_count; i++)
        if (fleet_leave(&one, &reading, world->former.clusters[i].meta.name, world->arena))
            fleet_add(&reading, &one);
    fleet_end(&reading);
}

/* What was read becomes the last inventory. */
static void settle(struct world *world)
{
    struct specs *former = &world->former;

    *former = (struct specs){ 0 };
    for (size_t i = 0; i < world->fleet.count; i++) {
        const struct inventory *one = &world->fleet.clusters[i].inventory;

        if (!one->known)
            continue;
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
    settle(&world);
    unread = cluster_of(world.arena, "a", "u1");
    facts_close(unread, FACT_SERVICES, FACT_UNREAD, "timed out");
    add(&world, unread);
    add(&world, cluster_of(world.arena, "b", "u2"));
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:kept:1 b:ok:1");
    assert_string_equal(world.fleet.findings.items[0].place.file, "cluster a");
    assert_true(place_is_object(world.fleet.findings.items[0].place));
    arena_free(world.arena);
}

/* The Service s of another namespace. */
static struct facts *cluster_in(struct arena *arena, const char *name, const char *uid,
                                const char *namespace)
{
    struct facts *facts = cluster_of(arena, name, uid);

    for (size_t i = 0; i < facts->namespace_count; i++)
        if (text_equal(facts->namespaces[i].name, "shop"))
            facts->namespaces[i].name = namespace;
    for (size_t i = 0; i < facts->workload_count; i++)
        if (text_equal(facts->workloads[i].namespace, "shop"))
            facts->workloads[i].namespace = namespace;
    facts->services[0].namespace = namespace;
    return facts;
}

static const char *service_name(const struct world *world, size_t cluster)
{
    return world->fleet.clusters[cluster].inventory.destinations[0].meta.name;
}

/* The name of s/shop of eu-blue is that of s/shop-eu of blue, which is read before. */
static void test_names_of_clusters_that_are_alike(void **unused)
{
    struct world world;
    struct facts *unread;

    (void)unused;
    open_world(&world);
    add(&world, cluster_of(world.arena, "eu-blue", "u1"));
    read_all(&world);
    assert_string_equal(service_name(&world, 0), "s-shop-eu-blue");
    settle(&world);
    unread = cluster_of(world.arena, "eu-blue", "u1");
    facts_close(unread, FACT_SERVICES, FACT_UNREAD, "timed out");
    add(&world, cluster_in(world.arena, "blue", "u2", "shop-eu"));
    add(&world, cluster_of(world.arena, "green", "u3"));
    add(&world, unread);
    read_all(&world);
    assert_string_equal(outcomes(&world), "blue:ok:1 eu-blue:kept:1 green:ok:1");
    assert_true(text_starts(service_name(&world, 0), "s-shop-eu-blue-"));
    assert_string_equal(service_name(&world, 1), "s-shop-eu-blue");
    assert_string_equal(service_name(&world, 2), "s-shop-green");
    arena_free(world.arena);
}

static void test_names_of_clusters_that_differ_in_a_dot(void **unused)
{
    struct world world;

    (void)unused;
    open_world(&world);
    add(&world, cluster_of(world.arena, "a-b", "u1"));
    add(&world, cluster_of(world.arena, "a.b", "u2"));
    read_all(&world);
    assert_string_equal(service_name(&world, 0), "s-shop-a-b");
    assert_true(text_starts(service_name(&world, 1), "s-shop-a-b-"));
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

/* The name that has it cannot be read in the pass that brings the other one. */
static void test_another_name_while_the_first_one_cannot_be_read(void **unused)
{
    struct world world;
    struct facts *unread;

    (void)unused;
    open_world(&world);
    add(&world, cluster_of(world.arena, "b", "u1"));
    read_all(&world);
    settle(&world);
    unread = cluster_of(world.arena, "b", "");
    facts_close(unread, FACT_NAMESPACES, FACT_UNREAD, "timed out");
    add(&world, cluster_of(world.arena, "a", "u1"));
    add(&world, unread);
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:refused:0 b:kept:1");
    world.members[0].replaced = true;
    read_all(&world);
    assert_string_equal(outcomes(&world), "a:refused:0 b:kept:1");
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

/* A cluster with so many Services, and a workload behind each. */
static struct facts *crowd_of(struct arena *arena, size_t services)
{
    AUTO_TEXT service = { 0 };
    AUTO_TEXT workload = { 0 };

    text_adds(&service, "[");
    text_adds(&workload, "[" SAMPLE_ISTIOD);
    for (size_t i = 0; i < services; i++) {
        text_addf(&service,
                  "%s{metadata: {name: s-%zu, namespace: shop}, spec: {selector: {app: a-%zu}, "
                  "ports: [{port: 80}]}}",
                  i ? ", " : "", i, i);
        text_addf(&workload,
                  ", {metadata: {name: w-%zu, namespace: shop}, spec: {template: {metadata: "
                  "{labels: {app: a-%zu}}}}}",
                  i, i);
    }
    text_adds(&service, "]");
    text_adds(&workload, "]");
    return DISCOVERY_SAMPLE(arena,
                            { FACT_NAMESPACES,
                              "[{metadata: {name: kube-system, uid: u}}, {metadata: {name: "
                              "istio-system}}, {metadata: {name: shop, labels: {istio-injection: "
                              "enabled}}}]" },
                            SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                            { FACT_DEPLOYMENTS, workload.bytes }, { FACT_SERVICES, service.bytes });
}

/* Bytes that stay when a cluster was read, its summary was added, and all else was dropped. */
static size_t bytes_kept(size_t services)
{
    struct world world;
    struct arena *of_reading = arena_new(), *of_cluster = arena_new();
    struct fleet_reading reading;
    struct discovery one;
    struct facts *facts = crowd_of(of_cluster, services);
    size_t kept;

    open_world(&world);
    facts->cluster = "k";
    world.members[world.request.count++] =
        (struct fleet_member){ .cluster = "k", .uid = "u", .settings = &world.settings };
    kept = arena_used(world.arena);
    fleet_begin(&reading, &world.fleet, &world.request, world.arena, of_reading);
    fleet_discover(&one, &reading, facts, of_cluster);
    assert_int_equal(one.inventory.destination_count, services);
    one = discovery_summary(&one, world.arena);
    arena_free(of_cluster);
    fleet_add(&reading, &one);
    fleet_end(&reading);
    arena_free(of_reading);
    kept = arena_used(world.arena) - kept;
    assert_int_equal(world.fleet.clusters[0].found.destinations, services);
    assert_string_equal(world.fleet.clusters[0].cluster, "k");
    arena_free(world.arena);
    return kept;
}

static void test_what_stays_of_a_cluster_does_not_grow_with_its_services(void **unused)
{
    size_t of_few = bytes_kept(10), of_many = bytes_kept(500);

    (void)unused;
    if (of_many > of_few + 256)
        fail_msg("%zu bytes of 10 Services, %zu of 500", of_few, of_many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_stays_of_a_cluster_does_not_grow_with_its_services),
        cmocka_unit_test(test_one_unread_cluster_delays_no_other),
        cmocka_unit_test(test_names_of_clusters_that_are_alike),
        cmocka_unit_test(test_names_of_clusters_that_differ_in_a_dot),
        cmocka_unit_test(test_one_cluster_under_two_names),
        cmocka_unit_test(test_another_name_while_the_first_one_cannot_be_read),
        cmocka_unit_test(test_another_cluster_under_a_name),
        cmocka_unit_test(test_a_cluster_that_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
