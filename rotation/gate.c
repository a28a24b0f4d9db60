/* rotation/gate.c - whether the next step of a rotation may be committed.  Pure: no clock, no
 * files, no keys.
 *
 * Invariants.  A member's held[] lists, oldest first, every material under which its workloads may
 * have valid certificates; the last is the wanted one.  A material is dropped from held[] only when
 * it is dead: a later one was loaded, and the longest life of a certificate plus the skew of clocks
 * has passed since, so istiod can have issued nothing under it that is still valid.  The one
 * exception is the newest dead material.  It stays, marked by dead_count, because a revert of the
 * output branch may deploy it again.
 *
 * The gate compares every next material with every material alive in any member, not only in
 * neighbours: workloads of any two clusters may call each other.  It also compares the next ones
 * with each other, since clusters load a commit in any order.  A closed gate is the answer whenever
 * something is unknown: a member that does not answer, a full history, too many different
 * materials. */
#include "rotation/gate.h"

#include "base/clock.h"
#include "base/text.h"
#include <assert.h>

static const char *const evidence_level_names[] = {
    [EVIDENCE_NONE] = "none",
    [EVIDENCE_SYNCED] = "commit synced",
    [EVIDENCE_LOADED] = "bundle loaded",
    [EVIDENCE_TURNED] = "leaves turned over",
};
static_assert(LENGTH(evidence_level_names) == EVIDENCE_TURNED + 1, "every level has a name");
const struct enum_table evidence_levels = ENUM_TABLE(evidence_level_names);

const struct evidence_policy evidence_policy_default = {
    .leaf_ttl = 24 * 3600,
    .sync_allowance = 3600,
    .skew = 600,
    .period = 3600,
    .fail_after = 7 * 86400,
    .retention = 30 * 86400,
    .reissue_max = 50,
};

const struct material *member_wanted(const struct member *member)
{
    return member->held_count > 0 ? &member->held[member->held_count - 1] : NULL;
}

int64_t member_turnover(const struct member *member, const struct evidence_policy *policy)
{
    int64_t ttl = member->leaf_ttl > policy->leaf_ttl ? member->leaf_ttl : policy->leaf_ttl;

    if (member->proven == 0)
        return 0;
    return member->turned ? member->proven : member->proven + ttl + policy->skew;
}

/* Proof (docs/rotation.md 3): a leaf that lives later than loaded + longest life was issued after
 * the load, so with the material that was loaded. */
bool member_alive(const struct member *member, size_t i, struct gate_clock clock)
{
    int64_t turnover = member_turnover(member, clock.policy);

    return i >= member->dead_count
           && (i + 1 == member->held_count || turnover == 0 || clock.now < turnover);
}

/* Index of the newest dead one; held_count: none. */
static size_t newest_dead(const struct member *member, struct gate_clock clock)
{
    size_t newest = member->held_count;

    for (size_t i = 0; i + 1 < member->held_count; i++)
        if (!member_alive(member, i, clock))
            newest = i;
    return newest;
}

/* The candidate is built beside the member, so that a refusal changes nothing.  next may equal an
 * older material that is alive: it then moves to the end, since it is the wanted one again.  The
 * wanted material is always kept, also when it equals next: its certificates may be alive, and
 * whether it was loaded is not known to the new entry, whose proofs start from zero. */
bool member_commit(struct member *member, const struct material *next, struct gate_clock clock)
{
    size_t dead = newest_dead(member, clock);
    struct member after = *member;

    assert(member->held_count <= HELD_MAX);
    assert(member->dead_count == 0 || member->dead_count < member->held_count);
    assert(bundle_has(&next->bundle, next->signer)); /* a cluster accepts its own leaves */
    after.held_count = after.dead_count = 0;
    if (dead < member->held_count && !material_equal(&member->held[dead], next)) {
        after.held[after.held_count++] = member->held[dead];
        after.dead_count = 1;
    }
    for (size_t i = 0; i < member->held_count; i++) {
        bool last = i + 1 == member->held_count;

        if (last || (member_alive(member, i, clock) && !material_equal(&member->held[i], next)))
            after.held[after.held_count++] = member->held[i];
        if (after.held_count == HELD_MAX)
            return false;
    }
    after.held[after.held_count++] = *next;
    assert(after.held_count <= HELD_MAX && after.dead_count < after.held_count);
    after.former = member->held_count == 0 ? 0
                   : member->turned        ? FORMER_TURNED
                   : member->proven        ? member->proven
                                           : FORMER_LOST;
    after.committed = after.synced = after.proven = after.doubted = 0;
    after.turned = after.assumed = after.silent = false;
    *member = after;
    return true;
}

