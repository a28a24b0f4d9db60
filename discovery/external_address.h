/* discovery/external_address.h - where a Service is reached from outside of its cluster. */
#ifndef WEFT_DISCOVERY_EXTERNAL_ADDRESS_H
#define WEFT_DISCOVERY_EXTERNAL_ADDRESS_H

#include "discovery/scan.h"

/* externalIPs first, then what its type gives: IPv4, IPv6, host names, each once.  gateway: what
 * the Service says of itself as an east-west gateway.  former: its addresses in the last inventory.
 */
const char *const *external_address_all(const struct scan *scan, const struct fact_service *service,
                                        const struct gateway_candidate *gateway,
                                        const struct kube_service *former, size_t *count);

#endif
