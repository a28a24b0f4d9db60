/* rotation/request.c - what operators ask for, by command or by annotation: followed, or kept until
 * it can be; each is announced once, in the trailers of the next commit.  Pure. */
#include "rotation/ca.h"
#include "rotation/private.h"
#include "rotation/text.h"

#include "base/text.h"

enum {
    EMERGENCY_LIFE = 24 * 3600, /* one that could not begin by then is not meant any more */
};

static bool meant(const struct rotation *r, const struct rotation_command *command)
{
    return text_empty(command->rotation) || text_equal(command->rotation, r->id);
}

static const char *reason_words(const struct work *w, const struct rotation_command *command)
{
    return text_empty(command->reason) ? "" : arena_printf(w->arena, ": %s", command->reason);
}

static void approve(struct work *w, const struct rotation_command *command)
{
    struct rotation *r = w->r;

    if (!rotation_running(r) || command->step < 1 || command->step != (int)r->at.phase)
        return; /* a step that is not out yet has not been seen to work */
    r->approval[r->at.phase].approved = true;
    if (!command->force) {
        condition(w, NULL, R70_APPROVED, command->step, r->id, reason_words(w, command));
        return;
    }
    if (text_empty(command->reason)) {
        note(w, true, "", R71_FORCE_WITHOUT_REASON);
        return;
    }
    r->approval[r->at.phase].forced = true;
    r->force = command->reason;
    condition(w, NULL, R72_FORCED, command->step, command->reason);
}

static void hold(struct work *w, const char *reason)
{
    w->r->hold = text_empty(reason) ? "no reason was given" : reason;
    condition(w, NULL, R73_PAUSED, w->r->hold);
}

static void resume(struct work *w)
{
    if (text_empty(w->r->hold))
        return;
    w->r->hold = "";
    condition(w, NULL, R74_RESUMED);
}

static void take_command(struct work *w, const struct rotation_command *command)
{
    if (!meant(w->r, command))
        return;
    switch (command->kind) {
    case COMMAND_APPROVE:
        approve(w, command);
        break;
    case COMMAND_ROLLBACK:
        w->rollback = true;
        w->rollback_reason =
            text_empty(command->reason) ? "requested by an operator" : command->reason;
        break;
    case COMMAND_RETRY:
        w->retry = true;
        break;
    case COMMAND_HOLD:
        hold(w, command->reason);
        break;
    case COMMAND_RESUME:
        resume(w);
        break;
    case COMMAND_START_COMPROMISED:
        w->start_compromised = command->force;
        break;
    }
}

bool stands_still(const struct rotation *r)
{
    return rotation_running(r) && (!text_empty(r->hold) || !r->published);
}

static bool emergency_waits(const struct work *w, const struct rotation_command *command)
{
    return command->kind == COMMAND_START_COMPROMISED && command->force
           && (!rotation_running(w->r) || !w->r->immediate)
           && w->facts->time.local - command->at < EMERGENCY_LIFE;
}

static bool way_waits(const struct work *w, const struct rotation_command *command)
{
    return w->standstill && (command->kind == COMMAND_ROLLBACK || command->kind == COMMAND_RETRY)
           && meant(w->r, command);
}

/* A request that could not be followed yet is kept: an emergency whose root has to be made first, a
 * way back while a step is not pushed. */
static bool still_wanted(struct work *w, const struct rotation_command *command)
{
    const bool waits = emergency_waits(w, command) || way_waits(w, command);

    if (waits && stands_still(w->r))
        note(w, false, "", R75_REQUEST_WAITS, enums_name(&rotation_commands, (int)command->kind),
             text_empty(w->r->hold) ? "the last commit is pushed"
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
    for (size_t i = 0; i < w->r->command_count; i++)
        take_command(w, &w->r->commands[i]);
    take_approval(w);
}

/* For the next commit's trailers: "rollback r1-0123abcd/2: the reason; ..." */
static void keep_word(struct work *w, const struct rotation_command *command)
{
    struct rotation *r = w->r;

    if (!meant(r, command))
        return;
    r->words = arena_printf(w->arena, "%s%s%s %s/%d%s%s", r->words, *r->words ? "; " : "",
                            enums_name(&rotation_commands, (int)command->kind), r->id,
                            command->step ? command->step : (int)w->requested_in,
                            command->force ? " --force" : "", reason_words(w, command));
}

void requests_drop(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->command_count; i++)
        if (still_wanted(w, &r->commands[i]))
            r->commands[kept++] = r->commands[i];
        else
            keep_word(w, &r->commands[i]);
    r->command_count = kept;
}
