/* app/cmd_rotation.c - weft rotation: the timeline of a rotation, and an operator's word for the
 * next pass. */
#include "app/rotation.h"
#include "pki/issue.h"
#include "state/store.h"
#include <string.h>

enum { STEP_MAX = 3 };

int rotation_fail(struct rotation_job *job, const struct err *err)
{
    progress_fail(&job->progress, err->text);
    return EXIT_FAILED;
}

static int usage(const char *what, const char *detail)
{
    fprintf(stderr, "weft: %s%s; see \"weft help rotation\"\n", what, detail);
    return EXIT_USAGE;
}

/* --- an operator's word --- */

/* Without --step an approval is for the step that waits. */
static void fill_step(struct rotation_command *command, const struct ledger *ledger,
                      const char *virtual_mesh)
{
    const struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);

    if (command->kind == COMMAND_APPROVE && !command->step && row)
        command->step = row->step;
}

int rotation_word(struct rotation_job *job, struct rotation_command *command)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger;
    struct err err;

    if (store_open(&store, job->config->state_path, STORE_WRITE, NULL, &err) < 0
        || store_load(&ledger, store, job->arena, &err) < 0)
        return rotation_fail(job, &err);
    fill_step(command, &ledger, job->options->operands[1]);
    if (trust_command(&ledger, job->options->operands[1], command, &err) < 0
        || store_save(store, &ledger, &err) < 0)
        return rotation_fail(job, &err);
    printf("%s of %s is noted; the next pass acts on it\n", job->options->operands[0],
           job->options->operands[1]);
    return EXIT_CONVERGED;
}

static int give_word(struct rotation_job *job, int kind)
{
    const struct options *options = job->options;
    int64_t step = 0;
    struct rotation_command command = { .kind = (enum rotation_command_kind)kind,
                                        .rotation = "",
                                        .force = options->force,
                                        .reason = options->reason ? options->reason : "",
                                        .at = options->now };

    if (options->step && !parse_int(options->step, 1, STEP_MAX, &step))
        return usage("--step takes 1, 2 or 3, not ", options->step);
    if (options->force && text_empty(options->reason))
        return usage("--force needs a --reason: it is shown in the status and in the commit", "");
    command.step = (int)step;
    return rotation_word(job, &command);
}

int rotation_command_line(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *verb = options->operands[0];
    int kind = enum_find(&rotation_commands, verb), status;
    struct config config;
    struct rotation_job job = { options, &config, progress_start(options), arena };

    if (kind == COMMAND_START_COMPROMISED)
        kind = -1;
    if (kind < 0 && strcmp(verb, "plan") != 0 && strcmp(verb, "start") != 0)
        return usage("unknown verb ", verb);
    if (strcmp(verb, "start") == 0 && !options->compromised)
        return usage("start needs --compromised; a rotation otherwise starts when the specs ask "
                     "for another root",
                     "");
    if (!command_config(&config, options, arena, &status))
        return status;
    return kind >= 0 ? give_word(&job, kind) : rotation_ahead(&job, strcmp(verb, "start") == 0);
}
