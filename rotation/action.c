/* rotation/action.c - which intermediates have to be issued, which keys destroyed, what people
 * should know in time.  Pure.
 *
 * Issuing follows from the phase alone: each mesh is to have an intermediate under the CA that its
 * material names, whatever led there. So a certificate that a failed pass did not issue is issued
 * by the next one. Reasons are tried in the order of their urgency: none yet, another CA, its end,
 * other options. Only the last can wait, and it is limited per pass, because a change of one
 * option would otherwise reissue, and restart for, the whole fleet at once. A renewal must win at
 * least a tenth of a life; without that bound an intermediate that is limited by its root's end
 * would be renewed in every pass. */
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
    return find_ca(w->facts, ca);
}

static void add_issue(struct work *w, const struct rotation_member_input *mesh,
                      const struct rotation_ca *ca, bool needed, const char *why)
{
    if (!ca->key || ca->not_after <= w->facts->time.local) {
        note(w, true, mesh->mesh, R95_CANNOT_SIGN, mesh->cluster, why, ca->id);
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

/* What is left when it is renewed is enough for the leaves, and for the new one to arrive. */
static bool can_wait(const struct work *w, const struct rotation_member_input *mesh)
{
    const int64_t left = mesh->life.not_after - w->facts->time.local;

    return left > 2 * renewal_reserve(w->facts->policy) + w->facts->policy->sync_allowance;
}

/* Whether an intermediate that is due goes out now; else it is said. */
static bool goes_out(struct work *w, const struct rotation_member_input *mesh, const char *why)
{
    const int64_t opens = window_opens_for(w, mesh);

    if (opens <= w->facts->time.local)
        return true;
    if (can_wait(w, mesh)) {
        note(w, false, mesh->mesh, R69_INTERMEDIATE_WAITS, mesh->cluster, why,
             opens == CALENDAR_NEVER ? "it cannot wait any more" : clock_text(opens, w->arena));
        return false;
    }
    note(w, false, mesh->mesh, R79_RENEWED_ANYWAY, mesh->cluster,
         clock_text(mesh->life.not_after, w->arena));
    return true;
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

static void plan_due(struct work *w, const struct rotation_member_input *mesh,
                     const struct rotation_ca *ca, const char *why)
{
    if (goes_out(w, mesh, why))
        add_issue(w, mesh, ca, false, why);
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
                  rotation_running(w->r) ? "the signing root changes" : "another CA signs");
    else if (renewal_due(w, mesh))
        plan_due(w, mesh, ca,
                 arena_printf(w->arena, "its intermediate expires at %s",
                              clock_text(mesh->life.not_after, w->arena)));
    else if (reissue_due(w, mesh, reissued))
        plan_due(w, mesh, ca, "intermediateCertOptions changed");
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
        w->r->deployed_trust = w->facts->trust; /* what is live is what the spec says */
}

/* A generated root and intermediates as the API makes them when the spec sets no term: both a year.
 * No operator chose that, and the root is replaced in time. */
static bool lives_as_usual(const struct work *w, const struct rotation_ca *ca)
{
    const int64_t usual = 365 * INT64_C(86400), backdated = 3600;

    return ca->generated && w->facts->intermediate_ttl == usual
           && ca->not_after - ca->not_before <= usual + backdated
           && ca->not_after - ca->not_before >= usual;
}

static void warn_root(struct work *w)
{
    const struct rotation_ca *ca = find_ca(w->facts, w->r->deployed);
    int64_t life = ca ? ca->not_after - ca->not_before : 0;

    if (!ca) {
        if (!text_empty(w->r->deployed))
            note(w, true, "", R96_ROOT_LOST, w->r->deployed);
        return;
    }
    if (life < 3 * w->facts->intermediate_ttl && !lives_as_usual(w, ca))
        note(w, false, "", R97_ROOT_SHORT, ca->id, clock_duration_text(life, w->arena),
             clock_duration_text(w->facts->intermediate_ttl, w->arena));
}

static void warn_intermediates(struct work *w)
{
    for (size_t i = 0; i < w->facts->mesh_count; i++) {
        const struct rotation_member_input *mesh = &w->facts->meshes[i];

        if (!text_empty(mesh->ca) && urgent(w, mesh))
            note(w, true, mesh->mesh, R98_INTERMEDIATE_ENDS, mesh->cluster,
                 clock_text(mesh->life.not_after, w->arena));
    }
}

static void warn_slow(struct work *w)
{
    const char *slow = rotation_slow(w->facts, w->arena);

    if (slow && rotation_running(w->r) && !w->r->immediate)
        note(w, false, "", R3_SLOW_TEXT, slow);
}

void plan_warnings(struct work *w)
{
    warn_root(w);
    warn_intermediates(w);
    warn_slow(w);
}
