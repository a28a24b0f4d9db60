/* base/names.h - which texts Kubernetes takes as names, and which bytes are UTF-8.  Pure. */
#ifndef WEFT_BASE_NAMES_H
#define WEFT_BASE_NAMES_H

#include "base/text.h"
#include <stdint.h>

/* Kubernetes names (apimachinery validation): RFC 1123 label (at most 63 bytes) and subdomain
 * (253). */
bool names_is_dns_label(const char *text);
bool names_is_dns_subdomain(const char *text);

/* Valid UTF-8 without NUL (RFC 3629); *bad gets the offset of the first bad byte when false. */
bool names_is_utf8(const char *bytes, size_t len, size_t *bad);
/* The character that begins at bytes, of which there is at least one: its length in bytes, and its
 * code point; 0: it is NUL or no UTF-8, then *code is the byte. */
size_t names_code_point(uint32_t *code, const char *bytes, size_t len);

#endif
