/* pki/rotation_request.c - an operator's request between two passes: refused when it makes no
 * sense, kept for the next pass, named in the next commit.
 *
 * A request is refused at once when it can be seen to make no sense, since the operator is still
 * there to read why. It is judged by the record and by the requests that wait before it, so that
 * hold and resume in one interval come out as typed. The state machine judges again when it takes
 * the request: a pass may have moved the rotation in between. */
#include "pki/rotation_request.h"
#include "base/text.h"
#include "pki/rotation_record.h"
#include "pki/trust.h"
#include "rotation/ca.h"

/* As it will be when the next pass looks at further requests. */
static bool held_by_then(const struct rotation *r)
{
    bool held = !text_empty(r->pause);

    for (size_t i = 0; i < r->request_count; i++)
        held =
            r->requests[i].kind == REQUEST_PAUSE || (held && r->requests[i].kind != REQUEST_RESUME);
    return held;
}

/* Only the specs can replace a given root; an operator can then hurry the rotation to the new one.
 */
static const char *no_emergency(const struct rotation *r, const struct ledger *ledger)
{
    const struct ledger_root *root = ledger_find_root(ledger, r->deployed);

    if (text_empty(r->deployed))
        return "it has no root yet";
    if (rotation_running(r) && r->immediate)
        return "its rotation skips all waits already";
    if (!rotation_running(r) && root && root->origin != ORIGIN_GENERATED)
        return "its root was given, so only the specs can name another (or Vault, for a CA there): "
               "put that in place, and run this again when the rotation to it has begun";
    return NULL;
}

/* What a request can mean now; NULL: it makes sense. */
static const char *senseless(const struct rotation *r, const struct rotation_request *request,
                             const struct ledger *ledger)
{
    bool running = rotation_running(r);

    if (!text_empty(request->rotation) && !text_equal(request->rotation, r->id))
        return "that is not the rotation that runs now";
    if (request->force && text_empty(request->reason))
        return request->kind == REQUEST_START_COMPROMISED
                   ? "--accept-downtime needs a --reason: it is shown in the status and in the "
                     "commit"
                   : "--force needs a --reason: it is shown in the status and in the commit";
    if (running && held_by_then(r)
        && (request->kind == REQUEST_ROLLBACK || request->kind == REQUEST_RETRY
            || request->kind == REQUEST_START_COMPROMISED))
        return "it is held: weft rotation resume comes first";
    switch (request->kind) {
    case REQUEST_APPROVE:
        if (!running)
            return "no rotation runs";
        return request->step == (int)r->at.phase && request->step > 0
                   ? NULL
                   : "only the published step can be approved, because later ones have not been "
                     "seen to work; weft status shows which one it is";
    case REQUEST_ROLLBACK:
        if (!running || r->at.direction == DIRECTION_BACK)
            return running ? "it is on its way back already" : "no rotation runs";
        return r->immediate ? "a rotation at once has no way back; give the spec the former trust "
                              "when it is done"
                            : NULL;
    case REQUEST_RETRY:
        return r->failed || !text_empty(r->rejected) ? NULL
                                                     : "nothing failed and nothing was rolled back";
    case REQUEST_PAUSE:
        return running ? NULL : "no rotation runs";
    case REQUEST_RESUME:
        return held_by_then(r) ? NULL : "it is not held";
    case REQUEST_START_COMPROMISED:
        return no_emergency(r, ledger);
    }
    return NULL;
}

int rotation_request_add(struct ledger *ledger, const char *virtual_mesh,
                         const struct rotation_request *request, struct err *err)
{
    struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);
    struct rotation rotation;
    struct rotation_request *grown;
    const char *why;

    if (!row)
        return err_set(err, ERR_INPUT, 0, "virtual mesh %s has no shared trust in this state",
                       virtual_mesh);
    if (rotation_record_load(&rotation, row, ledger->arena, err) < 0)
        return -1;
    why = senseless(&rotation, request, ledger);
    if (why)
        return err_set(err, ERR_INPUT, 0, "%s %s: %s",
                       enums_name(&rotation_requests, (int)request->kind), virtual_mesh, why);
    grown = ARENA_NEW(ledger->arena, struct rotation_request, rotation.request_count + 1);
    for (size_t i = 0; i < rotation.request_count; i++)
        grown[i] = rotation.requests[i];
    grown[rotation.request_count++] = *request;
    rotation.requests = grown;
    rotation_record_save(row, &rotation, ledger->arena);
    return 0;
}

const char *rotation_request_summary(const struct ledger *ledger, const char *virtual_mesh)
{
    const struct rotation *rotation = rotation_record_find(ledger, virtual_mesh);

    return rotation ? rotation->announce : "";
}

int rotation_request_announced(struct ledger *ledger, struct err *err)
{
    for (struct ledger_rotation *row = ledger->rotations; row; row = row->next) {
        struct rotation rotation;

        if (text_empty(rotation_request_summary(ledger, row->virtual_mesh)))
            continue;
        if (rotation_record_load(&rotation, row, ledger->arena, err) < 0)
            return -1;
        rotation_announced(&rotation);
        rotation_record_save(row, &rotation, ledger->arena);
    }
    return 0;
}
