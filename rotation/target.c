/* rotation/target.c - what the spec asks for against what is there: first certificates, a
 * start, another wish on the way.  Pure. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"

/* "clusters": said once for each wish, since equal neighbours fold. */
static void unusable(struct work *w, const char *why)
{
    add_note(w, true, "", "%s", why);
    add_condition(w, w->r->state, why, "the trust that the spec asks for cannot be used");
}

static int64_t intermediate_life(const struct work *w, const struct rotation_ca *ca)
{
    int64_t most = (ca->not_after - ca->not_before) / 2;

    return w->facts->intermediate_ttl < most ? w->facts->intermediate_ttl : most;
}

/* Two roots of one name hide each other in stores and CRLs. */
static bool name_taken(const struct work *w, const struct rotation_ca *ca)
{
    for (size_t i = 0; i < w->facts->ca_count; i++) {
        const struct rotation_ca *other = &w->facts->cas[i];
        bool live = text_equal(other->id, w->r->deployed)
                    || (rotation_running(w->r) && bundle_has(&w->r->bundle, other->anchor));

        if (live && !text_equal(other->anchor, ca->anchor)
            && text_equal(other->subject, ca->subject))
            return true;
    }
    return false;
}

/* Row 3's guard: why a CA may not become the new one; NULL: it may. */
static const char *unfit(const struct work *w, const struct rotation_ca *ca)
{
    int64_t now = w->facts->time.local;
    int64_t least = renewal_root_least(ca ? intermediate_life(w, ca) : 0, w->facts->policy);

    if (!ca)
        return "the CA that the spec asks for is not known";
    if (!ca->key)
        return arena_printf(w->arena, "the key of CA %.8s is not at hand", ca->id);
    if (now < ca->not_before)
        return arena_printf(w->arena, "CA %.8s is not valid before %s", ca->id,
                            clock_text(ca->not_before, w->arena));
    if (now >= ca->not_after)
        return arena_printf(w->arena, "CA %.8s expired at %s", ca->id,
                            clock_text(ca->not_after, w->arena));
    if (ca->not_after - now <= least)
        return arena_printf(
            w->arena, "CA %.8s ends at %s; a rotation and an intermediate's life need %s", ca->id,
            clock_text(ca->not_after, w->arena), clock_duration_text(least, w->arena));
    if (name_taken(w, ca))
        return arena_printf(w->arena,
                            "CA %.8s has the same name as one that is in use (%s): two roots of "
                            "one name hide each other",
                            ca->id, ca->subject);
    return NULL;
}

static void make_root(struct work *w, const char *why)
{
    w->out->make_root = true;
    w->out->make_why = why;
}

/* Row 1.  The states FINISHED and NOT_ROTATING are gone through at once: nothing has to be waited
 * for. */
static bool first_apply(struct work *w)
{
    struct rotation *r = w->r;
    const struct rotation_target *target = &w->facts->target;
    const struct rotation_ca *ca = find_ca(w, target->ca);

    switch (target->kind) {
    case TARGET_BAD:
        add_note(w, true, "", "%s", target->why);
        return false;
    case TARGET_MAKE:
        make_root(w, "the virtual mesh has no root yet");
        return false;
    case TARGET_CA:
        break;
    }
    if (!ca || !ca->key || ca->not_after <= w->facts->time.local) {
        add_note(w, true, "", "%s", unfit(w, ca));
        return false;
    }
    r->deployed = ca->id;
    r->deployed_trust = w->facts->trust;
    r->digest = target->digest;
    add_condition(w, ROTATION_FINISHED, NULL, "first certificates under root %s",
                  ca_words(w, ca->id));
    return false;
}

static bool single_root(const struct work *w, const char **cluster)
{
    for (size_t i = 0; i < w->facts->mesh_count; i++)
        if (w->facts->meshes[i].evidence.single_root && !text_empty(w->facts->meshes[i].ca)) {
            *cluster = w->facts->meshes[i].cluster;
            return !w->facts->policy->restart_acknowledged;
        }
    return false;
}

static void name_rotation(struct work *w, const struct rotation_ca *ca)
{
    struct rotation *r = w->r;

    r->count++;
    r->id = arena_printf(w->arena, "r%u-%.8s", r->count, ca->id);
    r->new = ca->id;
    r->trust = w->facts->trust;
    r->digest = w->facts->target.digest;
    r->approved = 0;
    r->force = "";
    r->pending = "";
    r->hold = "";
}

