/* base/armor.h - bytes as text between two lines that name what they are: "-----BEGIN label-----",
 * base64 in lines of one length, "-----END label-----" (RFC 7468; the length of the lines differs
 * between formats). */
#ifndef WEFT_BASE_ARMOR_H
#define WEFT_BASE_ARMOR_H

#include "base/text.h"

#define ARMOR_BEGIN(label) "-----BEGIN " label "-----"
#define ARMOR_END(label) "-----END " label "-----"

/* Appends the bytes under a label, in lines of so many characters, each with "\n". */
void armor_write(struct text *out, const char *label, size_t line, const void *bytes, size_t len);

/* What keeps a text from being read. */
enum armor_problem {
    ARMOR_FINE,
    ARMOR_NO_BEGIN,  /* it does not begin with the first line of the label */
    ARMOR_NO_END,    /* the last line of the label does not come */
    ARMOR_NOT_BASE64 /* between the two */
};

/* Appends the bytes of a text that begins with the label.  Lines may have any length and end in LF
 * or CRLF; what follows the last one is not looked at.  Where out is secret, copies are wiped. */
MUST_USE enum armor_problem armor_read(struct text *out, const char *label, const char *text,
                                       size_t len);

#endif