struct gate gate_loaded(const struct member *members, size_t count)
{
    struct gate gate = { .reason = GATE_OPEN };

    for (size_t i = 0; i < count; i++) {
        if (members[i].proven == 0 || members[i].silent)
            return (struct gate){ .reason = GATE_NOT_LOADED, .member = i };
        gate.assumed |= members[i].assumed;
    }
    return gate;
}

/* Among those that wait for leaves, the one that waits longest is named. */
struct gate gate_turned(const struct member *members, size_t count, struct gate_clock clock)
{
    struct gate gate = gate_loaded(members, count);
    int64_t latest = 0;

    for (size_t i = 0; gate.reason != GATE_NOT_LOADED && i < count; i++) {
        int64_t turnover = member_turnover(&members[i], clock.policy);

        if (clock.now < turnover && turnover > latest) {
            latest = turnover;
            gate = (struct gate){ .reason = GATE_LEAVES, .member = i, .opens = turnover };
        }
    }
    return gate;
}

/* Materials that occur, each once, with one member that has it: a fleet has a handful. */
enum { CLASSES_MAX = 64 };
struct classes {
    struct {
        struct material material;
        size_t member;
    } list[CLASSES_MAX];
    size_t count;
    bool full;
};

static void classes_add(struct classes *classes, const struct material *material, size_t member)
{
    for (size_t i = 0; i < classes->count; i++)
        if (material_equal(&classes->list[i].material, material))
            return;
    if (classes->count == CLASSES_MAX) {
        classes->full = true;
        return;
    }
    classes->list[classes->count].material = *material;
    classes->list[classes->count++].member = member;
}

static void classes_add_member(struct classes *classes, const struct member *member, size_t index,
                               struct gate_clock clock)
{
    for (size_t k = 0; k < member->held_count; k++)
        if (member_alive(member, k, clock))
            classes_add(classes, &member->held[k], index);
}

static void classes_add_alive(struct classes *classes, const struct member *members, size_t count,
                              struct gate_clock clock)
{
    for (size_t i = 0; i < count; i++)
        classes_add_member(classes, &members[i], i, clock);
}

/* Every pair of one of next and one of others: a next one is judged even when it may be alive
 * somewhere already, for then it may be there for longer. */
static struct gate classes_fit(const struct classes *next, const struct classes *others)
{
    if (next->full || others->full)
        return (struct gate){ .reason = GATE_HISTORY_FULL };
    for (size_t i = 0; i < next->count; i++)
        for (size_t k = 0; k < others->count; k++)
            if (!material_fits(&next->list[i].material, &others->list[k].material))
                return (struct gate){ .reason = GATE_MUTUAL_DISTRUST,
                                      .member = next->list[i].member,
                                      .other = others->list[k].member };
    return (struct gate){ .reason = GATE_OPEN };
}

/* next against itself and against everything alive. */
static struct gate next_fits(struct classes *next, const struct member *members, size_t count,
                             struct gate_clock clock)
{
    struct classes others = *next;

    classes_add_alive(&others, members, count, clock);
    return classes_fit(next, &others);
}

/* Whatever bundle istiod may have loaded, the next one must be a change that it takes. */
static struct gate bytes_fit(const struct member *member, size_t index, const struct material *next,
                             struct gate_clock clock)
{
    struct member after = *member;

    for (size_t k = 0; k < member->held_count; k++) {
        bool may_be_loaded = k + 1 == member->held_count || member->proven == 0;

        if (may_be_loaded && !bundle_change_allowed(&member->held[k].bundle, &next->bundle))
            return (struct gate){ .reason = GATE_BUNDLE_NOT_RELOADABLE, .member = index };
    }
    if (!member_commit(&after, next, clock))
        return (struct gate){ .reason = GATE_HISTORY_FULL, .member = index };
    return (struct gate){ .reason = GATE_OPEN };
}

struct gate gate_fits(const struct member *members, const struct material *next, size_t count,
                      struct gate_clock clock)
{
    struct classes classes = { .count = 0 };

