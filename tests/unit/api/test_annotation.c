/* tests/unit/api/test_annotation.c - the annotations that people write for weft: a slip in one is
 * reported with its place, and refuses nothing. */
#include "tests/lib/specs_sample.h"

#include "api/annotation.h"
#include <string.h>

#define HEAD                                                                                       \
    "apiVersion: networking.mesh.gloo.solo.io/v1\n"                                                \
    "kind: VirtualMesh\n"                                                                          \
    "metadata:\n"                                                                                  \
    "  name: retail\n"                                                                             \
    "  namespace: gloo-mesh\n"                                                                     \
    "  annotations:\n"
#define SPEC                                                                                       \
    "\n"                                                                                           \
    "spec: {meshes: [{name: a, namespace: gloo-mesh}, {name: b, namespace: gloo-mesh}]}\n"
#define MESH(name, cluster)                                                                        \
    "---\n"                                                                                        \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\n"                                                 \
    "kind: Mesh\n"                                                                                 \
    "metadata: {name: " name ", namespace: gloo-mesh}\n"                                           \
    "spec: {istio: {installation: {namespace: istio-system, cluster: " cluster "}}}\n"
#define FINGERPRINT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct row {
    const char *sentence;
    const char *annotation; /* from column 5 of line 7 on */
    const char *said;       /* after "a.yaml:"; "": nothing */
};

