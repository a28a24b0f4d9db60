/* base/write_json.h - node trees to JSON by appending.  Must not sort: same tree, same bytes. */
#ifndef WEFT_BASE_WRITE_JSON_H
#define WEFT_BASE_WRITE_JSON_H

#include "base/write.h"

/* JSON (RFC 8259); a number that JSON cannot write (0x1F, .inf) becomes a string.  pretty = two
 * spaces of indent and a newline at the end, else one line without blanks. */
void write_json(struct text *out, const struct node *node, bool pretty);

/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void write_json_string(struct text *out, const char *bytes, size_t len);

#endif
