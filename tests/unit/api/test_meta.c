/* tests/unit/api/test_meta.c - metadata: what is kept, what is required, and what an API server
 * adds to it. */
#include "api/meta.h"
#include "tests/lib/specs_sample.h"

#define MESH "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\n"
#define SPEC "spec: {istio: {installation: {namespace: istio-system, cluster: a}}}\n"

static void test_kept(void **state)
{
    struct sample sample;
    const struct meta *meta;

    (void)state;
    sample_text(&sample, MESH "metadata:\n"
                              "  name: a\n"
                              "  namespace: b\n"
                              "  generation: 4\n"
                              "  creationTimestamp: 2026-11-23T11:00:00Z\n"
                              "  uid: x\n"
                              "  managedFields: [{manager: kubectl}]\n"
                              "  annotations: {weft.dev/root-namespace: istio, other: {}}\n" SPEC);
    assert_string_equal(sample.said, "");
    meta = &sample.specs.meshes[0].meta;
    assert_string_equal(meta->key, "a.b.");
    assert_int_equal(meta->generation, 4);
    assert_int_equal(meta->created, 1795431600);
    assert_int_equal(meta->annotation_count, 1);
    assert_string_equal(meta_annotation(meta, "weft.dev/root-namespace"), "istio");
    assert_null(meta_annotation(meta, "other"));
    assert_int_equal(meta->place.line, 1);
    sample_free(&sample);
}

/* clang-format off */
static const struct sample_document documents[] = {
    { "no metadata", MESH SPEC,
      "a.yaml:1:1: metadata: is required; write metadata with a name and a namespace\n",
      "objects 0; refused Mesh /; incomplete" },
    { "metadata that is a text", MESH "metadata: a\n" SPEC,
      "a.yaml:3:11: metadata: must be a map with a name and a namespace\n",
      "objects 0; refused Mesh /; incomplete" },
    { "a name that is none", MESH "metadata: {name: A, namespace: b}\n" SPEC,
      "a.yaml:3:18: metadata.name: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got 'A'\n",
      "objects 0; refused Mesh b/; incomplete" },
    { "no namespace", MESH "metadata: {name: a}\n" SPEC,
      "a.yaml:3:11: metadata.namespace: is required; write the namespace of this object: all kinds that weft reads are namespaced, usually in gloo-mesh\n",
      "objects 0; refused Mesh /a; incomplete" },
    { "a time that is none", MESH "metadata: {name: a, namespace: b, creationTimestamp: yesterday}\n" SPEC,
      "a.yaml:3:54: metadata.creationTimestamp: warning: is no time such as 2026-11-23T11:00:00Z and is ignored\n",
      "objects 1" },
};
/* clang-format on */

static void test_mistakes(void **state)
{
    (void)state;
    sample_documents(documents, LENGTH(documents));
}

/* Nothing is said by leaving spec out. */
static void test_spec_is_required(void **state)
{
    (void)state;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct sample sample;

        sample_spec(&sample, (enum object_kind)kind, "");
        assert_text(object_kind_name((enum object_kind)kind), sample.said,
                    "a.yaml:1:1: spec: is required; write 'spec: {}' when nothing is to be set\n");
        sample_free(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_spec_is_required),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
