/* translate/resolution.c - kinds of addresses.  Looks at their text only, never into the DNS. */
#include "translate/resolution.h"

#include "base/text.h"
#include "translate/messages.h"
#include <string.h>

static bool is_ipv4(const char *text)
{
    for (int part = 0; part < 4; part++) {
        int value = 0, digits = 0;

        for (; is_digit(*text); text++, digits++)
            if ((value = value * 10 + (*text - '0')) > 255)
                return false;
        if (digits == 0 || digits > 3 || *text++ != (part < 3 ? '.' : '\0'))
            return false;
    }
    return true;
}

enum address_kind address_kind(const char *address)
{
    const char *colon = strchr(address, ':');

    if (colon && strchr(colon + 1, ':'))
        return ADDRESS_IPV6;
    if (is_ipv4(address))
        return ADDRESS_IPV4;
    return text_starts(address, "*.") ? ADDRESS_WILDCARD : ADDRESS_HOSTNAME;
}

enum resolution resolution_of(const char *const *addresses, size_t count)
{
    bool seen[] = { [ADDRESS_IPV4] = false,
                    [ADDRESS_IPV6] = false,
                    [ADDRESS_WILDCARD] = false,
                    [ADDRESS_HOSTNAME] = false };

    for (size_t i = 0; i < count; i++)
        seen[address_kind(addresses[i])] = true;
    if (seen[ADDRESS_WILDCARD]
        && (seen[ADDRESS_IPV4] || seen[ADDRESS_IPV6] || seen[ADDRESS_HOSTNAME]))
        return RESOLUTION_MIXED_WILDCARD;
    if (seen[ADDRESS_HOSTNAME] && seen[ADDRESS_IPV6])
        return RESOLUTION_MIXED_HOSTNAME;
    if (seen[ADDRESS_HOSTNAME])
        return RESOLUTION_DNS;
    return seen[ADDRESS_WILDCARD] ? RESOLUTION_NONE : RESOLUTION_STATIC;
}

const char *resolution_name(enum resolution resolution)
{
    static const char *const names[] = {
        [RESOLUTION_STATIC] = "STATIC",     [RESOLUTION_DNS] = "DNS",
        [RESOLUTION_NONE] = "NONE",         [RESOLUTION_MIXED_HOSTNAME] = NULL,
        [RESOLUTION_MIXED_WILDCARD] = NULL,
    };

    return names[resolution];
}

void resolution_check(struct messages *errors, enum resolution resolution, const char *whose,
                      struct arena *arena)
{
    switch (resolution) {
    case RESOLUTION_STATIC:
    case RESOLUTION_DNS:
        break;
    case RESOLUTION_NONE:
        messages_add(errors, arena, D4_WILDCARD, whose);
        break;
    case RESOLUTION_MIXED_HOSTNAME:
        messages_add(errors, arena, D2_MIXED_HOSTNAME, whose);
        break;
    case RESOLUTION_MIXED_WILDCARD:
        messages_add(errors, arena, D3_MIXED_WILDCARD, whose);
        break;
    }
}
