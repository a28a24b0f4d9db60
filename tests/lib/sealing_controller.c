/* tests/lib/sealing_controller.c - a sealed-secrets controller of our own. */
#include "tests/lib/sealing_controller.h"
#include "base/base64.h"

#include "base/text.h"
#include <openssl/rsa.h>
#include <string.h>

struct controller controller_new(struct fixture *fixture, int64_t not_before, int64_t not_after)
{
    struct controller controller = { .key = EVP_RSA_gen(2048) };

    controller.pem = fixture_sealing_certificate(fixture, controller.key, not_before, not_after);
    return controller;
}

/* The controller's side, written from the format alone.  -1: not for this key or label. */
static int unwrap(unsigned char key[32], const struct controller *controller, const char *label,
                  const unsigned char *wrapped, size_t len)
{
    AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *work = EVP_PKEY_CTX_new(controller->key, NULL);
    unsigned char plain[512];
    size_t plain_len = sizeof plain;

    assert_true(EVP_PKEY_decrypt_init(work) > 0
                && EVP_PKEY_CTX_set_rsa_padding(work, RSA_PKCS1_OAEP_PADDING) > 0
                && EVP_PKEY_CTX_set_rsa_oaep_md(work, EVP_sha256()) > 0
                && EVP_PKEY_CTX_set_rsa_mgf1_md(work, EVP_sha256()) > 0
                && EVP_PKEY_CTX_set0_rsa_oaep_label(work, OPENSSL_strdup(label), (int)strlen(label))
                       > 0);
    if (EVP_PKEY_decrypt(work, plain, &plain_len, wrapped, len) <= 0 || plain_len != 32)
        return -1;
    memcpy(key, plain, 32);
    return 0;
}

char *controller_open(struct arena *arena, const struct controller *controller, const char *label,
                      const char *field)
{
    static const unsigned char nonce[12];
    AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    AUTO_TEXT blob = { 0 };
    unsigned char key[32], *bytes, *tag;
    size_t wrapped, len;
    char *plain;
    int done;

    assert_true(base64_decode(&blob, field, strlen(field)));
    bytes = (unsigned char *)blob.bytes;
    wrapped = (size_t)(bytes[0] << 8 | bytes[1]);
    assert_int_equal(wrapped, EVP_PKEY_get_size(controller->key));
    len = blob.len - 2 - wrapped - 16;
    tag = bytes + 2 + wrapped + len;
    if (unwrap(key, controller, label, bytes + 2, wrapped) < 0)
        return NULL;
    plain = ARENA_NEW(arena, char, len + 1);
    assert_true(
        EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce)
        && EVP_DecryptUpdate(cipher, (unsigned char *)plain, &done, bytes + 2 + wrapped, (int)len)
        && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16, tag)
        && EVP_DecryptFinal_ex(cipher, (unsigned char *)plain + done, &done));
    return plain;
}

struct recipient *controller_recipient(const struct controller *controller, int64_t now)
{
    struct recipient *recipient = NULL;
    struct err err;

    const struct recipient_file file = { .cluster = "eu-1",
                                         .path = "eu-1.pem",
                                         .bytes = controller->pem,
                                         .len = strlen(controller->pem) };

    if (recipient_open(&recipient, delivery_method_of(DELIVER_SEALED_SECRET), &file, now, &err) < 0)
        fail_msg("%s", err.text);
    return recipient;
}
