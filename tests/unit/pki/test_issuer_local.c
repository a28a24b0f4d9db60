/* tests/unit/pki/test_issuer_local.c - signing with a key that is sealed in the ledger: only in its
 * own row, only with its own certificate, and never again once the key is destroyed. */
#include "pki/issuer.h"
#include "pki/issuer_local.h"
#include "tests/unit/pki/issued_test.h"

static int opens(const struct ledger_root *root, struct err *err)
{
    struct ca_signer signer = { 0 };
    void *key = NULL;
    int result;

    assert_int_equal(ca_read(&signer, root, err), 0);
    result = issuer_local.open(&key, root, &signer,
                               &(struct issuer_means){ .custody = fx->custody }, err);
    issuer_local.close(key);
    ca_release(&signer);
    return result;
}

static void a_key_opens_in_its_own_row(void **state)
{
    struct ledger_root *root = fx->ledger.roots;
    const struct ledger_root was = *root;
    struct err err;

    (void)state;
    assert_int_equal(opens(root, &err), 0);
    root->id = "another row";
    assert_int_equal(opens(root, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    *root = was;
    root->spki = "another public key";
    assert_int_equal(opens(root, &err), -1);
    *root = was;
}

/* Rows that were swapped as a whole would sign with a key that no certificate of theirs names. */
static void a_key_must_fit_its_certificate(void **state)
{
    const struct trust_request *other = fixture_request(fx, "other", "us-", 1);
    struct ledger_root *root = fx->ledger.roots;
    struct err err;

    (void)state;
    fixture_issue(fx, &other, 1, NOW);
    assert_non_null(root->next);
    root->cert_pem = root->next->cert_pem;
    assert_int_equal(opens(root, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_non_null(strstr(err.text, "does not fit"));
}

static void forgotten_is_destroyed(void **state)
{
    struct ledger_root *root = fx->ledger.roots;
    struct err err;

    (void)state;
    assert_true(issuer_local.can_sign(root));
    issuer_local.destroy_key(root);
    assert_int_equal(root->key.len, 0);
    assert_false(issuer_local.can_sign(root));
    assert_int_equal(opens(root, &err), -1);
    assert_non_null(root->cert_pem); /* the certificate stays: clusters trust it */
}

static void the_row_is_named_by_table_id_purpose_and_key(void **state)
{
    const struct custody_row row = issuer_local_custody_row("id", "spki");

    (void)state;
    assert_string_equal(row.table, "root"); /* stored: a key sealed under these opens under these */
    assert_string_equal(row.id, "id");
    assert_string_equal(row.purpose, "sign");
    assert_string_equal(row.spki, "spki");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_key_opens_in_its_own_row),
        CASE(a_key_must_fit_its_certificate),
        CASE(forgotten_is_destroyed),
        CASE(the_row_is_named_by_table_id_purpose_and_key),
    };

    return cmocka_run_group_tests_name("pki/issuer_local", tests, NULL, NULL);
}
