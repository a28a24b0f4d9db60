/* app/commands/rotation_job.c - keeps a command for the next pass. */
#include "app/commands/rotation_job.h"
#include "pki/custody.h"
#include "pki/rotation_request.h"
#include "pki/trust.h"
#include "state/store.h"

int rotation_job_fail(struct rotation_job *job, const struct err *err)
{
    progress_fail(&job->progress, err->text);
    return EXIT_FAILED;
}

/* Without --step an approval is for the step that waits. */
static void fill_step(struct rotation_command *command, const struct ledger *ledger,
                      const char *virtual_mesh)
{
    const struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);

    if (command->kind == COMMAND_APPROVE && !command->step && row)
        command->step = row->step;
}

int rotation_job_note(struct rotation_job *job, struct rotation_command *command)
{
    AUTO(custody_close) struct custody *custody = NULL;
    AUTO(store_close) struct store *store = NULL;
    struct ledger_key key;
    struct ledger ledger;
    struct err err;

    if (custody_open(&custody, job->config->state_key_file, &err) < 0) {
        err_wrap(&err, "open the state key (state.keyFile), which vouches for what is noted");
        return rotation_job_fail(job, &err);
    }
    key = custody_ledger_key(custody);
    if (!command_open_state(&store, &ledger, job->config, &key, job->arena))
        return EXIT_FAILED;
    fill_step(command, &ledger, job->options->target);
    if (rotation_request_add(&ledger, job->options->target, command, &err) < 0
        || store_save(store, &ledger, &err) < 0)
        return rotation_job_fail(job, &err);
    printf("%s of %s is noted; the next pass acts on it\n", job->options->verb->name,
           job->options->target);
    return EXIT_CONVERGED;
}
