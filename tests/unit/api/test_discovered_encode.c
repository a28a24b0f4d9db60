/* tests/unit/api/test_discovered_encode.c - discovered objects that are written and read again are
 * the same. */
#include "api/annotation.h"
#include "api/discovered_encode.h"
#include "api/meta.h"
#include "api/specs.h"
#include "base/write_yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static const char objects[] =
    "apiVersion: multicluster.solo.io/v1alpha1\nkind: KubernetesCluster\n"
    "metadata: {name: c, namespace: gloo-mesh, annotations: {discovery.weft.dev/cluster-uid: u}}\n"
    "spec: {clusterDomain: example.local}\n---\n"
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\n"
    "metadata: {name: m, namespace: gloo-mesh, annotations: {discovery.weft.dev/revisions: a b}}\n"
    "spec: {istio: {installation: {namespace: istio-system, cluster: c, version: 1.30.1},\n"
    "  trustDomain: t.example, istiodServiceAccount: istiod, smartDnsProxyingEnabled: true}}\n---\n"
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
    "metadata: {name: d, namespace: gloo-mesh}\n"
    "spec: {mesh: {name: m, namespace: gloo-mesh}, kubeService: {\n"
    "  ref: {name: s, namespace: shop, clusterName: c}, serviceType: NODE_PORT,\n"
    "  ports: [{port: 80, name: http, protocol: TCP, targetPortName: web, nodePort: 30080}],\n"
    "  externalAddresses: [{ip: 192.0.2.1}, {dnsName: gw.example.com}],\n"
    "  endpointSubsets: [{endpoints: [{ipAddress: 10.0.0.1, subLocality: {zone: z}}],\n"
    "    ports: [{port: 8080, name: http, protocol: TCP}]}]}}\n---\n"
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Workload\n"
    "metadata: {name: w, namespace: gloo-mesh}\n"
    "spec: {mesh: {name: m, namespace: gloo-mesh}, kubernetes: {podLabels: {a: b},\n"
    "  controller: {name: s, namespace: shop, clusterName: c}, serviceAccountName: sa}}\n";

static void read(struct specs *out, const char *text, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);

    specs_add(reader, "objects.yaml", text, strlen(text));
    specs_end(out, reader);
    if (diags.first)
        fail_msg("%u: %s: %s", diags.first->place.line, diags.first->path, diags.first->text);
}

static const char *write(const struct specs *specs, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    write_yaml(&out, discovered_encode_cluster(&specs->clusters[0], arena));
    text_adds(&out, "---\n");
    write_yaml(&out, discovered_encode_mesh(&specs->meshes[0], arena));
    text_adds(&out, "---\n");
    write_yaml(&out, discovered_encode_destination(&specs->destinations[0], arena));
    text_adds(&out, "---\n");
    write_yaml(&out, discovered_encode_workload(&specs->workloads[0], arena));
    return arena_text(arena, out.bytes);
}

static void test_round_trip(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct specs first, second;
    const char *text;

    (void)unused;
    read(&first, objects, arena);
    text = write(&first, arena);
    read(&second, text, arena);
    assert_string_equal(write(&second, arena), text);
    assert_string_equal(meta_annotation(&second.meshes[0].meta, ANNOTATION_REVISIONS), "a b");
    assert_string_equal(second.destinations[0].service->addresses[1], "gw.example.com");
    assert_string_equal(second.destinations[0].service->subsets[0].endpoints[0].zone, "z");
    assert_string_equal(second.workloads[0].service_account, "sa");
    assert_string_equal(second.clusters[0].domain, "example.local");
}

/* The labels by which the reference implementation finds its own objects. */
static void test_labels(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct specs specs;
    const struct node *node;

    (void)unused;
    read(&specs, objects, arena);
    node = discovered_encode_workload(&specs.workloads[0], arena);
    assert_string_equal(
        node_get(node, "metadata", "labels", "cluster.discovery.mesh.gloo.solo.io", NULL), "c");
    assert_string_equal(
        node_get(node, "metadata", "labels", "owner.discovery.mesh.gloo.solo.io", NULL),
        "gloo-mesh");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_labels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
