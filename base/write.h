/* base/write.h - node trees to bytes; alone decides how our YAML and JSON look.  Same tree, same
 * bytes. */
#ifndef WEFT_BASE_WRITE_H
#define WEFT_BASE_WRITE_H

#include "base/node.h"

/* Block YAML: two spaces, "- " items at the indent of their key (as kubectl writes), LF, no
 * document marker.  A string is plain when it is safe in YAML 1.1 and 1.2, else double-quoted;
 * several lines (PEM) become a literal block "|". Empty map "{}", empty list "[]".  Keys in the
 * order of the tree. write, parse, write again gives the same bytes. */
void write_yaml(struct text *out, const struct node *node);
/* JSON (RFC 8259); a number that JSON cannot write (0x1F, .inf) becomes a string.  pretty = two
 * spaces of indent and a newline at the end, else one line without blanks. */
void write_json(struct text *out, const struct node *node, bool pretty);
/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void write_json_string(struct text *out, const char *bytes, size_t len);

#endif
