/* discovery/pod_addresses.h - when the inventory has addresses of pods: for virtual meshes with
 * flatNetwork, whose clients connect to pods instead of gateways. */
#ifndef WEFT_DISCOVERY_POD_ADDRESSES_H
#define WEFT_DISCOVERY_POD_ADDRESSES_H

#include "api/specs.h"
#include "discovery/damping.h"
#include "discovery/scan.h"

/* Whether a virtual mesh with flatNetwork lists a mesh of the cluster; its Mesh is in the specs or
 * in the last inventory.  For settings.pod_addresses, before lists are chosen. */
bool pod_addresses_wanted(const struct specs *specs, const struct inventory *former,
                          const char *cluster);
/* New pods alone change nothing until settings.pod_interval is over; a pod that is gone or changed
 * is taken over at once, with everything else. */
void pod_addresses_settle(struct destination *destination, const struct scan *scan,
                          struct damping *damping);

#endif
