/* tests/unit/pki/test_given_root.c - given CAs: which files are taken, which are refused and
 * with which words; and that they sign. */
#include "pki/given_root_folder.h"
#include "pki/profile.h"
#include "tests/lib/trust_fixture.h"

#include "base/files.h"
#include "base/text.h"
#include "pki/cacerts.h"
#include "pki/given_root.h"
#include "pki/intermediate.h"
#include "pki/root.h"
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>

static const struct object_ref name = { "my-ca", "gloo-mesh" };

/* A root, a CA below it that may sign intermediates, and one below that may not. */
struct authorities {
    EVP_PKEY *root_key, *ca_key, *other_key, *curve_key, *short_key;
    X509 *root, *ca, *leafy, *usage, *second, *nameless;
};

static X509 *make(const struct ca_profile *profile, EVP_PKEY *key, X509 *issuer, EVP_PKEY *signer)
{
    X509 *cert = NULL;
    struct err err;

    if (profile_certificate_make(&cert, profile, key, issuer, signer, &err) < 0)
        fail_msg("%s", err.text);
    return cert;
}

static struct ca_profile profile_of(const char *common_name, int path_length)
{
    return (struct ca_profile){ .org = "acme",
                                .common_name = common_name,
                                .path_length = path_length,
                                .not_before = NOW - DAY,
                                .not_after = NOW + 1000 * DAY };
}

static void add_client_usage(X509 *cert, EVP_PKEY *signer)
{
    X509_EXTENSION *usage = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, "clientAuth");

    assert_true(X509_add_ext(cert, usage, -1) && X509_sign(cert, signer, EVP_sha256()));
    X509_EXTENSION_free(usage);
}

/* Its organization is a bit string, which X.520 does not know and libcrypto reads. */
static X509 *nameless(const struct ca_profile *profile, EVP_PKEY *key)
{
    X509 *cert = make(profile, key, NULL, key);
    X509_NAME *subject = X509_NAME_new();

    assert_true(X509_NAME_add_entry_by_NID(subject, NID_organizationName, V_ASN1_BIT_STRING,
                                           (const unsigned char *)"ab", 2, -1, 0)
                && X509_set_subject_name(cert, subject) && X509_sign(cert, key, EVP_sha256()));
    X509_NAME_free(subject);
    return cert;
}

static struct authorities authorities_open(void)
{
    struct authorities a = { .root_key = EVP_EC_gen("P-256"),
                             .ca_key = EVP_RSA_gen(2048),
                             .other_key = EVP_EC_gen("P-384"),
                             .curve_key = EVP_EC_gen("P-521"),
                             .short_key = EVP_RSA_gen(1024) };
    struct ca_profile root = profile_of("root", CA_PATH_UNLIMITED), ca = profile_of("ca", 1),
                      leafy = profile_of("leafy", 0),
                      second = profile_of("second", CA_PATH_UNLIMITED);

    a.root = make(&root, a.root_key, NULL, a.root_key);
    a.second = make(&second, a.other_key, NULL, a.other_key);
    a.nameless = nameless(&second, a.other_key);
    a.ca = make(&ca, a.ca_key, a.root, a.root_key);
    a.leafy = make(&leafy, a.ca_key, a.root, a.root_key);
    a.usage = make(&ca, a.ca_key, a.root, a.root_key);
    add_client_usage(a.usage, a.root_key);
    return a;
}

static void authorities_close(struct authorities *a)
{
    EVP_PKEY *const keys[] = { a->root_key, a->ca_key, a->other_key, a->curve_key, a->short_key };
    X509 *const certs[] = { a->root, a->ca, a->leafy, a->usage, a->second, a->nameless };

    for (size_t i = 0; i < LENGTH(keys); i++)
        EVP_PKEY_free(keys[i]);
    for (size_t i = 0; i < LENGTH(certs); i++)
        X509_free(certs[i]);
}

static struct secret *bio_secret(BIO *bio)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);
    struct secret *secret = secret_copy(bytes, (size_t)len);

    BIO_free(bio);
    return secret;
}

static void add_certs(struct root_files *files, const char *file, X509 *first, X509 *second)
{
    BIO *bio = BIO_new(BIO_s_mem());

    PEM_write_bio_X509(bio, first);
    if (second)
        PEM_write_bio_X509(bio, second);
    assert_true(root_files_add(files, file, bio_secret(bio)));
}

