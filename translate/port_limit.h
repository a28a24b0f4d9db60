/* translate/port_limit.h - the ports that a policy for one Service may open, where other Services
 * have the same pods (docs/translation.md 5.3). */
#ifndef WEFT_TRANSLATE_PORT_LIMIT_H
#define WEFT_TRANSLATE_PORT_LIMIT_H

#include "translate/resolved.h"

/* Numbers of container ports. */
struct port_list {
    const uint32_t *items;
    size_t count;
};

/* Those that the TCP ports of the Service lead to, as far as the specs show, each once, in the
 * order of its ports.  *complete: each of them is known. */
struct port_list port_limit_of_service(const struct kube_service *service, bool *complete,
                                       struct arena *arena);
bool port_limit_has(struct port_list ports, uint32_t port);

/* The ports of the rules of an AccessPolicy at a Destination; none: all ports of its pods.  Adds
 * A10 to the status when none is left, and W59, W61, W64. */
struct port_list port_limit_find(const struct resolved *resolved,
                                 const struct destination *destination,
                                 const struct access_policy *policy, struct target_status *status,
                                 struct arena *arena);

#endif
