/* tests/unit/api/test_specs.c - many files as one set: its order, what does not disturb it. */
#include "api/specs_index.h"
#include "api/specs_reader.h"
#include "tests/lib/specs_two_clusters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that a set says, as text. */
static char *dump(const struct sample *sample)
{
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < sample->specs.mesh_count; i++)
        text_addf(&text, "mesh %s %s %s:%u\n", sample->specs.meshes[i].meta.key,
                  sample->specs.meshes[i].cluster, sample->specs.meshes[i].meta.place.file,
                  sample->specs.meshes[i].meta.place.line);
    for (size_t i = 0; i < sample->specs.destination_count; i++)
        text_addf(&text, "destination %s\n", sample->specs.destinations[i].meta.key);
    for (const struct refused *refused = sample->specs.refused; refused; refused = refused->next)
        text_addf(&text, "refused %s: %s\n", refused->ref.name, refused->error);
    text_adds(&text, sample->said);
    return arena_text(sample->arena, text.bytes);
}

static const char want[] = "mesh istiod-a.gloo-mesh. a a.yaml:1\n"
                           "mesh istiod-ab.gloo-mesh. ab a.yaml:11\n"
                           "mesh istiod-b.gloo-mesh. b b.yaml:1\n"
                           "mesh istiod-c.gloo-mesh. c bad.yaml:6\n"
                           "destination a-pay.gloo-mesh.\n"
                           "destination cart-a.gloo-mesh.\n"
                           "destination cart-b.gloo-mesh.\n"
                           "destination cart-b2.gloo-mesh.\n"

                           "refused bad: bad.yaml:4:30: spec.istio.installation.cluster: is "
                           "required; write the name of the "
                           "KubernetesCluster it runs on\n"
                           "refused istiod-d: again.yaml:1:1: metadata.name: Mesh istiod-d in "
                           "namespace gloo-mesh is also given at "
                           "other.yaml:1:1; keep one of them, until then none is used\n"
                           "again.yaml:1:1: metadata.name: Mesh istiod-d in namespace gloo-mesh is "
                           "also given at other.yaml:1:1; keep one of "
                           "them, until then none is used\n"
                           "bad.yaml:4:30: spec.istio.installation.cluster: is required; write the "
                           "name of the KubernetesCluster it runs on\n"
                           "other.yaml:1:1: metadata.name: Mesh istiod-d in namespace gloo-mesh is "
                           "also given at again.yaml:1:1; keep one of "
                           "them, until then none is used\n";

/* Each of the orders in which the files can come says the same. */
static void test_order_of_files(void **state)
{
    struct sample_file order[LENGTH(files)];
    size_t counters[LENGTH(files)] = { 0 }, i = 0, rounds = 0;

    (void)state;
    memcpy(order, files, sizeof order);
    while (i < LENGTH(files)) { /* Heap's algorithm */
        struct sample sample;

        if (i == 0) {
            sample_read(&sample, order, LENGTH(order));
            assert_text("one order of the files", dump(&sample), want);
            assert_false(sample.specs.incomplete);
            sample_free(&sample);
            rounds++;
        }
        if (counters[i] < i) {
            size_t with = i % 2 ? counters[i] : 0;
            struct sample_file swap = order[with];

            order[with] = order[i];
            order[i] = swap;
            counters[i]++;
            i = 0;
        } else {
            counters[i++] = 0;
        }
    }
    assert_true(rounds >= 720);
}

static void test_nothing(void **state)
{
    struct sample sample;

    (void)state;
    sample_read(&sample, NULL, 0);
    assert_string_equal(sample_outcome(&sample), "objects 0");
    assert_null(specs_service(&sample.specs, (struct cluster_ref){ "a", "b", "c" }));
    assert_false(specs_is_refused(&sample.specs, KIND_MESH, (struct object_ref){ "a", "b" }));
    assert_string_equal(specs_cluster_domain(&sample.specs, "a"), "cluster.local");
    assert_string_equal(sample.specs.pod_namespace, "gloo-mesh");
    sample_free(&sample);
}

/* Settings and clusters are looked up in the pod namespace only. */
static void test_pod_namespace(void **state)
{
    static const char yaml[] =
        "apiVersion: settings.mesh.gloo.solo.io/v1\nkind: Settings\n"
        "metadata: {name: settings, namespace: mine}\nspec: {}\n---\n"
        "apiVersion: multicluster.solo.io/v1alpha1\nkind: KubernetesCluster\n"
        "metadata: {name: a, namespace: mine}\nspec: {clusterDomain: a.local}\n---\n"
        "apiVersion: multicluster.solo.io/v1alpha1\nkind: KubernetesCluster\n"
        "metadata: {name: b, namespace: gloo-mesh}\nspec: {clusterDomain: b.local}\n";
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, "mine");
    struct specs specs;

    (void)state;
    specs_add(reader, "a.yaml", yaml, strlen(yaml));
    specs_end(&specs, reader);
    assert_int_equal(diags.errors + diags.warnings, 0);
    assert_true(specs.settings.present);
    assert_string_equal(specs.pod_namespace, "mine");
    assert_string_equal(specs_cluster_domain(&specs, "a"), "a.local");
    assert_string_equal(specs_cluster_domain(&specs, "b"), "cluster.local");
}

