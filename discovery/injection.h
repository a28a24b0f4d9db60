/* discovery/injection.h - which mesh a workload belongs to, by what would happen to a pod of its
 * template now. */
#ifndef WEFT_DISCOVERY_INJECTION_H
#define WEFT_DISCOVERY_INJECTION_H

#include "discovery/control_plane.h"

enum dataplane { DATAPLANE_NONE, DATAPLANE_SIDECAR, DATAPLANE_AMBIENT };

struct injection {
    enum dataplane dataplane;
    struct control_plane *plane; /* NULL: none */
    struct revision *revision;   /* NULL: not known */
    bool several;                /* others match as well */
};

/* former: the namespace of istiod to which the workload belonged, "" for none; it stays on a draw.
 */
struct injection injection_of(const struct facts *facts, const struct control_planes *planes,
                              const struct fact_workload *workload, const char *former);

#endif
