/* tests/unit/discovery/test_precedence.c - which of the specs and the inventory counts. */
#include "discovery/precedence.h"
#include "tests/lib/discovery_sample.h"
#include "tests/unit/discovery/found_sample.h"

#include "api/object_place.h"
#include "api/specs_index.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the others first */
#include <cmocka.h>

struct world {
    struct arena *arena;
    struct specs own, found, out;
    struct findings findings;
    struct diags diags;
};

static struct specs decode(struct world *world, const char *yaml)
{
    struct specs_reader *reader = specs_begin(world->arena, &world->diags, NULL);
    struct specs out;

    specs_add(reader, "own.yaml", yaml, strlen(yaml));
    specs_end(&out, reader);
    return out;
}

static void apply(struct world *world, const char *own)
{
    *world = (struct world){ .arena = arena_new() };
    world->diags.arena = world->findings.arena = world->arena;
    world->own = decode(world, *own ? own : "# none\n");
    world->found = decode(world, FOUND);
    precedence_apply(&world->out, &world->findings, &world->own, &world->found, world->arena);
}

/* "cluster mesh destination.. workload" with * at each object of the specs. */
static const char *summary(struct world *world)
{
    const struct specs *out = &world->out;
    const char *text = "";

    for (size_t i = 0; i < out->cluster_count; i++)
        text = arena_printf(world->arena, "%s %s%s", text, out->clusters[i].meta.name,
                            place_is_object(out->clusters[i].meta.place) ? "" : "*");
    for (size_t i = 0; i < out->mesh_count; i++)
        text = arena_printf(world->arena, "%s %s%s", text, out->meshes[i].meta.name,
                            place_is_object(out->meshes[i].meta.place) ? "" : "*");
    for (size_t i = 0; i < out->destination_count; i++)
        text = arena_printf(world->arena, "%s %s%s>%s", text, out->destinations[i].meta.name,
                            place_is_object(out->destinations[i].meta.place) ? "" : "*",
                            out->destinations[i].mesh.name);
    for (size_t i = 0; i < out->workload_count; i++)
        text = arena_printf(world->arena, "%s %s%s", text, out->workloads[i].meta.name,
                            place_is_object(out->workloads[i].meta.place) ? "" : "*");
    return text;
}

static const struct row {
    const char *sentence, *own, *want, *findings;
} rows[] = {
    { "nothing in the specs", "",
      " east istiod-east a-shop-east>istiod-east gw-shop-east>istiod-east w-shop-east-deployment",
      "" },
    { "a Mesh by its istiod, and what was found points to it", MESH("mine", "", "east"),
      " east mine* a-shop-east>mine gw-shop-east>mine w-shop-east-deployment", "" },
    { "a Mesh of another cluster is another one", MESH("mine", "", "west"),
      " east istiod-east mine* a-shop-east>istiod-east gw-shop-east>istiod-east "
      "w-shop-east-deployment",
      "" },
    { "a Destination by its Service", SERVICE("mine", "", "a", "istiod-east", "[{port: 81}]"),
      " east istiod-east gw-shop-east>istiod-east mine*>istiod-east w-shop-east-deployment",
      "I26" },
    { "a Workload by its controller", WORKLOAD("mine", "", "other"),
      " east istiod-east a-shop-east>istiod-east gw-shop-east>istiod-east mine*", "I28" },
    { "a cluster by its name", CLUSTER(""),
      " east* istiod-east a-shop-east>istiod-east gw-shop-east>istiod-east w-shop-east-deployment",
      "" },
    { "an excluded Service", SERVICE("mine", EXCLUDE, "a", "istiod-east", "[{port: 81}]"),
      " east istiod-east gw-shop-east>istiod-east w-shop-east-deployment", "" },
    { "an exclusion counts before a second object about the Service",
      SERVICE("a1", "", "a", "istiod-east", "[{port: 80}]")
          SERVICE("a2", EXCLUDE, "a", "istiod-east", "[{port: 80}]"),
      " east istiod-east gw-shop-east>istiod-east w-shop-east-deployment", "" },
    { "an excluded Mesh takes all that is in it along", MESH("mine", EXCLUDE, "east"), " east",
      "" },
    { "an excluded cluster, too", CLUSTER(EXCLUDE), "", "" },
    { "a refused Mesh: what was found waits for it",
      D "Mesh\nmetadata: {name: mine, namespace: gloo-mesh}\nspec: {istio: {installation: "
        "{namespace: istio-system, cluster: east, version: 1.30.1}, trustDomain: '!'}}\n",
      " east a-shop-east>mine gw-shop-east>mine w-shop-east-deployment", "" },
    { "a document that is no YAML", MESH("mine", ", uid: 7, x: [", "east"),
      " east istiod-east gw-shop-east>istiod-east w-shop-east-deployment", "I31" },
    { "a refused Destination keeps the found one out",
      SERVICE("mine", "", "a", "istiod-east", "[{port: 0}]"),
      " east istiod-east gw-shop-east>istiod-east w-shop-east-deployment", "" },
    { "a refused Destination of which the Service is not known: none is added",
      SERVICE("mine", "", "''", "istiod-east", "[]"),
      " east istiod-east gw-shop-east>istiod-east w-shop-east-deployment", "I31" },
    { "a name that another object has",
      SERVICE("a-shop-east", "", "b", "istiod-east", "[{port: 80}]"),
      " east istiod-east a-shop-east*>istiod-east gw-shop-east>istiod-east w-shop-east-deployment",
      "I30" },
    { "a file that cannot be read", "kind: [",
      " east istiod-east gw-shop-east>istiod-east w-shop-east-deployment", "I31" },
};