static void test_skip(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT said = { 0 };
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct specs specs;

    (void)state;
    specs_skip(reader, "big.yaml", "is a symbolic link");
    specs_end(&specs, reader);
    diag_print(&said, diags.first);
    assert_string_equal(said.bytes, "big.yaml: cannot be read: is a symbolic link");
    assert_true(specs.incomplete);
}

/* More mistakes than are kept: whatever comes after them is judged as before. */
static void test_too_many_mistakes(void **state)
{
    AUTO_TEXT flood = { 0 };
    struct sample_file many[] = {
        { "a.yaml", NULL },
        { "b.yaml", MESH("good", "a") NEXT MESH("twice", "a") NEXT MESH("twice", "a") },
        { "c.yaml", "kind: Mesh\napiVersion: discovery.mesh.gloo.solo.io/v1\nmetadata: {name: key, "
                    "namespace: gloo-mesh}\n"
                    "spec:\n  osm: {}\n  osm: {}\n" },
        { "d.yaml", "kind: Mesh\napiVersion: discovery.mesh.gloo.solo.io/v1\nmetadata: {name: "
                    "field, namespace: gloo-mesh}\n"
                    "spec: {osm: {}, field: 1}\n" },
    };
    struct sample sample;
    size_t kept = 0;

    (void)state;
    text_adds(&flood, "apiVersion: networking.mesh.gloo.solo.io/v1\nkind: AccessPolicy\n"
                      "metadata: {name: flood, namespace: gloo-mesh}\nspec:\n  allowedPorts:\n");
    for (size_t i = 0; i < 2 * DIAGS_KEPT; i++)
        text_adds(&flood, "  - no\n");
    many[0].text = flood.bytes;
    sample_read(&sample, many, LENGTH(many));
    assert_string_equal(
        sample_outcome(&sample),
        "objects 1; refused AccessPolicy gloo-mesh/flood; refused Mesh gloo-mesh/field; "
        "refused Mesh gloo-mesh/key; refused Mesh gloo-mesh/twice; incomplete");
    assert_non_null(specs_mesh(&sample.specs, (struct object_ref){ "good", "gloo-mesh" }));
    for (const struct refused *refused = sample.specs.refused; refused; refused = refused->next)
        assert_true(*refused->error);
    for (const struct diag *diag = sample.diags.first; diag; diag = diag->next)
        kept++;
    assert_int_equal(kept, DIAGS_KEPT);
    assert_int_equal(sample.diags.errors, 2 * DIAGS_KEPT + 4);
    sample_free(&sample);
}

/* What was read does not point into the text or the trees it came from. */
static void test_outlives_its_text(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct specs specs;

    (void)state;
    for (size_t i = 0; i < LENGTH(files); i++) {
        char name[16], *text = strdup(files[i].text);
        size_t len = strlen(text);

        snprintf(name, sizeof name, "%s", files[i].name);
        specs_add(reader, name, text, len);
        memset(text, 'x', len);
        memset(name, 'x', sizeof name);
        free(text);
    }
    specs_end(&specs, reader);
    assert_string_equal(specs.meshes[0].meta.key, "istiod-a.gloo-mesh.");
    assert_string_equal(specs.meshes[0].meta.place.file, "a.yaml");
    assert_string_equal(specs.destinations[3].service->ref.cluster, "b");
    assert_string_equal(specs.refused->place.file, "bad.yaml");
}

static struct node *built_mesh(struct arena *arena, const char *name)
{
    struct node *object = node_map(arena), *metadata = node_map(arena), *place = node_map(arena);

    node_set_text(arena, object, "apiVersion", "discovery.mesh.gloo.solo.io/v1");
    node_set_text(arena, object, "kind", "Mesh");
    node_set(object, "metadata", metadata);
    node_set_text(arena, metadata, "name", name);
    node_set_text(arena, metadata, "namespace", "gloo-mesh");
    node_set_text(arena, place, "namespace", "istio-system");
    node_set_text(arena, place, "cluster", "a");
    node_set(node_set(node_set(object, "spec", node_map(arena)), "istio", node_map(arena)),
             "installation", place);
    return object;
}

