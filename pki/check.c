/* pki/check.c - reads certificates of the ledger again and verifies them; makes nothing.
 *
 * The state's own columns are not believed: certificates are parsed again, and an intermediate is
 * verified up to the root row that it names. Keys are not looked at, so the command needs no state
 * key. */
#include "pki/check.h"

#include "pki/ca.h"
#include "pki/openssl.h"
#include "pki/verify.h"
#include <string.h>

static int check_root(const struct ledger_root *root, int64_t at, struct err *err)
{
    struct ca_signer signer = { 0 };
    int result;

    if (ca_read(&signer, root, err) < 0)
        return -1;
    result = verify_ca(signer.certificate, signer.chain, signer.root, at, err);
    ca_release(&signer);
    return result;
}

static int check_intermediate(const struct ledger *ledger, const struct ledger_intermediate *row,
                              int64_t at, struct err *err)
{
    const struct ledger_root *root = ledger_find_root(ledger, row->root);
    AUTO(X509_free) X509 *certificate = NULL;
    struct ca_signer signer = { 0 };
    int result;

    if (!root)
        return err_set(err, ERR_CRYPTO, 0, "the state does not know root %.16s that signed it",
                       row->root);
    if (certificate_read(&certificate, "intermediate", row->cert_pem, strlen(row->cert_pem), err)
            < 0
        || ca_read(&signer, root, err) < 0)
        return -1;
    result = verify_intermediate(certificate, &signer, at, err);
    ca_release(&signer);
    return result;
}

int check_trust(const struct ledger *ledger, const char *id, int64_t at, struct err *err)
{
    const struct ledger_root *root = ledger_find_root(ledger, id);
    const struct ledger_intermediate *row = ledger_find_intermediate(ledger, id);

    if (root)
        return check_root(root, at, err);
    if (row)
        return check_intermediate(ledger, row, at, err);
    return err_set(err, ERR_INPUT, 0, "the state knows no certificate %.16s", id);
}
