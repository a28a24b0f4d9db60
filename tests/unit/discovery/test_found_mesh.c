/* tests/unit/discovery/test_found_mesh.c - the Mesh of a control plane. */
#include "discovery/found_mesh.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#define REVISION(name, version, ready)                                                             \
    "{metadata: {name: istiod-" name ", namespace: istio-system, labels: {app: istiod, "           \
    "istio.io/rev: " name "}}, spec: {template: {spec: {serviceAccountName: sa-" name              \
    ", containers: [{name: discovery, image: 'x/pilot:" version "'}]}}}, status: "                 \
    "{readyReplicas: " ready "}}"
#define CONFIG(name, text)                                                                         \
    "{metadata: {name: " name ", namespace: istio-system}, data: {mesh: '" text "'}}"

static struct scan *scan_of(struct arena *arena, const char *deployments, const char *maps)
{
    return discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS,
                                                         { FACT_DEPLOYMENTS, deployments },
                                                         { FACT_CONFIG_MAPS, maps }));
}

static void test_of_two_revisions(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan =
        scan_of(arena, "[" REVISION("b", "1.9.1", "1") ", " REVISION("default", "1.30.0", "1") "]",
                "[" CONFIG("istio", "trustDomain: td") ", " CONFIG(
                    "istio-b", "{trustDomain: td, defaultConfig: {proxyMetadata: "
                               "{ISTIO_META_DNS_CAPTURE: \"true\"}}}") "]");
    struct damping damping = { .arena = arena };
    struct mesh mesh;
    struct err err;
    bool there;

    (void)unused;
    assert_int_equal(found_mesh_object(&mesh, &there, scan, &scan->planes.items[0], &damping, &err),
                     0);
    assert_true(there);
    assert_string_equal(mesh.version, "1.9.1");
    assert_string_equal(mesh.service_account, "sa-default");
    assert_string_equal(mesh.trust_domain, "td");
    assert_false(mesh.smart_dns);
    assert_string_equal(meta_annotation(&mesh.meta, ANNOTATION_REVISIONS), "b default");
}

/* By number, and not as text; a tag that is no version is lower than none. */
static void test_the_lowest_version_counts(void **unused)
{
    static const char *const tags[][3] = {
        { "1.10", "1.9", "1.9" },
        { "1.9", "1.10", "1.9" },
        { "1.30.10", "1.30.2-distroless", "1.30.2-distroless" },
        { "latest", "1.30", "1.30" },
        { "1.30", "latest", "1.30" },
    };

    (void)unused;
    for (size_t i = 0; i < LENGTH(tags); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const char *list = "[" REVISION("b", "%s", "1") ", " REVISION("default", "%s", "1") "]";
        AUTO_TEXT deployments = { 0 };
        struct scan *scan;
        struct damping damping = { .arena = arena };
        struct mesh mesh;
        struct err err;
        bool there;

        for (size_t part = 0; *list; list++)
            if (text_starts(list, "%s"))
                text_adds(&deployments, tags[i][part++]), list++;
            else
                text_addc(&deployments, *list);
        scan = scan_of(
            arena, deployments.bytes,
            "[" CONFIG("istio", "trustDomain: td") ", " CONFIG("istio-b", "trustDomain: td") "]");
        assert_int_equal(
            found_mesh_object(&mesh, &there, scan, &scan->planes.items[0], &damping, &err), 0);
        assert_string_equal(mesh.version, tags[i][2]);
    }
}

static void test_revisions_that_disagree(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan = scan_of(
        arena, "[" REVISION("b", "1", "1") ", " REVISION("c", "1", "1") "]",
        "[" CONFIG("istio-b", "rootNamespace: x") ", " CONFIG("istio-c", "rootNamespace: y") "]");
    struct damping damping = { .arena = arena };
    struct mesh mesh;
    struct err err;
    bool there;

    (void)unused;
    assert_int_equal(found_mesh_object(&mesh, &there, scan, &scan->planes.items[0], &damping, &err),
                     -1);
    assert_int_equal(err.kind, ERR_REFUSED);
}

static void test_a_dead_revision_is_no_mesh(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan = scan_of(arena, "[" REVISION("b", "1", "0") "]", "[]");
    struct damping damping = { .arena = arena };
    struct mesh mesh;
    struct err err;
    bool there;

    (void)unused;
    assert_int_equal(found_mesh_object(&mesh, &there, scan, &scan->planes.items[0], &damping, &err),
                     0);
    assert_false(there);
}

static void test_cluster(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan = scan_of(arena, "[]", "[]");
    struct kubernetes_cluster cluster;

    (void)unused;
    cluster = found_mesh_cluster(scan);
    assert_string_equal(cluster.domain, "cluster.local");
    assert_string_equal(meta_annotation(&cluster.meta, ANNOTATION_CLUSTER_UID), "u1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_two_revisions),
        cmocka_unit_test(test_the_lowest_version_counts),
        cmocka_unit_test(test_revisions_that_disagree),
        cmocka_unit_test(test_a_dead_revision_is_no_mesh),
        cmocka_unit_test(test_cluster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
