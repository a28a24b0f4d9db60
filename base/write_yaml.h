/* base/write_yaml.h - node trees to block YAML by appending.  Alone decides how our YAML looks;
 * must not sort. */
#ifndef WEFT_BASE_WRITE_YAML_H
#define WEFT_BASE_WRITE_YAML_H

#include "base/write.h"

/* Block YAML: two spaces, "- " items at the indent of their key (as kubectl writes), LF, no
 * document marker.  A string is plain when it is safe in YAML 1.1 and 1.2, else double-quoted;
 * several lines (PEM) become a literal block "|". Empty map "{}", empty list "[]".  Keys in the
 * order of the tree. write, parse, write again gives the same bytes. */
void write_yaml(struct text *out, const struct node *node);

#endif
