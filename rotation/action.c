/* rotation/action.c - which intermediates have to be issued, which keys destroyed, what people
 * should know in time.  Pure. */
#include "rotation/ca.h"
#include "rotation/private.h"
#include "rotation/timeline.h"

#include "base/clock.h"
#include "base/text.h"

/* The CA under which a mesh's intermediate should be now; NULL: nothing can or should be issued. */
static const struct rotation_ca *wanted_ca(struct work *w, const struct rotation_member_input *mesh)
{
    struct material material;
    const char *ca;

    if (!rotation_wanted(&material, &ca, w->r, w->facts->cas, w->facts->ca_count, mesh->mesh))
        return NULL;
    return find_ca(w, ca);
}

static void add_issue(struct work *w, const struct rotation_member_input *mesh,
                      const struct rotation_ca *ca, bool needed, const char *why)
{
    if (!ca->key || ca->not_after <= w->facts->time.local) {
        add_note(w, true, mesh->mesh,
                 "cluster %s needs an intermediate (%s), but CA %.8s cannot sign: its key is not "
                 "at hand or it has expired",
                 mesh->cluster, why, ca->id);
        return;
    }
    *ARENA_PUSH(w->arena, w->out->issues, w->out->issue_count) =
        (struct rotation_issue){ mesh->mesh, ca->id, why, needed };
}

/* istiod clamps leaves to what is left. */
static bool urgent(const struct work *w, const struct rotation_member_input *mesh)
{
    return mesh->life.not_after - w->facts->time.local < renewal_reserve(w->facts->policy);
}

static bool renewal_due(const struct work *w, const struct rotation_member_input *mesh)
{
    int64_t now = w->facts->time.local, least = (mesh->life.not_after - mesh->life.not_before) / 10;

    return now >= renewal_time(mesh->life, w->facts->policy, mesh->mesh)
           && mesh->renewed_until > mesh->life.not_after + least;
}

/* A change of options is no hurry, and after a rotation it came along by itself. */
static bool reissue_due(struct work *w, const struct rotation_member_input *mesh, size_t *reissued)
{
    if (!mesh->options_differ || rotation_running(w->r))
        return false;
    if (*reissued < w->facts->policy->reissue_max)
        return ++*reissued > 0;
    w->r->more = true;
    return false;
}

static void plan_issue(struct work *w, const struct rotation_member_input *mesh, size_t *reissued)
{
    const struct rotation_ca *ca = wanted_ca(w, mesh);

    if (!ca)
        return;
    if (text_empty(mesh->ca))
        add_issue(w, mesh, ca, false, "the mesh has no intermediate yet");
    else if (!text_equal(mesh->ca, ca->id))
        add_issue(w, mesh, ca, rotation_running(w->r),
                  rotation_running(w->r) ? "the signing root changes" : "another CA signs now");
    else if (renewal_due(w, mesh))
        add_issue(w, mesh, ca, false,
                  arena_printf(w->arena, "its intermediate ends at %s",
                               clock_text(mesh->life.not_after, w->arena)));
    else if (reissue_due(w, mesh, reissued))
        add_issue(w, mesh, ca, false, "intermediateCertOptions changed");
}

void plan_issues(struct work *w)
{
    size_t reissued = 0;
    bool differ = false;

    w->r->more = false;
    for (size_t i = 0; i < w->facts->mesh_count; i++) {
        if (!w->waits || !w->waits[i])
            plan_issue(w, &w->facts->meshes[i], &reissued);
        differ |= w->facts->meshes[i].options_differ;
    }
    if (!rotation_running(w->r) && !differ && w->facts->target.kind == TARGET_CA
        && text_equal(w->facts->target.ca, w->r->deployed))
        w->r->deployed_trust = w->facts->trust; /* row 24: what is live is what the spec says */
}