/* clang-format off */
static const struct row rows[] = {
    { "a canary of its own", "weft.dev/rotation-canary: cluster-1", "" },
    { "a canary with a slip in its name", "weft.dev/rotation-canary: cluster-l",
      "7:31: metadata.annotations[\"weft.dev/rotation-canary\"]: warning: 'cluster-l' is no cluster of this virtual mesh, "
      "so step 2 of a rotation waits: name one cluster, or take the annotation away; did you mean cluster-1?\n" },
    { "a canary that has left", "weft.dev/rotation-canary: elsewhere",
      "7:31: metadata.annotations[\"weft.dev/rotation-canary\"]: warning: 'elsewhere' is no cluster of this virtual mesh, "
      "so step 2 of a rotation waits: name one cluster, or take the annotation away\n" },
    { "two canaries", "weft.dev/rotation-canary: \"cluster-1, cluster-2\"",
      "7:31: metadata.annotations[\"weft.dev/rotation-canary\"]: warning: 'cluster-1, cluster-2' is no cluster of this virtual mesh, "
      "so step 2 of a rotation waits: name one cluster, or take the annotation away\n" },
    { "a canary without a name", "weft.dev/rotation-canary: \"\"",
      "7:31: metadata.annotations[\"weft.dev/rotation-canary\"]: warning: '' is no cluster of this virtual mesh, "
      "so step 2 of a rotation waits: name one cluster, or take the annotation away\n" },
    { "a key with a slip", "weft.dev/rotation-cannary: cluster-1",
      "7:32: metadata.annotations[\"weft.dev/rotation-cannary\"]: warning: is no annotation that weft reads, and has no effect; "
      "did you mean weft.dev/rotation-canary?\n" },
    { "a key that is like no other", "weft.dev/colour: red",
      "7:22: metadata.annotations[\"weft.dev/colour\"]: warning: is no annotation that weft reads, and has no effect\n" },
    { "what belongs on a Mesh", "weft.dev/root-namespace: istio-config",
      "7:30: metadata.annotations[\"weft.dev/root-namespace\"]: warning: is read on a Mesh, and has no effect here\n" },
    { "an approval by number", "weft.dev/rotation-approved: r2-0123abcd/1", "" },
    { "an approval by name", "weft.dev/rotation-approved: r12-0123abcd/DELETING_OLD_ROOT", "" },
    { "an approval of no step", "weft.dev/rotation-approved: r2-0123abcd/x",
      "7:33: metadata.annotations[\"weft.dev/rotation-approved\"]: warning: approves nothing: write \"<rotation id>/<step>\" as "
      "conditions and \"weft rotation plan\" show it, such as \"r2-0123abcd/1\"\n" },
    { "an approval of step 4", "weft.dev/rotation-approved: r2-0123abcd/4",
      "7:33: metadata.annotations[\"weft.dev/rotation-approved\"]: warning: approves nothing: write \"<rotation id>/<step>\" as "
      "conditions and \"weft rotation plan\" show it, such as \"r2-0123abcd/1\"\n" },
    { "an approval of no rotation", "weft.dev/rotation-approved: r2/1",
      "7:33: metadata.annotations[\"weft.dev/rotation-approved\"]: warning: approves nothing: write \"<rotation id>/<step>\" as "
      "conditions and \"weft rotation plan\" show it, such as \"r2-0123abcd/1\"\n" },
    { "all clusters hold the step", "weft.dev/rotation-acknowledged: r2-0123abcd/1", "" },
    { "these clusters hold the step", "weft.dev/rotation-acknowledged: r2-0123abcd/1 cluster-1, cluster-2", "" },
    { "a comma where the blank is to be", "weft.dev/rotation-acknowledged: r2-0123abcd/1,cluster-1",
      "7:37: metadata.annotations[\"weft.dev/rotation-acknowledged\"]: warning: acknowledges nothing: write \"<rotation id>/<step>\" "
      "as conditions and \"weft rotation plan\" show it, such as \"r2-0123abcd/1\", then the clusters, each after a blank "
      "(none: all)\n" },
    { "a blank and no cluster", "weft.dev/rotation-acknowledged: \"r2-0123abcd/1 \"",
      "7:37: metadata.annotations[\"weft.dev/rotation-acknowledged\"]: warning: acknowledges nothing: a blank follows the step, "
      "but no cluster\n" },
    { "a cluster that is not there holds nothing", "weft.dev/rotation-acknowledged: r2-0123abcd/1 cluster-1 cluster-7",
      "7:37: metadata.annotations[\"weft.dev/rotation-acknowledged\"]: warning: 'cluster-7' is no cluster of this virtual mesh; "
      "did you mean cluster-1?\n" },
    { "SealedSecrets are gone everywhere", "weft.dev/sealed-secret-removed: \"*\"", "" },
    { "SealedSecrets are gone in both", "weft.dev/sealed-secret-removed: \"cluster-1, cluster-2\"", "" },
    { "a SealedSecret of an unknown cluster", "weft.dev/sealed-secret-removed: \"cluster-1, elsewhere\"",
      "7:37: metadata.annotations[\"weft.dev/sealed-secret-removed\"]: warning: 'elsewhere' is no cluster of this virtual mesh\n" },
    { "no SealedSecret at all", "weft.dev/sealed-secret-removed: \", \"",
      "7:37: metadata.annotations[\"weft.dev/sealed-secret-removed\"]: warning: names no cluster; write \"cluster-1, cluster-2\"\n" },
    { "a root that is lost", "weft.dev/replace-lost-root: \"" FINGERPRINT "\"", "" },
    { "the beginning of a fingerprint", "weft.dev/replace-lost-root: \"0123456789abcdef\"",
      "7:33: metadata.annotations[\"weft.dev/replace-lost-root\"]: warning: replaces nothing: write the fingerprint of the lost "
      "root, 64 hex digits, as the status of the VirtualMesh names it\n" },
    { "what other programs write", "example.com/rotation-cannary: x", "" },
};
/* clang-format on */

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT yaml = { 0 };
        AUTO_TEXT want = { 0 };
        struct sample sample;

        text_addf(&yaml, HEAD "    %s" SPEC MESH("a", "cluster-1") MESH("b", "cluster-2"),
                  rows[i].annotation);
        text_addf(&want, "%s%s", *rows[i].said ? "a.yaml:" : "", rows[i].said);
        sample_text(&sample, yaml.bytes);
        assert_text(rows[i].sentence, sample.said, want.bytes);
        assert_text(rows[i].sentence, sample_outcome(&sample), "objects 3"); /* nothing is held */
        assert_int_equal(sample.specs.virtual_meshes->remark_count, *want.bytes != '\0');
        if (*want.bytes) /* the status says it, too */
            assert_memory_equal(sample.specs.virtual_meshes->remarks[0], want.bytes, want.len - 1);
        sample_free(&sample);
    }
}

static void test_mesh_unknown(void **state)
{
    struct sample sample;

    (void)state;
    sample_text(&sample,
                HEAD "    weft.dev/rotation-canary: cluster-9" SPEC MESH("a", "cluster-1"));
    assert_text("whose clusters are not known is refused for that", sample.said, "");
    sample_free(&sample);
}

static void test_mesh_annotation(void **state)
{
    struct sample sample;

    (void)state;
    sample_text(&sample,
                "apiVersion: discovery.mesh.gloo.solo.io/v1\n"
                "kind: Mesh\n"
                "metadata: {name: a, namespace: b, annotations: {weft.dev/root-namespace: c, "
                "weft.dev/rotation-canary: d}}\n"
                "spec: {istio: {installation: {namespace: istio-system, cluster: e}}}\n");
    assert_text(
        "a Mesh has one of its own", sample.said,
        "a.yaml:3:103: metadata.annotations[\"weft.dev/rotation-canary\"]: warning: is read "
        "on a VirtualMesh, and has no effect here\n");
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_mesh_unknown),
        cmocka_unit_test(test_mesh_annotation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
