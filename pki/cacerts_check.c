/* pki/cacerts_check.c - the self-test of the agent, with the key that only it has.  Takes nothing
 * from a ledger: in the cluster there is none.
 *
 * The ConfigMap that the files come from was applied by a GitOps tool, and who can write it owns
 * the cluster anyway; the checks stop accidents, which would stop istiod: a truncated chain, a
 * certificate for another key, one that has ended, a bundle without the signer's root. */
#include "pki/cacerts_check.h"

#include "base/text.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "pki/leaf.h"
#include "pki/openssl.h"

enum { CHAIN_MAX = 10 };

struct checking {
    STACK_OF(X509) * signing, *chain, *roots;
    X509_STORE *store;
    EVP_PKEY *leaf_key;
};

static void release(struct checking *c)
{
    sk_X509_pop_free(c->signing, X509_free);
    sk_X509_pop_free(c->chain, X509_free);
    sk_X509_pop_free(c->roots, X509_free);
    X509_STORE_free(c->store);
    EVP_PKEY_free(c->leaf_key);
}

static int refuse(struct err *err, const char *why)
{
    return err_set(err, ERR_REFUSED, 0, "%s", why);
}

static int read_all(struct checking *c, const struct cacerts *files, struct err *err)
{
    if (certificate_read_all(&c->signing, "ca-cert.pem", files->ca_cert, strlen(files->ca_cert),
                             CHAIN_MAX, err)
            < 0
        || certificate_read_all(&c->chain, "cert-chain.pem", files->cert_chain,
                                strlen(files->cert_chain), CHAIN_MAX, err)
               < 0
        || certificate_read_all(&c->roots, "root-cert.pem", files->root_cert,
                                strlen(files->root_cert), CHAIN_MAX, err)
               < 0)
        return -1;
    if (!(c->store = X509_STORE_new()))
        return err_crypto(err, "prepare the check of the certificates");
    for (int i = 0; i < sk_X509_num(c->roots); i++)
        if (!X509_STORE_add_cert(c->store, sk_X509_value(c->roots, i)))
            return err_crypto(err, "trust a root of root-cert.pem");
    return 0;
}

static int check_signing(const struct checking *c, EVP_PKEY *key, struct err *err)
{
    X509 *signing = sk_X509_value(c->signing, 0);

    if (sk_X509_num(c->signing) != 1)
        return refuse(err, "ca-cert.pem holds more than one certificate");
    if (X509_cmp(signing, sk_X509_value(c->chain, 0)) != 0)
        return refuse(err, "cert-chain.pem does not begin with the certificate of ca-cert.pem");
    if (X509_check_ca(signing) != 1 || X509_get_pathlen(signing) != 0)
        return refuse(err, "ca-cert.pem is not a certificate of a CA with path length 0");
    if (X509_check_private_key(signing, key) != 1)
        return refuse(err, "ca-cert.pem is for another key");
    return 0;
}

static int try_leaf(const struct checking *c, X509 *leaf, enum leaf_role role, int64_t now,
                    struct arena *arena, struct err *err)
{
    int error = X509_V_OK;

    if (leaf_verify(&error, leaf, c->chain, c->store, role, now, err) < 0)
        return -1;
    if (error == X509_V_OK)
        return 0;
    return refuse(err, arena_printf(arena,
                                    "a certificate that the key signs does not verify under "
                                    "root-cert.pem (%s)",
                                    X509_verify_cert_error_string(error)));
}

static int try_leaves(struct checking *c, EVP_PKEY *key, int64_t now, struct arena *arena,
                      struct err *err)
{
    X509 *signing = sk_X509_value(c->signing, 0);
    AUTO(X509_free) X509 *leaf = NULL;
    struct certificate_facts facts;
    struct leaf_names names;

    if (certificate_facts(&facts, signing, arena, err) < 0
        || key_make(&c->leaf_key, (struct key_kind){ .type = KEY_EC_P256 }, err) < 0)
        return -1;
    names = (struct leaf_names){ .uri = facts.uri };
    if (leaf_make(&leaf, &names, c->leaf_key, signing, key, now - 60, now + 3600, err) < 0
        || try_leaf(c, leaf, LEAF_SERVER, now, arena, err) < 0)
        return -1;
    return try_leaf(c, leaf, LEAF_CLIENT, now, arena, err);
}

int cacerts_check(const struct cacerts *files, EVP_PKEY *key, int64_t now, struct arena *arena,
                  struct err *err)
{
    struct checking c = { NULL, NULL, NULL, NULL, NULL };
    int result = -1;

    if (read_all(&c, files, err) == 0 && check_signing(&c, key, err) == 0)
        result = try_leaves(&c, key, now, arena, err);
    release(&c);
    return result;
}

bool cacerts_check_bundle(const char *former, const char *next)
{
    return text_empty(former) || strstr(former, next) || strstr(next, former);
}
