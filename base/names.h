/* base/names.h - which texts Kubernetes takes as names, lists of names, and which bytes are UTF-8.
 * Pure. */
#ifndef WEFT_BASE_NAMES_H
#define WEFT_BASE_NAMES_H

#include "base/arena.h"
#include "base/text.h"

/* Kubernetes names (apimachinery validation): RFC 1123 label (at most 63 bytes) and subdomain
 * (253). */
bool names_is_dns_label(const char *text);
bool names_is_dns_subdomain(const char *text);

/* Valid UTF-8 without NUL (RFC 3629); *bad gets the offset of the first bad byte when false. */
bool names_is_utf8(const char *bytes, size_t len, size_t *bad);

/* The next name of a list that commas or blanks separate, in the arena; NULL: there is no more.
 * *list moves behind it. */
const char *names_next(const char **list, struct arena *arena);

#endif
