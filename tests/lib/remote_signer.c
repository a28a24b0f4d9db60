/* tests/lib/remote_signer.c - a CA that signs for pki from outside. */
#include "tests/lib/remote_signer.h"

#include "base/text.h"
#include "pki/certificate.h"
#include "pki/profile.h"
#include <errno.h>
#include <openssl/pem.h>

static X509 *make(const char *name, int path_length, int64_t not_after, EVP_PKEY *key, X509 *issuer,
                  EVP_PKEY *signer)
{
    const struct ca_profile profile = { .org = "acme",
                                        .common_name = name,
                                        .path_length = path_length,
                                        .not_before = NOW - DAY,
                                        .not_after = not_after };
    X509 *cert = NULL;
    struct err err;

    if (profile_certificate_make(&cert, &profile, key, issuer, signer, &err) < 0)
        fail_msg("%s", err.text);
    return cert;
}

void remote_signer_open(struct remote_signer *out, const struct signer_shape *shape,
                        struct arena *arena)
{
    *out = (struct remote_signer){ .arena = arena, .root_key = EVP_EC_gen("P-256") };
    out->root = make(shape->name, shape->intermediate ? CA_PATH_UNLIMITED : shape->path_length,
                     shape->not_after, out->root_key, NULL, out->root_key);
    out->ca = out->root;
    out->ca_key = out->root_key;
    if (!shape->intermediate)
        return;
    out->ca_key = EVP_EC_gen("P-256");
    out->ca = make(arena_printf(arena, "%s below", shape->name), shape->path_length,
                   shape->not_after, out->ca_key, out->root, out->root_key);
}

void remote_signer_close(struct remote_signer *signer)
{
    if (signer->ca != signer->root) {
        X509_free(signer->ca);
        EVP_PKEY_free(signer->ca_key);
    }
    X509_free(signer->root);
    EVP_PKEY_free(signer->root_key);
}

static const char *pem_of(const X509 *cert, struct arena *arena)
{
    const char *pem = NULL;
    struct err err;

    if (certificate_pem(&pem, cert, arena, &err) < 0)
        fail_msg("%s", err.text);
    return pem;
}

static const char *id_of(X509 *cert, struct arena *arena)
{
    struct certificate_facts facts = { .id = "" };
    struct err err;

    if (certificate_facts(&facts, cert, arena, &err) < 0)
        fail_msg("%s", err.text);
    return facts.id;
}

const char *remote_signer_id(const struct remote_signer *signer)
{
    return id_of(signer->ca, signer->arena);
}

static int find(void *context, struct remote_ca_answer *out, const struct vault_ca *place,
                struct arena *arena, struct err *err)
{
    struct remote_signer *signer = context;

    signer->finds++;
    signer->asked = place->ca_path;
    if (signer->down)
        return err_set(err, ERR_HTTP, 0, "%s", signer->down);
    out->certificate = pem_of(signer->ca, arena);
    out->chain = signer->truncated
                     ? out->certificate
                     : arena_printf(arena, "%s%s", out->certificate, pem_of(signer->root, arena));
    if (signer->fault == SIGNER_HTML)
        out->certificate = "<html><body>login</body></html>";
    return 0;
}

static EVP_PKEY *key_of_request(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509_REQ *request = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
    EVP_PKEY *key = X509_REQ_get_pubkey(request);

    assert_int_equal(X509_REQ_verify(request, key), 1); /* as Vault checks */
    X509_REQ_free(request);
    BIO_free(bio);
    return key;
}

static struct ca_profile profile_of(const struct remote_ca_wish *wish, enum signer_fault fault)
{
    struct ca_profile profile = { .org = wish->org,
                                  .common_name = wish->common_name,
                                  .uri = wish->uri,
                                  .path_length = wish->path_length,
                                  .not_before = NOW - wish->backdate,
                                  .not_after = wish->not_after };

    if (fault == SIGNER_OTHER_URI)
        profile.uri = "spiffe://evil.example/ns/istio-system/sa/istiod";
    if (fault == SIGNER_MORE_NAMES || fault == SIGNER_NO_NAMES)
        profile.uri = NULL;
    if (fault == SIGNER_OTHER_SUBJECT)
        profile.common_name = "weft intermediate other g1";
    if (fault == SIGNER_PATH_LENGTH)
        profile.path_length = CA_PATH_UNLIMITED;
    if (fault == SIGNER_SHORTER)
        profile.not_after -= DAY;
    if (fault == SIGNER_LONGER)
        profile.not_after += DAY;
    if (fault == SIGNER_EXPIRED) {
        profile.not_before -= 3 * DAY;
        profile.not_after = profile.not_before + DAY;
    }
    return profile;
}

