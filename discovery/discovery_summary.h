/* discovery/discovery_summary.h - what a report says of a discovery, without what it was made of.
 */
#ifndef WEFT_DISCOVERY_DISCOVERY_SUMMARY_H
#define WEFT_DISCOVERY_DISCOVERY_SUMMARY_H

#include "discovery/discovery.h"

/* A copy that lives in arena alone: cluster, outcome, counts, meshes, gateways, left_out, findings.
 * Of the inventory's destinations it has the gateways alone, of its meshes what identifies them,
 * and no workloads or services; found has the numbers of them all.  Of the damping it has after. */
struct discovery discovery_summary(const struct discovery *full, struct arena *arena);

#endif
