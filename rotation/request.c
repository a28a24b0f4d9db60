/* rotation/request.c - what operators ask for, by command or by annotation: followed, or kept until
 * it can be; each is announced once, in the trailers of the next commit.  Pure.
 *
 * A request is an operator's answer to what the operator saw, so it counts for that rotation and
 * that step alone: an approval of a step that is not published yet, or of another rotation, has no
 * effect, also when it arrives late. Each request is followed or dropped in one pass, with two
 * exceptions that wait: an emergency whose new root has to be made first, and a way back while a
 * commit is not pushed, which would otherwise be lost to a failure of the Git server. An emergency
 * does not wait for more than a day, since a request to accept an outage must not begin one that
 * is not expected any more. What was dealt with goes into the trailers of the next commit, once:
 * they are the audit trail. */
#include "rotation/ca.h"
#include "rotation/private.h"
#include "rotation/text.h"

#include "base/text.h"

enum {
    EMERGENCY_LIFE = 24 * 3600, /* one that could not begin by then is not meant any more */
};

static bool meant(const struct rotation *r, const struct rotation_request *request)
{
    return text_empty(request->rotation) || text_equal(request->rotation, r->id);
}

static const char *reason_suffix(const struct work *w, const struct rotation_request *request)
{
    return text_empty(request->reason) ? "" : arena_printf(w->arena, ": %s", request->reason);
}

static void approve(struct work *w, const struct rotation_request *request)
{
    struct rotation *r = w->r;

    if (!rotation_running(r) || request->step < 1 || request->step != (int)r->at.phase)
        return; /* a step that is not out yet has not been seen to work */
    r->approval[r->at.phase].approved = true;
    if (!request->force) {
        condition(w, NULL, R70_APPROVED, request->step, r->id, reason_suffix(w, request));
        return;
    }
    if (text_empty(request->reason)) {
        note(w, true, "", R71_FORCE_WITHOUT_REASON);
        return;
    }
    r->approval[r->at.phase].forced = true;
    r->force = request->reason;
    condition(w, NULL, R72_FORCED, request->step, request->reason);
}

static void pause_rotation(struct work *w, const char *reason)
{
    w->r->pause = text_empty(reason) ? "no reason was given" : reason;
    condition(w, NULL, R73_PAUSED, w->r->pause);
}

static void resume(struct work *w)
{
    if (text_empty(w->r->pause))
        return;
    w->r->pause = "";
    condition(w, NULL, R74_RESUMED);
}

static void take_request(struct work *w, const struct rotation_request *request)
{
    if (!meant(w->r, request))
        return;
    switch (request->kind) {
    case REQUEST_APPROVE:
        approve(w, request);
        break;
    case REQUEST_ROLLBACK:
        w->rollback = true;
        w->rollback_reason =
            text_empty(request->reason) ? "requested by an operator" : request->reason;
        break;
    case REQUEST_RETRY:
        w->retry = true;
        break;
    case REQUEST_PAUSE:
        pause_rotation(w, request->reason);
        break;
    case REQUEST_RESUME:
        resume(w);
        break;
    case REQUEST_START_COMPROMISED:
        w->start_compromised = request->force;
        break;
    }
}

bool stands_still(const struct rotation *r)
{
    return rotation_running(r) && (!text_empty(r->pause) || !r->published);
}

static bool emergency_waits(const struct work *w, const struct rotation_request *request)
{
    return request->kind == REQUEST_START_COMPROMISED && request->force
           && (!rotation_running(w->r) || !w->r->immediate)
           && w->facts->time.local - request->at < EMERGENCY_LIFE;
}

static bool way_waits(const struct work *w, const struct rotation_request *request)
{
    const bool still = request->kind == REQUEST_ROLLBACK ? w->paused
                       : request->kind == REQUEST_RETRY  ? w->standstill
                                                         : false;

    return still && meant(w->r, request);
}

/* A request that could not be followed yet is kept: an emergency whose root has to be made first, a
 * way back while a step is not pushed. */
static bool still_wanted(struct work *w, const struct rotation_request *request)
{
    const bool waits = emergency_waits(w, request) || way_waits(w, request);

    if (waits && stands_still(w->r))
        note(w, false, "", R75_REQUEST_WAITS, enums_name(&rotation_requests, (int)request->kind),
             text_empty(w->r->pause) ? "the last commit is pushed"
                                     : "the rotation is resumed: weft rotation resume");
    return waits;
}

static void take_approval(struct work *w)
{
    const char *id;
    int step;

    if (!w->facts->approval || !rotation_approval_parse(w->facts->approval, &id, &step, w->arena))
        return;
    if (rotation_running(w->r) && text_equal(id, w->r->id) && step == (int)w->r->at.phase)
        w->r->approval[step].approved = true;
}

void requests_take(struct work *w)
{
    w->requested_in = w->r->at.phase;
    for (size_t i = 0; i < w->r->request_count; i++)
        take_request(w, &w->r->requests[i]);
    take_approval(w);
}

/* For the next commit's trailers: "rollback r1-0123abcd/2: the reason; ..." */
static void keep_announcement(struct work *w, const struct rotation_request *request)
{
    struct rotation *r = w->r;

    if (!meant(r, request))
        return;
    r->announce = arena_printf(w->arena, "%s%s%s %s/%d%s%s", r->announce, *r->announce ? "; " : "",
                               enums_name(&rotation_requests, (int)request->kind), r->id,
                               request->step ? request->step : (int)w->requested_in,
                               request->force ? " --force" : "", reason_suffix(w, request));
}

void requests_drop(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->request_count; i++)
        if (still_wanted(w, &r->requests[i]))
            r->requests[kept++] = r->requests[i];
        else
            keep_announcement(w, &r->requests[i]);
    r->request_count = kept;
}
