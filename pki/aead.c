/* pki/aead.c - libcrypto's ciphers with a tag, each over a whole message.
 *
 * Decrypted bytes are written before the tag is known to be right, so a failure wipes them: no
 * caller may look at bytes that were not authenticated. The long nonce is that of SOPS. */
#include "pki/aead.h"

#include "pki/openssl.h"
#include <limits.h>
#include <openssl/crypto.h>

static const struct {
    const EVP_CIPHER *(*cipher)(void);
    int nonce;
    const char *name;
} algorithms[] = {
    [AEAD_AES_256_GCM] = { EVP_aes_256_gcm, AEAD_NONCE, "AES-256-GCM" },
    [AEAD_AES_256_GCM_LONG_NONCE] = { EVP_aes_256_gcm, AEAD_LONG_NONCE, "AES-256-GCM" },
    [AEAD_CHACHA20_POLY1305] = { EVP_chacha20_poly1305, AEAD_NONCE, "ChaCha20-Poly1305" },
};

/* The length of the nonce has to be known before the nonce comes. */
static int start(EVP_CIPHER_CTX *cipher, const struct aead_input *in, int encrypt)
{
    int done;

    return in->len <= INT_MAX && in->aad_len <= INT_MAX
           && EVP_CipherInit_ex(cipher, algorithms[in->algorithm].cipher(), NULL, NULL, NULL,
                                encrypt)
           && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_IVLEN, algorithms[in->algorithm].nonce,
                                  NULL)
           && EVP_CipherInit_ex(cipher, NULL, NULL, in->key, in->nonce, encrypt)
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
        return err_crypto(err, "encrypt with %s", algorithms[in->algorithm].name);
    return 0;
}

int aead_open(unsigned char *out, const struct aead_input *in, struct err *err)
{
    AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    unsigned char tag[AEAD_TAG];
    int done = 0, last = 0;
    size_t len;

    if (in->len < AEAD_TAG)
        return err_set(err, ERR_CRYPTO, 0, "decrypt with %s: the message is cut off",
                       algorithms[in->algorithm].name);
    len = in->len - AEAD_TAG;
    for (size_t i = 0; i < AEAD_TAG; i++)
        tag[i] = in->bytes[len + i];
    if (cipher && start(cipher, in, 0) && EVP_CipherUpdate(cipher, out, &done, in->bytes, (int)len)
        && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, tag)
        && EVP_CipherFinal_ex(cipher, out + done, &last) > 0)
        return 0;
    OPENSSL_cleanse(out, len);
    return err_crypto(err, "decrypt with %s (another key, or changed bytes)",
                      algorithms[in->algorithm].name);
}
