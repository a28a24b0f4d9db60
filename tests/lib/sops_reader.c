/* tests/lib/sops_reader.c - a slow reader of age files and of SOPS' YAML. */
#include "tests/lib/sops_reader.h"

#include "base/base64.h"
#include "base/compiler.h"
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int fine, const char *what)
{
    if (!fine) {
        fprintf(stderr, "sops_reader: %s failed\n", what);
        abort();
    }
}

/* --- recipients --- */

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static unsigned polymod(const unsigned char *values, size_t count)
{
    static const unsigned generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                          0x2a1462b3 };
    unsigned sum = 1;

    for (size_t i = 0; i < count; i++) {
        unsigned top = sum >> 25;

        sum = (sum & 0x1ffffff) << 5 ^ values[i];
        for (size_t bit = 0; bit < 5; bit++)
            if (top >> bit & 1)
                sum ^= generator[bit];
    }
    return sum;
}

void age_recipient_text(char out[80], const unsigned char key[32])
{
    unsigned char values[7 + 52 + 6] = { 3, 3, 3, 0, 'a' & 31, 'g' & 31, 'e' & 31 };
    size_t count = 7;
    unsigned sum;

    for (size_t bit = 0; bit < 260; bit++) {
        unsigned set = bit < 256 ? (unsigned)(key[bit / 8] >> (7 - bit % 8)) & 1U : 0U;

        values[count] = (unsigned char)((unsigned)values[count] << 1 | set);
        if (bit % 5 == 4)
            count++;
    }
    sum = polymod(values, count + 6) ^ 1;
    for (size_t i = 0; i < 6; i++)
        values[count + i] = sum >> (5 * (5 - i)) & 31;
    memcpy(out, "age1", 4);
    for (size_t i = 7; i < count + 6; i++)
        out[4 + i - 7] = alphabet[values[i]];
    out[4 + count + 6 - 7] = '\0';
}

struct age_identity age_identity_new(void)
{
    struct age_identity out = { .key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519") };
    unsigned char key[32];
    size_t len = sizeof key;

    must(out.key && EVP_PKEY_get_raw_public_key(out.key, key, &len), "make an identity");
    age_recipient_text(out.recipient, key);
    return out;
}

void age_identity_free(struct age_identity *identity) { EVP_PKEY_free(identity->key); }

/* --- age files --- */

/* RFC 5869 by HMAC alone, 32 bytes. */
static void hkdf(unsigned char out[32], const unsigned char *key, size_t len,
                 const unsigned char *salt, size_t salt_len, const char *info)
{
    static const unsigned char zeros[32];
    unsigned char extracted[32], block[64];
    unsigned int made;

    if (salt_len == 0) {
        salt = zeros;
        salt_len = sizeof zeros;
    }
    must(!!HMAC(EVP_sha256(), salt, (int)salt_len, key, len, extracted, &made), "extract");
    for (size_t i = 0; info[i]; i++)
        block[i] = (unsigned char)info[i];
    block[strlen(info)] = 1;
    must(!!HMAC(EVP_sha256(), extracted, 32, block, strlen(info) + 1, out, &made), "expand");
}

/* The last 16 bytes are the tag; false: it is not that of these bytes. */
static bool chacha_open(unsigned char *out, const unsigned char key[32],
                        const unsigned char nonce[12], const unsigned char *bytes, size_t len)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    unsigned char tag[16];
    int done;
    bool fine;

    memcpy(tag, bytes + len - 16, 16);
    fine = EVP_DecryptInit_ex(cipher, EVP_chacha20_poly1305(), NULL, key, nonce)
           && EVP_DecryptUpdate(cipher, out, &done, bytes, (int)len - 16)
           && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16, tag)
           && EVP_DecryptFinal_ex(cipher, out + done, &done);
    EVP_CIPHER_CTX_free(cipher);
    return fine;
}

/* Unpadded base64 of exactly len bytes up to the end character. */
static const char *take_base64(unsigned char *out, size_t len, const char *text, char end)
{
    const char *stop = text ? strchr(text, end) : NULL;
    AUTO_TEXT padded = { 0 };
    AUTO_TEXT bytes = { 0 };

    if (!stop)
        return NULL;
    text_add(&padded, text, (size_t)(stop - text));
    while (padded.len % 4)
        text_addc(&padded, '=');
    if (!base64_decode(&bytes, padded.bytes, padded.len) || bytes.len != len)
        return NULL;
    memcpy(out, bytes.bytes, len);
    return stop + 1;
}

