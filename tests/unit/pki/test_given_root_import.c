/* tests/unit/pki/test_given_root_import.c - a given CA becomes a row of the ledger, once, and of
 * one virtual mesh. */
#include "base/text.h"
#include "pki/given_root_import.h"
#include "pki/issuer.h"
#include "pki/root.h"
#include "tests/lib/failing_crypto.h"
#include "tests/unit/pki/issued_test.h"
#include <openssl/pem.h>

struct given_files { /* what a folder or a Secret would hold; a context of root_reader */
    EVP_PKEY *key;
    const char *pem;
};

static struct secret *pem_of_key(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct secret *secret;
    char *bytes;
    long len;

    PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    len = BIO_get_mem_data(bio, &bytes);
    secret = secret_copy(bytes, (size_t)len);
    BIO_free(bio);
    return secret;
}

static int give(void *context, struct root_files *out, struct object_ref secret, struct err *err)
{
    const struct given_files *given = context;

    if (strcmp(secret.name, "my-ca") != 0)
        return err_set(err, ERR_SYSTEM, 404, "no such Secret");
    root_files_add(out, "root-cert.pem", secret_copy(given->pem, strlen(given->pem)));
    root_files_add(out, "key.pem", pem_of_key(given->key));
    return 0;
}

static const char *self_signed(EVP_PKEY *key)
{
    const struct ca_profile profile = { .org = "acme",
                                        .common_name = "given",
                                        .path_length = CA_PATH_UNLIMITED,
                                        .not_before = NOW - DAY,
                                        .not_after = NOW + 1000 * DAY };
    AUTO(X509_free) X509 *certificate = NULL;
    const char *pem = NULL;
    struct err err;

    assert_int_equal(profile_certificate_make(&certificate, &profile, key, NULL, key, &err), 0);
    assert_int_equal(certificate_pem(&pem, certificate, fx->arena, &err), 0);
    return pem;
}

static int import(const char **id, struct trust_request *to, struct given_files *given,
                  struct err *err)
{
    const struct root_reader reader = { give, given };
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW, .given = &reader };

    return given_root_import(id, &fx->ledger, to, fx->custody, &options, err);
}

static void ask_for(struct trust_request *of, const char *name)
{
    struct shared_trust *shared =
        &((struct virtual_mesh *)(uintptr_t)of->virtual_mesh)->mtls.shared;

    shared->source = ROOT_SECRET;
    shared->secret = (struct object_ref){ name, "gloo-mesh" };
}

static void it_is_added_once_and_signs(void **state)
{
    struct given_files given = { .key = EVP_EC_gen("P-256") };
    const struct ledger_root *row;
    const char *id = NULL, *again = NULL;
    struct err err = { .text = "" };

    (void)state;
    given.pem = self_signed(given.key);
    assert_false(given_root_import_wanted(request->shared));
    ask_for(request, "my-ca");
    assert_true(given_root_import_wanted(request->shared));
    if (import(&id, request, &given, &err) < 0)
        fail_msg("%s", err.text);
    row = ledger_find_root(&fx->ledger, id);
    assert_int_equal(row->state, KEY_NEXT);
    assert_int_equal(row->origin, ORIGIN_GIVEN);
    assert_string_equal(row->virtual_mesh, request->name);
    assert_string_equal(row->cert_pem, given.pem);
    assert_true(issuer_can_sign(row));
    assert_int_equal(import(&again, request, &given, &err), 0);
    assert_string_equal(again, id);
    assert_null(row->next); /* still one row of it, behind the generated root */
    EVP_PKEY_free(given.key);
}

/* Two virtual meshes that trust one root trust each other, which is for federation to decide. */
static void virtual_meshes_do_not_share_one(void **state)
{
    struct given_files given = { .key = EVP_EC_gen("P-256") };
    struct trust_request *other = fixture_request(fx, "other", "us-", 1);
    const char *id = NULL;
    struct err err;

    (void)state;
    given.pem = self_signed(given.key);
    ask_for(request, "my-ca");
    ask_for(other, "my-ca");
    assert_int_equal(import(&id, request, &given, &err), 0);
    assert_int_equal(import(&id, other, &given, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, request->name));
    EVP_PKEY_free(given.key);
}