    for (size_t i = 0; i < count; i++) {
        struct gate gate = bytes_fit(&members[i], i, &next[i], clock);

        if (gate.reason != GATE_OPEN)
            return gate;
        classes_add(&classes, &next[i], i);
    }
    return next_fits(&classes, members, count, clock);
}

struct gate gate_fits_one(const struct member *members, size_t count, size_t at,
                          const struct material *next, struct gate_clock clock)
{
    struct classes classes = { .count = 0 };
    struct gate gate = bytes_fit(&members[at], at, next, clock);

    if (gate.reason != GATE_OPEN)
        return gate;
    classes_add(&classes, next, at);
    return next_fits(&classes, members, count, clock);
}

/* Alive ones may clash with each other already, after a revert of the output branch: that is not
 * asked here. */
struct gate gate_wanted_fit(const struct member *members, size_t count, struct gate_clock clock)
{
    struct classes classes = { .count = 0 };

    for (size_t i = 0; i < count; i++)
        classes_add(&classes, member_wanted(&members[i]), i);
    return next_fits(&classes, members, count, clock);
}

/* The member as it was before its last commit, with what is known of it by now. */
static struct member before_last(const struct member *member)
{
    struct member before = *member;

    if (member->former == 0 || member->held_count < 2)
        return before;
    before.held_count--;
    if (before.dead_count == before.held_count)
        before.dead_count--;
    before.proven = member->former == FORMER_LOST ? 0 : member->former;
    before.turned = false;
    return before;
}

/* Members that were given nothing new take part with what is alive in them. */
struct gate gate_waiting(const struct member *members, size_t count, struct gate_clock clock)
{
    struct classes next = { .count = 0 }, others;

    for (size_t i = 0; i < count; i++) {
        const struct member before = before_last(&members[i]);
        struct gate gate = { .reason = GATE_OPEN };

        if (before.held_count < members[i].held_count)
            gate = bytes_fit(&before, i, member_wanted(&members[i]), clock);
        if (gate.reason != GATE_OPEN)
            return gate;
        classes_add(&next, member_wanted(&members[i]), i);
    }
    others = next;
    for (size_t i = 0; i < count; i++) {
        const struct member before = before_last(&members[i]);

        classes_add_member(&others, &before, i, clock);
    }
    return classes_fit(&next, &others);
}

/* Where a pass counts less than the time between two passes, what is left takes so many passes. */
int64_t gate_date(struct gate_clock clock, int64_t time)
{
    int64_t left = time - clock.now;

    if (left <= 0 || clock.gain <= 0 || clock.gain >= clock.policy->period)
        return time + clock.shown;
    return clock.now + clock.shown + (left + clock.gain - 1) / clock.gain * clock.policy->period;
}

const char *gate_text(const struct gate *gate, const struct member *members,
                      struct gate_clock clock, struct arena *arena)
{
    const char *cluster = members[gate->member].cluster;

    switch (gate->reason) {
    case GATE_OPEN:
        return "";
    case GATE_NOT_LOADED:
        if (members[gate->member].silent)
            return arena_printf(arena, "cluster %s does not answer", cluster);
        if (members[gate->member].committed == 0)
            return arena_printf(arena, "weft could not deliver this step to cluster %s yet",
                                cluster);
        return arena_printf(arena, "no evidence yet that cluster %s has loaded this step", cluster);
    case GATE_LEAVES:
        return arena_printf(arena,
                            "workload certificates already issued in cluster %s may be valid until "
                            "%s",
                            cluster, clock_text(gate_date(clock, gate->opens), arena));
    case GATE_MUTUAL_DISTRUST:
        if (gate->member == gate->other)
            return arena_printf(arena,
                                "workloads of cluster %s would refuse each other while earlier "
                                "certificates may be valid there",
                                cluster);
        return arena_printf(arena,
                            "workloads of clusters %s and %s would refuse each other while "
                            "earlier certificates may be valid",
                            cluster, members[gate->other].cluster);
    case GATE_BUNDLE_NOT_RELOADABLE:
        return arena_printf(arena,
                            "istiod of cluster %s would not load this change of the bundle "
                            "without a restart",
                            cluster);
    case GATE_HISTORY_FULL:
        return arena_printf(arena, "too many changes of trust are under way in cluster %s",
                            cluster);
    }
    return "";
}
