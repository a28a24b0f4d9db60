/* pki/openssl.c - words for libcrypto's failures.  Must not quote anything that was given to
 * libcrypto. */
#include "pki/openssl.h"

#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>

int openssl_no_password(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

int err_crypto(struct err *err, const char *fmt, ...)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    char what[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    ERR_clear_error();
    return err_set(err, ERR_CRYPTO, 0, "%s: %s", what,
                   reason ? reason : "the cryptographic library refused");
}
