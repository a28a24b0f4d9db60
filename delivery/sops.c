/* delivery/sops.c - encrypts the data of a Secret as SOPS does.
 *
 * Each value is sealed by AES-256-GCM under one data key with a nonce of 32 bytes of its own; the
 * path of the value is authenticated with it, so that a value cannot be moved to another key of the
 * file.  The message authentication code is SHA-512 over the plain values in the order of the file,
 * without keys or separators, itself encrypted with the time of the change as its associated data.
 * Readers compute it from what they decrypt, which is why the order of the tree must be the order
 * of the written file.  The plain base64 text of a key exists in wiped memory only. */
#include "delivery/sops.h"

#include "base/base64.h"
#include "base/clock.h"
#include "pki/aead.h"
#include "pki/openssl.h"
#include "pki/secret.h"
#include <assert.h>
#include <openssl/rand.h>
#include <string.h>

/* Written as the version of SOPS whose format this is. */
#define SOPS_VERSION "3.9.0"
#define SOPS_ENCRYPTED "^(data|stringData)$"

enum { DIGEST = 64 };

static const char *const sops_mac_names[] = {
    [SOPS_MAC_FULL] = "full",
    [SOPS_MAC_ENCRYPTED_ONLY] = "encrypted-only",
};
const struct enum_table sops_macs = ENUM_TABLE(sops_mac_names);

struct encryption {
    const struct sops_file *file;
    const struct secret *data_key;
    EVP_MD_CTX *digest;
    struct arena *arena;
};

/* --- values --- */

/* "ENC[...]" for a text that is not empty. */
static int encrypt_text(const char **out, const struct encryption *e, const char *path,
                        const struct text *plain, struct err *err)
{
    unsigned char nonce[AEAD_LONG_NONCE];
    const struct aead_input in = { .algorithm = AEAD_AES_256_GCM_LONG_NONCE,
                                   .key = e->data_key->bytes,
                                   .nonce = nonce,
                                   .aad = path,
                                   .aad_len = strlen(path),
                                   .bytes = (const unsigned char *)plain->bytes,
                                   .len = plain->len };
    AUTO_TEXT sealed = { 0 };
    AUTO_TEXT text = { 0 };

    assert(plain->len > 0);
    if (RAND_bytes(nonce, sizeof nonce) != 1)
        return err_crypto(err, "get random bytes to encrypt a value");
    text_reserve(&sealed, plain->len + AEAD_TAG);
    if (aead_seal((unsigned char *)sealed.bytes, &in, err) < 0)
        return -1;
    text_adds(&text, "ENC[AES256_GCM,data:");
    base64_encode(&text, sealed.bytes, plain->len);
    text_adds(&text, ",iv:");
    base64_encode(&text, nonce, sizeof nonce);
    text_adds(&text, ",tag:");
    base64_encode(&text, sealed.bytes + plain->len, AEAD_TAG);
    text_adds(&text, ",type:str]");
    *out = arena_bytes(e->arena, text.bytes, text.len);
    return 0;
}

static int digest_add(const struct encryption *e, const char *bytes, size_t len, struct err *err)
{
    if (!EVP_DigestUpdate(e->digest, bytes, len))
        return err_crypto(err, "hash a value with SHA-512");
    return 0;
}

static int add_value(struct node *data, const struct encryption *e, const struct sops_value *value,
                     struct err *err)
{
    AUTO_TEXT plain = { .secret = true };
    const char *encrypted = "";

    base64_encode(&plain, value->bytes, value->len);
    if (plain.len > 0
        && (digest_add(e, plain.bytes, plain.len, err) < 0
            || encrypt_text(&encrypted, e, arena_printf(e->arena, "data:%s:", value->name), &plain,
                            err)
                   < 0))
        return err_wrap(err, "encrypt %s", value->name);
    node_set_text(e->arena, data, value->name, encrypted);
    return 0;
}

static int add_values(const struct encryption *e, struct err *err)
{
    struct node *data = node_set(e->file->manifest, "data", node_map(e->arena));

    for (size_t i = 0; i < e->file->value_count; i++)
        if (add_value(data, e, &e->file->values[i], err) < 0)
            return -1;
    return 0;
}

