/* discovery/contradiction.h - what the specs say otherwise than the cluster. */
#ifndef WEFT_DISCOVERY_CONTRADICTION_H
#define WEFT_DISCOVERY_CONTRADICTION_H

#include "api/finding.h"
#include "api/mesh.h"

struct destination;

/* A warning with both values for each difference that breaks requests or identities: own is the
 * object of the specs, at whose place it is, found what discovery has of the same thing. */
void contradiction_mesh(struct findings *findings, const struct mesh *own,
                        const struct mesh *found);
void contradiction_destination(struct findings *findings, const struct destination *own,
                               const struct destination *found);
void contradiction_workload(struct findings *findings, const struct workload *own,
                            const struct workload *found);

#endif
