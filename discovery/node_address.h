/* discovery/node_address.h - the nodes at which a Service of type NodePort is reached. */
#ifndef WEFT_DISCOVERY_NODE_ADDRESS_H
#define WEFT_DISCOVERY_NODE_ADDRESS_H

#include "discovery/scan.h"

enum { NODE_ADDRESS_MAX = 3 };

/* At most three addresses, spread over zones; those in former stay while their nodes can be used.
 * In the arena, sorted. */
const char *const *node_address_choose(const struct scan *scan, const struct fact_service *service,
                                       const char *const *former, size_t former_count,
                                       size_t *count);

#endif
