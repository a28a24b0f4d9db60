/* pki/aead.c - AES-256-GCM (NIST SP 800-38D) over whole messages. */
#include "pki/aead.h"

#include "pki/openssl.h"
#include <limits.h>
#include <openssl/crypto.h>

static int start(EVP_CIPHER_CTX *cipher, const struct aead_input *in, int encrypt)
{
    int done;

    return in->len <= INT_MAX && in->aad_len <= INT_MAX
           && EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, in->key, in->nonce, encrypt)
           && (in->aad_len == 0
               || EVP_CipherUpdate(cipher, NULL, &done, in->aad, (int)in->aad_len));
}

int aead_seal(unsigned char *out, const struct aead_input *in, struct err *err)
{
    AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int done = 0, last = 0;

    if (!cipher || !start(cipher, in, 1)
        || !EVP_CipherUpdate(cipher, out, &done, in->bytes, (int)in->len)
        || !EVP_CipherFinal_ex(cipher, out + done, &last)
        || !EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG, out + in->len))
        return err_crypto(err, "encrypt with AES-256-GCM");
    return 0;
}

int aead_open(unsigned char *out, const struct aead_input *in, struct err *err)
{
    AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    unsigned char tag[AEAD_TAG];
    int done = 0, last = 0;
    size_t len;

    if (in->len < AEAD_TAG)
        return err_set(err, ERR_CRYPTO, 0, "decrypt with AES-256-GCM: the message is cut off");
    len = in->len - AEAD_TAG;
    for (size_t i = 0; i < AEAD_TAG; i++)
        tag[i] = in->bytes[len + i];
    if (cipher && start(cipher, in, 0) && EVP_CipherUpdate(cipher, out, &done, in->bytes, (int)len)
        && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, tag)
        && EVP_CipherFinal_ex(cipher, out + done, &last) > 0)
        return 0;
    OPENSSL_cleanse(out, len);
    return err_crypto(err, "decrypt with AES-256-GCM (another key, or changed bytes)");
}
