/* base/armor.c - writes and reads armored text.  A reader that allows one form only compares with
 * what armor_write makes of the bytes. */
#include "base/armor.h"

#include "base/base64.h"
#include <string.h>

void armor_write(struct text *out, const char *label, size_t line, const void *bytes, size_t len)
{
    AUTO_TEXT body = { .secret = out->secret };

    base64_encode(&body, bytes, len);
    text_addf(out, ARMOR_BEGIN("%s") "\n", label);
    for (size_t at = 0; at < body.len; at += line) {
        text_add(out, body.bytes + at, body.len - at < line ? body.len - at : line);
        text_addc(out, '\n');
    }
    text_addf(out, ARMOR_END("%s") "\n", label);
}

enum armor_problem armor_read(struct text *out, const char *label, const char *text, size_t len)
{
    AUTO_TEXT begin = { 0 };
    AUTO_TEXT last = { 0 };
    AUTO_TEXT body = { .secret = out->secret };
    const char *end;

    text_addf(&begin, ARMOR_BEGIN("%s"), label);
    text_addf(&last, ARMOR_END("%s"), label);
    if (len < begin.len || memcmp(text, begin.bytes, begin.len) != 0)
        return ARMOR_NO_BEGIN;
    end = memmem(text, len, last.bytes, last.len);
    if (!end)
        return ARMOR_NO_END;
    for (const char *at = text + begin.len; at < end; at++)
        if (*at != '\n' && *at != '\r')
            text_addc(&body, *at);
    return base64_decode(out, body.len ? body.bytes : "", body.len) ? ARMOR_FINE : ARMOR_NOT_BASE64;
}
