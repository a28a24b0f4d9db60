/* tests/unit/pki/test_signing_request.c - the request proves possession of the key, and names the
 * subject. */
#include "pki/signing_request.h"
#include "tests/lib/trust_fixture.h"
#include <openssl/pem.h>
#include <openssl/ui.h>
#include <string.h>

static void it_is_signed_by_the_key_and_holds_no_private_part(void **state)
{
    const struct ca_profile profile = { .org = "Istio", .common_name = "weft, eu-1" };
    struct fixture *fx = *state;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    char line[256];
    X509_REQ *request;
    const char *pem = NULL;
    struct err err;
    BIO *bio;

    assert_int_equal(signing_request_pem(&pem, &profile, key, fx->arena, &err), 0);
    assert_null(strstr(pem, "PRIVATE"));
    bio = BIO_new_mem_buf(pem, -1);
    request = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
    assert_non_null(request);
    assert_int_equal(X509_REQ_verify(request, key), 1);
    assert_int_equal(X509_NAME_entry_count(X509_REQ_get_subject_name(request)), 2);
    X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(request), NID_commonName, line,
                              sizeof line);
    assert_string_equal(line, "weft, eu-1");
    assert_true(signing_request_is_named(pem, "weft, eu-1"));
    assert_false(signing_request_is_named(pem, "weft, eu-"));
    assert_false(signing_request_is_named(pem, "weft, eu-11"));
    assert_false(signing_request_is_named("", ""));
    X509_REQ_free(request);
    BIO_free(bio);
}

/* The subject is anything; what counts is the key, and that nothing is asked for. */
static const char *request_of(EVP_PKEY *key, EVP_PKEY *signer, const char *name,
                              struct arena *arena)
{
    X509_REQ *request = X509_REQ_new();
    BIO *bio = BIO_new(BIO_s_mem());
    STACK_OF(X509_EXTENSION) *asked = NULL;
    const char *pem;
    char *bytes;
    long len;

    X509_REQ_set_pubkey(request, key);
    if (name) {
        X509_EXTENSION *extension =
            X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, UNCONST(name));

        X509v3_add_ext(&asked, extension, -1);
        X509_EXTENSION_free(extension);
        X509_REQ_add_extensions(request, asked);
        sk_X509_EXTENSION_pop_free(asked, X509_EXTENSION_free);
    }
    X509_REQ_sign(request, signer, EVP_sha256());
    PEM_write_bio_X509_REQ(bio, request);
    len = BIO_get_mem_data(bio, &bytes);
    pem = arena_bytes(arena, bytes, (size_t)len);
    X509_REQ_free(request);
    BIO_free(bio);
    return pem;
}

static int fault_of(const char *pem)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *got = NULL;
    struct err err = { .code = CSR_NONE };

    int result = signing_request_read(&got, pem, &err);

    assert_int_equal(result, err.code == CSR_NONE ? 0 : -1);
    return err.code;
}

static void a_request_of_an_agent_is_judged_by_its_key(void **state)
{
    struct fixture *fx = *state;
    AUTO(EVP_PKEY_free) EVP_PKEY *good = EVP_EC_gen("P-256");
    AUTO(EVP_PKEY_free) EVP_PKEY *large = EVP_EC_gen("P-384");
    AUTO(EVP_PKEY_free) EVP_PKEY *rsa = EVP_RSA_gen(2048);
    AUTO(EVP_PKEY_free) EVP_PKEY *weak = EVP_RSA_gen(1024);
    AUTO(EVP_PKEY_free) EVP_PKEY *odd = EVP_EC_gen("secp256k1");
    const char *one = request_of(good, good, NULL, fx->arena);
    const struct {
        const char *pem;
        enum csr_fault fault;
    } rows[] = {
        { one, CSR_NONE },
        { request_of(large, large, NULL, fx->arena), CSR_NONE },
        { request_of(rsa, rsa, NULL, fx->arena), CSR_NONE },
        { request_of(weak, weak, NULL, fx->arena), CSR_WEAK_KEY },
        { request_of(odd, odd, NULL, fx->arena), CSR_WEAK_KEY },
        { request_of(good, rsa, NULL, fx->arena), CSR_SELF_SIGNATURE },
        { request_of(good, good, "URI:spiffe://other/ns/x/sa/y", fx->arena), CSR_NAMES },
        { "", CSR_UNREADABLE },
        { arena_printf(fx->arena, "%s%s", one, one), CSR_UNREADABLE },
        { "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n",
          CSR_UNREADABLE },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        int fault = fault_of(rows[i].pem);

        if (fault != (int)rows[i].fault)
            fail_msg("row %zu: %s", i, enums_name(&csr_faults, fault));
    }
}

static bool asked;

static int note_prompt(UI *ui)
{
    (void)ui;
    asked = true;
    return 0;
}

/* Headers of a PEM (RFC 1421) that say it is encrypted are the sender's: a pass must not stop at a
 * prompt because of them. */
static void no_password_is_asked_for(void **state)
{
    struct fixture *fx = *state;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    const UI_METHOD *former = UI_get_default_method();
    UI_METHOD *method = UI_create_method("test");
    const char *pem = request_of(key, key, NULL, fx->arena), *body = strchr(pem, '\n') + 1;

    pem = arena_printf(fx->arena,
                       "%.*sProc-Type: 4,ENCRYPTED\n"
                       "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n%s",
                       (int)(body - pem), pem, body);
    UI_method_set_opener(method, note_prompt);
    UI_set_default_method(method);
    assert_int_equal(fault_of(pem), CSR_UNREADABLE);
    UI_set_default_method(former);
    UI_destroy_method(method);
    assert_false(asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(it_is_signed_by_the_key_and_holds_no_private_part),
        FIXTURE_CASE(a_request_of_an_agent_is_judged_by_its_key),
        FIXTURE_CASE(no_password_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
