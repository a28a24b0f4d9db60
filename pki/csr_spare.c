/* pki/csr_spare.c - finds the key that a cluster offers, and refuses one that was certified before.
 *
 * A key is certified once, for one cluster.  The ledger keeps the row of each certificate for good,
 * destroyed ones too, so a request that is replayed finds its own key there.  One that is copied to
 * another cluster names its own one, under a signature that the other cannot make: without that, a
 * cluster could use up the key of another, which would then get no certificate.
 *
 * A certificate that no cluster ever got, because its step was superseded before, uses up a key
 * all the same.  Its agent cannot know that, so the issuance names the key that is refused. */
#include "pki/csr_spare.h"

#include "base/text.h"
#include "pki/csr_fault.h"
#include "pki/csr_request.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include "pki/profile.h"
#include "pki/signing_request.h"

int csr_spare_take(struct csr_spare *spare, const char *csr, struct arena *arena, struct err *err)
{
    char *spki = ARENA_NEW(arena, char, 65);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;

    if (signing_request_read(&key, csr, err) < 0 || key_spki(spki, key, err) < 0)
        return -1;
    if (!signing_request_is_named(csr, profile_name_fit(spare->cluster, CA_NAME_MAX, arena)))
        return csr_fault_set(err, CSR_OTHER_CLUSTER,
                             "its signing request was not made for cluster %s, so the key may be "
                             "that of another cluster",
                             spare->cluster);
    spare->key = TAKE(key);
    spare->spki = spki;
    spare->csr = csr;
    return 0;
}

void csr_spare_drop(struct csr_spare *spare, const char *why)
{
    EVP_PKEY_free(TAKE(spare->key));
    spare->spki = "";
    spare->why = why;
}

const struct csr_spare *csr_spare_find(const struct csr_spares *spares,
                                       const struct mesh_identity *mesh)
{
    for (size_t i = 0; i < spares->count; i++)
        if (text_equal(spares->list[i].cluster, mesh->cluster)
            && text_equal(spares->list[i].namespace, mesh->namespace))
            return &spares->list[i];
    return NULL;
}

bool csr_spare_made(const struct ledger_intermediate *row)
{
    return row->key.len == 0 && text_ends(row->options, "\n" CSR_KEY);
}

static bool is_usable(const struct ledger_intermediate *row, const struct csr_spare *spare,
                      const char *virtual_mesh)
{
    return (row->state == KEY_ACTIVE || row->state == KEY_NEXT)
           && text_equal(row->virtual_mesh, virtual_mesh)
           && text_equal(row->cluster, spare->cluster)
           && text_equal(row->namespace, spare->namespace);
}

const char *csr_spare_refused(const struct csr_spare *spare, const struct ledger *ledger,
                              const char *virtual_mesh)
{
    const char *refused = "";

    for (const struct ledger_intermediate *row = ledger->intermediates; row && spare->key;
         row = row->next) {
        if (!text_equal(row->spki, spare->spki))
            continue;
        if (is_usable(row, spare, virtual_mesh))
            return "";
        refused = spare->spki;
    }
    return refused;
}

int csr_spare_check(const struct csr_spare *spare, const struct ledger *ledger, struct err *err)
{
    if (!spare->key)
        return err_set(err, ERR_REFUSED, 0,
                       "its agent offers no key that can be certified: %s; the next pass looks "
                       "again",
                       spare->why);
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (text_equal(row->spki, spare->spki))
            return csr_fault_set(
                err, CSR_USED_BEFORE,
                "its agent offers a key that was certified before (%.16s, cluster "
                "%s); it makes another one by itself once ConfigMap " CSR_ISSUANCE_NAME
                " of the output branch is applied there (if nothing was issued "
                "yet, remove spare.pem from its Secret " CSR_KEYS_NAME ")",
                spare->spki, row->cluster);
    return 0;
}