static void add_key(struct root_files *files, const char *file, EVP_PKEY *key, bool traditional)
{
    BIO *bio = BIO_new(BIO_s_mem());

    if (traditional)
        PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
    else
        PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    assert_true(root_files_add(files, file, bio_secret(bio)));
}

enum given {
    OLD_LAYOUT,
    NEW_LAYOUT,
    NEW_LAYOUT_ROOT,
    TLS_LAYOUT,
    PKCS1,
    NO_FILES,
    NO_KEY,
    WRONG_KEY,
    NO_CHAIN,
    PATH_0,
    EKU,
    P521,
    SHORT,
    EXPIRED,
    GARBAGE,
    ENCRYPTED,
    TWICE,
    TWO_ROOTS,
    TWO_ROOTS_OTHER_FIRST,
    TWO_ROOTS_OLD,
    TWO_ROOTS_TLS,
    TWO_ROOTS_BESIDE,
    GARBAGE_BESIDE,
    UNREADABLE_BESIDE
};

static void fill(struct root_files *files, const struct authorities *a, enum given given)
{
    struct ca_profile profile = profile_of("self", CA_PATH_UNLIMITED);
    X509 *own = NULL;
    BIO *bio;

    switch (given) {
    case OLD_LAYOUT:
        add_certs(files, "root-cert.pem", a->root, NULL);
        add_key(files, "key.pem", a->root_key, false);
        break;
    case NEW_LAYOUT:
        add_certs(files, "root-cert.pem", a->root, NULL);
        add_certs(files, "ca-cert.pem", a->ca, NULL);
        add_certs(files, "cert-chain.pem", a->ca, a->root);
        add_key(files, "ca-key.pem", a->ca_key, false);
        break;
    case NEW_LAYOUT_ROOT:
        add_certs(files, "root-cert.pem", a->root, NULL);
        add_certs(files, "ca-cert.pem", a->root, NULL);
        add_certs(files, "cert-chain.pem", a->root, NULL);
        add_key(files, "ca-key.pem", a->root_key, false);
        break;
    case TLS_LAYOUT:
        add_certs(files, "tls.crt", a->ca, NULL);
        add_certs(files, "ca.crt", a->root, NULL);
        add_key(files, "tls.key", a->ca_key, false);
        break;
    case PKCS1:
        add_certs(files, "tls.crt", a->ca, NULL);
        add_certs(files, "ca.crt", a->root, NULL);
        add_key(files, "tls.key", a->ca_key, true);
        break;
    case TWICE:
        add_certs(files, "root-cert.pem", a->root, a->root);
        add_certs(files, "ca-cert.pem", a->ca, NULL);
        add_key(files, "ca-key.pem", a->ca_key, false);
        break;
    case TWO_ROOTS:
    case TWO_ROOTS_OTHER_FIRST:
        add_certs(files, "root-cert.pem", given == TWO_ROOTS ? a->root : a->second,
                  given == TWO_ROOTS ? a->second : a->root);
        add_certs(files, "ca-cert.pem", a->root, NULL);
        add_key(files, "ca-key.pem", a->root_key, false);
        break;
    case TWO_ROOTS_OLD:
        add_certs(files, "root-cert.pem", a->root, a->second);
        add_key(files, "key.pem", a->root_key, false);
        break;
    case TWO_ROOTS_TLS:
        add_certs(files, "tls.crt", a->ca, NULL);
        add_certs(files, "ca.crt", a->root, a->second);
        add_key(files, "tls.key", a->ca_key, false);
        break;
    case TWO_ROOTS_BESIDE: /* in a file of another layout */
        add_certs(files, "root-cert.pem", a->root, NULL);
        add_certs(files, "ca-cert.pem", a->root, NULL);
        add_key(files, "ca-key.pem", a->root_key, false);
        add_certs(files, "ca.crt", a->second, NULL);
        break;
    case GARBAGE_BESIDE: /* in a file of another layout */
        add_certs(files, "root-cert.pem", a->root, NULL);
        add_certs(files, "ca-cert.pem", a->root, NULL);
        add_key(files, "ca-key.pem", a->root_key, false);
        assert_true(root_files_add(files, "ca.crt", secret_copy("nonsense", 8)));
        break;
    case UNREADABLE_BESIDE: /* a certificate whose organization is no text */
        add_certs(files, "root-cert.pem", a->root, a->nameless);
        add_key(files, "key.pem", a->root_key, false);
        break;
    case NO_FILES:
        break;
    case NO_KEY:
        add_certs(files, "root-cert.pem", a->root, NULL);
        break;
    case WRONG_KEY:
        add_certs(files, "root-cert.pem", a->root, NULL);
        add_key(files, "key.pem", a->other_key, false);
        break;
    case NO_CHAIN:
        add_certs(files, "ca-cert.pem", a->ca, NULL);
        add_key(files, "ca-key.pem", a->ca_key, false);
        break;
    case PATH_0:
    case EKU:
        add_certs(files, "root-cert.pem", a->root, NULL);
        add_certs(files, "ca-cert.pem", given == EKU ? a->usage : a->leafy, NULL);
        add_key(files, "ca-key.pem", a->ca_key, false);
        break;
    case P521:
    case SHORT:
    case EXPIRED:
        if (given == EXPIRED)
            profile.not_after = NOW - 1;
        own = make(&profile,
                   given == P521    ? a->curve_key
                   : given == SHORT ? a->short_key
                                    : a->root_key,
                   NULL,
                   given == P521    ? a->curve_key
                   : given == SHORT ? a->short_key
                                    : a->root_key);
        add_certs(files, "root-cert.pem", own, NULL);
        add_key(files, "key.pem",
                given == P521    ? a->curve_key
                : given == SHORT ? a->short_key
                                 : a->root_key,
                false);
        X509_free(own);
        break;
    case GARBAGE:
        assert_true(root_files_add(files, "root-cert.pem", secret_copy("nonsense", 8)));
        add_key(files, "key.pem", a->root_key, false);
        break;
    case ENCRYPTED:
        add_certs(files, "root-cert.pem", a->root, NULL);
        bio = BIO_new(BIO_s_mem());
        PEM_write_bio_PKCS8PrivateKey(bio, a->root_key, EVP_aes_256_cbc(), "secret", 6, NULL, NULL);
        assert_true(root_files_add(files, "key.pem", bio_secret(bio)));
        break;
    }
}

