/* translate/permission.h - which callers the sidecars of a Service admit, by the policies that weft
 * writes: the AuthorizationPolicies from AccessPolicies, and those of globalAccessPolicy
 * (docs/translation.md 4.5, 5.3). */
#ifndef WEFT_TRANSLATE_PERMISSION_H
#define WEFT_TRANSLATE_PERMISSION_H

#include "translate/caller.h"
#include "translate/translate.h"

/* From the widest to the narrowest. */
enum permission {
    PERMISSION_ALL,     /* every request */
    PERMISSION_SOME,    /* only some requests, or only at some pods */
    PERMISSION_UNKNOWN, /* depends on policies that are deployed and stay, because an object is
                           INVALID or cannot be read, or on a trust domain that is not given */
    PERMISSION_NONE
};

enum permission_reason {
    PERMISSION_BY_POLICY,  /* a source of an AccessPolicy admits the caller */
    PERMISSION_UNLIMITED,  /* no policy applies to the pods */
    PERMISSION_GATEWAY,    /* the pods are an ingress gateway, which admits every caller, with
                              limited_requests at its ports for other clusters alone */
    PERMISSION_NO_SOURCE,  /* AccessPolicies apply, and none of their sources is the caller */
    PERMISSION_GLOBAL,     /* globalAccessPolicy is ENABLED, and no AccessPolicy applies */
    PERMISSION_IN_DOUBT,   /* an INVALID object keeps the policies that are deployed */
    PERMISSION_NO_DOMAIN,  /* a source is the caller, if that has the trust domain; its Mesh says
                            * none
                            */
    PERMISSION_PODS_DIFFER /* as the pods of the Service have different policies */
};

/* What admits or refuses, and the object that decides it. */
struct permission_ruling {
    enum permission permission;
    enum permission_reason reason;
    const char *kind; /* "AccessPolicy", "VirtualMesh", "Destination"; NULL: no object */
    struct object_ref ref;
    struct place place;
    size_t source;         /* of the AccessPolicy's sourceSelector, where there are any */
    bool by_source;        /* source is one of them */
    size_t policies;       /* PERMISSION_NO_SOURCE: how many apply; the first one is named */
    bool limited_requests; /* to paths, methods or ports */
    bool limited_tokens;   /* to request principals */
    bool without_identity; /* callers show no identity here, as TLS is off (W33, W34) */
};

/* The policies of a plan, by the pods that they apply to; the plan must outlive it. */
struct permission_table;
struct permission_table *permission_table_new(const struct plan *plan, struct arena *arena);
/* Whether the caller's requests are admitted by the pods of the Service, whatever leads them there.
 */
struct permission_ruling permission_find(const struct permission_table *table,
                                         const struct caller *caller,
                                         const struct destination *destination);
/* A text on which alone, with the caller, a ruling about the Service depends, so that Services of
 * equal texts admit the same callers.  In the arena of the table. */
const char *permission_basis(const struct permission_table *table,
                             const struct destination *destination);

#endif