/* --- the authentication code --- */

static int digest_texts(const struct encryption *e, const struct node *node, struct err *err)
{
    assert(node->kind == NODE_STRING || node->kind == NODE_MAP);
    if (node->kind == NODE_STRING)
        return digest_add(e, node->text, node->len, err);
    for (const struct node *member = node->first; member; member = member->next)
        if (digest_texts(e, member, err) < 0)
            return -1;
    return 0;
}

/* What the code begins with when it covers the encrypted values only: a constant of SOPS, SHA-256
 * of "sops", so that neither form passes as the other. */
static const unsigned char encrypted_only[32] = {
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b,
    0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
};

static int digest_begin(const struct encryption *e, struct err *err)
{
    if (!e->digest || !EVP_DigestInit_ex(e->digest, EVP_sha512(), NULL))
        return err_crypto(err, "start SHA-512");
    if (e->file->mac == SOPS_MAC_ENCRYPTED_ONLY)
        return digest_add(e, (const char *)encrypted_only, sizeof encrypted_only, err);
    return digest_texts(e, e->file->manifest, err);
}

static int digest_end(const char **out, const struct encryption *e, const char *modified,
                      struct err *err)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned char digest[DIGEST];
    AUTO_TEXT hex = { .secret = true };

    if (!EVP_DigestFinal_ex(e->digest, digest, NULL))
        return err_crypto(err, "finish SHA-512");
    for (size_t i = 0; i < sizeof digest; i++) {
        text_addc(&hex, digits[digest[i] >> 4]);
        text_addc(&hex, digits[digest[i] & 15]);
    }
    return encrypt_text(out, e, modified, &hex, err);
}

/* --- the member sops --- */

static int add_recipients(struct node *sops, const struct encryption *e, struct err *err)
{
    struct node *list = node_set(sops, "age", node_list(e->arena));

    for (size_t i = 0; i < e->file->recipient_count; i++) {
        const struct age_recipient *recipient = &e->file->recipients[i];
        struct node *item = node_add(list, node_map(e->arena));
        AUTO_TEXT armored = { 0 };

        if (age_encrypt(&armored, recipient, 1, e->data_key->bytes, e->data_key->len, err) < 0)
            return -1;
        node_set_text(e->arena, item, "recipient", arena_text(e->arena, recipient->text));
        node_set_text(e->arena, item, "enc", arena_bytes(e->arena, armored.bytes, armored.len));
    }
    return 0;
}

static int add_metadata(const struct encryption *e, struct err *err)
{
    struct node *sops = node_map(e->arena);
    const char *modified = clock_text(e->file->now, e->arena), *mac;

    if (digest_end(&mac, e, modified, err) < 0 || add_recipients(sops, e, err) < 0)
        return -1;
    node_set_text(e->arena, sops, "lastmodified", modified);
    node_set_text(e->arena, sops, "mac", mac);
    node_set_text(e->arena, sops, "encrypted_regex", SOPS_ENCRYPTED);
    if (e->file->mac == SOPS_MAC_ENCRYPTED_ONLY)
        node_set_bool(e->arena, sops, "mac_only_encrypted", true);
    node_set_text(e->arena, sops, "version", SOPS_VERSION);
    node_set(e->file->manifest, "sops", sops);
    return 0;
}

int sops_encrypt(const struct sops_file *file, struct arena *arena, struct err *err)
{
    AUTO(secret_free) struct secret *data_key = secret_new(AEAD_KEY);
    AUTO(EVP_MD_CTX_free) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    const struct encryption e = { file, data_key, digest, arena };

    assert(file->recipient_count > 0 && !node_find(file->manifest, "data"));
    if (RAND_priv_bytes(data_key->bytes, AEAD_KEY) != 1)
        return err_crypto(err, "get random bytes to encrypt a Secret");
    if (digest_begin(&e, err) < 0 || add_values(&e, err) < 0 || add_metadata(&e, err) < 0)
        return -1;
    return 0;
}
