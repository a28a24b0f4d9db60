/* tests/unit/api/test_schema_path.c - the one map that a field belongs to. */
#include "api/schema_path.h"
#include "api/virtual_mesh.h"
#include "tests/lib/specs_sample.h"

static void test_find(void **state)
{
    static const struct {
        const char *key, *path; /* NULL: none, or several */
    } rows[] = {
        { "federation", "spec" },
        { "rotationVerificationMethod", "spec.mtlsConfig" },
        { "rootCertificateAuthority", "spec.mtlsConfig.shared" },
        { "portName", "spec.federation.ingressGatewaySelectors[]" },
        { "ttlDays", NULL },
        { "quux", NULL },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const char *path = schema_path_find(&virtual_mesh_schema, "spec", rows[i].key, arena);

        if (rows[i].path)
            assert_string_equal(path, rows[i].path);
        else
            assert_null(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