static void add_extension(X509 *cert, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    assert_non_null(extension);
    assert_true(X509_add_ext(cert, extension, -1));
    X509_EXTENSION_free(extension);
}

static void drop_extension(X509 *cert, int nid)
{
    int at = X509_get_ext_by_NID(cert, nid, -1);

    assert_true(at >= 0);
    X509_EXTENSION_free(X509_delete_ext(cert, at));
}

/* Changes the certificate and signs it again. */
static void spoil(X509 *cert, enum signer_fault fault, const char *uri, EVP_PKEY *signer)
{
    char names[512];

    if (fault == SIGNER_LEAF) {
        drop_extension(cert, NID_basic_constraints);
        add_extension(cert, NID_basic_constraints, "critical,CA:FALSE");
    } else if (fault == SIGNER_MORE_NAMES) {
        snprintf(names, sizeof names, "URI:%s,DNS:istiod.istio-system.svc", uri);
        add_extension(cert, NID_subject_alt_name, names);
    } else if (fault == SIGNER_USAGE) {
        drop_extension(cert, NID_key_usage);
        add_extension(cert, NID_key_usage, "critical,digitalSignature,keyCertSign");
    } else if (fault == SIGNER_EXTENDED_USAGE) {
        add_extension(cert, NID_ext_key_usage, "clientAuth");
    } else if (fault == SIGNER_CRITICAL) {
        add_extension(cert, NID_netscape_comment, "critical,unknown");
    } else if (fault == SIGNER_MORE_SUBJECT) {
        X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "OU", MBSTRING_UTF8,
                                   (const unsigned char *)"mesh", -1, -1, 0);
    }
    assert_true(X509_sign(cert, signer, fault == SIGNER_WEAK ? EVP_sha1() : EVP_sha256()) > 0);
}

static X509 *sign_wish(const struct remote_signer *signer, const struct remote_ca_wish *wish,
                       X509 *ca, EVP_PKEY *ca_key)
{
    const struct ca_profile profile = profile_of(wish, signer->fault);
    EVP_PKEY *key =
        signer->fault == SIGNER_OTHER_KEY ? EVP_EC_gen("P-256") : key_of_request(wish->csr);
    EVP_PKEY *other = EVP_EC_gen("P-256"), *with = ca_key;
    X509 *cert = NULL;
    struct err err;

    if (signer->fault == SIGNER_OTHER_CA)
        with = other;
    if (signer->fault == SIGNER_ROOT) {
        ca = signer->root;
        with = signer->root_key;
    }
    if (profile_certificate_make(&cert, &profile, key, ca, with, &err) < 0)
        fail_msg("%s", err.text);
    spoil(cert, signer->fault, wish->uri, with);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return cert;
}

static int sign(void *context, struct remote_ca_answer *out, const struct vault_ca *place,
                const struct remote_ca_wish *wish, struct arena *arena, struct err *err)
{
    struct remote_signer *signer = context;
    const bool own = text_equal(wish->ca, remote_signer_id(signer));
    X509 *cert;

    signer->signs++;
    signer->asked = place->ca_path;
    if (signer->down)
        return err_set(err, ERR_HTTP, 0, "%s", signer->down);
    if (!own && !text_equal(wish->ca, signer->held))
        return err_set(err, ERR_INPUT, ENOENT, "it has no CA %.8s", wish->ca);
    cert = sign_wish(signer, wish, own ? signer->ca : signer->held_ca,
                     own ? signer->ca_key : signer->held_key);
    out->certificate = pem_of(cert, arena);
    if (signer->fault == SIGNER_TWO)
        out->certificate = arena_printf(arena, "%s%s", out->certificate, out->certificate);
    if (signer->fault == SIGNER_HTML)
        out->certificate = "<html><body>login</body></html>";
    if (signer->fault == SIGNER_EMPTY)
        out->certificate = "";
    X509_free(cert);
    return 0;
}

struct remote_ca remote_signer_ca(struct remote_signer *signer)
{
    return (struct remote_ca){ find, sign, signer };
}

void remote_signer_ask(struct trust_request *request, const char *ca_path, struct arena *arena)
{
    struct shared_trust *shared =
        &((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.shared;
    struct vault_ca *vault = ARENA_NEW(arena, struct vault_ca, 1);

    *vault = (struct vault_ca){ .ca_path = ca_path,
                                .csr_path = "",
                                .server = "https://vault.example.com:8200",
                                .namespace = "",
                                .login = VAULT_TOKEN,
                                .token_secret = { "vault-token", "gloo-mesh" } };
    shared->kind = CA_INTERMEDIATE;
    shared->vault = vault;
}
