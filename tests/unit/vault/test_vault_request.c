/* tests/unit/vault/test_vault_request.c - the bodies that Vault gets. */
#include "base/parse_json.h"
#include "vault/vault_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void logins_name_role_and_secret(void **state)
{
    const struct vault_credential kubernetes = { VAULT_AUTH_KUBERNETES, "auth/k8s", "is\"tio",
                                                 "a.b.c" };
    const struct vault_credential app_role = { VAULT_AUTH_APP_ROLE, "auth/approle", "role",
                                               "secret" };
    AUTO_TEXT first = { .secret = true };
    AUTO_TEXT second = { .secret = true };

    (void)state;
    vault_request_login(&first, &kubernetes);
    assert_string_equal(first.bytes, "{\"role\":\"is\\\"tio\",\"jwt\":\"a.b.c\"}");
    vault_request_login(&second, &app_role);
    assert_string_equal(second.bytes, "{\"role_id\":\"role\",\"secret_id\":\"secret\"}");
}

static void a_signature_is_asked_for_by_values_of_ours(void **state)
{
    const struct vault_signing signing = { .csr = "-----BEGIN\n",
                                           .common_name = "weft intermediate eu-1 g1",
                                           .org = "Istio, \"x\"",
                                           .uri = "spiffe://td/ns/a/sa/b",
                                           .path_length = 0,
                                           .not_after = "2027-01-01T00:00:00Z",
                                           .backdate = 3600 };
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT body = { 0 };
    const struct node *root = NULL;
    struct err err;

    (void)state;
    vault_request_sign(&body, &signing);
    assert_int_equal(parse_json(&root, body.bytes, body.len, arena, &err), 0);
    assert_string_equal(node_get(root, "csr", NULL), signing.csr);
    assert_string_equal(node_get(root, "organization", NULL), signing.org);
    assert_string_equal(node_get(root, "uri_sans", NULL), signing.uri);
    assert_string_equal(node_get(root, "not_after", NULL), signing.not_after);
    assert_string_equal(node_get(root, "not_before_duration", NULL), "3600s");
    assert_string_equal(node_get(root, "max_path_length", NULL), "0");
    assert_false(node_true(node_find(root, "use_csr_values")));
    assert_true(node_true(node_find(root, "exclude_cn_from_sans")));
    assert_null(node_find(root, "ttl")); /* Vault takes one of the two */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins_name_role_and_secret),
        cmocka_unit_test(a_signature_is_asked_for_by_values_of_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