/* clang-format off */
static const struct {
    const char *sentence;
    enum given given;
    const char *text; /* a part of the err; NULL: taken */
    size_t issuers;   /* above the CA */
} cases[] = {
    { "root-cert.pem and key.pem: the CA is the root", OLD_LAYOUT, NULL, 0 },
    { "the four files, the CA being an intermediate", NEW_LAYOUT, NULL, 1 },
    { "the four files, the CA being the root", NEW_LAYOUT_ROOT, NULL, 0 },
    { "the layout of a TLS Secret", TLS_LAYOUT, NULL, 1 },
    { "a key in PKCS#1", PKCS1, NULL, 1 },
    { "nothing", NO_FILES, "it must hold ca-cert.pem", 0 },
    { "no key", NO_KEY, "it must hold ca-cert.pem", 0 },
    { "a key that does not fit", WRONG_KEY, "does not fit", 0 },
    { "a chain that does not reach a root", NO_CHAIN, "does not reach a self-signed root", 0 },
    { "a CA that may not sign intermediates", PATH_0, "path length is 0", 0 },
    { "an extended key usage that istiod refuses", EKU, "without serverAuth", 0 },
    { "a curve that the data plane does not take", P521, "EC P-256 and EC P-384", 0 },
    { "RSA of 1024 bits", SHORT, "of 1024 bits", 0 },
    { "expired", EXPIRED, "certificate has expired", 0 },
    { "no PEM", GARBAGE, "root-cert.pem: holds no certificate", 0 },
    { "a root that is listed twice", TWICE, NULL, 1 },
    { "two roots in root-cert.pem", TWO_ROOTS, "root-cert.pem also holds \"CN=second,O=acme\"", 0 },
    { "the other root first", TWO_ROOTS_OTHER_FIRST, "root-cert.pem also holds \"CN=second,O=acme\"", 0 },
    { "two roots beside key.pem", TWO_ROOTS_OLD, "root-cert.pem also holds \"CN=second,O=acme\"", 0 },
    { "two roots in ca.crt", TWO_ROOTS_TLS, "ca.crt also holds \"CN=second,O=acme\"", 0 },
    { "a second root in ca.crt, which that layout does not need", TWO_ROOTS_BESIDE, "ca.crt also holds \"CN=second,O=acme\"", 0 },
    { "no PEM in ca.crt, which that layout does not need", GARBAGE_BESIDE, "ca.crt: holds no certificate", 0 },
    { "beside the root, a certificate that cannot be named", UNREADABLE_BESIDE, "organization of a certificate", 0 },
    { "an encrypted key", ENCRYPTED, "no unencrypted private key", 0 },
};
/* clang-format on */

