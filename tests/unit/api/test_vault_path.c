/* tests/unit/api/test_vault_path.c - which paths of Vault sign an intermediate, and where their
 * issuer is. */
#include "api/vault_path.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *path, *mount, *issuer, *sign; /* mount NULL: no such path */
} rows[] = {
    { "pki/root/sign-intermediate", "pki", "default", "pki/root/sign-intermediate" },
    { "/v1/pki/root/sign-intermediate", "pki", "default", "pki/root/sign-intermediate" },
    { "v1/pki/root/sign-intermediate", "pki", "default", "pki/root/sign-intermediate" },
    { "team/a/pki/root/sign-intermediate", "team/a/pki", "default", "team/a/pki/root/sign-intermediate" },
    { "pki/issuer/root-2026/sign-intermediate", "pki", "root-2026", "pki/issuer/root-2026/sign-intermediate" },
    { "a/issuer/b/issuer/c/sign-intermediate", "a/issuer/b", "c", "a/issuer/b/issuer/c/sign-intermediate" },
    { "pki/sign/my-role", NULL, NULL, NULL },
    { "pki/issuer/x/sign/my-role", NULL, NULL, NULL },
    { "pki/issuer//sign-intermediate", NULL, NULL, NULL },
    { "pki/issuer/sign-intermediate", NULL, NULL, NULL },
    { "pki/issuer/a/b/sign-intermediate", NULL, NULL, NULL },
    { "pki/issuer/%2e%2e/sign-intermediate", NULL, NULL, NULL },
    { "p%2fki/root/sign-intermediate", NULL, NULL, NULL },
    { "/root/sign-intermediate", NULL, NULL, NULL },
    { "//pki/root/sign-intermediate", NULL, NULL, NULL },
    { "pki/root/sign-intermediate/", NULL, NULL, NULL },
    { "a", NULL, NULL, NULL },
    { "", NULL, NULL, NULL },
};
/* clang-format on */

static void paths_have_their_parts(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct vault_path path;

        if (vault_path_read(&path, rows[i].path, arena) != (rows[i].mount != NULL))
            fail_msg("%s", rows[i].path);
        if (!rows[i].mount)
            continue;
        assert_string_equal(path.mount, rows[i].mount);
        assert_string_equal(path.issuer, rows[i].issuer);
        assert_string_equal(path.sign, rows[i].sign);
    }
}

static void references_fit_into_paths(void **state)
{
    (void)state;
    assert_true(vault_path_is_issuer("3d6b7a10-1f2e-4d3c-9b8a-aabbccddeeff"));
    assert_false(vault_path_is_issuer("../sys"));
    assert_false(vault_path_is_issuer("a/b"));
    assert_false(vault_path_is_issuer("a?b"));
    assert_false(vault_path_is_issuer(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_have_their_parts),
        cmocka_unit_test(references_fit_into_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
