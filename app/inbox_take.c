/* app/inbox_take.c - from request files into the ledger.  Must not remove a file before the state
 * that contains it is saved. */
#include "app/inbox_take.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/visible.h"
#include "pki/rotation_request.h"
#include "rotation/rotation.h"

static struct rotation_request command_of(const struct inbox_request *request, int kind)
{
    return (struct rotation_request){ .kind = (enum rotation_request_kind)kind,
                                      .rotation = request->rotation,
                                      .step = (int)request->step,
                                      .force = request->force,
                                      .reason = request->reason,
                                      .at = request->at };
}

/* "hold of gloo-mesh/bookinfo, requested at 2026-11-23T12:00:00Z". */
static const char *shown(const struct inbox_request *request, struct arena *arena)
{
    return arena_printf(arena, "%s of %s, requested at %s", visible_text(request->verb, arena),
                        visible_text(request->virtual_mesh, arena), clock_text(request->at, arena));
}

static int add(struct ledger *ledger, const struct inbox_request *request, struct err *err)
{
    const int kind = enums_find(&rotation_requests, request->verb);
    const struct rotation_request command = command_of(request, kind);

    switch (inbox_age(ledger, request)) {
    case INBOX_NEW:
        break;
    case INBOX_TAKEN:
        return err_set(err, ERR_REFUSED, 0, "an earlier pass has already taken it");
    case INBOX_TOO_OLD:
        return err_set(err, ERR_REFUSED, 0,
                       "it is older than the last requests that were taken; repeat the command if "
                       "it is still needed");
    }
    if (kind < 0)
        return err_set(err, ERR_INPUT, 0, "this version of weft does not know the verb");
    return rotation_request_add(ledger, request->virtual_mesh, &command, err);
}

/* The state records requests that were taken and those that were refused permanently, so that a
 * file that comes back has no effect.
 */
static bool settle(struct ledger *ledger, const struct inbox_request *request,
                   struct progress *progress)
{
    const enum inbox_age age = inbox_age(ledger, request);
    struct err err;

    if (add(ledger, request, &err) == 0) {
        progress_note(progress, "%s", shown(request, ledger->arena));
        inbox_set_taken(ledger, request);
        return true;
    }
    if (age != INBOX_TAKEN)
        progress_warn(progress, "%s, is refused: %s", shown(request, ledger->arena), err.text);
    if (age == INBOX_NEW)
        inbox_set_taken(ledger, request);
    return false;
}

static void warn_refusals(const struct inbox *inbox, struct progress *progress)
{
    for (size_t i = 0; i < inbox->refusal_count; i++)
        progress_warn(progress,
                      "request %s is ignored: %s.  Find out where it comes from, and remove it",
                      inbox->refusals[i].path, inbox->refusals[i].why);
}

int inbox_take(size_t *taken, struct store *store, struct ledger *ledger, const char *state_path,
               const struct ledger_key *key, struct progress *progress, struct err *err)
{
    struct inbox inbox;

    *taken = 0;
    if (inbox_read(&inbox, state_path, key, ledger->arena, err) < 0)
        return -1;
    warn_refusals(&inbox, progress);
    for (size_t i = 0; i < inbox.count; i++)
        *taken += settle(ledger, &inbox.requests[i], progress);
    FAULT("inbox.taken");
    if (inbox.count && store_save(store, ledger, err) < 0)
        return err_wrap(err, "save the requests of operators");
    FAULT("inbox.saved");
    for (size_t i = 0; i < inbox.count; i++)
        if (inbox_remove(state_path, inbox.requests[i].id, err) < 0)
            return -1;
    FAULT("inbox.removed");
    return 0;
}

int inbox_take_preview(struct ledger *ledger, const char *state_path, const struct ledger_key *key,
                       struct err *err)
{
    struct inbox inbox;
    struct err ignored;

    if (inbox_read(&inbox, state_path, key, ledger->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < inbox.count; i++)
        if (add(ledger, &inbox.requests[i], &ignored) == 0)
            inbox_set_taken(ledger, &inbox.requests[i]);
    return 0;
}
