/* tests/property/fleet.h - made-up fleets of any size: the same seed gives the same specs.  For
 * property tests and benchmarks. */
#ifndef WEFT_TESTS_FLEET_H
#define WEFT_TESTS_FLEET_H

#include "base/text.h"

struct fleet {
    uint64_t seed;
    size_t clusters, services; /* services in each cluster */
    bool varied; /* versions, suffixes, selectors, policies, oddities; else everything to everyone,
                    as large fleets are measured */
};

/* The Mesh, the gateway, and a Destination and a Workload for each Service of one cluster. */
void fleet_cluster(struct text *out, const struct fleet *fleet, size_t cluster);
/* Settings, VirtualMeshes and AccessPolicies. */
void fleet_shared(struct text *out, const struct fleet *fleet);

/* External Destinations, and Services beside istiod, whose names other manifests have, too. */
void fleet_collisions(struct text *out, const struct fleet *fleet);

/* Random numbers below a bound, each from all of the seed's bits (splitmix64). */
uint64_t random_next(uint64_t *state);
size_t random_below(uint64_t *state, size_t bound);

#endif
