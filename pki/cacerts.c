/* pki/cacerts.c - the four files that istiod reads.  All of them or none: a partial Secret stops
 * istiod.
 *
 * cert-chain.pem goes from the intermediate to the root, and root-cert.pem is the bundle of the
 * moment: during a rotation it has more roots than the chain's. A key and a certificate that do
 * not fit each other would stop istiod, so the files always come from one row. */
#include "pki/cacerts.h"
#include "pki/desired.h"

#include "base/text.h"
#include "pki/ca.h"
#include "pki/csr_spare.h"
#include "pki/key.h"
#include "pki/rotation_record.h"
#include "state/anchor.h"
#include <string.h>
/* PEM texts in the state end in exactly one newline, so joining them is joining their bytes. */
static const char *chain_of(const struct ledger_intermediate *intermediate,
                            const struct ledger_root *root, struct arena *arena)
{
    return arena_printf(arena, "%s%s%s", intermediate->cert_pem, root->cert_pem,
                        root->chain_pem ? root->chain_pem : "");
}

int cacerts_open(struct cacerts *out, const struct ledger *ledger,
                 const struct ledger_intermediate *intermediate, struct arena *arena,
                 struct err *err)
{
    const struct ledger_root *root = ledger_find_root(ledger, intermediate->root);
    const char *bundle;

    if (!root)
        return err_set(err, ERR_CRYPTO, 0,
                       "the state does not hold root %s, which signed the intermediate of "
                       "cluster %s",
                       intermediate->root, intermediate->cluster);
    if (desired_bundle(&bundle, ledger, intermediate, arena, err) < 0)
        return -1;
    *out = (struct cacerts){ .ca_cert = intermediate->cert_pem,
                             .cert_chain = chain_of(intermediate, root, arena),
                             .root_cert = bundle };
    return 0;
}

int cacerts_open_key(struct cacerts *cacerts, const struct ledger_intermediate *intermediate,
                     const struct custody *custody, struct err *err)
{
    struct custody_row row = ca_intermediate_custody_row(intermediate->id, intermediate->spki);
    AUTO(secret_free) struct secret *der = NULL;

    if (csr_spare_made(intermediate))
        return err_set(err, ERR_REFUSED, 0,
                       "the key of the intermediate of cluster %s is in that cluster alone; "
                       "the cluster needs another intermediate before it can get its cacerts in "
                       "another way",
                       intermediate->cluster);
    if (custody_unseal(&der, custody, &row, intermediate->key, err) < 0)
        return -1;
    return key_pem(&cacerts->ca_key, der, err);
}

void cacerts_close(struct cacerts *cacerts)
{
    secret_free(cacerts->ca_key);
    *cacerts = (struct cacerts){ 0 };
}

void cacerts_files(struct cacerts_file out[CACERTS_FILES], const struct cacerts *cacerts)
{
    out[0] =
        (struct cacerts_file){ "ca-cert.pem", cacerts->ca_cert, strlen(cacerts->ca_cert), false };
    out[1] =
        (struct cacerts_file){ "ca-key.pem", cacerts->ca_key->bytes, cacerts->ca_key->len, true };
    out[2] = (struct cacerts_file){ "cert-chain.pem", cacerts->cert_chain,
                                    strlen(cacerts->cert_chain), false };
    out[3] = (struct cacerts_file){ "root-cert.pem", cacerts->root_cert, strlen(cacerts->root_cert),
                                    false };
}
