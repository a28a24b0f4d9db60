/* pki/verify.c - strict verification of CA certificates.
 *
 * Strict means RFC 5280 as libcrypto 3 checks it: a CA certificate has basic constraints,
 * keyCertSign and key identifiers. Data planes are less strict and of several kinds, so what
 * passes here passes in each of them. A self-signed root is verified by its own key, too, which is
 * off by default: a root whose signature is wrong would be trusted as an anchor by some verifiers
 * and refused by others.
 *
 * Times are the caller's, never those of the machine: a plan with --now and a self-test for a
 * later step need both. */
#include "pki/verify.h"

#include "pki/openssl.h"
#include <openssl/err.h>

static int prepare(X509_STORE_CTX *work, X509_STORE *store, X509 *certificate,
                   STACK_OF(X509) * untrusted, int64_t at)
{
    X509_VERIFY_PARAM *param;

    if (!work || !X509_STORE_CTX_init(work, store, certificate, untrusted))
        return 0;
    param = X509_STORE_CTX_get0_param(work);
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
    return X509_VERIFY_PARAM_set_flags(param,
                                       X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
}

int verify_ca(X509 *certificate, STACK_OF(X509) * untrusted, X509 *root, int64_t at,
              struct err *err)
{
    AUTO(X509_STORE_free) X509_STORE *store = X509_STORE_new();
    AUTO(X509_STORE_CTX_free) X509_STORE_CTX *work = X509_STORE_CTX_new();

    if (!store || !X509_STORE_add_cert(store, root)
        || !prepare(work, store, certificate, untrusted, at))
        return err_crypto(err, "prepare the verification of a certificate");
    if (X509_check_ca(certificate) != 1)
        return err_set(err, ERR_CRYPTO, 0, "the certificate is not one of a CA");
    if (X509_verify_cert(work) == 1)
        return 0;
    ERR_clear_error();
    return err_set(err, ERR_CRYPTO, X509_STORE_CTX_get_error(work),
                   "the certificate does not verify: %s",
                   X509_verify_cert_error_string(X509_STORE_CTX_get_error(work)));
}

int verify_intermediate(X509 *certificate, const struct ca_signer *signer, int64_t at,
                        struct err *err)
{
    AUTO(X509_stack_free) STACK_OF(X509) *between = sk_X509_new_null();

    if (!between)
        return err_crypto(err, "prepare the verification of a certificate");
    if (signer->certificate != signer->root
        && !X509_add_cert(between, signer->certificate, X509_ADD_FLAG_UP_REF))
        return err_crypto(err, "prepare the verification of a certificate");
    if (signer->chain && !X509_add_certs(between, signer->chain, X509_ADD_FLAG_UP_REF))
        return err_crypto(err, "prepare the verification of a certificate");
    return verify_ca(certificate, between, signer->root, at, err);
}