static bool dearmor(struct text *out, const char *armored)
{
    static const char begin[] = "-----BEGIN AGE ENCRYPTED FILE-----\n",
                      end[] = "-----END AGE ENCRYPTED FILE-----\n";
    AUTO_TEXT body = { 0 };
    const char *stop = strstr(armored, end);

    if (!text_starts(armored, begin) || !stop || strlen(stop) != strlen(end))
        return false;
    for (const char *at = armored + strlen(begin); at < stop; at++) {
        const char *line = strchr(at, '\n');

        if (line - at > 64 || (line + 1 < stop && line - at != 64))
            return false;
        text_add(&body, at, (size_t)(line - at));
        at = line;
    }
    return base64_decode(out, body.bytes, body.len);
}

static bool unwrap(unsigned char file_key[16], const struct age_identity *identity,
                   unsigned char share[32], const unsigned char body[32])
{
    EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, share, 32);
    EVP_PKEY_CTX *work = EVP_PKEY_CTX_new(identity->key, NULL);
    unsigned char shared[32], salt[64], key[32];
    static const unsigned char nonce[12];
    size_t len = 32;

    must(EVP_PKEY_derive_init(work) > 0 && EVP_PKEY_derive_set_peer(work, peer) > 0
             && EVP_PKEY_derive(work, shared, &len) > 0,
         "derive");
    EVP_PKEY_free(peer);
    EVP_PKEY_CTX_free(work);
    memcpy(salt, share, 32);
    len = 32;
    must(EVP_PKEY_get_raw_public_key(identity->key, salt + 32, &len), "own key");
    hkdf(key, shared, 32, salt, 64, "age-encryption.org/v1/X25519");
    return chacha_open(file_key, key, nonce, body, 32);
}

static const char *open_payload(size_t *len, const unsigned char file_key[16],
                                const unsigned char *bytes, size_t size, struct arena *arena)
{
    static const unsigned char nonce[12] = { [11] = 1 };
    unsigned char key[32], *plain;

    if (size < 16 + 16)
        return NULL;
    hkdf(key, file_key, 16, bytes, 16, "payload");
    plain = ARENA_NEW(arena, unsigned char, size);
    if (!chacha_open(plain, key, nonce, bytes + 16, size - 16))
        return NULL;
    *len = size - 32;
    return (const char *)plain;
}

const char *age_open(size_t *len, const struct age_identity *identity, const char *armored,
                     struct arena *arena)
{
    static const char first[] = "age-encryption.org/v1\n-> X25519 ";
    unsigned char share[32], body[32], mac[32], want[32], key[32], file_key[16];
    unsigned int made;
    const char *at, *dashes;
    AUTO_TEXT file = { 0 };

    if (!dearmor(&file, armored) || !text_starts(file.bytes, first))
        return NULL;
    at = take_base64(share, 32, file.bytes + strlen(first), '\n');
    dashes = at = take_base64(body, 32, at, '\n');
    if (!at || !text_starts(at, "--- ") || !(at = take_base64(mac, 32, at + 4, '\n'))
        || !unwrap(file_key, identity, share, body))
        return NULL;
    hkdf(key, file_key, 16, NULL, 0, "header");
    HMAC(EVP_sha256(), key, 32, (const unsigned char *)file.bytes,
         (size_t)(dashes - file.bytes) + 3, want, &made);
    if (memcmp(mac, want, 32) != 0)
        return NULL;
    return open_payload(len, file_key, (const unsigned char *)at,
                        file.len - (size_t)(at - file.bytes), arena);
}

/* --- SOPS --- */

static bool data_key(unsigned char out[32], const struct node *manifest,
                     const struct age_identity *identity, struct arena *arena)
{
    const struct node *list = node_find(node_find(manifest, "sops"), "age");

    for (const struct node *item = list ? list->first : NULL; item; item = item->next) {
        size_t len = 0;
        const char *key = age_open(&len, identity, node_get(item, "enc", NULL), arena);

        if (key && len == 32) {
            memcpy(out, key, 32);
            return true;
        }
    }
    return false;
}

