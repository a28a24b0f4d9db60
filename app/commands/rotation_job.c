/* app/commands/rotation_job.c - keeps a request for the next pass: in the state, or beside it while
 * a pass has the state.
 *
 * A request ends in one of two places. With the state free it becomes a row at once. While a pass
 * has the state it becomes a signed file in the inbox, which that pass takes before it decides
 * about trust, or the next one does. Both need the state key: it is what distinguishes an operator
 * from a process that can merely write to the volume. Requests that wait in the inbox are older,
 * so they become rows first, and an earlier hold is not overtaken by a later approval. */
#include "app/commands/rotation_job.h"
#include "app/inbox_take.h"
#include "pki/custody.h"
#include "pki/rotation_record.h"
#include "pki/rotation_request.h"
#include "pki/trust.h"
#include "state/inbox.h"
#include "state/store.h"

int rotation_job_fail(struct rotation_job *job, const struct err *err)
{
    progress_fail(&job->progress, err->text);
    return EXIT_FAILED;
}

/* Without --step an approval is for the step that waits. */
static void fill_step(struct rotation_request *request, const struct ledger *ledger,
                      const char *virtual_mesh)
{
    const struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);

    if (request->kind == REQUEST_APPROVE && !request->step && row)
        request->step = row->step;
}

/* What waits is older, so it comes first. */
static int note(struct rotation_job *job, struct rotation_request *request, struct store *store,
                const struct ledger_key *key, struct err *err)
{
    const char *virtual_mesh = job->options->target;
    struct ledger ledger;
    size_t taken;

    if (store_load(&ledger, store, job->arena, err) < 0
        || command_accepted(store, job->config, err) < 0
        || inbox_take(&taken, store, &ledger, job->config->state_path, key, &job->progress, err)
               < 0)
        return -1;
    fill_step(request, &ledger, virtual_mesh);
    if (rotation_request_add(&ledger, virtual_mesh, request, err) < 0)
        return -1;
    return store_save(store, &ledger, err);
}

/* A request that opens a gate or turns a rotation round is for the rotation that the operator sees
 * now; a hold is for whichever rotation runs. Without that binding an approval could open a gate
 * of another rotation, started while the file waited. */
static void bind_rotation(struct rotation_request *request, const struct ledger *ledger,
                          const char *virtual_mesh)
{
    const struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);

    switch (request->kind) {
    case REQUEST_APPROVE:
    case REQUEST_ROLLBACK:
    case REQUEST_RETRY:
    case REQUEST_RESUME:
        request->rotation = row ? row->id : "";
        break;
    case REQUEST_PAUSE:
    case REQUEST_START_COMPROMISED:
        break;
    }
}

/* Against the state as it was last saved.  A pass that has saved keeps readers out until it ends:
 * then only the pass can judge. */
static int check(struct rotation_job *job, struct rotation_request *request,
                 const struct ledger_key *key, struct err *err)
{
    const char *virtual_mesh = job->options->target, *path = job->config->state_path;
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger;

    if (store_open(&store, path, STORE_READ, key, err) < 0
        || store_load(&ledger, store, job->arena, err) < 0) {
        if (!store_in_use(err))
            return -1;
        if (request->kind == REQUEST_APPROVE && !request->step)
            return err_set(
                err, ERR_INPUT, 0,
                "a pass is using the state, so weft cannot look up the step that waits for "
                "approval: name it with --step");
        return 0;
    }
    if (command_accepted(store, job->config, err) < 0
        || inbox_take_preview(&ledger, path, key, err) < 0)
        return -1;
    fill_step(request, &ledger, virtual_mesh);
    if (rotation_request_add(&ledger, virtual_mesh, request, err) < 0)
        return -1;
    bind_rotation(request, &ledger, virtual_mesh);
    return 0;
}

static int leave(struct rotation_job *job, struct rotation_request *request,
                 const struct ledger_key *key, struct err *err)
{
    struct inbox_request file;

    if (check(job, request, key, err) < 0)
        return -1;
    file = (struct inbox_request){ .virtual_mesh = job->options->target,
                                   .verb = enums_name(&rotation_requests, (int)request->kind),
                                   .rotation = request->rotation,
                                   .step = request->step,
                                   .force = request->force,
                                   .reason = request->reason,
                                   .at = request->at };
    return inbox_add(&file, job->config->state_path, key, job->arena, err);
}

static int keep(struct rotation_job *job, struct rotation_request *request,
                const struct custody *custody, struct err *err)
{
    const struct ledger_key key = custody_ledger_key(custody);
    AUTO(store_close) struct store *store = NULL;
    const char *verb = job->options->verb->name, *virtual_mesh = job->options->target;

    if (store_open(&store, job->config->state_path, STORE_WRITE, &key, err) == 0) {
        if (note(job, request, store, &key, err) < 0)
            return -1;
        printf("%s of %s requested; the next pass acts on it\n", verb, virtual_mesh);
        return 0;
    }
    if (!store_in_use(err) || leave(job, request, &key, err) < 0)
        return -1;
    printf(
        "%s of %s requested, and kept in %s: a pass is using the state; that pass or the next one "
        "acts on it\n",
        verb, virtual_mesh, inbox_folder(job->config->state_path, job->arena));
    return 0;
}

int rotation_job_note(struct rotation_job *job, struct rotation_request *request)
{
    AUTO(custody_close) struct custody *custody = NULL;
    struct err err;

    if (custody_open(&custody, job->config->state_key_file, &err) < 0) {
        err_wrap(&err, "open the state key (state.keyFile), which authenticates the request");
        return rotation_job_fail(job, &err);
    }
    if (!command_state_is_there(job->config))
        return EXIT_FAILED;
    return keep(job, request, custody, &err) < 0 ? rotation_job_fail(job, &err) : EXIT_CONVERGED;
}
