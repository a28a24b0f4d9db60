/* translate/gateway.h - which Services let other clusters into a mesh, and at which ports
 * (docs/translation.md 2.6, 2.7). */
#ifndef WEFT_TRANSLATE_GATEWAY_H
#define WEFT_TRANSLATE_GATEWAY_H

#include "translate/resolved.h"

/* Fills mesh->gateways.  Adds an error to the VirtualMesh for a chosen Service that selects no pods
 * or, when there is something to federate, whose port clients cannot reach. */
void gateway_find_all(struct resolved_mesh *mesh, struct arena *arena);
/* Fills mesh->endpoints, and mesh->unreachable when clients cannot connect to them; only when there
 * is something to federate. */
void gateway_check_all(struct resolved_mesh *mesh, struct arena *arena);

/* The port of its pods where a chosen gateway takes the requests of other clusters.  0: it is not
 * known, or nothing is federated. */
uint32_t gateway_passthrough_port(const struct resolved_mesh *mesh, const struct gateway *gateway);

/* A default gateway: its pods carry Istio's own label. */
bool gateway_is_default(const struct kube_service *service);

/* The hosts of a mesh's Gateways: those of its own cluster.  All hosts of the suffix would make
 * each gateway a relay for what its cluster imports. */
const char *gateway_hosts(const struct resolved_mesh *mesh, struct arena *arena);

#endif
