/* translate/principal.h - identities as AuthorizationPolicies write them (docs/translation.md 6.2).
 */
#ifndef WEFT_TRANSLATE_PRINCIPAL_H
#define WEFT_TRANSLATE_PRINCIPAL_H

#include "translate/resolved.h"

/* Principals that grow, with what was found on the way. */
struct principals {
    const char **texts; /* each once, in the order in which they were asked for */
    size_t count;
    struct messages *errors, *warnings; /* of the AccessPolicy */
};

/* Adds the identities with this namespace and account in the clusters; "" = any, no clusters (or
 * one "") = all Istio meshes. */
void principals_add(struct principals *out, const struct resolved *resolved,
                    const char *const *clusters, size_t cluster_count, const char *namespace,
                    const char *account, struct arena *arena);

#endif
