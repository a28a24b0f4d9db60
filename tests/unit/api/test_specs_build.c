/* tests/unit/api/test_specs_build.c - keys and objects that are there twice, and Lists: what is
 * refused, and when weft cannot know what was lost. */
#include "tests/lib/specs_sample.h"
#include <string.h>

/* clang-format off */
static const struct sample_document documents[] = {
    { "a key that is there twice refuses the object",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec:\n"
      "  meshes: []\n"
      "  meshes: []\n",
      "a.yaml:6:3: the key meshes is here a second time, the first is in line 5; remove one\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "two objects without --- between them",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: b, namespace: gloo-mesh}\n"
      "spec: {}\n",
      "a.yaml:5:1: the key apiVersion is here a second time, the first is in line 1; remove one\n"
      "a.yaml:6:1: the key kind is here a second time, the first is in line 2; remove one\n"
      "a.yaml:7:1: the key metadata is here a second time, the first is in line 3; remove one\n"
      "a.yaml:8:1: the key spec is here a second time, the first is in line 4; remove one\n",
      "objects 0; refused VirtualMesh gloo-mesh/a; incomplete" },
    { "two names: either could be meant",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata:\n"
      "  name: a\n"
      "  name: b\n"
      "  namespace: gloo-mesh\n"
      "spec: {}\n",
      "a.yaml:5:3: the key name is here a second time, the first is in line 4; remove one\n",
      "objects 0; refused VirtualMesh gloo-mesh/a; incomplete" },
    { "twice on one line: the line does not say in which map",
      "{apiVersion: networking.mesh.gloo.solo.io/v1, kind: VirtualMesh, metadata: {name: a, namespace: gloo-mesh}, spec: {}, spec: {}}\n",
      "a.yaml:1:119: the key spec is here a second time, the first is in line 1; remove one\n",
      "objects 0; refused VirtualMesh gloo-mesh/a; incomplete" },
    { "a double key in an object of another API",
      "apiVersion: v1\n"
      "kind: ConfigMap\n"
      "metadata: {name: a}\n"
      "data:\n"
      "  a: b\n"
      "  a: c\n",
      "a.yaml:2:7: kind: warning: 'ConfigMap' is not read by weft, so this object is ignored\n"
      "a.yaml:6:3: the key a is here a second time, the first is in line 5; remove one\n",
      "objects 0" },
    { "two kinds, the second one may be ours",
      "apiVersion: v1\n"
      "kind: ConfigMap\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a}\n",
      "a.yaml:2:7: kind: warning: 'ConfigMap' is not read by weft, so this object is ignored\n"
      "a.yaml:3:1: the key kind is here a second time, the first is in line 2; remove one\n",
      "objects 0; incomplete" },
    { "broken text ends a file",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "spec: [\n",
      "a.yaml:7:1: expected a value here; the file ends here\n",
      "objects 1; incomplete" },
    { "the same object twice",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n",
      "a.yaml:1:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:6:1; keep one of them, until then none is used\n"
      "a.yaml:6:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1; keep one of them, until then none is used\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "the same object three times, one of them bad",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {x: 1}\n",
      "a.yaml:1:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:6:1, a.yaml:11:1; keep one of them, until then none is used\n"
      "a.yaml:6:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:11:1; keep one of them, until then none is used\n"
      "a.yaml:11:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:6:1; keep one of them, until then none is used\n"
      "a.yaml:14:8: spec.x: unknown field; remove it\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "seven of them name five of the others",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n",
      "a.yaml:1:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:6:1, a.yaml:11:1, a.yaml:16:1, a.yaml:21:1, a.yaml:26:1 and 1 more; keep one of them, until then none is used\n"
      "a.yaml:6:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:11:1, a.yaml:16:1, a.yaml:21:1, a.yaml:26:1 and 1 more; keep one of them, until then none is used\n"
      "a.yaml:11:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:6:1, a.yaml:16:1, a.yaml:21:1, a.yaml:26:1 and 1 more; keep one of them, until then none is used\n"
      "a.yaml:16:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:6:1, a.yaml:11:1, a.yaml:21:1, a.yaml:26:1 and 1 more; keep one of them, until then none is used\n"
      "a.yaml:21:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:6:1, a.yaml:11:1, a.yaml:16:1, a.yaml:26:1 and 1 more; keep one of them, until then none is used\n"
      "a.yaml:26:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:6:1, a.yaml:11:1, a.yaml:16:1, a.yaml:21:1 and 1 more; keep one of them, until then none is used\n"
      "a.yaml:31:1: metadata.name: VirtualMesh a in namespace gloo-mesh is also given at a.yaml:1:1, a.yaml:6:1, a.yaml:11:1, a.yaml:16:1, a.yaml:21:1 and 1 more; keep one of them, until then none is used\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "two without a name are not the same",
      "apiVersion: discovery.mesh.gloo.solo.io/v1\n"
      "kind: Mesh\n"
      "metadata: {namespace: gloo-mesh}\n"
      "spec: {osm: {}}\n"
      "---\n"
      "apiVersion: discovery.mesh.gloo.solo.io/v1\n"
      "kind: Mesh\n"
      "metadata: {namespace: gloo-mesh}\n"
      "spec: {osm: {}}\n",
      "a.yaml:3:11: metadata.name: is required; write the name of this object\n"
      "a.yaml:8:11: metadata.name: is required; write the name of this object\n",
      "objects 0; refused Mesh gloo-mesh/; refused Mesh gloo-mesh/; incomplete" },
    { "the same name in another kind or namespace is another object",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: AccessPolicy\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: shop}\n"
      "spec: {}\n",
      "",
      "objects 3" },
    { "Settings under another name are not read",
      "apiVersion: settings.mesh.gloo.solo.io/v1\n"
      "kind: Settings\n"
      "metadata: {name: mine, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "---\n"
      "apiVersion: settings.mesh.gloo.solo.io/v1\n"
      "kind: Settings\n"
      "metadata: {name: settings, namespace: default}\n"
      "spec: {}\n",
      "a.yaml:1:1: metadata.name: warning: these Settings are ignored: weft reads the object 'settings' in namespace gloo-mesh\n"
      "a.yaml:6:1: metadata.name: warning: these Settings are ignored: weft reads the object 'settings' in namespace gloo-mesh\n",
      "objects 0" },
    { "a List is its items",
      "apiVersion: v1\n"
      "kind: List\n"
      "metadata: {resourceVersion: \"\"}\n"
      "items:\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: a, namespace: gloo-mesh}\n"
      "  spec: {}\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: b, namespace: gloo-mesh}\n"
      "  spec: {meshs: []}\n"
      "- apiVersion: v1\n"
      "  kind: Service\n"
      "  metadata: {name: a}\n"
      "-\n",
      "a.yaml:5:1: items[3]: is no Kubernetes object (apiVersion, kind and metadata); correct it, or move it out of the specs; until then nothing is deleted\n"
      "a.yaml:12:10: items[1].spec.meshs: unknown field; did you mean meshes?\n"
      "a.yaml:14:9: items[2].kind: warning: 'Service' is not read by weft, so this object is ignored\n",
      "objects 1; refused VirtualMesh gloo-mesh/b; incomplete" },
    { "a list of a kind, as the API server writes it",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMeshList\n"
      "items:\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: a, namespace: gloo-mesh}\n"
      "  spec: {}\n",
      "",
      "objects 1" },
    { "a double key in a List refuses one item",
      "apiVersion: v1\n"
      "kind: List\n"
      "items:\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: a, namespace: gloo-mesh}\n"
      "  spec: {}\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: b, namespace: gloo-mesh}\n"
      "  spec:\n"
      "    meshes: []\n"
      "    meshes: []\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: c, namespace: gloo-mesh}\n"
      "  spec: {}\n",
      "a.yaml:13:5: the key meshes is here a second time, the first is in line 12; remove one\n",
      "objects 2; refused VirtualMesh gloo-mesh/b" },
    { "a List without items lost them",
      "apiVersion: v1\n"
      "kind: List\n"
      "item: []\n",
      "a.yaml:1:1: items: is required; write the objects of the list, or []\n"
      "a.yaml:3:1: item: unknown field; did you mean items?\n",
      "objects 0; incomplete" },
    { "a List whose items are no list",
      "apiVersion: v1\n"
      "kind: List\n"
      "items: {}\n",
      "a.yaml:3:8: items: must be a list, is a map\n",
      "objects 0; incomplete" },
    { "an empty List",
      "apiVersion: v1\n"
      "kind: List\n"
      "items: []\n",
      "",
      "objects 0" },
    { "items twice: half of them are lost",
      "apiVersion: v1\n"
      "kind: List\n"
      "items: []\n"
      "items:\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: a, namespace: gloo-mesh}\n"
      "  spec: {}\n",
      "a.yaml:4:1: the key items is here a second time, the first is in line 3; remove one\n",
      "objects 0; incomplete" },
    { "a double key through an alias refuses every item of that List",
      "apiVersion: v1\n"
      "kind: List\n"
      "items:\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: a, namespace: gloo-mesh}\n"
      "  spec: &s {meshes: [], meshes: []}\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: b, namespace: gloo-mesh}\n"
      "  spec: *s\n",
      "a.yaml:7:25: the key meshes is here a second time, the first is in line 7; remove one\n",
      "objects 0; refused VirtualMesh gloo-mesh/a; refused VirtualMesh gloo-mesh/b; incomplete" },
    { "an item that is an alias has no place of its own, so every item is refused",
      "apiVersion: v1\n"
      "kind: List\n"
      "items:\n"
      "- apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: a, namespace: gloo-mesh}\n"
      "  spec: {}\n"
      "- &b\n"
      "  apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "  kind: VirtualMesh\n"
      "  metadata: {name: b, namespace: gloo-mesh}\n"
      "  spec: {meshes: [], meshes: []}\n"
      "- *b\n",
      "a.yaml:8:3: metadata.name: VirtualMesh b in namespace gloo-mesh is also given at a.yaml:8:3; keep one of them, until then none is used\n"
      "a.yaml:12:22: the key meshes is here a second time, the first is in line 12; remove one\n",
      "objects 0; refused VirtualMesh gloo-mesh/a; refused VirtualMesh gloo-mesh/b" },
};
/* clang-format on */

static void test_documents(void **state)
{
    (void)state;
    sample_documents(documents, LENGTH(documents));
}

#define MESH(cluster, more)                                                                        \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\n"                                                 \
    "kind: Mesh\n"                                                                                 \
    "metadata: {name: m, namespace: gloo-mesh}\n"                                                  \
    "spec: {istio: {installation: {cluster: " cluster ", namespace: istio-system}" more "}}\n"

/* The cluster of a refused Mesh keeps what it has; of one that is given twice neither counts. */
static void test_cluster_of_a_refused_mesh(void **state)
{
    static const struct {
        const char *yaml, *cluster;
        size_t refused;
    } rows[] = {
        { MESH("eu-1", ", x: 1"), "eu-1", 1 },
        { MESH("eu-1", "") "---\n" MESH("eu-2", ""), "", 1 },
        { MESH("eu-1", ", x: 1") "---\n" MESH("eu-2", ", x: 1"), "", 1 },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct sample sample;

        sample_text(&sample, rows[i].yaml);
        assert_int_equal(sample.specs.refused_count, rows[i].refused);
        assert_text(rows[i].yaml, sample.specs.refused->cluster, rows[i].cluster);
        sample_free(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_cluster_of_a_refused_mesh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
