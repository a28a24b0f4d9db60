/* discovery/found_mesh.h - the Mesh of a control plane. */
#ifndef WEFT_DISCOVERY_FOUND_MESH_H
#define WEFT_DISCOVERY_FOUND_MESH_H

#include "discovery/damping.h"
#include "discovery/scan.h"

/* Sets *there to false when no revision of the plane is in use.  -1 when its revisions say
 * different things of what one mesh has once: then nothing may be concluded. */
MUST_USE int found_mesh_object(struct mesh *out, bool *there, const struct scan *scan,
                               const struct control_plane *plane, struct damping *damping,
                               struct err *err);
/* The region of the cluster: that of all nodes, when they agree; former when they were not read. */
const char *found_mesh_region(const struct scan *scan, const char *former);
/* The cluster itself: its domain as istiod has it, and its identity. */
struct kubernetes_cluster found_mesh_cluster(const struct scan *scan);

#endif
