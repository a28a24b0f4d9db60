/* discovery/completion.h - objects of the specs that say only what differs from what was found. */
#ifndef WEFT_DISCOVERY_COMPLETION_H
#define WEFT_DISCOVERY_COMPLETION_H

#include "api/destination.h"
#include "api/mesh.h"

/* Each field that own does not have becomes that of found; annotations of both count, own's before
 * found's.  A field with a default does not count as given when it has that value. */
void completion_cluster(struct kubernetes_cluster *own, const struct kubernetes_cluster *found,
                        struct arena *arena);
void completion_mesh(struct mesh *own, const struct mesh *found, struct arena *arena);
void completion_destination(struct destination *own, const struct destination *found,
                            struct arena *arena);
void completion_workload(struct workload *own, const struct workload *found, struct arena *arena);

#endif
