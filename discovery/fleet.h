/* discovery/fleet.h - the reads of all clusters together, and those that are read no more.
 * One cluster after the other: fleet_begin, then fleet_discover and fleet_add for each, fleet_leave
 * for each former one, fleet_end.  Facts and results of a cluster may be dropped before the next.
 */
#ifndef WEFT_DISCOVERY_FLEET_H
#define WEFT_DISCOVERY_FLEET_H

#include "discovery/discovery.h"

struct fleet_member {          /* a cluster of the configuration */
    const char *cluster, *uid; /* cluster_identity_of its facts */
    const struct discovery_settings *settings;
    const struct damping_entry *seen; /* what its last read left in damping.after */
    size_t seen_count;
    int64_t read_at; /* when it was last read as a whole, seconds; 0: not known */
    bool replaced;   /* a person said that this name belongs to another cluster now */
};

struct fleet_request {
    const struct fleet_member *members; /* sorted by name */
    size_t count;
    const struct specs *former; /* the objects of the last inventory */
    struct removal_claims claims;
    const char *const *allowed; /* clusters whose removals a person agreed to; "*": all */
    size_t allowed_count;
    int64_t now; /* seconds */
    const char *pod_namespace;
};

struct fleet {
    struct discovery *clusters; /* sorted by name, as fleet_add got them; also what is held of
                                   clusters that left */
    size_t count;
    size_t held;              /* clusters with removals that wait for consent */
    struct findings findings; /* of all clusters; places name the cluster */
};

/* One uid of kube-system under two names is a mistake of the configuration: neither read is used,
 * but for that of the name which the last inventory has it under. A cluster that is not among the
 * members any more leaves the inventory, unless a VirtualMesh lists one of its meshes, it has a
 * gateway, or more Destinations than may go without consent. */
struct fleet_reading {
    struct fleet *out;
    const struct fleet_request *request;
    struct map *alike; /* names of clusters whose objects could have the name of another's */
    struct map *taken; /* names of the objects of these */
    const struct inventory_index *former; /* of the request's */
    struct arena *arena;
};
/* What is kept of all clusters while they are read is in scratch; out's own texts are in arena. */
void fleet_begin(struct fleet_reading *reading, struct fleet *out,
                 const struct fleet_request *request, struct arena *arena, struct arena *scratch);
/* facts: of a member.  Everything is in scratch. */
void fleet_discover(struct discovery *one, struct fleet_reading *reading, const struct facts *facts,
                    struct arena *scratch);
/* one: of fleet_discover or fleet_leave, or its summary; it lives as long as the fleet. */
void fleet_add(struct fleet_reading *reading, const struct discovery *one);
/* Of a former cluster.  True: it is no member any more, and must stay until a person agrees: one
 * is to be added. */
MUST_USE bool fleet_leave(struct discovery *one, struct fleet_reading *reading, const char *cluster,
                          struct arena *scratch);
void fleet_end(struct fleet_reading *reading);

#endif
