/* discovery/missing.h - what the last inventory has and this read does not. */
#ifndef WEFT_DISCOVERY_MISSING_H
#define WEFT_DISCOVERY_MISSING_H

#include "discovery/damping.h"
#include "discovery/found_service.h"

/* Former Destinations whose Service is gone, or has no workloads for a moment, stay until the grace
 * period is over; found: what this read says of each Service, sorted.  Adds them to out. */
void missing_destinations(struct inventory *out, const struct scan *scan,
                          const struct found_service *found, size_t count, struct damping *damping);
/* Likewise workloads, and meshes. */
void missing_workloads(struct inventory *out, const struct scan *scan, struct damping *damping);
void missing_meshes(struct inventory *out, const struct scan *scan, struct damping *damping);
/* Addresses that a gateway no longer has stay for a while beside those that it still has, unless it
 * has a new one; the last one stays. */
void missing_addresses(struct destination *destination, const struct scan *scan,
                       struct damping *damping);

#endif
