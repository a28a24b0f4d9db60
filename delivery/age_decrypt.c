/* delivery/age_decrypt.c - reads the header line by line, unwraps the file key, checks the header
 * with it, and opens the payload.
 *
 * Nothing of the plaintext is handed out before both the header's code and the payload's tag were
 * right.  The header is parsed without an identity, so that a malformed one is refused for
 * every reader. */
#include "delivery/age_decrypt.h"

#include "base/text.h"
#include "delivery/age.h"
#include "delivery/age_armor.h"
#include "delivery/age_primitive.h"
#include "pki/openssl.h"
#include <openssl/crypto.h>
#include <string.h>

enum { STANZAS_MAX = 64, LINE_MAX_BASE64 = 64 };

struct stanza {
    unsigned char share[AGE_KEY], body[AGE_WRAPPED];
};

struct header {
    struct stanza stanzas[STANZAS_MAX]; /* of X25519 */
    size_t count;
    bool passphrase;
    size_t signed_len; /* up to "---" */
    unsigned char mac[AGE_MAC];
    size_t len; /* where the payload begins */
};

/* What is read; at is the beginning of the next line. */
struct reading {
    const char *bytes;
    size_t len, at;
};

struct line {
    const char *text;
    size_t len;
};

static int malformed(struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, 0, "it is not an age file, or is damaged: %s", what);
}

/* --- the header --- */

static bool next_line(struct line *out, struct reading *r)
{
    const char *from = r->bytes + r->at, *end = memchr(from, '\n', r->len - r->at);

    if (!end)
        return false;
    *out = (struct line){ from, (size_t)(end - from) };
    r->at += out->len + 1;
    return true;
}

static bool line_starts(const struct line *line, const char *prefix)
{
    return line->len >= strlen(prefix) && memcmp(line->text, prefix, strlen(prefix)) == 0;
}

/* Arguments of visible characters, each after one blank. */
static bool arguments_good(const struct line *line)
{
    for (size_t i = 2; i < line->len; i++) {
        const char c = line->text[i];
        const bool blank = c == ' ';

        if (c < ' ' || c > '~' || (blank && (i + 1 == line->len || line->text[i + 1] == ' ')))
            return false;
    }
    return line->len > strlen("-> ");
}

static bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/'; }

/* Full lines, and a shorter one (which may be empty) at the end. */
static int read_body(struct line *out, size_t *lines, struct reading *r, struct err *err)
{
    for (*lines = 1;; (*lines)++) {
        if (!next_line(out, r) || out->len > LINE_MAX_BASE64)
            return malformed(err, "a stanza of its header has no end");
        for (size_t i = 0; i < out->len; i++)
            if (!is_base64(out->text[i]))
                return malformed(err, "a stanza of its header is not base64");
        if (out->len < LINE_MAX_BASE64)
            return 0;
    }
}

static int read_stanza(struct header *out, const struct line *first, struct reading *r,
                       struct err *err)
{
    static const char kind[] = "-> X25519 ";
    struct line body = { 0 };
    struct stanza stanza;
    size_t lines;

    if (!arguments_good(first))
        return malformed(err, "the first line of a stanza has wrong arguments");
    if (read_body(&body, &lines, r, err) < 0)
        return -1;
    out->passphrase |= line_starts(first, "-> scrypt ");
    if (!line_starts(first, kind))
        return 0;
    if (out->count == STANZAS_MAX)
        return malformed(err, "it has too many recipients");
    if (lines != 1
        || !age_primitive_read_base64(stanza.share, sizeof stanza.share, first->text + strlen(kind),
                                      first->len - strlen(kind))
        || !age_primitive_read_base64(stanza.body, sizeof stanza.body, body.text, body.len))
        return malformed(err, "a stanza of X25519 has another form than the specification's");
    out->stanzas[out->count++] = stanza;
    return 0;
}

static int read_mac(struct header *out, const struct line *line, const struct reading *r,
                    struct err *err)
{
    out->signed_len = (size_t)(line->text - r->bytes) + strlen("---");
    out->len = r->at;
    if (!line_starts(line, "--- ")
        || !age_primitive_read_base64(out->mac, sizeof out->mac, line->text + strlen("--- "),
                                      line->len - strlen("--- ")))
        return malformed(err, "its header ends without an authentication code");
    return 0;
}

static int read_header(struct header *out, struct reading *r, struct err *err)
{
    struct line line;

    *out = (struct header){ .count = 0 };
    if (!next_line(&line, r) || line.len != strlen(AGE_VERSION) || !line_starts(&line, AGE_VERSION))
        return malformed(err, "it does not begin with " AGE_VERSION);
    while (next_line(&line, r)) {
        if (line_starts(&line, "---"))
            return read_mac(out, &line, r, err);
        if (!line_starts(&line, "-> "))
            return malformed(err, "its header has a line that is no stanza");
        if (read_stanza(out, &line, r, err) < 0)
            return -1;
    }
    return malformed(err, "its header has no end");
}

