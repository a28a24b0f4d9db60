/* discovery/endpoint_set.h - the pods behind a Service, where the inventory needs them. */
#ifndef WEFT_DISCOVERY_ENDPOINT_SET_H
#define WEFT_DISCOVERY_ENDPOINT_SET_H

#include "discovery/scan.h"

/* Sets the subsets of service from its EndpointSlices: slices of equal ports are one subset, each
 * address is in it once.  Those of former stay when EndpointSlices could not be read. */
void endpoint_set_add(struct kube_service *service, const struct fact_service *fact,
                      const struct kube_service *former, const struct scan *scan);

#endif
