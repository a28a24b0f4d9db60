/* translate/md5.h - MD5 (RFC 1321), only because the names of the reference implementation are cut
 * with it. */
#ifndef WEFT_TRANSLATE_MD5_H
#define WEFT_TRANSLATE_MD5_H

#include <stddef.h>

/* Lower-case hex.  Not for anything that has to resist an attacker. */
void md5_hex(char out[33], const char *bytes, size_t len);

#endif
