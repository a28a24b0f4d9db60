/* pki/openssl.h - how pki holds libcrypto's objects and words its failures.  Only files of pki/
 * include it. */
#ifndef WEFT_PKI_OPENSSL_H
#define WEFT_PKI_OPENSSL_H

#include "base/compiler.h"
#include "base/err.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline void X509_stack_free(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

AUTO_DEFINE(ASN1_BIT_STRING, ASN1_BIT_STRING_free)
AUTO_DEFINE(ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)
AUTO_DEFINE(AUTHORITY_KEYID, AUTHORITY_KEYID_free)
AUTO_DEFINE(BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free)
AUTO_DEFINE(BIGNUM, BN_free)
AUTO_DEFINE(BIO, BIO_free_all)
AUTO_DEFINE(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
AUTO_DEFINE(EVP_MAC, EVP_MAC_free)
AUTO_DEFINE(EVP_MAC_CTX, EVP_MAC_CTX_free)
AUTO_DEFINE(EVP_MD_CTX, EVP_MD_CTX_free)
AUTO_DEFINE(EVP_PKEY, EVP_PKEY_free)
AUTO_DEFINE(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
AUTO_DEFINE(GENERAL_NAMES, GENERAL_NAMES_free)
AUTO_DEFINE(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
AUTO_DEFINE(X509, X509_free)
AUTO_DEFINE(STACK_OF(X509), X509_stack_free)
AUTO_DEFINE(X509_STORE, X509_STORE_free)
AUTO_DEFINE(X509_STORE_CTX, X509_STORE_CTX_free)

/* Fills err (ERR_CRYPTO) with the words and the reason of libcrypto's oldest queued failure,
 * empties the queue, returns -1. Only the reason is taken: the queue's extra data may quote input.
 */
int err_crypto(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* For each reading of PEM (pem_password_cb): weft never asks for a password, and without a callback
 * libcrypto asks the terminal or standard input, whatever kind of object the text says it is. */
int openssl_no_password(char *buffer, int size, int writing, void *context);

#endif