static void test_files(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct authorities a = authorities_open();

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_ROOT_FILES files = { .count = 0 };
        struct given_root given;
        struct err err = { 0 };
        int result;

        print_message("%s\n", cases[i].sentence);
        fill(&files, &a, cases[i].given);
        result = given_root_read(&given, &files, name, NOW, arena, &err);
        if (cases[i].text) {
            assert_int_equal(result, -1);
            assert_true(text_starts(err.text, "Provided CA (my-ca.gloo-mesh.) is invalid: "));
            assert_non_null(strstr(err.text, cases[i].text));
            continue;
        }
        if (result < 0)
            fail_msg("%s", err.text);
        assert_int_equal(given.chain_pem[0] != '\0', cases[i].issuers > 0);
        assert_non_null(given.key_der);
        given_root_close(&given);
    }
    authorities_close(&a);
}

static void test_base64(void **state)
{
    struct secret *bytes = given_root_secret_of_base64("aGVsbG8=", 8);

    (void)state;
    assert_int_equal(bytes->len, 5);
    assert_memory_equal(bytes->bytes, "hello", 5);
    secret_free(bytes);
    assert_null(given_root_secret_of_base64("aGVsbG8", 7));
    assert_null(given_root_secret_of_base64("aGV bG8=", 8));
}

/* --- the whole way: a folder, a request, certificates --- */

static void write_folder(struct fixture *fx, const struct authorities *a, enum given given)
{
    AUTO_ROOT_FILES files = { .count = 0 };
    const char *folder = arena_printf(fx->arena, "%s/given/gloo-mesh/my-ca", fx->folder);
    struct err err;

    assert_int_equal(file_make_folders(folder, 0700, &err), 0);
    fill(&files, a, given);
    for (size_t i = 0; i < files.count; i++)
        assert_int_equal(file_write(arena_printf(fx->arena, "%s/%s", folder, files.list[i].name),
                                    (const char *)files.list[i].content->bytes,
                                    files.list[i].content->len, 0600, &err),
                         0);
}

static struct issue_result issue(struct fixture *fx, const struct trust_request *request,
                                 const struct root_reader *reader, int64_t now)
{
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = now, .given = reader };
    struct issue_result result;
    struct err err;

    if (fixture_pass(&result, fx, &request, 1, &options, &err) < 0)
        fail_msg("%s", err.text);
    return result;
}

static void test_a_given_intermediate_signs(void **state)
{
    struct fixture fx;
    struct authorities a = authorities_open();
    struct trust_request *request;
    struct root_reader reader;
    struct issue_result result;
    struct cacerts files;
    AUTO(X509_stack_free) STACK_OF(X509) *chain = NULL, *roots = NULL;
    struct err err;

    (void)state;
    fixture_open(&fx);
    write_folder(&fx, &a, NEW_LAYOUT);
    reader = given_root_folder_reader(arena_printf(fx.arena, "%s/given", fx.folder));
    request = fixture_request(&fx, "retail", "eu-", 2);
    ((struct shared_trust *)(uintptr_t)request->shared)->source = ROOT_SECRET;
    ((struct shared_trust *)(uintptr_t)request->shared)->secret = name;
    result = issue(&fx, request, &reader, NOW);
    assert_int_equal(result.remarks.failures.count, 0);
    assert_int_equal(result.intermediates, 2);
    assert_int_equal(cacerts_open(&files, &fx.ledger, fx.ledger.intermediates, fx.arena, &err), 0);
    assert_int_equal(
        certificate_read_all(&chain, "chain", files.cert_chain, strlen(files.cert_chain), 8, &err),
        0);
    assert_int_equal(
        certificate_read_all(&roots, "roots", files.root_cert, strlen(files.root_cert), 8, &err),
        0);
    assert_int_equal(sk_X509_num(chain), 3); /* intermediate, given CA, root */
    assert_int_equal(X509_cmp(sk_X509_value(chain, 1), a.ca), 0);
    assert_int_equal(sk_X509_num(roots), 1);
    assert_int_equal(X509_cmp(sk_X509_value(roots, 0), a.root), 0);
    result = issue(&fx, request, &reader, NOW + 3600); /* again: nothing */
    assert_int_equal(result.intermediates, 0);
    assert_null(fx.ledger.roots->next);
    fixture_close(&fx);
    authorities_close(&a);
}

