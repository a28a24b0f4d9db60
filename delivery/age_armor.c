/* delivery/age_armor.c - writes the one armored text of a file, and reads by decoding, writing it
 * again and comparing: whatever differs is not armor. */
#include "delivery/age_armor.h"

#include "base/base64.h"
#include <string.h>

enum { LINE = 64 };
#define END "-----END AGE ENCRYPTED FILE-----"

void age_armor_write(struct text *out, const char *file, size_t len)
{
    AUTO_TEXT body = { 0 };

    base64_encode(&body, file, len);
    text_adds(out, AGE_ARMOR_BEGIN "\n");
    for (size_t at = 0; at < body.len; at += LINE) {
        size_t part = body.len - at < LINE ? body.len - at : LINE;

        text_add(out, body.bytes + at, part);
        text_addc(out, '\n');
    }
    text_adds(out, END "\n");
}

/* With LF alone, and just one at the end. */
static void normalize(struct text *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != '\r' || i + 1 == len || bytes[i + 1] != '\n')
            text_addc(out, bytes[i]);
    if (out->len > 1 && out->bytes[out->len - 1] == '\n' && out->bytes[out->len - 2] == '\n')
        out->bytes[--out->len] = '\0';
    if (out->len && out->bytes[out->len - 1] != '\n')
        text_addc(out, '\n');
}

static void add_body(struct text *out, const struct text *armored)
{
    const size_t from = strlen(AGE_ARMOR_BEGIN "\n"), end = strlen(END "\n");

    for (size_t i = from; i + end < armored->len; i++)
        if (armored->bytes[i] != '\n')
            text_addc(out, armored->bytes[i]);
}

int age_armor_read(struct text *out, const char *bytes, size_t len, struct err *err)
{
    AUTO_TEXT given = { 0 };
    AUTO_TEXT body = { 0 };
    AUTO_TEXT file = { 0 };
    AUTO_TEXT again = { 0 };
    bool good;

    normalize(&given, bytes, len);
    add_body(&body, &given);
    good = base64_decode(&file, body.len ? body.bytes : "", body.len);
    if (good)
        age_armor_write(&again, file.bytes ? file.bytes : "", file.len);
    if (!good || again.len != given.len || memcmp(again.bytes, given.bytes, given.len) != 0)
        return err_set(err, ERR_INPUT, 0,
                       "its armor is damaged: it must be the text that age wrote, from \"%s\" to "
                       "\"%s\"",
                       AGE_ARMOR_BEGIN, END);
    if (file.len)
        text_add(out, file.bytes, file.len);
    return 0;
}