/* Rows 3 and 4. */
static bool start(struct work *w, const struct rotation_ca *ca)
{
    struct rotation *r = w->r;
    const struct rotation before = *r;
    bool at_once = w->start_compromised || w->facts->strategy == STRATEGY_NONE;
    const char *message;

    r->bundle = bundle_of(anchor_of(w, r->deployed));
    bundle_append(&r->bundle, ca->anchor);
    r->old = r->deployed;
    name_rotation(w, ca);
    r->rejected = "";
    r->back = false;
    r->at_once = at_once;
    members_list(w);
    r->state = ROTATION_ADDING_NEW_ROOT; /* rotating, for step_material */
    r->step = 0;
    message = at_once ? arena_printf(
                  w->arena,
                  "rotation %s: root %s takes the place of %s at once; workloads "
                  "refuse each other until all clusters have loaded it and all "
                  "leaves are new, up to %s; istiods need a restart",
                  r->id, ca_words(w, ca->id), ca_words(w, r->old),
                  clock_duration_text(w->facts->policy->sync_allowance + w->facts->policy->leaf_ttl,
                                      w->arena))
                      : arena_printf(w->arena, "rotation %s: root %s is added beside %s", r->id,
                                     ca_words(w, ca->id), ca_words(w, r->old));
    if (commit_step(w, at_once ? 3 : 1, at_once, message))
        return true;
    *r = before;
    return false;
}

/* Another CA under the same root: the bundle does not change, intermediates follow one by one (row
 * 24). */
static bool same_root(struct work *w, const struct rotation_ca *ca)
{
    if (!text_equal(ca->anchor, anchor_of(w, w->r->deployed)))
        return false;
    retire_ca(w, w->r->deployed);
    w->r->deployed = ca->id;
    w->r->deployed_trust = w->facts->trust;
    w->r->digest = w->facts->target.digest;
    add_condition(w, w->r->state, NULL, "CA %s signs under the same root from now on",
                  ca_words(w, ca->id));
    return true;
}

/* The bundle of a cluster that is being adopted could not take the new root without a restart. */
static bool waits_for_adoptions(struct work *w)
{
    const char *clusters = cluster_words(w, adoption_under_way);

    if (!*clusters || w->start_compromised || w->facts->strategy == STRATEGY_NONE)
        return false;
    add_note(w, false, "",
             "the rotation that the spec asks for starts when no cluster needs a root of its own "
             "any more: %s",
             clusters);
    return true;
}

static bool start_when_fit(struct work *w, const struct rotation_ca *ca)
{
    const char *why = unfit(w, ca), *cluster = NULL;

    if (why) {
        unusable(w, why);
        return false;
    }
    if (same_root(w, ca))
        return false;
    if (waits_for_adoptions(w))
        return false;
    if (w->facts->strategy == STRATEGY_MULTI_ROOT && !w->start_compromised
        && single_root(w, &cluster)) {
        unusable(w, arena_printf(w->arena,
                                 "istiod of cluster %s runs without ISTIO_MULTIROOT_MESH=true: it "
                                 "would drop each change of the bundle until it is restarted; set "
                                 "it, or acknowledge the restarts",
                                 cluster));
        return false;
    }
    return start(w, ca);
}

/* Row 26. */
static bool root_due(const struct work *w)
{
    const struct rotation_ca *ca = find_ca(w, w->r->deployed);
    struct lifetime life;

    if (!ca)
        return false;
    life = (struct lifetime){ ca->not_before, ca->not_after, w->facts->root_ratio };
    return w->facts->time.local >= ca->not_after
                                       - renewal_root_window(life, intermediate_life(w, ca),
                                                             w->facts->intermediate_ratio,
                                                             w->facts->policy);
}

