/* discovery/pod_owner.h - which workload a pod belongs to, without reading pods. */
#ifndef WEFT_DISCOVERY_POD_OWNER_H
#define WEFT_DISCOVERY_POD_OWNER_H

#include "discovery/scan.h"

/* The workload behind service whose controller gave the pod its name: "<Deployment>-<hash>-<5>",
 * "<StatefulSet>-<ordinal>", "<DaemonSet>-<5>".  NULL: none, several, or a name that was shortened.
 */
const struct fact_workload *pod_owner_find(const struct scan *scan,
                                           const struct fact_service *service, const char *pod);

#endif
