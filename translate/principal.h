/* translate/principal.h - identities as AuthorizationPolicies write them (docs/translation.md 6.2).
 */
#ifndef WEFT_TRANSLATE_PRINCIPAL_H
#define WEFT_TRANSLATE_PRINCIPAL_H

#include "translate/resolved.h"

/* Callers with this trust domain, namespace and service account; a part that is "" may be anything.
 * An account has a namespace. */
struct principal {
    const char *domain, *namespace, *account;
};

/* Principals that grow, with what was found on the way. */
struct principals {
    struct principal *items; /* each once, in the order in which they were asked for */
    size_t count;
    struct messages *errors, *warnings; /* of the AccessPolicy */
    struct place place;                 /* of the entry that asks for them */
};

/* Adds the identities with this namespace and account in the clusters; "" = any, no clusters (or
 * one "") = all Istio meshes. */
void principals_add(struct principals *out, const struct resolved *resolved,
                    const char *const *clusters, size_t cluster_count, const char *namespace,
                    const char *account, struct arena *arena);

/* "domain/ns/namespace/sa/account".  literal: only in a form that istiod does not rewrite; NULL:
 * there is none, as it names one account. */
const char *principal_text(const struct principal *principal, bool literal, struct arena *arena);

#endif
