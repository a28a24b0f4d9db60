/* delivery/age_armor.h - the text form of age files: strict PEM (RFC 7468) with lines of 64
 * characters, labelled "AGE ENCRYPTED FILE" (C2SP age, "ASCII armor"). */
#ifndef WEFT_DELIVERY_AGE_ARMOR_H
#define WEFT_DELIVERY_AGE_ARMOR_H

#include "base/armor.h"
#include "base/err.h"
#include "base/text.h"

#define AGE_ARMOR_LABEL "AGE ENCRYPTED FILE"
#define AGE_ARMOR_BEGIN ARMOR_BEGIN(AGE_ARMOR_LABEL)

/* Appends the armored form of a file. */
void age_armor_write(struct text *out, const char *file, size_t len);
/* The file in an armored text: only one that age_armor_write could have made, with lines that end
 * in LF or CRLF, and no line or one empty one after it.  Else ERR_INPUT. */
MUST_USE int age_armor_read(struct text *out, const char *bytes, size_t len, struct err *err);

#endif
