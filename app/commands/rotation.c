/* app/commands/rotation.c - weft rotation: the timeline of a rotation, and an operator's request
 * to the next pass.
 *
 * The command decides nothing about a rotation. It checks the form of a request, and the next pass
 * judges it by the facts of that moment (rotation/request.c). So a request can be refused later
 * than it was made, and the reason is in the status of the virtual mesh. */
#include "app/commands/rotation.h"
#include "app/commands/rotation_job.h"
#include "app/commands/rotation_plan.h"
#include "app/usage.h"
#include <string.h>

enum { STEP_MAX = 3 };

static int usage(const struct options *options, const char *what, const char *detail)
{
    usage_wrong(options->command, what, detail, NULL);
    return EXIT_USAGE;
}

/* Keeps an operator's request for the next pass. */
static int give_request(struct rotation_job *job, int kind)
{
    const struct options *options = job->options;
    int64_t step = 0;
    struct rotation_request request = { .kind = (enum rotation_request_kind)kind,
                                        .rotation = "",
                                        .force = options->force,
                                        .reason = options->reason ? options->reason : "",
                                        .at = options->now };

    if (options->step && !parse_int(options->step, 1, STEP_MAX, &step))
        return usage(options, "--step takes 1, 2 or 3, not ", options->step);
    if (options->force && text_empty(options->reason))
        return usage(options,
                     "--force needs a --reason: it is shown in the status and in the commit", "");
    request.step = (int)step;
    return rotation_job_note(job, &request);
}

int rotation_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *verb = options->verb->name;
    int kind = enums_find(&rotation_requests, verb), status;
    struct config config;
    struct rotation_job job = { options, &config, progress_start(options), arena };

    if (kind == REQUEST_START_COMPROMISED)
        kind = -1;
    if (strcmp(verb, "start") == 0 && !options->compromised)
        return usage(options,
                     "start needs --compromised; a rotation otherwise starts when the specs ask "
                     "for another root",
                     "");
    if (options->accept_downtime && text_empty(options->reason))
        return usage(options, "--accept-downtime needs a --reason", "");
    if (!command_config(&config, options, arena, &status))
        return status;
    return kind >= 0 ? give_request(&job, kind)
                     : rotation_plan_show(&job, strcmp(verb, "start") == 0);
}