/* --- the file key --- */

/* 1: file_key is there; 0: the stanza is for another identity. */
static int unwrap(struct secret *file_key, const struct stanza *stanza, EVP_PKEY *own,
                  const unsigned char *recipient, struct err *err)
{
    static const unsigned char nonce[AGE_NONCE];
    const struct age_exchange exchange = { stanza->share, recipient };
    AUTO(secret_free) struct secret *wrapping = NULL;

    if (age_primitive_agree(&wrapping, own, stanza->share, &exchange, err) < 0)
        return -1;
    return age_primitive_open(file_key->bytes, wrapping, nonce, stanza->body, AGE_WRAPPED);
}

static int try_identity(struct secret *file_key, const struct header *header,
                        const struct secret *identity, struct err *err)
{
    AUTO(EVP_PKEY_free)
    EVP_PKEY *own =
        EVP_PKEY_new_raw_private_key_ex(NULL, "X25519", NULL, identity->bytes, identity->len);
    unsigned char recipient[AGE_KEY];
    size_t len = sizeof recipient;
    int result = 0;

    if (!own || EVP_PKEY_get_raw_public_key(own, recipient, &len) <= 0 || len != AGE_KEY)
        return err_crypto(err, "use an age identity");
    for (size_t i = 0; i < header->count && result == 0; i++)
        result = unwrap(file_key, &header->stanzas[i], own, recipient, err);
    return result;
}

static int find_file_key(struct secret *file_key, const struct header *header,
                         const struct age_identities *identities, struct err *err)
{
    int result = 0;

    if (header->passphrase)
        return err_set(err, ERR_INPUT, 0,
                       "a passphrase protects it: decrypt it with `age --decrypt`, and encrypt it "
                       "for a recipient");
    for (size_t i = 0; i < identities->count && result == 0; i++)
        result = try_identity(file_key, header, identities->keys[i], err);
    if (result == 0)
        return err_set(err, ERR_REFUSED, 0,
                       "it is encrypted for other age identities than the ones given");
    return result < 0 ? -1 : 0;
}

/* --- the payload --- */

static int open_payload(struct secret **out, struct secret *file_key, const char *bytes, size_t len,
                        struct err *err)
{
    AUTO(secret_free) struct secret *key = NULL;
    AUTO(secret_free) struct secret *plain = NULL;
    unsigned char nonce[AGE_PAYLOAD_NONCE];

    if (len < AGE_PAYLOAD_NONCE + AGE_TAG)
        return malformed(err, "its payload is cut off");
    if (len > AGE_PAYLOAD_NONCE + AGE_TAG + AGE_PLAIN_MAX)
        return err_set(err, ERR_INPUT, 0,
                       "it holds more than the %d bytes that weft reads from an age file",
                       AGE_PLAIN_MAX);
    memcpy(nonce, bytes, sizeof nonce);
    if (age_primitive_payload_key(&key, file_key, nonce, err) < 0)
        return -1;
    bytes += AGE_PAYLOAD_NONCE;
    len -= AGE_PAYLOAD_NONCE;
    plain = secret_new(len - AGE_TAG);
    if (!age_primitive_open(plain->bytes, key, age_last_chunk, (const unsigned char *)bytes, len))
        return malformed(err, "its payload is not what was encrypted");
    *out = TAKE(plain);
    return 0;
}

static int decrypt(struct secret **out, const struct age_identities *identities, const char *bytes,
                   size_t len, struct err *err)
{
    AUTO(secret_free) struct secret *file_key = secret_new(AGE_FILE_KEY);
    struct reading reading = { bytes, len, 0 };
    unsigned char mac[AGE_MAC];
    struct header header;

    if (read_header(&header, &reading, err) < 0
        || find_file_key(file_key, &header, identities, err) < 0
        || age_primitive_mac(mac, file_key, bytes, header.signed_len, err) < 0)
        return -1;
    if (CRYPTO_memcmp(mac, header.mac, sizeof mac) != 0)
        return malformed(err, "the authentication code of its header is wrong");
    return open_payload(out, file_key, bytes + header.len, len - header.len, err);
}

int age_decrypt(struct secret **out, const struct age_identities *identities, const void *bytes,
                size_t len, struct err *err)
{
    const struct line all = { bytes, len };
    AUTO_TEXT file = { 0 };

    if (len > AGE_FILE_MAX)
        return malformed(err, "it is too large");
    if (!line_starts(&all, AGE_ARMOR_BEGIN))
        return decrypt(out, identities, bytes, len, err);
    if (age_armor_read(&file, bytes, len, err) < 0)
        return -1;
    return decrypt(out, identities, file.len ? file.bytes : "", file.len, err);
}
