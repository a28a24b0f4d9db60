/* discovery/found_workload.h - workloads of a mesh as objects of the inventory. */
#ifndef WEFT_DISCOVERY_FOUND_WORKLOAD_H
#define WEFT_DISCOVERY_FOUND_WORKLOAD_H

#include "discovery/scan.h"

/* Which mesh each workload of the facts belongs to, in their order; tells the revisions that are
 * asked for. */
const struct injection *found_workload_injections(const struct scan *scan);
/* The name without the kind, which is what may be taken by another object. */
struct workload found_workload_object(const struct scan *scan, const struct fact_workload *fact,
                                      const struct injection *injection, const char *name);

#endif