/* Only the fingerprint decides: the name stays, the content does not (rotation.md 2). */
static void test_changed_content_is_a_rotation(void **state)
{
    struct fixture fx;
    struct authorities a = authorities_open(), b = authorities_open();
    struct trust_request *request;
    struct root_reader reader;

    (void)state;
    fixture_open(&fx);
    write_folder(&fx, &a, OLD_LAYOUT);
    reader = given_root_folder_reader(arena_printf(fx.arena, "%s/given", fx.folder));
    request = fixture_request(&fx, "retail", "eu-", 2);
    ((struct shared_trust *)(uintptr_t)request->shared)->source = ROOT_SECRET;
    ((struct shared_trust *)(uintptr_t)request->shared)->secret = name;
    issue(&fx, request, &reader, NOW);
    X509_free(b.root); /* the same name would be refused */
    b.root = NULL;
    {
        struct ca_profile profile = profile_of("root of b", CA_PATH_UNLIMITED);

        b.root = make(&profile, b.root_key, NULL, b.root_key);
    }
    write_folder(&fx, &b, OLD_LAYOUT);
    assert_int_equal(issue(&fx, request, &reader, NOW + 60).steps, 1);
    assert_int_equal(fx.ledger.rotations->state, ROTATION_ADDING_NEW_ROOT);
    assert_string_equal(fx.ledger.rotations->old_root, fx.ledger.roots->id);
    assert_string_equal(fx.ledger.rotations->new_root, fx.ledger.roots->next->id);
    fixture_close(&fx);
    authorities_close(&a);
    authorities_close(&b);
}

static void test_missing_and_unreadable(void **state)
{
    struct fixture fx;
    struct authorities a = authorities_open();
    struct trust_request *request;
    struct root_reader reader;
    struct issue_result result;

    (void)state;
    fixture_open(&fx);
    reader = given_root_folder_reader(arena_printf(fx.arena, "%s/given", fx.folder));
    request = fixture_request(&fx, "retail", "eu-", 2);
    ((struct shared_trust *)(uintptr_t)request->shared)->source = ROOT_SECRET;
    ((struct shared_trust *)(uintptr_t)request->shared)->secret = name;
    result = issue(&fx, request, NULL, NOW);
    assert_non_null(strstr(result.remarks.failures.items[0].text, "no access to Secrets"));
    result = issue(&fx, request, &reader, NOW);
    assert_int_equal(result.remarks.failures.count, 2);
    assert_true(text_starts(result.remarks.failures.items[0].text,
                            "Could not find provided ca signing secret (my-ca.gloo-mesh.)"));
    write_folder(&fx, &a, OLD_LAYOUT);
    assert_int_equal(
        chmod(arena_printf(fx.arena, "%s/given/gloo-mesh/my-ca/key.pem", fx.folder), 0604), 0);
    result = issue(&fx, request, &reader, NOW);
    assert_non_null(
        strstr(result.remarks.failures.items[0].text, "key.pem can be read by other users"));
    assert_int_equal(
        chmod(arena_printf(fx.arena, "%s/given/gloo-mesh/my-ca/key.pem", fx.folder), 0600), 0);
    result = issue(&fx, request, &reader, NOW);
    assert_int_equal(result.intermediates, 2);
    /* gone later: what is deployed stays, and a note reports it */
    reader = given_root_folder_reader("/nowhere");
    result = issue(&fx, request, &reader, NOW + 60);
    assert_int_equal(result.remarks.failures.count, 0);
    assert_int_equal(result.remarks.notes.count, 1);
    assert_true(result.remarks.notes.items[0].severity == SEVERITY_ERROR);
    fixture_close(&fx);
    authorities_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_a_given_intermediate_signs),
        cmocka_unit_test(test_changed_content_is_a_rotation),
        cmocka_unit_test(test_missing_and_unreadable),
    };

    return cmocka_run_group_tests_name("pki/given_root", tests, NULL, NULL);
}
