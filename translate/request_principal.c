/* translate/request_principal.c - whether any token does.
 *
 * A pattern is a text, "prefix*", "*suffix" or "*", which is any token, as in Istio's security API.
 * An entry without requestPrincipals is met by a request without a token.  Two patterns that
 * together exclude a third one, which neither does alone, are not found: the entry counts as one
 * that some request meets. */
#include "translate/request_principal.h"

#include <string.h>

/* Whether each text that inner matches is one that outer matches. */
static bool covers(const char *outer, const char *inner)
{
    const size_t outer_len = strlen(outer), inner_len = strlen(inner);
    const bool inner_suffix = *inner == '*';
    const bool inner_prefix = !inner_suffix && inner_len && inner[inner_len - 1] == '*';

    if (strcmp(outer, "*") == 0 || strcmp(outer, inner) == 0)
        return true;
    if (*outer == '*')
        return !inner_prefix && inner_len + !inner_suffix >= outer_len
               && strcmp(inner + inner_len - (outer_len - 1), outer + 1) == 0;
    if (outer_len && outer[outer_len - 1] == '*')
        return !inner_suffix && strncmp(inner, outer, outer_len - 1) == 0;
    return false;
}

static bool excluded(const struct identity_selector *source, const char *principal)
{
    for (size_t i = 0; i < source->not_principal_count; i++)
        if (covers(source->not_principals[i], principal))
            return true;
    return false;
}

bool request_principal_any(const struct identity_selector *source)
{
    for (size_t i = 0; i < source->principal_count; i++)
        if (!excluded(source, source->principals[i]))
            return true;
    return source->principal_count == 0;
}