static void test_who_wins(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct world world;
        const char *is, *findings;

        apply(&world, rows[i].own);
        is = summary(&world);
        findings = discovery_sample_findings(&world.findings, world.arena);
        if (strcmp(is, rows[i].want) != 0 || strcmp(findings, rows[i].findings) != 0)
            fail_msg("%s:\n is %s (%s)\nwant%s (%s)", rows[i].sentence, is, findings, rows[i].want,
                     rows[i].findings);
        arena_free(world.arena);
    }
}

static void test_completed(void **unused)
{
    const struct destination *service;
    struct world world;

    (void)unused;
    apply(&world,
          MESH("mine", "", "east") SERVICE("mine", MERGE, "a", "istiod-east", "[{port: 81}]") D
          "Workload\nmetadata: {name: w2, namespace: gloo-mesh" MERGE "}\nspec: {kubernetes: "
          "{controller: {name: w, namespace: shop, clusterName: east}}, mesh: {name: "
          "istiod-east, namespace: gloo-mesh}}\n");
    service = specs_service(&world.out, (struct cluster_ref){ "a", "shop", "east" });
    assert_string_equal(service->meta.name, "mine");
    assert_int_equal(service->service->ports[0].port, 81);
    assert_string_equal(service->mesh.name, "mine"); /* that of the found one, replaced */
    assert_string_equal(world.out.workloads[0].service_account, "sa");
    assert_string_equal(world.out.workloads[0].mesh.name, "mine");
    assert_int_equal(world.findings.count, 0);
    arena_free(world.arena);
}

/* A tree of an inventory that was tampered with: a Service of one cluster in the mesh of another.
 */
static void test_no_mesh_of_another_cluster(void **unused)
{
    struct world world = { .arena = arena_new() };

    (void)unused;
    world.diags.arena = world.findings.arena = world.arena;
    world.own = decode(&world, "# none\n");
    world.found = decode(&world, MESH("istiod-west", "", "west")
                                     SERVICE("a-shop-east", "", "a", "istiod-west", "[{port: 1}]"));
    precedence_apply(&world.out, &world.findings, &world.own, &world.found, world.arena);
    assert_string_equal(summary(&world), " istiod-west");
    arena_free(world.arena);
}

/* Of the objects of a large fleet there is one array, unless the specs add some. */
static void test_found_objects_stay_in_their_arrays(void **unused)
{
    struct world world = { .arena = arena_new() };
    const struct destination *destinations;
    const struct workload *workloads;

    (void)unused;
    world.diags.arena = world.findings.arena = world.arena;
    world.own = decode(&world, "# none\n");
    world.found = decode(&world, FOUND);
    destinations = world.found.destinations;
    workloads = world.found.workloads;
    precedence_apply(&world.out, &world.findings, &world.own, &world.found, world.arena);
    assert_true(world.out.destination_count && world.out.workload_count);
    assert_ptr_equal(world.out.destinations, destinations);
    assert_ptr_equal(world.out.workloads, workloads);
    assert_int_equal(world.found.destination_count, 0);
    arena_free(world.arena);
}

static size_t bytes_of(size_t services)
{
    struct world world = { .arena = arena_new() };
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *yaml = MESH("istiod-east", "", "east");

    world.diags.arena = world.findings.arena = world.arena;
    for (size_t i = 0; i < services; i++)
        yaml = arena_printf(
            world.arena,
            "%s" SERVICE("s%05zu-shop-east", "", "s%05zu", "istiod-east", "[{port: 80}]")
                WORKLOAD("w%05zu-shop-east-deployment", "", "sa"),
            yaml, i, i, i);
    world.own = decode(&world, "# none\n");
    world.found = decode(&world, yaml);
    precedence_apply(&world.out, &world.findings, &world.own, &world.found, arena);
    assert_int_equal(world.out.destination_count, services);
    arena_free(world.arena);
    return arena_used(arena);
}

/* Of a Service its place in the index, and nothing of its workload. */
static void test_found_objects_cost_an_index(void **unused)
{
    (void)unused;
    assert_int_equal(bytes_of(60) - bytes_of(10), 50 * sizeof(struct destination *));
}

static void test_places(void **unused)
{
    struct world world;

    (void)unused;
    apply(&world, "");
    assert_string_equal(world.out.clusters[0].meta.place.file, "cluster east");
    assert_string_equal(world.out.meshes[0].meta.place.file,
                        "cluster east: istiod in namespace istio-system");
    assert_string_equal(object_place_of_destination(&world.out.destinations[0], world.arena).file,
                        "cluster east: Service shop/a");
    assert_string_equal(object_place_of_workload(&world.out.workloads[0], world.arena).file,
                        "cluster east: Deployment shop/w");
    arena_free(world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_wins),
        cmocka_unit_test(test_completed),
        cmocka_unit_test(test_no_mesh_of_another_cluster),
        cmocka_unit_test(test_found_objects_stay_in_their_arrays),
        cmocka_unit_test(test_found_objects_cost_an_index),
        cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
