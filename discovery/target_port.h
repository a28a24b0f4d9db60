/* discovery/target_port.h - container ports that a Service names instead of numbering them. */
#ifndef WEFT_DISCOVERY_TARGET_PORT_H
#define WEFT_DISCOVERY_TARGET_PORT_H

#include "discovery/scan.h"

/* The ports of service with numbers for names, where all of its endpoints agree on them; the names
 * go into an annotation of destination.  Where they do not agree the name stays, with the
 * endpoints. former: what the inventory has; it stays when EndpointSlices could not be read.  Sets
 * ports and subsets of service. */
void target_port_resolve(struct destination *destination, struct kube_service *service,
                         const struct fact_service *fact, const struct destination *former,
                         const struct scan *scan);

#endif
