/* discovery/found_service.h - Services as Destinations, or the reason why they are none. */
#ifndef WEFT_DISCOVERY_FOUND_SERVICE_H
#define WEFT_DISCOVERY_FOUND_SERVICE_H

#include "discovery/scan.h"

struct found_service {
    const struct fact_service *fact;
    enum left_out_reason reason; /* LEFT_OUT_NOT: it is a Destination */
    bool mesh_pods;
    const struct control_plane *plane; /* NULL: none */
};

/* Which mesh the Service belongs to, and whether it becomes a Destination. */
struct found_service found_service_judge(const struct scan *scan, const struct fact_service *fact);
/* The Destination of one that does, under its name. */
struct destination found_service_destination(const struct scan *scan,
                                             const struct found_service *found, const char *name);

#endif