static void what_cannot_be_read_is_told_by_its_name(void **state)
{
    struct given_files given = { .key = NULL };
    const struct issue_options nowhere = { .now = NOW };
    const char *id = NULL;
    struct err err;

    (void)state;
    ask_for(request, "missing");
    assert_int_equal(import(&id, request, &given, &err), -1);
    assert_int_equal(err.code, 404);
    assert_non_null(strstr(err.text, "missing.gloo-mesh."));
    given = (struct given_files){ .key = EVP_EC_gen("P-256"), .pem = "no certificate" };
    ask_for(request, "my-ca");
    assert_int_equal(import(&id, request, &given, &err), -1);
    assert_null(id);
    EVP_PKEY_free(given.key);
    assert_int_equal(given_root_import(&id, &fx->ledger, request, fx->custody, &nowhere, &err), -1);
    assert_non_null(strstr(err.text, "pki.givenRoots"));
}

/* Planning imports into a copy; applying takes over what the copy gained, and nothing else. */
static void a_copy_leaves_the_ledger_alone(void **state)
{
    struct given_files given = { .key = EVP_EC_gen("P-256") };
    const struct root_reader reader = { give, &given };
    const struct issue_options options = { .now = NOW, .given = &reader };
    struct ledger ahead = given_root_import_ahead(&fx->ledger, fx->arena);
    const struct ledger_root *generated = fx->ledger.roots;
    const char *id = NULL;
    struct err err;

    (void)state;
    given.pem = self_signed(given.key);
    ask_for(request, "my-ca");
    assert_int_equal(given_root_import(&id, &ahead, request, NULL, &options, &err), 0);
    assert_null(ledger_find_root(&fx->ledger, id));
    given_root_import_take(&fx->ledger, &ahead);
    assert_non_null(ledger_find_root(&fx->ledger, id));
    assert_ptr_equal(fx->ledger.roots, generated);
    EVP_PKEY_free(given.key);
}

/* The root of a cluster's own is trusted and never signs. */
static void an_adopted_root_has_no_key(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    const char *pem = self_signed(key);
    const struct ledger_root *row;
    struct err err;

    (void)state;
    assert_int_equal(given_root_import_adopt(&fx->ledger, "not there yet", pem, NOW, &err), 0);
    for (row = fx->ledger.roots; row->next;)
        row = row->next;
    assert_int_equal(row->origin, ORIGIN_ADOPTED);
    assert_int_equal(row->state, KEY_DESTROYED);
    assert_string_equal(row->virtual_mesh, "");
    assert_false(issuer_can_sign(row));
    assert_int_equal(given_root_import_adopt(&fx->ledger, row->id, "nonsense", NOW, &err), 0);
    assert_null(row->next); /* known already: it stays as it is */
    assert_int_equal(given_root_import_adopt(&fx->ledger, "other", "nonsense", NOW, &err), -1);
}

/* Read already: what is starved is the import. */
static enum attempt import_starved(void *context)
{
    const struct ledger_root *row;
    const struct given_root *given = context;
    const char *id = given->id;
    struct err err;
    int result = given_root_import_add(&fx->ledger, request->name, given, ORIGIN_GIVEN, fx->custody,
                                       NOW, &err);

    failing_crypto_over();
    if (result < 0)
        return ATTEMPT_FAILED;
    row = id ? ledger_find_root(&fx->ledger, id) : NULL;
    return row && issuer_can_sign(row) ? ATTEMPT_WHOLE : ATTEMPT_HALF;
}

/* A CA whose key could not be sealed is not one that is there. */
static void want_of_memory_adds_nothing_half(void **state)
{
    struct given_files content = { .key = EVP_EC_gen("P-256") };
    const struct object_ref name = { "my-ca", "gloo-mesh" };
    AUTO_ROOT_FILES files = { .count = 0 };
    struct given_root given;
    struct err err;

    (void)state;
    content.pem = self_signed(content.key);
    assert_int_equal(give(&content, &files, name, &err), 0);
    assert_int_equal(given_root_read(&given, &files, name, NOW, fx->arena, &err), 0);
    assert_true(failing_crypto_sweep(import_starved, &given) > 1);
    given_root_close(&given);
    EVP_PKEY_free(content.key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(it_is_added_once_and_signs),
        CASE(virtual_meshes_do_not_share_one),
        CASE(what_cannot_be_read_is_told_by_its_name),
        CASE(a_copy_leaves_the_ledger_alone),
        CASE(an_adopted_root_has_no_key),
        CASE(want_of_memory_adds_nothing_half),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests_name("pki/given_root_import", tests, NULL, NULL);
}
