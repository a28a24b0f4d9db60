/* translate/resolution.h - how a ServiceEntry finds its endpoints, from what their addresses look
 * like. */
#ifndef WEFT_TRANSLATE_RESOLUTION_H
#define WEFT_TRANSLATE_RESOLUTION_H

#include "api/status.h"

enum address_kind { ADDRESS_IPV4, ADDRESS_IPV6, ADDRESS_WILDCARD, ADDRESS_HOSTNAME };
enum address_kind address_kind(const char *address);

enum resolution {
    RESOLUTION_STATIC,
    RESOLUTION_DNS,
    RESOLUTION_NONE,           /* only wildcards */
    RESOLUTION_MIXED_HOSTNAME, /* D2: host names and IPv6 addresses together */
    RESOLUTION_MIXED_WILDCARD, /* D3: wildcards and others together */
};
enum resolution resolution_of(const char *const *addresses, size_t count);
/* "STATIC", "DNS", "NONE"; NULL for the mixed ones, which are mistakes. */
const char *resolution_name(enum resolution resolution);
/* Adds why a proxy cannot connect to such addresses (D2 to D4); "whose" addresses is the subject of
 * the sentence. */
void resolution_check(struct messages *errors, enum resolution resolution, const char *whose,
                      struct arena *arena);

#endif
