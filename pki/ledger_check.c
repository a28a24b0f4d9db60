/* pki/ledger_check.c - compares the rows of roots and intermediates with the certificates in them;
 * opens no private key and decides nothing about what becomes of a ledger that does not fit.
 *
 * A state without MACs may have been changed by any program, and its rows decide what clusters
 * trust. What can be computed from a certificate is computed and compared with its columns, so a
 * row cannot pass one certificate off as another; text before or behind the PEM is refused as
 * well, for other readers might take it. Signatures are verified up to a self-signed root. What no
 * certificate shows, such as the state of a row or whether a row is missing, cannot be checked
 * here: that takes MACs (state/seal.c). */
#include "pki/ledger_check.h"

#include "base/text.h"
#include "pki/ca.h"
#include "pki/certificate.h"
#include "pki/openssl.h"
#include <string.h>

struct check {
    const struct ledger *ledger;
    const char *file;
    struct arena *arena; /* for one row */
    const char *root;    /* id of signer */
    struct ca_signer signer;
};

/* What a row says of its certificate. */
struct claim {
    const char *table, *id, *pem, *spki, *serial; /* serial NULL: it is in no column */
    int64_t not_before, not_after;
};

static int refuse(const struct check *check, const char *table, const char *id, const char *why,
                  struct err *err)
{
    return err_set(
        err, ERR_STORE, 0,
        "the state file %s is damaged: table %s, row id %.64s: %s.  Nothing was done with "
        "it; see what \"weft state check\" says, and restore it from a backup",
        check->file, table, id, why);
}

/* One certificate written as weft writes it has one text: nothing can be before, behind or beside
 * it. */
static const char *compare(const struct claim *claim, X509 *certificate, struct arena *arena)
{
    struct certificate_facts facts;
    const char *pem;
    struct err err;

    if (certificate_facts(&facts, certificate, arena, &err) < 0
        || certificate_pem(&pem, certificate, arena, &err) < 0)
        return "its certificate cannot be read";
    if (!text_equal(pem, claim->pem))
        return "cert_pem is not exactly one certificate";
    if (!text_equal(facts.id, claim->id))
        return "id is not the SHA-256 of its certificate";
    if (!text_equal(facts.spki, claim->spki))
        return "spki is not the key of its certificate";
    if (claim->serial && !text_equal(facts.serial, claim->serial))
        return "serial is not that of its certificate";
    if (facts.not_before != claim->not_before || facts.not_after != claim->not_after)
        return "not_before and not_after are not those of its certificate";
    return NULL;
}

static int read_claim(X509 **out, const struct check *check, const struct claim *claim,
                      struct err *err)
{
    AUTO(X509_free) X509 *certificate = NULL;
    struct err reason;
    const char *why;

    if (certificate_read(&certificate, "it", claim->pem, strlen(claim->pem), &reason) < 0)
        return refuse(check, claim->table, claim->id, "cert_pem holds no certificate", err);
    why = compare(claim, certificate, check->arena);
    if (why)
        return refuse(check, claim->table, claim->id, why, err);
    *out = TAKE(certificate);
    return 0;
}

static bool signed_by(X509 *certificate, X509 *issuer)
{
    EVP_PKEY *key = X509_get0_pubkey(issuer);

    return key
           && X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0
           && X509_verify(certificate, key) == 1;
}

/* From the certificate over its chain to a self-signed one. */
static bool chain_holds(const struct ca_signer *signer)
{
    X509 *at = signer->certificate;

    for (int i = 0; signer->chain && i < sk_X509_num(signer->chain); i++) {
        if (!signed_by(at, sk_X509_value(signer->chain, i)))
            return false;
        at = sk_X509_value(signer->chain, i);
    }
    return signed_by(at, signer->root) && signed_by(signer->root, signer->root);
}

static int check_root(struct check *check, const struct ledger_root *row, struct err *err)
{
    const struct claim claim = { "roots", row->id,         row->cert_pem, row->spki,
                                 NULL,    row->not_before, row->not_after };
    AUTO(X509_free) X509 *certificate = NULL;
    struct ca_signer signer;
    struct err reason;
    bool holds;

    if (read_claim(&certificate, check, &claim, err) < 0)
        return -1;
    if (ca_read(&signer, row, &reason) < 0)
        return refuse(check, claim.table, row->id, "chain_pem cannot be read", err);
    holds = chain_holds(&signer);
    ca_release(&signer);
    return holds ? 0
                 : refuse(check, claim.table, row->id,
                          "its certificate is not signed up to a self-signed root", err);
}

/* Rows come grouped by root, more or less: the last one is kept. */
static int open_signer(struct check *check, const struct ledger_intermediate *row, struct err *err)
{
    const struct ledger_root *root = ledger_find_root(check->ledger, row->root);
    struct err reason;

    if (text_equal(check->root, row->root))
        return 0;
    ca_release(&check->signer);
    check->root = NULL;
    if (!root || ca_read(&check->signer, root, &reason) < 0)
        return refuse(check, "intermediates", row->id, "its root is in no row of roots", err);
    check->root = row->root;
    return 0;
}

static int check_intermediate(struct check *check, const struct ledger_intermediate *row,
                              struct err *err)
{
    const struct claim claim = { "intermediates", row->id,         row->cert_pem, row->spki,
                                 row->serial,     row->not_before, row->not_after };
    AUTO(X509_free) X509 *certificate = NULL;

    if (read_claim(&certificate, check, &claim, err) < 0 || open_signer(check, row, err) < 0)
        return -1;
    return signed_by(certificate, check->signer.certificate)
               ? 0
               : refuse(check, claim.table, row->id, "its certificate is not signed by its root",
                        err);
}

static int check_all(struct check *check, struct err *err)
{
    int result = 0;

    for (const struct ledger_root *row = check->ledger->roots; row && result == 0;
         row = row->next) {
        result = check_root(check, row, err);
        arena_reset(check->arena);
    }
    for (const struct ledger_intermediate *row = check->ledger->intermediates; row && result == 0;
         row = row->next) {
        result = check_intermediate(check, row, err);
        arena_reset(check->arena);
    }
    return result;
}

int ledger_check(const struct ledger *ledger, const char *file, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct check check = { .ledger = ledger, .file = file, .arena = arena };
    int result = check_all(&check, err);

    ca_release(&check.signer);
    return result;
}
