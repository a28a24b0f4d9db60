/* delivery/age_identities.c - lines of an identity file to scalars.  The bytes stay in guarded
 * memory, and no message quotes a line. */
#include "delivery/age_identities.h"

#include "base/text.h"
#include "delivery/age.h"
#include "delivery/age_armor.h"
#include "delivery/age_primitive.h"
#include "delivery/bech32.h"
#include "pki/secret_file.h"
#include <string.h>

enum { FILE_MAX = 16384 };
#define PREFIX "AGE-SECRET-KEY-1"

/* What a line that is no identity of ours is. */
static const struct {
    const char *prefix, *says;
} kinds[] = {
    { "age1", "a recipient (public key): the identity file that age-keygen wrote is needed" },
    { "AGE-SECRET-KEY-PQ-1", "a post-quantum identity, which needs ML-KEM: use an X25519 identity, "
                             "or decrypt with `age --decrypt` and a recipient of X25519" },
    { "AGE-PLUGIN-", "an identity of an age plugin: use an X25519 identity, as age-keygen makes" },
    { AGE_VERSION, "encrypted itself: decrypt it with `age --decrypt` first" },
    { AGE_ARMOR_BEGIN, "encrypted itself: decrypt it with `age --decrypt` first" },
    { "-----BEGIN", "a key of another kind: use an X25519 identity, as age-keygen makes" },
};

/* The line may be a secret, so only its number is named. */
static int refuse_line(const char *line, const char *path, size_t number, struct err *err)
{
    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (text_starts(line, kinds[i].prefix))
            return err_set(err, ERR_INPUT, 0, "age identity %s:%zu: is %s", path, number,
                           kinds[i].says);
    return err_set(err, ERR_INPUT, 0,
                   "age identity %s:%zu: is no identity, which begins with " PREFIX
                   " (its text is not shown)",
                   path, number);
}

static int take_line(struct age_identities *out, const char *line, const char *path, size_t number,
                     struct err *err)
{
    AUTO(secret_free) struct secret *key = secret_new(AGE_KEY);

    if (!text_starts(line, PREFIX) || strrchr(line, '1') != line + strlen(PREFIX) - 1)
        return refuse_line(line, path, number, err);
    if (out->count == AGE_IDENTITIES_MAX)
        return err_set(err, ERR_INPUT, 0, "age identity %s: has more than %d identities", path,
                       AGE_IDENTITIES_MAX);
    if (bech32_decode(key->bytes, key->len, line) != BECH32_FINE)
        return err_set(err, ERR_INPUT, 0,
                       "age identity %s:%zu: is damaged (its checksum or length is wrong): give "
                       "the file as age-keygen wrote it",
                       path, number);
    out->keys[out->count++] = TAKE(key);
    return 0;
}

/* line ends where the next one begins. */
static int take_lines(struct age_identities *out, struct secret *content, const char *path,
                      struct err *err)
{
    char *line = (char *)content->bytes;

    for (size_t number = 1; line; number++) {
        char *end = strchr(line, '\n'), *next = end ? end + 1 : NULL;

        if (end)
            *end = '\0';
        if (end && end > line && end[-1] == '\r')
            end[-1] = '\0';
        if (*line && *line != '#' && take_line(out, line, path, number, err) < 0)
            return -1;
        line = next;
    }
    return 0;
}

int age_identities_decode(struct age_identities *out, const struct secret *content,
                          const char *path, struct err *err)
{
    AUTO(secret_free) struct secret *copy = secret_copy(content->bytes, content->len);

    *out = (struct age_identities){ .count = 0 };
    if (memchr(copy->bytes, '\0', copy->len))
        return err_set(err, ERR_INPUT, 0, "age identity %s: is not a text file", path);
    if (take_lines(out, copy, path, err) < 0) {
        age_identities_close(out);
        return -1;
    }
    return out->count ? 0 : err_set(err, ERR_INPUT, 0, "age identity %s: holds no identity", path);
}

int age_identities_read(struct age_identities *out, const char *path, struct err *err)
{
    AUTO(secret_free) struct secret *content = NULL;

    if (secret_file_read(&content, "age identity", path, FILE_MAX, err) < 0)
        return -1;
    return age_identities_decode(out, content, path, err);
}

void age_identities_close(struct age_identities *identities)
{
    for (size_t i = 0; i < identities->count; i++)
        secret_free(identities->keys[i]);
    identities->count = 0;
}