/* Objects that are trees are read like those of files, together with them. */
static void test_nodes(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct arena *trees = arena_new();
    struct node *list = node_map(trees), *items, *bad = built_mesh(trees, "c");
    struct specs specs;
    AUTO_TEXT said = { 0 };

    (void)state;
    node_set_text(trees, list, "apiVersion", "v1");
    node_set_text(trees, list, "kind", "List");
    items = node_set(list, "items", node_list(trees));
    node_add(items, built_mesh(trees, "b"));
    node_set_text(trees, node_find(bad, "spec")->last, "trustdomain", "x");
    node_add(items, bad);
    specs_add_node(reader, "cluster a", built_mesh(trees, "a"));
    specs_add_node(reader, "cluster b", list);
    specs_add_node(reader, "cluster b", built_mesh(trees, "a"));
    arena_free(trees);
    specs_end(&specs, reader);
    diags_sort(&diags);
    for (const struct diag *diag = diags.first; diag; diag = diag->next) {
        diag_print(&said, diag);
        text_addc(&said, '\n');
    }
    assert_text(
        "sources stand where files would", said.bytes,
        "cluster a: metadata.name: Mesh a in namespace gloo-mesh is also given at cluster b; "
        "keep one of them, until then none is used\n"
        "cluster b: items[1].spec.istio.trustdomain: unknown field; did you mean trustDomain?\n"
        "cluster b: metadata.name: Mesh a in namespace gloo-mesh is also given at cluster a; "
        "keep one of them, until then none is used\n");

    assert_int_equal(specs.mesh_count, 1);
    assert_string_equal(specs.meshes[0].meta.key, "b.gloo-mesh.");
    assert_string_equal(specs.meshes[0].meta.place.file, "cluster b");
    assert_int_equal(specs.refused_count, 2);
    assert_false(specs.incomplete);
}

/* What is no object at all hides one. */
static void test_node_that_is_none(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct specs specs;

    (void)state;
    specs_add_node(reader, "cluster a", node_string(arena, "Forbidden"));
    specs_end(&specs, reader);
    assert_int_equal(diags.errors, 1);
    assert_true(specs.incomplete);
}

/* Destinations of one fleet: names of their own, labels and ports that repeat. */
static void add_destinations(struct specs_reader *reader, size_t count)
{
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < count; i++)
        text_addf(&text,
                  "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                  "metadata: {name: service-%05zu-shop-east, namespace: gloo-mesh}\nspec:\n"
                  "  mesh: {name: istiod-istio-system-east, namespace: gloo-mesh}\n"
                  "  kubeService:\n    ref: {name: service-%05zu, namespace: shop, clusterName: "
                  "east}\n    workloadSelectorLabels: {app: web}\n    labels: {app: web, team: "
                  "shop}\n    ports: [{port: 80, name: http, targetPortNumber: 8080}]\n---\n",
                  i, i);
    specs_add(reader, "a.yaml", text.bytes, text.len);
}

struct taken {
    size_t staged, aside, kept; /* bytes of arenas */
};

static struct taken bytes_of(size_t count)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct taken taken;
    struct specs specs;

    add_destinations(reader, count);
    taken.staged = arena_used(reader->staged[KIND_DESTINATION].arena);
    taken.aside = arena_used(reader->staging);
    specs_end(&specs, reader);
    assert_int_equal(specs.destination_count, count);
    taken.kept = arena_used(arena);
    return taken;
}

/* While it is read an object is staged once, and nothing else of it is; afterwards there are its
 * struct and what it points to, its two names, its key, and its place in an index. */
static void test_little_of_an_object_is_in_memory(void **unused)
{
    enum { FEW = 100, MANY = 1100, TEXTS = 24 + 14 + 35 };
    const struct taken few = bytes_of(FEW), many = bytes_of(MANY);

    (void)unused;
    assert_int_equal(many.staged - few.staged,
                     (MANY - FEW) * (sizeof(struct staged) + sizeof(struct destination)));
    assert_int_equal(many.aside, few.aside);
    assert_int_equal(many.kept - few.kept,
                     (MANY - FEW)
                         * (sizeof(struct destination) + sizeof(struct kube_service) + TEXTS
                            + sizeof(struct destination *)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_files),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_pod_namespace),
        cmocka_unit_test(test_skip),
        cmocka_unit_test(test_outlives_its_text),
        cmocka_unit_test(test_nodes),
        cmocka_unit_test(test_little_of_an_object_is_in_memory),
        cmocka_unit_test(test_node_that_is_none),
        cmocka_unit_test(test_too_many_mistakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
