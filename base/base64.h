/* base/base64.h - bytes to text and back: base64 and hex (RFC 4648).  Not constant time: never for
 * secrets' comparison. */
#ifndef WEFT_BASE_BASE64_H
#define WEFT_BASE_BASE64_H

#include "base/text.h"

/* Standard base64 with padding (RFC 4648, 4). */
void base64_encode(struct text *out, const void *bytes, size_t len);
bool base64_decode(struct text *out, const char *text, size_t len); /* strict; false: not base64 */
/* The alphabet for URLs, without padding (RFC 4648, 5; RFC 7515, 2).  As strict. */
void base64_url_encode(struct text *out, const void *bytes, size_t len);
bool base64_url_decode(struct text *out, const char *text, size_t len);
void hex_encode(char *out, const void *bytes, size_t len); /* 2 * len + 1 bytes, lower case */
int hex_digit(char c); /* its value, in either case; -1: not a hex digit */
/* Whether the first len bytes are hex digits as hex_encode writes them. */
bool hex_is_plain(const char *text, size_t len);

#endif
