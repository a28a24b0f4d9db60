/* discovery/found_gateway.h - which Services are east-west gateways. */
#ifndef WEFT_DISCOVERY_FOUND_GATEWAY_H
#define WEFT_DISCOVERY_FOUND_GATEWAY_H

#include "discovery/scan.h"

/* What each Service of the facts says of itself, in their order. */
const struct gateway_candidate *found_gateway_candidates(const struct scan *scan);
/* Marks the gateways of each mesh among its destinations: all of the first class that has any.
 * destinations and facts are parallel. */
void found_gateway_mark(struct destination *destinations, const struct fact_service *const *facts,
                        size_t count, const struct scan *scan);
/* The namespace has, or may have, a gateway of the mesh. */
bool found_gateway_namespace(const struct scan *scan, const char *namespace);

#endif
