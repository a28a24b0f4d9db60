/* delivery/age_armor.c - writes the one armored text of a file, and reads by decoding, writing it
 * again and comparing: whatever differs is not armor. */
#include "delivery/age_armor.h"

#include <string.h>

enum { LINE = 64 };

void age_armor_write(struct text *out, const char *file, size_t len)
{
    armor_write(out, AGE_ARMOR_LABEL, LINE, file, len);
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

int age_armor_read(struct text *out, const char *bytes, size_t len, struct err *err)
{
    AUTO_TEXT given = { 0 };
    AUTO_TEXT file = { 0 };
    AUTO_TEXT again = { 0 };
    enum armor_problem problem;

    normalize(&given, bytes, len);
    problem = armor_read(&file, AGE_ARMOR_LABEL, given.len ? given.bytes : "", given.len);
    if (problem == ARMOR_FINE)
        age_armor_write(&again, file.len ? file.bytes : "", file.len);
    if (problem != ARMOR_FINE || !given.bytes || !again.bytes || again.len != given.len
        || memcmp(again.bytes, given.bytes, given.len) != 0)
        return err_set(err, ERR_INPUT, 0,
                       "its armor is damaged: it must be the text that age wrote, from \"%s\" to "
                       "\"%s\"",
                       AGE_ARMOR_BEGIN, ARMOR_END(AGE_ARMOR_LABEL));
    if (file.len)
        text_add(out, file.bytes, file.len);
    return 0;
}
