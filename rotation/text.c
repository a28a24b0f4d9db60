/* rotation/text.c - what people read about a rotation.  Pure: no clock, no files, no keys.
 *
 * Conditions are a log of bounded length that is also the interface: statuses, Kubernetes
 * conditions and commands show the last ones. So an entry that repeats the last one is folded, and
 * when the log is full the oldest goes, but never the last one that tells the step, from which
 * tools read where a rotation is. Identifiers come from the name of the format (condition, note in
 * private.h), so no sentence can be added without one. */
#include "rotation/text.h"
#include "api/status.h"
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"
#include <assert.h>
#include <string.h>

static const char *const rotation_request_names[] = {
    [REQUEST_APPROVE] = "approve", [REQUEST_ROLLBACK] = "rollback",
    [REQUEST_RETRY] = "retry",     [REQUEST_PAUSE] = "hold",
    [REQUEST_RESUME] = "resume",   [REQUEST_START_COMPROMISED] = "start-compromised",
};
static_assert(LENGTH(rotation_request_names) == REQUEST_START_COMPROMISED + 1,
              "every request has a name");
const struct enum_table rotation_requests = ENUM_TABLE(rotation_request_names);

enum { CONDITIONS_MAX = 40, NAMED_MAX = 5 };

static bool same_errors(const struct messages *a, const char *error)
{
    return a->count == (error ? 1u : 0u) && (!error || text_equal(a->texts[0], error));
}

static bool active_state(enum rotation_state state)
{
    return state == ROTATION_ADDING_NEW_ROOT || state == ROTATION_PROPAGATING_NEW_INTERMEDIATE
           || state == ROTATION_DELETING_OLD_ROOT;
}

/* Room for one more: the oldest goes, but never the last one that tells the step. */
static void drop_oldest(struct rotation *r)
{
    size_t keep = r->condition_count, drop = 0;

    for (size_t i = 0; i < r->condition_count; i++)
        if (active_state(r->conditions[i].state))
            keep = i;
    if (drop == keep)
        drop = 1;
    for (size_t i = drop + 1; i < r->condition_count; i++)
        r->conditions[i - 1] = r->conditions[i];
    r->condition_count--;
}

/* "R5" of the source text "R5_OVERDUE, r->id"; "" when that is no format of messages.h. */
static const char *id_of(struct arena *arena, const char *source)
{
    size_t len = strcspn(source, "_");

    return source[0] == 'R' && strspn(source + 1, "0123456789") == len - 1
               ? arena_bytes(arena, source, len)
               : "";
}

void condition_add(struct work *w, enum rotation_state state, const char *error, const char *source,
                   const char *fmt, ...)
{
    struct rotation *r = w->r;
    const struct rotation_condition *last =
        r->condition_count ? &r->conditions[r->condition_count - 1] : NULL;
    struct rotation_condition *grown, condition = { .timestamp = w->facts->time.local,
                                                    .state = state,
                                                    .id = id_of(w->arena, source) };
    va_list args;

    va_start(args, fmt);
    condition.message = arena_vprintf(w->arena, fmt, args);
    va_end(args);
    if (last && last->state == state && text_equal(last->message, condition.message)
        && same_errors(&last->errors, error))
        return; /* folded */
    if (error)
        messages_add(&condition.errors, w->arena, "%s", error);
    if (r->condition_count >= CONDITIONS_MAX)
        drop_oldest(r);
    grown = ARENA_NEW(w->arena, struct rotation_condition, r->condition_count + 1);
    for (size_t i = 0; i < r->condition_count; i++)
        grown[i] = r->conditions[i];
    grown[r->condition_count++] = condition;
    r->conditions = grown;
}

void note_add(struct work *w, bool error, const char *mesh, const char *source, const char *fmt,
              ...)
{
    struct rotation_note *note = ARENA_PUSH(w->arena, w->out->notes, w->out->note_count);
    struct messages message = { 0 };
    const char *text;
    va_list args;

    note->id = id_of(w->arena, source);
    note->error = error;
    note->mesh = mesh;
    va_start(args, fmt);
    text = arena_vprintf(w->arena, fmt, args);
    va_end(args);
    messages_format(&message, false, w->arena, "", "%s", text); /* splits the remedy off */
    note->text = message.texts[0];
    note->remedy = messages_origin(&message, 0).remedy;
}

const char *text_of_ca(const struct work *w, const char *ca)
{
    const struct rotation_ca *found = find_ca(w->facts, ca);

    return found ? arena_printf(w->arena, "%.8s (%s)", found->id, found->subject) : "unknown";
}

const char *text_of_clusters(const struct work *w,
                             bool (*which)(const struct work *w, const struct member *member))
{
    size_t count = 0;
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < w->r->member_count; i++)
        if (which(w, &w->r->members[i]) && ++count <= NAMED_MAX)
            text_addf(&text, "%s%s", count > 1 ? ", " : "", w->r->members[i].cluster);
    if (count > NAMED_MAX)
        text_addf(&text, " and %zu more", count - NAMED_MAX);
    return text.bytes ? arena_bytes(w->arena, text.bytes, text.len) : "";
}

static const char *waits_for(const struct work *w)
{
    const struct rotation *r = w->r;
    const struct gate *gate = &w->out->gate;

    if (w->out->check == STEP_CLOSED)
        return arena_printf(w->arena, "held back before it is published: %s", w->out->check_why);
    if (!r->published)
        return "waits until the last commit is pushed";
    if (gate->reason != GATE_OPEN)
        return gate_text(gate, r->members, w->clock, w->arena);
    if (r->at.direction == DIRECTION_FORWARD && !r->failed && r->at.progress == PROGRESS_LOADED)
        return arena_printf(w->arena,
                            "waits for approval: annotate the VirtualMesh with "
                            "weft.dev/rotation-approved: \"%s/%d\"",
                            r->id, (int)r->at.phase);
    return "continues in the next pass";
}

void describe(struct work *w)
{
    const struct rotation *r = w->r;

    if (rotation_shown(r) == ROTATION_FINISHED && !text_empty(r->id))
        w->out->summary = arena_printf(w->arena, "at rest; rotation %s is finished", r->id);
    else if (!rotation_running(r) && r->member_count > 0)
        w->out->summary =
            arena_printf(w->arena, "at rest; clusters that still trust a root of their own: %zu",
                         r->member_count);
    else if (!rotation_running(r))
        w->out->summary = text_empty(r->deployed) ? "no certificates were issued yet" : "at rest";
    else if (!text_empty(r->pause))
        w->out->summary = arena_printf(w->arena, "rotation %s paused in step %d: %s", r->id,
                                       (int)r->at.phase, r->pause);
    else
        w->out->summary =
            arena_printf(w->arena, "rotation %s, step %d of 3%s: %s", r->id, (int)r->at.phase,
                         r->at.direction == DIRECTION_BACK ? ", rolling back" : "", waits_for(w));
}

bool rotation_approval_parse(const char *text, const char **id, int *step, struct arena *arena)
{
    size_t slash = 0;
    int64_t number;
    int state;

    for (size_t i = 0; text[i]; i++)
        if (text[i] == '/')
            slash = i;
    if (slash == 0)
        return false;
    *id = arena_bytes(arena, text, slash);
    state = rotation_state_find(text + slash + 1);
    if (parse_int(text + slash + 1, 1, 3, &number))
        *step = (int)number;
    else if (state >= ROTATION_ADDING_NEW_ROOT && state <= ROTATION_DELETING_OLD_ROOT)
        *step = state - ROTATION_ADDING_NEW_ROOT + 1;
    else
        return false;
    return true;
}
