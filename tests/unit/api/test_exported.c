/* tests/unit/api/test_exported.c - what "kubectl get -o yaml" prints of all kinds can be committed
 * as it is. */
#include "api/meta.h"
#include "api/specs_index.h"
#include "tests/lib/specs_sample.h"

#include "base/files.h"

static void test_exported(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct sample sample;
    struct err err;
    char *yaml;
    size_t len;

    (void)state;
    if (file_read(&yaml, &len, EXPORTED, 1 << 20, arena, &err) < 0)
        fail_msg("%s", err.text);
    sample_text(&sample, yaml);
    assert_text("only what weft does not need is remarked on", sample.said,
                "a.yaml:130:9: items[3].kind: warning: 'TrafficPolicy' is not read by weft, so "
                "this object is ignored\n"
                "a.yaml:307:9: items[11].kind: warning: 'IssuedCertificate' is not read by weft, "
                "so this object is "
                "ignored\n");
    assert_string_equal(sample_outcome(&sample), "objects 10");
    assert_string_equal(
        meta_annotation(&sample.specs.virtual_meshes[1].meta, "weft.dev/rotation-approved"),
        "r1-0123abcd/1");
    assert_int_equal(sample.specs.virtual_meshes[1].meta.place.line, 3);
    assert_int_equal(sample.specs.virtual_meshes[0].mtls.shared.kind, CA_INTERMEDIATE);
    assert_string_equal(specs_cluster_domain(&sample.specs, "north"), "north.local");
    assert_non_null(
        specs_service(&sample.specs, (struct cluster_ref){ "lending", "loans", "north" }));
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_exported) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
