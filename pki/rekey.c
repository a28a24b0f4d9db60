/* pki/rekey.c - each key is open for as long as it takes to seal it again.  A row is bound to its
 * state key on both levels, so the bytes are encrypted again under a data key of their own, and
 * nothing of the former row opens with the new state key. */
#include "pki/rekey.h"

#include "base/text.h"
#include "pki/ca.h"
#include "pki/issuer_local.h"
#include "pki/key.h"
#include "pki/openssl.h"

struct rekeying {
    const struct custody *from, *to;
    struct arena *arena;
    size_t count;
};

/* The key of one row, and the row's mark that it changed. */
static int reseal(struct rekeying *r, struct sealed *key, bool *changed,
                  const struct custody_row *row, struct err *err)
{
    AUTO(secret_free) struct secret *plain = NULL;

    if (key->len == 0)
        return 0;
    if (custody_unseal(&plain, r->from, row, *key, err) < 0
        || custody_seal(key, r->to, row, plain, r->arena, err) < 0)
        return -1;
    *changed = true;
    r->count++;
    return 0;
}

int rekey_ledger(size_t *count, struct ledger *ledger, const struct custody *from,
                 const struct custody *to, struct err *err)
{
    struct rekeying r = { .from = from, .to = to, .arena = ledger->arena };

    for (struct ledger_root *at = ledger->roots; at; at = at->next) {
        const struct custody_row row = issuer_local_custody_row(at->id, at->spki);

        if (reseal(&r, &at->key, &at->changed, &row, err) < 0)
            return -1;
    }
    for (struct ledger_intermediate *at = ledger->intermediates; at; at = at->next) {
        const struct custody_row row = ca_intermediate_custody_row(at->id, at->spki);

        if (reseal(&r, &at->key, &at->changed, &row, err) < 0)
            return -1;
    }
    *count = r.count;
    return 0;
}

static int prove(struct sealed sealed, const struct custody_row *row, const struct custody *custody,
                 struct key_reader *reader, struct err *err)
{
    AUTO(secret_free) struct secret *der = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    char spki[65];

    if (sealed.len == 0)
        return 0;
    if (custody_unseal(&der, custody, row, sealed, err) < 0 || key_read(&key, reader, der, err) < 0
        || key_spki(spki, key, err) < 0)
        return -1;
    if (!text_equal(spki, row->spki))
        return err_set(err, ERR_CRYPTO, 0, "the private key of %s %s does not fit its certificate",
                       row->table, row->id);
    return 0;
}

static int prove_all(const struct ledger *ledger, const struct custody *custody,
                     struct key_reader *reader, struct err *err)
{
    for (const struct ledger_root *at = ledger->roots; at; at = at->next) {
        const struct custody_row row = issuer_local_custody_row(at->id, at->spki);

        if (prove(at->key, &row, custody, reader, err) < 0)
            return -1;
    }
    for (const struct ledger_intermediate *at = ledger->intermediates; at; at = at->next) {
        const struct custody_row row = ca_intermediate_custody_row(at->id, at->spki);

        if (prove(at->key, &row, custody, reader, err) < 0)
            return -1;
    }
    return 0;
}

/* Every key is opened with the new state key and compared with its certificate before the file is
 * replaced: afterwards the former rows are gone. */
int rekey_prove(const struct ledger *ledger, const struct custody *custody, struct err *err)
{
    struct key_reader reader = { 0 };
    int result = prove_all(ledger, custody, &reader, err);

    key_reader_close(&reader);
    return result;
}
