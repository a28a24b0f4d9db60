/* tests/unit/api/test_object_span.c - what becomes of documents that are no objects, other kinds,
 * wrong versions and metadata. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_document documents[] = {
    { "an empty file may be what a failed command left behind",
      "",
      "a.yaml: cannot be read: it is empty; delete it, or write a comment if that is meant\n",
      "objects 0; incomplete" },
    { "blanks alone are empty",
      "\xEF\xBB\xBF \r\n\n",
      "a.yaml: cannot be read: it is empty; delete it, or write a comment if that is meant\n",
      "objects 0; incomplete" },
    { "objects that were commented out are meant to be gone",
      "---\n# kind: Mesh\n",
      "",
      "objects 0" },
    { "null is what jq says when there was nothing",
      "null\n",
      "a.yaml: cannot be read: it holds null and no object\n",
      "objects 0; incomplete" },
    { "null beside an object is nothing",
      "---\nnull\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
      "a.yaml:5:7: kind: warning: 'Service' is not read by weft, so this object is ignored\n",
      "objects 0" },
    { "a document that is no object stands where one could be",
      "replicas: 3\n",
      "a.yaml:1:1: is no Kubernetes object (apiVersion, kind and metadata); correct it, or move it out of the specs; until then nothing is deleted\n",
      "objects 0; incomplete" },
    { "also beside an object",
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\nwhatever\n",
      "a.yaml:2:7: kind: warning: 'Service' is not read by weft, so this object is ignored\n"
      "a.yaml:5:1: is no Kubernetes object (apiVersion, kind and metadata); correct it, or move it out of the specs; until then nothing is deleted\n",
      "objects 0; incomplete" },
    { "a list is no object",
      "- a\n",
      "a.yaml:1:1: is no Kubernetes object (apiVersion, kind and metadata); correct it, or move it out of the specs; until then nothing is deleted\n",
      "objects 0; incomplete" },
    { "a chart has an apiVersion and no kind",
      "apiVersion: v2\n"
      "name: shop\n",
      "a.yaml:1:1: is no Kubernetes object (apiVersion, kind and metadata); correct it, or move it out of the specs; until then nothing is deleted\n",
      "objects 0; incomplete" },
    { "an object has metadata",
      "apiVersion: v1\n"
      "kind: Config\n",
      "a.yaml:1:1: is no Kubernetes object (apiVersion, kind and metadata); correct it, or move it out of the specs; until then nothing is deleted\n",
      "objects 0; incomplete" },
    { "a list of other objects is an object",
      "apiVersion: v1\n"
      "kind: ConfigMapList\n"
      "items: []\n",
      "a.yaml:2:7: kind: warning: 'ConfigMapList' is not read by weft, so this object is ignored\n",
      "objects 0" },
    { "the error of an API server is no object",
      "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"Unauthorized\",\"code\":401}\n",
      "a.yaml:1:1: is an error of an API server instead of an object; fetch it again: Unauthorized\n",
      "objects 0; incomplete" },
    { "what SOPS encrypted is no object of another kind",
      "apiVersion: ENC[AES256_GCM,data:QQ==,type:str]\n"
      "kind: ENC[AES256_GCM,data:QQ==,type:str]\n"
      "metadata: {name: x}\n"
      "sops: {mac: x}\n",
      "a.yaml:1:1: is encrypted by SOPS, which weft does not decrypt; keep this file in plain text\n",
      "objects 0; incomplete" },
    { "a pointer of Git LFS",
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
      "a.yaml:1:1: is a Git LFS pointer instead of the file; weft does not fetch from LFS, so keep the file in Git itself (git lfs untrack)\n",
      "objects 0; incomplete" },
    { "the words of a failed command",
      "error: You must be logged in to the server (Unauthorized)\n",
      "a.yaml:1:1: is the error message of a command instead of its output; run that command again\n",
      "objects 0; incomplete" },
    { "the text of a symbolic link",
      "../base/services.yaml",
      "a.yaml:1:1: holds only a path, as Git stores a symbolic link; put the file itself here\n",
      "objects 0; incomplete" },
    { "one of our groups without a kind",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n",
      "a.yaml:1:1: kind: is required; write the kind of this object, such as VirtualMesh\n",
      "objects 0; incomplete" },
    { "other kinds are left alone",
      "apiVersion: v1\n"
      "kind: Service\n"
      "metadata: {name: a}\n",
      "a.yaml:2:7: kind: warning: 'Service' is not read by weft, so this object is ignored\n",
      "objects 0" },
    { "TrafficPolicy is left alone",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: TrafficPolicy\n"
      "metadata: {name: a}\n"
      "spec: {x: y}\n",
      "a.yaml:2:7: kind: warning: 'TrafficPolicy' is not read by weft, so this object is ignored\n",
      "objects 0" },
    { "a slip in the kind is not a deleted object",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMeshes\n"
      "metadata: {name: a, namespace: gloo-mesh}\n",
      "a.yaml:2:7: kind: 'VirtualMeshes' is no kind of networking.mesh.gloo.solo.io/v1; did you mean VirtualMesh?\n",
      "objects 0; incomplete" },
    { "a kind that none of our groups has",
      "apiVersion: discovery.mesh.gloo.solo.io/v1alpha2\n"
      "kind: TrafficTarget\n"
      "metadata: {name: a, namespace: gloo-mesh}\n",
      "a.yaml:2:7: kind: 'TrafficTarget' is no kind of discovery.mesh.gloo.solo.io/v1alpha2\n",
      "objects 0; incomplete" },
    { "an older version says the right one",
      "apiVersion: networking.mesh.gloo.solo.io/v1alpha2\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {federation: {mode: x}}\n",
      "a.yaml:1:13: apiVersion: must be networking.mesh.gloo.solo.io/v1 for the kind VirtualMesh; got 'networking.mesh.gloo.solo.io/v1alpha2'\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "a missing version says the right one",
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n",
      "a.yaml:1:1: apiVersion: is required; write networking.mesh.gloo.solo.io/v1\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "a version that is a number",
      "apiVersion: 1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n",
      "a.yaml:1:13: apiVersion: must be networking.mesh.gloo.solo.io/v1 for the kind VirtualMesh; got '1'\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "a kind that is a number",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: 1\n",
      "a.yaml:2:7: kind: '1' is no kind of networking.mesh.gloo.solo.io/v1\n",
      "objects 0; incomplete" },
    { "metadata is required",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "spec: {}\n",
      "a.yaml:1:1: metadata: is required; write metadata with a name and a namespace\n",
      "objects 0; refused VirtualMesh /; incomplete" },
    { "metadata is a map",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: a\n"
      "spec: {}\n",
      "a.yaml:3:11: metadata: must be a map with a name and a namespace\n",
      "objects 0; refused VirtualMesh /; incomplete" },
    { "a name and a namespace are required",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {}\n"
      "spec: {}\n",
      "a.yaml:3:11: metadata.name: is required; write the name of this object\n"
      "a.yaml:3:11: metadata.namespace: is required; write the namespace of this object: all kinds that weft reads are namespaced, usually in gloo-mesh\n",
      "objects 0; refused VirtualMesh /; incomplete" },
    { "half a name is none",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a}\n"
      "spec: {}\n",
      "a.yaml:3:11: metadata.namespace: is required; write the namespace of this object: all kinds that weft reads are namespaced, usually in gloo-mesh\n",
      "objects 0; refused VirtualMesh /a; incomplete" },
    { "names are DNS names",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: ../a, namespace: a.b}\n"
      "spec: {}\n",
      "a.yaml:3:18: metadata.name: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got '../a'\n"
      "a.yaml:3:35: metadata.namespace: must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 of them (RFC 1123); got 'a.b'\n",
      "objects 0; refused VirtualMesh /; incomplete" },
    { "a spec is required",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n",
      "a.yaml:1:1: spec: is required; write 'spec: {}' when nothing is to be set\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "a null spec is none",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec:\n",
      "a.yaml:1:1: spec: is required; write 'spec: {}' when nothing is to be set\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "unknown fields beside spec",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "specs: {}\n"
      "spec: {}\n",
      "a.yaml:4:1: specs: unknown field; remove it\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "whatever stands in status is ignored",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "status: {x: 1, meshes: [], conditions: 5}\n",
      "",
      "objects 1" },
    { "a status of the wrong type, too",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh}\n"
      "spec: {}\n"
      "status: 5\n",
      "",
      "objects 1" },
    { "what an API server adds is fine",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata:\n"
      "  annotations:\n"
      "    kubectl.kubernetes.io/last-applied-configuration: |\n"
      "      {\"apiVersion\":\"networking.mesh.gloo.solo.io/v1\"}\n"
      "    number: 5\n"
      "  creationTimestamp: \"2021-09-01T08:00:00Z\"\n"
      "  finalizers: [x]\n"
      "  generation: 4\n"
      "  labels: {a: b}\n"
      "  managedFields:\n"
      "  - {apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {\"f:spec\": {\".\": {}}}, manager: kubectl, operation: Update}\n"
      "  name: a\n"
      "  namespace: gloo-mesh\n"
      "  ownerReferences: []\n"
      "  resourceVersion: \"12\"\n"
      "  selfLink: \"\"\n"
      "  uid: 0d7cf0a4-59f3-4f3a-a1a4-1d5f2dcb7d8b\n"
      "spec: {}\n",
      "",
      "objects 1" },
    { "a time that is none, a generation that is none",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh, creationTimestamp: yesterday, generation: -1}\n"
      "spec: {}\n",
      "a.yaml:3:62: metadata.creationTimestamp: warning: is no time such as 2026-11-23T11:00:00Z and is ignored\n"
      "a.yaml:3:85: metadata.generation: must be at least 0, is -1\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "our own annotations are strings",
      "apiVersion: networking.mesh.gloo.solo.io/v1\n"
      "kind: VirtualMesh\n"
      "metadata: {name: a, namespace: gloo-mesh, annotations: {weft.dev/hold: true, other/hold: true}}\n"
      "spec: {}\n",
      "a.yaml:3:72: metadata.annotations[\"weft.dev/hold\"]: must be a string, is the boolean true; write it in quotes\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
    { "a slip in the kind and in the version",
      "apiVersion: v1\n"
      "kind: VirtualMeshs\n"
      "metadata: {name: a}\n",
      "a.yaml:2:7: kind: warning: 'VirtualMeshs' is not read by weft, so this object is ignored; did you mean VirtualMesh?\n",
      "objects 0" },
    { "a Dashboard is left alone",
      "apiVersion: settings.mesh.gloo.solo.io/v1\n"
      "kind: Dashboard\n"
      "metadata: {name: a}\n"
      "spec: {}\n",
      "a.yaml:2:7: kind: warning: 'Dashboard' is not read by weft, so this object is ignored\n",
      "objects 0" },
    { "JSON is YAML, too",
      "{\"apiVersion\": \"networking.mesh.gloo.solo.io/v1\", \"kind\": \"VirtualMesh\",\n"
      " \"metadata\": {\"name\": \"a\", \"namespace\": \"gloo-mesh\"}, \"spec\": {\"meshes\": [{\"name\": \"b\"}]}}\n",
      "a.yaml:2:75: spec.meshes[0].namespace: is required; write the namespace of the Mesh object\n",
      "objects 0; refused VirtualMesh gloo-mesh/a" },
};
/* clang-format on */

static void test_documents(void **state)
{
    (void)state;
    sample_documents(documents, LENGTH(documents));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
