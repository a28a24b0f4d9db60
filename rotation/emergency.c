/* rotation/emergency.c - what the shortest way away from a root would break.  Pure: no clock,
 * no files, no keys. */
#include "rotation/emergency.h"
#include "rotation/ca.h"

#include "base/text.h"

/* In step 2 with nothing old alive, or in step 3, no workload needs the old root. */
static bool old_root_unused(const struct rotation *r, const struct rotation_facts *facts)
{
    const struct gate_clock clock = { .now = r->clock.gate, .policy = facts->policy };

    if (!rotation_running(r) || r->at.direction == DIRECTION_BACK || r->at.phase < PHASE_REISSUED)
        return false;
    return gate_turned(r->members, r->member_count, clock).reason == GATE_OPEN;
}

struct rotation_breakage *rotation_emergency(size_t *count, const struct rotation *rotation,
                                             const struct rotation_facts *facts,
                                             struct arena *arena)
{
    const struct evidence_policy *policy = facts->policy;
    struct rotation_breakage *list = NULL;

    *count = 0;
    if (old_root_unused(rotation, facts) || facts->mesh_count == 0)
        return NULL;
    if (facts->mesh_count > 1)
        *ARENA_PUSH(arena, list, *count) = (struct rotation_breakage){
            arena_printf(arena,
                         "every pair of the %zu clusters, while only one of the two has loaded the "
                         "new root",
                         facts->mesh_count),
            policy->sync_allowance, "neither trusts the other's root"
        };
    *ARENA_PUSH(arena, list, *count) = (struct rotation_breakage){
        "workloads with a new certificate and workloads with an old one, in and between all "
        "clusters",
        policy->leaf_ttl + policy->skew,
        "a workload replaces its certificate at the next renewal; restarting it ends this at once"
    };
    *ARENA_PUSH(arena, list, *count) = (struct rotation_breakage){
        "every istiod, until it is restarted", policy->sync_allowance,
        "istiod ignores a bundle that shares no root with the loaded one, "
        "and signs under the old root until then"
    };
    return list;
}
