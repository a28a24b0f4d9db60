/* pki/prove.c - proves the bytes of one cacerts with leaves.  Takes nothing about a
 * certificate from the ledger: names are compared with what is really there.
 *
 * pki/selftest.c proves materials, before the ledger takes a step; this proves files, before they
 * leave.  Where the key is in the cluster alone, the agent there compares it with the certificate.
 * Between the two a row may have been damaged, and a wrong byte here would stop an istiod.
 */
#include "pki/prove.h"

#include "base/text.h"
#include "pki/certificate.h"
#include "pki/csr_spare.h"
#include "pki/desired.h"
#include "pki/identity.h"
#include "pki/key.h"
#include "pki/leaf.h"
#include "pki/openssl.h"
#include <string.h>

enum { CHAIN_MAX = 10 };

struct proof {
    const struct cacerts *cacerts;
    const struct ledger *ledger;
    const struct ledger_intermediate *row;
    const struct mesh_identity *mesh;
    int64_t now;
    STACK_OF(X509) * chain, *roots;
    X509_STORE *store;
    EVP_PKEY *signer, *key; /* key: of the leaves */
};

static void proof_release(struct proof *p)
{
    sk_X509_pop_free(p->chain, X509_free);
    sk_X509_pop_free(p->roots, X509_free);
    X509_STORE_free(p->store);
    EVP_PKEY_free(p->signer);
    EVP_PKEY_free(p->key);
}

static int failed(struct err *err, const char *what)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the self-test failed: %s; the output branch keeps what it has for this cluster",
                   what);
}

static int read_all(STACK_OF(X509) * *out, const char *name, const char *pem, struct err *err)
{
    return certificate_read_all(out, name, pem, strlen(pem), CHAIN_MAX, err);
}

static int check_id(const char *name, X509 *certificate, const char *id, const struct proof *p,
                    struct err *err)
{
    struct certificate_facts facts;

    if (certificate_facts(&facts, certificate, p->ledger->arena, err) < 0)
        return -1;
    if (text_equal(facts.id, id))
        return 0;
    return failed(err, arena_printf(p->ledger->arena,
                                    "%s holds the certificate %.16s where the state has %.16s",
                                    name, facts.id, id));
}

/* ca-cert.pem and the beginning of cert-chain.pem are one certificate: that of the row. */
static int check_chain(struct proof *p, struct err *err)
{
    AUTO(X509_stack_free) STACK_OF(X509) *signing = NULL;

    if (read_all(&signing, "ca-cert.pem", p->cacerts->ca_cert, err) < 0
        || read_all(&p->chain, "cert-chain.pem", p->cacerts->cert_chain, err) < 0)
        return -1;
    if (sk_X509_num(signing) != 1)
        return failed(err, "ca-cert.pem holds more than one certificate");
    if (check_id("ca-cert.pem", sk_X509_value(signing, 0), p->row->id, p, err) < 0)
        return -1;
    return check_id("cert-chain.pem", sk_X509_value(p->chain, 0), p->row->id, p, err);
}

static int check_key(struct proof *p, struct err *err)
{
    const struct secret *pem = p->cacerts->ca_key;

    if (!pem && csr_spare_made(p->row))
        return leaf_stand_in(&p->signer, sk_X509_value(p->chain, 0), err);
    if (key_of_pem(&p->signer, "ca-key.pem", pem->bytes, pem->len, err) < 0)
        return -1;
    if (X509_check_private_key(sk_X509_value(p->chain, 0), p->signer) == 1)
        return 0;
    return failed(err, "ca-key.pem is not the key of ca-cert.pem");
}

static int check_roots(struct proof *p, struct err *err)
{
    struct trust_wanted wanted;

    desired_trust(&wanted, p->ledger, p->row->virtual_mesh, p->row->mesh, p->ledger->arena);
    if (read_all(&p->roots, "root-cert.pem", p->cacerts->root_cert, err) < 0)
        return -1;
    if ((size_t)sk_X509_num(p->roots) != wanted.root_count)
        return failed(err, arena_printf(p->ledger->arena,
                                        "root-cert.pem holds %d certificates where %zu are wanted",
                                        sk_X509_num(p->roots), wanted.root_count));
    for (size_t i = 0; i < wanted.root_count; i++) {
        X509 *root = sk_X509_value(p->roots, (int)i);

        if (check_id("root-cert.pem", root, wanted.roots[i], p, err) < 0)
            return -1;
        if (!X509_STORE_add_cert(p->store, root))
            return err_crypto(err, "trust a root for the self-test");
    }
    return 0;
}

static int try_leaf(struct proof *p, const struct leaf_names *names, enum leaf_role role,
                    const char *whose, struct err *err)
{
    int (*verify)(int *, X509 *, STACK_OF(X509) *, X509_STORE *, enum leaf_role, int64_t,
                  struct err *) = csr_spare_made(p->row) ? leaf_verify_unsigned : leaf_verify;
    AUTO(X509_free) X509 *leaf = NULL;
    int error = X509_V_OK;

    if (leaf_make(&leaf, names, p->key, sk_X509_value(p->chain, 0), p->signer, p->now - 60,
                  p->now + 3600, err)
            < 0
        || verify(&error, leaf, p->chain, p->store, role, p->now, err) < 0)
        return -1;
    if (error == X509_V_OK)
        return 0;
    return failed(err, arena_printf(p->ledger->arena,
                                    "under root-cert.pem a certificate of %s does not verify (%s)",
                                    whose, X509_verify_cert_error_string(error)));
}

static int try_leaves(struct proof *p, struct err *err)
{
    const struct identity identity =
        identity_of(p->mesh->spiffe_id, p->mesh->namespace, p->mesh->revision, p->ledger->arena);
    const struct leaf_names workload = { .uri = identity.workload };
    const struct leaf_names istiod = { NULL, identity.istiod, identity.istiod_count };

    if (key_make(&p->key, (struct key_kind){ .type = KEY_EC_P256 }, err) < 0
        || try_leaf(p, &workload, LEAF_SERVER, identity.workload, err) < 0
        || try_leaf(p, &workload, LEAF_CLIENT, identity.workload, err) < 0)
        return -1;
    return try_leaf(p, &istiod, LEAF_SERVER, identity.istiod[0], err);
}

static int prove(struct proof *p, struct err *err)
{
    if (!(p->store = X509_STORE_new()))
        return err_crypto(err, "prepare the self-test");
    if (check_chain(p, err) < 0 || check_key(p, err) < 0 || check_roots(p, err) < 0)
        return -1;
    return try_leaves(p, err);
}

int prove_cacerts(const struct cacerts *cacerts, const struct ledger *ledger,
                  const struct ledger_intermediate *row, const struct mesh_identity *mesh,
                  int64_t now, struct err *err)
{
    struct proof proof = {
        .cacerts = cacerts, .ledger = ledger, .row = row, .mesh = mesh, .now = now
    };
    int result = prove(&proof, err);

    proof_release(&proof);
    return result;
}
