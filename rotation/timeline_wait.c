/* rotation/timeline_wait.c - how long each wait of a rotation can take, at least and at most. Pure.
 *
 * The bounds are those of the gates themselves: a step counts as loaded when evidence shows it, or,
 * where no source can, after the allowance for its GitOps tool; and it counts as failed after
 * failAfter, from which on the latest date is unknown.  A rollback on the deadline ends the wait
 * earlier.  The last step has no leaves before it that another step could cut off, so only the skew
 * of clocks is waited for. */
#include "rotation/timeline_wait.h"
#include "rotation/ca.h"

#include "base/text.h"

bool timeline_wait_goes_back(const struct rotation *r)
{
    return rotation_running(r) && r->at.direction == DIRECTION_BACK;
}

enum evidence_level timeline_wait_weakest(const struct rotation_facts *facts)
{
    enum evidence_level level = EVIDENCE_TURNED;

    for (size_t i = 0; i < facts->mesh_count; i++)
        if (facts->meshes[i].evidence.best < level)
            level = facts->meshes[i].evidence.best;
    return facts->mesh_count > 0 ? level : EVIDENCE_NONE;
}

bool timeline_wait_is_watched(const struct rotation_facts *facts)
{
    for (size_t i = 0; i < facts->mesh_count; i++)
        if (facts->meshes[i].evidence.best != EVIDENCE_NONE)
            return true;
    return false;
}

int64_t timeline_wait_loaded_least(const struct rotation_facts *facts)
{
    return timeline_wait_weakest(facts) >= EVIDENCE_LOADED ? 0 : facts->policy->sync_allowance;
}

int64_t timeline_wait_loaded_most(const struct rotation *r, const struct rotation_facts *facts)
{
    const struct evidence_policy *policy = facts->policy;

    if (!timeline_wait_is_watched(facts)
        || (policy->rollback_on_deadline && !timeline_wait_goes_back(r)))
        return policy->sync_allowance;
    return policy->fail_after > policy->sync_allowance ? policy->fail_after
                                                       : policy->sync_allowance;
}

int64_t timeline_wait_leaves(const struct rotation *r, const struct evidence_policy *policy,
                             int64_t leaf_ttl, int step)
{
    const bool last = timeline_wait_goes_back(r) ? step == 0 : step == 3;

    return last ? policy->skew : leaf_ttl + policy->skew;
}

int64_t timeline_wait_longest_leaf(const struct rotation *r, const struct rotation_facts *facts)
{
    int64_t ttl = facts->policy->leaf_ttl;

    for (size_t i = 0; i < facts->mesh_count; i++)
        if (facts->meshes[i].evidence.leaf_ttl > ttl)
            ttl = facts->meshes[i].evidence.leaf_ttl;
    for (size_t i = 0; i < r->member_count; i++)
        if (r->members[i].leaf_ttl > ttl)
            ttl = r->members[i].leaf_ttl;
    return ttl;
}

bool timeline_wait_is_stuck(const struct rotation *r)
{
    for (size_t i = 0; i < r->member_count; i++)
        if (r->members[i].silent || (r->published && r->members[i].committed == 0))
            return true;
    return r->failed || !text_empty(r->pause);
}
