/* translate/gateway_pods.h - which Services lead to pods of ingress gateways. */
#ifndef WEFT_TRANSLATE_GATEWAY_PODS_H
#define WEFT_TRANSLATE_GATEWAY_PODS_H

#include "translate/resolved.h"

/* For each Destination of the specs, how many of its pods are those of an ingress gateway of its
 * mesh: of a mesh that a VirtualMesh has, or would have but for a mistake, and that lets in other
 * clusters through gateways. */
const enum gateway_share *gateway_pods_find(const struct resolved *resolved, struct arena *arena);
enum gateway_share gateway_pods_share(const struct resolved *resolved,
                                      const struct destination *destination);

/* Whether the AccessPolicy selects the Service; one that has none but pods of gateways only by
 * reference, as neither "all Services" nor a matcher means gateways. */
bool gateway_pods_selects(const struct resolved *resolved, const struct access_policy *policy,
                          const struct destination *destination);
/* Adds W63 for such a Service that a matcher with namespaces or labels would select. */
void gateway_pods_warn(const struct resolved *resolved, const struct access_policy *policy,
                       const struct destination *destination, struct policy_status *status,
                       struct arena *arena);

#endif
