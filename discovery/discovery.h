/* discovery/discovery.h - what a cluster shows of itself, as objects of the VirtualMesh API.  Pure:
 * facts, settings and the last inventory in, the new inventory out.  docs/discovery.md */
#ifndef WEFT_DISCOVERY_DISCOVERY_H
#define WEFT_DISCOVERY_DISCOVERY_H

#include "discovery/damping.h"
#include "discovery/found_service.h"
#include "discovery/removal_limit.h"

struct discovery_request {
    const struct facts *facts; /* after facts_end */
    const struct discovery_settings *settings;
    const struct inventory *former;   /* of this cluster, at the tip of the inventory branch */
    const struct damping_entry *seen; /* what the last read left in damping.after */
    size_t seen_count;
    int64_t read_at; /* when the last inventory was read, seconds; 0: not known */
    int64_t now;     /* seconds */
    const char *pod_namespace;
    struct removal_claims claims;
    bool allow_removals; /* a person agreed to what would be held */
    bool replaced;       /* a person said that this name belongs to another cluster now */
    const char *refusal; /* why the read must not be used; NULL: it may be */
    struct map
        *taken; /* names of objects that those of this cluster could have; gets the new ones */
};

enum discovery_outcome {
    DISCOVERY_READ,   /* the inventory follows from this read */
    DISCOVERY_KEPT,   /* the cluster could not be read: the last inventory stays */
    DISCOVERY_REFUSED /* it was read, or it answered, and a person has to act: likewise */
};
extern const struct enum_table discovery_outcomes; /* "ok", "kept", "refused" */

struct discovery {
    const char *cluster;
    enum discovery_outcome outcome;
    const char *why; /* "" when it was read */
    struct inventory inventory;
    struct discovery_counts {
        size_t services, destinations, workloads;
    } found; /* of services and inventory, which a summary does not have whole */
    struct found_service *services; /* what becomes of each Service; none unless read */
    size_t service_count;
    struct left_out_list left_out;
    struct findings findings;
    struct damping damping; /* damping.after: for the next read */
    size_t held;            /* removals that wait for consent */
    bool stale;             /* the last inventory, which is kept, is older than staleAfter */
    int64_t ms;             /* that the read took; 0: no server was asked */
};

/* Before the first discovery_run: every object of the last inventory keeps its name, whatever new
 * objects of other clusters would be called.  Once for each cluster. */
void discovery_reserve(struct map *taken, const struct inventory *former, struct arena *arena);
/* Everything lives in arena, or in what the request points to. */
void discovery_run(struct discovery *out, const struct discovery_request *request,
                   struct arena *arena);

#endif
