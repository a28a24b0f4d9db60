/* translate/gateway_pods.h - which Services lead to pods of ingress gateways, and what a policy for
 * them has to leave open (docs/translation.md 5.3). */
#ifndef WEFT_TRANSLATE_GATEWAY_PODS_H
#define WEFT_TRANSLATE_GATEWAY_PODS_H

#include "translate/port_limit.h"

/* How many of the pods of a Service are those of an ingress gateway. */
enum gateway_share { GATEWAY_SHARE_NONE, GATEWAY_SHARE_SOME, GATEWAY_SHARE_ALL };

/* The pods of one Service. */
struct gateway_pods {
    enum gateway_share share;
    bool open;       /* weft admits every caller to them: globalAccessPolicy is ENABLED */
    bool in_doubt;   /* they may have ports for other clusters beside these */
    uint32_t *ports; /* of the pods, that take requests of other clusters */
    size_t port_count;
};

/* What becomes of an AccessPolicy at a Service. */
enum gateway_access {
    GATEWAY_ACCESS_PLAIN,       /* no pods of gateways: its rules */
    GATEWAY_ACCESS_PASSTHROUGH, /* and one that admits every caller to gateway_pods_open */
    GATEWAY_ACCESS_RETAINED,    /* that cannot be said: what was deployed stays (W65) */
    GATEWAY_ACCESS_LEFT_OUT,    /* not selected by matchers (W63), an error by reference (A9) */
    GATEWAY_ACCESS_REFUSED,     /* only some pods are those of gateways (A9) */
};

/* For each Destination of the specs: whether its pods are those of an ingress gateway of its mesh,
 * of a mesh that a VirtualMesh has, or would have but for a mistake, and that lets in other
 * clusters through gateways. */
const struct gateway_pods *gateway_pods_find(const struct resolved *resolved, struct arena *arena);
enum gateway_access gateway_pods_access(const struct resolved *resolved,
                                        const struct destination *destination);
/* The ports that every caller may reach although an AccessPolicy selects the Service; none, unless
 * GATEWAY_ACCESS_PASSTHROUGH. */
struct port_list gateway_pods_open(const struct resolved *resolved,
                                   const struct destination *destination);
/* Whether policies are written for destination, and leave open all that those for other do. */
bool gateway_pods_opens_as(const struct resolved *resolved, const struct destination *destination,
                           const struct destination *other);

/* Whether the AccessPolicy selects the Service; one that is left out only by reference. */
bool gateway_pods_selects(const struct resolved *resolved, const struct access_policy *policy,
                          const struct destination *destination);
/* For a Service that it selects: adds A9 or W65. */
void gateway_pods_check(const struct resolved *resolved, const struct destination *destination,
                        struct target_status *status, struct arena *arena);
/* Adds W63 for a Service left out that a matcher with namespaces or labels would select. */
void gateway_pods_warn(const struct resolved *resolved, const struct access_policy *policy,
                       const struct destination *destination, struct policy_status *status,
                       struct arena *arena);

#endif
