/* base/visible.c - the one place that makes text from outside harmless for a terminal or a log.
 * Pure. */
#include "base/visible.h"
#include "base/names.h"

#include <stdint.h>

/* What must not reach a terminal: first and last of each range. */
static const uint32_t hidden[][2] = {
    { 0x00, 0x1F },     { 0x7F, 0x9F },     { 0x61C, 0x61C },   { 0x200E, 0x200F },
    { 0x2028, 0x202E }, { 0x2066, 0x2069 }, { 0xFEFF, 0xFEFF },
};

static bool is_hidden(uint32_t code)
{
    for (size_t i = 0; i < LENGTH(hidden); i++)
        if (code >= hidden[i][0] && code <= hidden[i][1])
            return true;
    return false;
}

enum { OCTAL = 4 }; /* bytes of the longest escape */

static size_t add_octal(char *out, unsigned char byte)
{
    static const char names[] = "\nn\rr\tt";

    out[0] = '\\';
    for (const char *name = names; *name; name += 2)
        if ((unsigned char)*name == byte) {
            out[1] = name[1];
            return 2;
        }
    out[1] = (char)('0' + (byte >> 6));
    out[2] = (char)('0' + (byte >> 3 & 7));
    out[3] = (char)('0' + (byte & 7));
    return 4;
}

size_t visible_next(char out[VISIBLE_MAX], size_t *out_len, const char *bytes, size_t len)
{
    uint32_t code;
    size_t step = names_code_point(&code, bytes, len);
    const bool shown = step && !is_hidden(code);

    if (!step)
        step = 1;
    *out_len = 0;
    for (size_t i = 0; i < step && *out_len + OCTAL <= VISIBLE_MAX; i++)
        if (shown)
            out[(*out_len)++] = bytes[i];
        else
            *out_len += add_octal(out + *out_len, (unsigned char)bytes[i]);
    return step;
}

/* Where a command to a CI system's runner would begin: GitHub "::error::", Azure "##vso[". */
static const char *command_at(const struct text *out, const char *text)
{
    const char *at = text + strspn(text, " \t");

    if (out->len && out->bytes[out->len - 1] != '\n')
        return NULL;
    return text_starts(at, "::") || text_starts(at, "##") ? at : NULL;
}

void visible_add(struct text *out, const char *text)
{
    const char *command = command_at(out, text), *end = text + strlen(text);
    char form[VISIBLE_MAX];

    while (text < end) {
        const bool marks = text == command;
        size_t len, step = visible_next(form, &len, text, (size_t)(end - text));

        if (marks)
            len = add_octal(form, (unsigned char)*text);
        for (size_t i = 0; i < len; i++)
            text_addc(out, form[i]);
        text += step;
    }
}

char *visible_text(const char *text, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    visible_add(&out, text);
    return arena_bytes(arena, out.bytes, out.len);
}