void retire_ca(struct work *w, const char *ca)
{
    struct rotation *r = w->r;
    struct rotation_retired *grown;

    for (size_t i = 0; i < r->retired_count; i++)
        if (text_equal(r->retired[i].ca, ca)) { /* it was in use again: retired anew */
            r->retired[i].since = w->clock.now;
            *ARENA_PUSH(w->arena, w->out->retire, w->out->retire_count) = ca;
            return;
        }
    grown = ARENA_NEW(w->arena, struct rotation_retired, r->retired_count + 1);
    for (size_t i = 0; i < r->retired_count; i++)
        grown[i] = r->retired[i];
    grown[r->retired_count++] = (struct rotation_retired){ ca, w->clock.now };
    r->retired = grown;
    *ARENA_PUSH(w->arena, w->out->retire, w->out->retire_count) = ca;
}

static bool in_use(const struct work *w, const char *ca)
{
    const struct rotation *r = w->r;

    for (size_t i = 0; i < w->facts->mesh_count; i++)
        if (text_equal(w->facts->meshes[i].ca, ca))
            return true;
    return text_equal(r->deployed, ca)
           || (rotation_running(r) && (text_equal(r->old, ca) || text_equal(r->new, ca)));
}

/* Row 14: not before its retention is over, nor before everything that it signed has expired. */
static bool disposable(const struct work *w, const struct rotation_retired *retired)
{
    const struct rotation_ca *ca = find_ca(w, retired->ca);

    return w->clock.now >= retired->since + w->facts->policy->retention && !in_use(w, retired->ca)
           && (!ca || w->facts->time.local >= ca->signed_until);
}

void plan_disposal(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->retired_count; i++) {
        if (disposable(w, &r->retired[i]))
            *ARENA_PUSH(w->arena, w->out->destroy, w->out->destroy_count) = r->retired[i].ca;
        else
            r->retired[kept++] = r->retired[i];
    }
    r->retired_count = kept;
}

/* A generated root and intermediates as the API makes them when the spec says nothing: both a year.
 * Nobody chose that, and the root is replaced in time. */
static bool lives_as_usual(const struct work *w, const struct rotation_ca *ca)
{
    const int64_t usual = 365 * INT64_C(86400), backdated = 3600;

    return ca->generated && w->facts->intermediate_ttl == usual
           && ca->not_after - ca->not_before <= usual + backdated
           && ca->not_after - ca->not_before >= usual;
}

static void warn_root(struct work *w)
{
    const struct rotation_ca *ca = find_ca(w, w->r->deployed);
    int64_t life = ca ? ca->not_after - ca->not_before : 0;

    if (!ca) {
        if (!text_empty(w->r->deployed))
            add_note(w, true, "", "the state does not hold the deployed root %.8s any more",
                     w->r->deployed);
        return;
    }
    if (life < 3 * w->facts->intermediate_ttl && !lives_as_usual(w, ca))
        add_note(w, false, "",
                 "root %.8s lives %s, less than three times an intermediate's %s: intermediates "
                 "are cut short; lower ttlDays of intermediateCertOptions, or raise that of the "
                 "root, which "
                 "begins a rotation to a new one",
                 ca->id, clock_duration_text(life, w->arena),
                 clock_duration_text(w->facts->intermediate_ttl, w->arena));
}

static void warn_intermediates(struct work *w)
{
    for (size_t i = 0; i < w->facts->mesh_count; i++) {
        const struct rotation_member_input *mesh = &w->facts->meshes[i];

        if (!text_empty(mesh->ca) && urgent(w, mesh))
            add_note(w, true, mesh->mesh,
                     "the intermediate of cluster %s ends at %s: leaves are cut short, and fail "
                     "after that",
                     mesh->cluster, clock_text(mesh->life.not_after, w->arena));
    }
}

static void warn_slow(struct work *w)
{
    const char *slow = rotation_slow(w->facts, w->arena);

    if (slow && rotation_running(w->r) && !w->r->at_once)
        add_note(w, false, "", "%s", slow);
}

void plan_warnings(struct work *w)
{
    warn_root(w);
    warn_intermediates(w);
    warn_slow(w);
}