static bool field(struct text *out, const char **at, const char *name)
{
    const char *stop;

    if (!text_starts(*at, name))
        return false;
    *at += strlen(name);
    stop = *at + strcspn(*at, ",]");
    if (!base64_decode(out, *at, (size_t)(stop - *at)))
        return false;
    *at = stop;
    return true;
}

static const char *open_text(const unsigned char key[32], const char *path, const char *text,
                             struct arena *arena)
{
    EVP_CIPHER_CTX *cipher;
    AUTO_TEXT data = { 0 };
    AUTO_TEXT iv = { 0 };
    AUTO_TEXT tag = { 0 };
    unsigned char *plain;
    int done, last = 0;
    bool fine;

    if (!text || !field(&data, &text, "ENC[AES256_GCM,data:") || !field(&iv, &text, ",iv:")
        || !field(&tag, &text, ",tag:") || strcmp(text, ",type:str]") != 0 || iv.len != 32
        || tag.len != 16)
        return NULL;
    plain = ARENA_NEW(arena, unsigned char, data.len + 1);
    cipher = EVP_CIPHER_CTX_new();
    fine =
        EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, NULL, NULL)
        && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_IVLEN, 32, NULL)
        && EVP_DecryptInit_ex(cipher, NULL, NULL, key, (const unsigned char *)iv.bytes)
        && EVP_DecryptUpdate(cipher, NULL, &done, (const unsigned char *)path, (int)strlen(path))
        && EVP_DecryptUpdate(cipher, plain, &done, (const unsigned char *)data.bytes, (int)data.len)
        && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16, tag.bytes)
        && EVP_DecryptFinal_ex(cipher, plain + done, &last);
    EVP_CIPHER_CTX_free(cipher);
    plain[data.len] = '\0';
    return fine ? (const char *)plain : NULL;
}

const char *sops_open_value(const struct node *manifest, const struct age_identity *identity,
                            const char *name, struct arena *arena)
{
    unsigned char key[32];

    if (!data_key(key, manifest, identity, arena))
        return NULL;
    return open_text(key, arena_printf(arena, "data:%s:", name),
                     node_get(manifest, "data", name, NULL), arena);
}

/* Every scalar in the order of the file; those under data decrypted.  False: one does not open. */
static bool add_scalars(EVP_MD_CTX *digest, const unsigned char key[32], const struct node *node,
                        bool all, bool in_data, struct arena *arena)
{
    for (const struct node *member = node->first; member; member = member->next) {
        const char *text = member->text;

        if (!text) {
            if (strcmp(member->key, "sops") != 0
                && !add_scalars(digest, key, member, all, strcmp(member->key, "data") == 0, arena))
                return false;
            continue;
        }
        if (in_data && *text) /* an empty text is not encrypted */
            text = open_text(key, arena_printf(arena, "data:%s:", member->key), text, arena);
        if (!text)
            return false;
        if (all || in_data)
            EVP_DigestUpdate(digest, text, strlen(text));
    }
    return true;
}

bool sops_mac_is_right(const struct node *manifest, const struct age_identity *identity,
                       struct arena *arena)
{
    const struct node *sops = node_find(manifest, "sops");
    bool all = !node_true(node_find(sops, "mac_only_encrypted")), fine;
    unsigned char key[32], sum[64], start[32];
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    char hex[129] = "";
    const char *mac;

    must(data_key(key, manifest, identity, arena), "open the data key");
    EVP_DigestInit_ex(digest, EVP_sha512(), NULL);
    if (!all)
        EVP_DigestUpdate(digest, SHA256((const unsigned char *)"sops", 4, start), 32);
    fine = add_scalars(digest, key, manifest, all, false, arena);
    EVP_DigestFinal_ex(digest, sum, NULL);
    EVP_MD_CTX_free(digest);
    for (size_t i = 0; i < 64; i++)
        sprintf(hex + 2 * i, "%02X", sum[i]);
    mac = open_text(key, node_get(sops, "lastmodified", NULL), node_get(sops, "mac", NULL), arena);
    return fine && mac && strcmp(mac, hex) == 0;
}
