/* base/names.h - which texts Kubernetes takes as names, and which bytes are UTF-8.  Pure. */
#ifndef WEFT_BASE_NAMES_H
#define WEFT_BASE_NAMES_H

#include "base/text.h"

/* Kubernetes names (apimachinery validation): RFC 1123 label (at most 63 bytes) and subdomain
 * (253). */
bool names_is_dns_label(const char *text);
bool names_is_dns_subdomain(const char *text);

/* Valid UTF-8 without NUL (RFC 3629); *bad gets the offset of the first bad byte when false. */
bool names_is_utf8(const char *bytes, size_t len, size_t *bad);

#endif