static bool renew_root(struct work *w)
{
    const struct rotation_ca *ca = find_ca(w, w->r->deployed);
    const char *until = ca ? clock_text(ca->not_after, w->arena) : "";

    if (w->start_compromised && ca && ca->generated) {
        make_root(w, "the deployed root may be in wrong hands");
        return false;
    }
    if (w->start_compromised)
        add_note(w, true, "",
                 "a given root is replaced by giving the spec another one: do that now");
    if (!root_due(w))
        return false;
    if (ca->generated && text_equal(w->r->rejected, w->facts->target.digest))
        add_note(w, true, "",
                 "root %.8s ends at %s, and its renewal was rolled back: weft rotation retry",
                 ca->id, until);
    else if (ca->generated)
        make_root(w, arena_printf(w->arena, "root %.8s ends at %s", ca->id, until));
    else
        add_note(w, true, "", "the given root %.8s ends at %s: give the spec a new one in time",
                 ca->id, until);
    return false;
}

bool rest_next(struct work *w)
{
    struct rotation *r = w->r;
    const struct rotation_target *target = &w->facts->target;

    if (r->state == ROTATION_FINISHED) { /* row 15 */
        r->state = ROTATION_NOT_ROTATING;
        r->member_count = 0;
        r->step = 0;
    }
    if (w->retry)
        r->rejected = "";
    if (text_empty(r->deployed))
        return w->facts->mesh_count > 0 && first_apply(w);
    if (adoptions_next(w))
        return true;
    if (target->kind == TARGET_BAD) {
        unusable(w, target->why);
        return false;
    }
    if (target->kind == TARGET_CA && text_equal(target->ca, r->deployed))
        return renew_root(w);
    if (!r->published)
        return false;
    if (text_equal(r->rejected, target->digest) && !w->start_compromised) {
        add_note(w, true, "",
                 "the trust that the spec asks for was rolled back; change the spec, or try it "
                 "again with weft rotation retry");
        return false;
    }
    if (target->kind == TARGET_MAKE) {
        make_root(w, target->why);
        return false;
    }
    return start_when_fit(w, find_ca(w, target->ca));
}

static const char *target_words(const struct work *w)
{
    const struct rotation_target *target = &w->facts->target;

    return target->kind == TARGET_CA ? ca_words(w, target->ca) : "a root that is still to be made";
}

/* Rows 22 and 23: only the newest wish is kept, and it is looked at when this rotation is done. */
static bool queue(struct work *w)
{
    const char *pending = target_words(w);

    if (!text_equal(w->r->pending, pending)) {
        w->r->pending = pending;
        add_condition(w, w->r->state, NULL, "rotation %s is finished first; then comes %s",
                      w->r->id, pending);
    }
    return false;
}

/* Rows 20 and 21: one root more, everybody signs as before; then the gates again. */
static bool supersede(struct work *w, const struct rotation_ca *ca)
{
    struct rotation *r = w->r;
    const struct rotation before = *r;
    const char *message, *why = unfit(w, ca);

    if (why) {
        unusable(w, why);
        return false;
    }
    if (!bundle_append(&r->bundle, ca->anchor))
        return queue(w);
    name_rotation(w, ca);
    message = arena_printf(w->arena, "rotation %s takes over: root %s is added", r->id,
                           ca_words(w, ca->id));
    if (commit_step(w, 1, false, message))
        return true;
    *r = before;
    return false;
}

static bool wish_changed(const struct work *w)
{
    const struct rotation_target *target = &w->facts->target;

    return target->kind == TARGET_MAKE
           || (target->kind == TARGET_CA && !text_equal(target->ca, w->r->new));
}

bool target_changed(struct work *w)
{
    struct rotation *r = w->r;
    const struct rotation_target *target = &w->facts->target;
    bool returned = target->kind == TARGET_CA && text_equal(target->ca, r->old);

    if (r->back) {
        if (wish_changed(w) && !returned)
            queue(w);
        return false;
    }
    if (w->rollback && !r->at_once)
        return begin_back(w, w->rollback_reason);
    if (target->kind == TARGET_BAD) {
        add_note(w, true, "", "%s", target->why);
        return false;
    }
    if (!wish_changed(w)) {
        r->pending = "";
        return false;
    }
    if (returned && !r->at_once)
        return begin_back(w, "the spec went back to the former trust");
    if (r->at_once || r->step == 3 || r->bundle.count == BUNDLE_MAX
        || (target->kind == TARGET_CA && bundle_has(&r->bundle, anchor_of(w, target->ca))))
        return queue(w);
    if (target->kind == TARGET_MAKE) {
        make_root(w, target->why);
        return false;
    }
    return supersede(w, find_ca(w, target->ca));
}
