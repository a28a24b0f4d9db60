/* pki/state_key.c - reads and makes the file of the state key.  Its bytes go straight to guarded
 * memory.
 *
 * Three forms are accepted because the file is often made by another tool: 32 raw bytes,
 * hexadecimal, base64. Each length belongs to one form, and 32 bytes that are all hexadecimal
 * digits are refused: that would be half of a key, written in the wrong form. A key whose bytes
 * are all the same is refused as well: it is what a template or an empty Secret leaves. weft never
 * overwrites a key file, because with the old key every sealed root would be lost. */
#include "pki/state_key.h"
#include "base/files.h"
#include "base/text.h"
#include "pki/custody.h"
#include "pki/openssl.h"
#include "pki/secret_file.h"
#include <errno.h>
#include <openssl/rand.h>
#include <string.h>

enum { CONTENT_MAX = 128, HEX_LEN = 2 * STATE_KEY, BASE64_LEN = 44 };

static int read_content(struct secret **out, const char *path, struct err *err)
{
    if (secret_file_read(out, "state key", path, CONTENT_MAX, err) == 0)
        return 0;
    if (err->code == ENOENT)
        return err_set(
            err, ERR_SYSTEM, ENOENT,
            "state key %s: there is no such file; for a new state run \"weft keygen %s\", "
            "for an existing one give back its key",
            path, path);
    if (err->code == EFBIG)
        return err_set(err, ERR_INPUT, EFBIG,
                       "state key %s: has more than %d bytes; wanted are 32 raw bytes, 64 hex "
                       "digits or the base64 of 32 bytes",
                       path, CONTENT_MAX);
    return -1;
}

static int hex_value(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* False: not hex. */
static bool decode_hex(unsigned char *out, const unsigned char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        int value = hex_value(text[i]);

        if (value < 0)
            return false;
        if (out)
            out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | value : value << 4);
    }
    return true;
}

static bool decode_base64(unsigned char *out, const unsigned char *text)
{
    unsigned char block[BASE64_LEN / 4 * 3];
    bool good = text[BASE64_LEN - 1] == '=' && text[BASE64_LEN - 2] != '='
                && EVP_DecodeBlock(block, text, BASE64_LEN) == (int)sizeof block
                && block[STATE_KEY] == 0;

    memcpy(out, block, STATE_KEY);
    secret_wipe(block, sizeof block);
    return good;
}

static bool all_equal(const unsigned char *bytes, size_t len)
{
    for (size_t i = 1; i < len; i++)
        if (bytes[i] != bytes[0])
            return false;
    return true;
}

/* False: none of the three forms. */
static bool decode_content(unsigned char *out, const struct secret *content)
{
    size_t len = content->len;

    if (len == STATE_KEY && !decode_hex(NULL, content->bytes, len)) {
        memcpy(out, content->bytes, STATE_KEY);
        return true;
    }
    while (len > 0 && (content->bytes[len - 1] == '\n' || content->bytes[len - 1] == '\r'))
        len--;
    if (len == HEX_LEN)
        return decode_hex(out, content->bytes, len);
    return len == BASE64_LEN && decode_base64(out, content->bytes);
}

int state_key_decode(struct secret **out, const struct secret *content, const char *path,
                     struct err *err)
{
    AUTO(secret_free) struct secret *key = secret_new(STATE_KEY);

    if (!decode_content(key->bytes, content))
        return err_set(err, ERR_INPUT, 0,
                       "state key %s: holds %zu bytes that are no key; wanted are 32 raw bytes, "
                       "64 hex digits or the base64 of 32 bytes",
                       path, content->len);
    if (all_equal(key->bytes, STATE_KEY))
        return err_set(err, ERR_REFUSED, 0,
                       "state key %s: all its bytes are the same, so it is no secret", path);
    *out = TAKE(key);
    return 0;
}

int state_key_read(struct secret **out, const char *path, struct err *err)
{
    AUTO(secret_free) struct secret *content = NULL;

    if (read_content(&content, path, err) < 0)
        return -1;
    return state_key_decode(out, content, path, err);
}

int state_key_create(const char *path, struct err *err)
{
    AUTO(secret_free) struct secret *key = secret_new(STATE_KEY);
    AUTO(secret_free) struct secret *text = secret_new(BASE64_LEN + 1);

    if (RAND_priv_bytes(key->bytes, STATE_KEY) != 1)
        return err_crypto(err, "get random bytes for a new state key");
    EVP_EncodeBlock(text->bytes, key->bytes, STATE_KEY);
    text->bytes[BASE64_LEN] = '\n';
    if (file_create(path, (const char *)text->bytes, text->len, 0600, err) == 0)
        return 0;
    if (err->code == EEXIST)
        return err_set(err, ERR_REFUSED, EEXIST,
                       "make state key %s: there is a file already, and a state key is never "
                       "overwritten",
                       path);
    return err_wrap(err, "make a state key");
}
