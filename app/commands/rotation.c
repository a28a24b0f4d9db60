/* app/commands/rotation.c - weft rotation: the timeline of a rotation, and an operator's word for
 * the next pass. */
#include "app/commands/rotation.h"
#include "app/commands/rotation_job.h"
#include "app/commands/rotation_plan.h"
#include "base/suggest.h"
#include <string.h>

enum { STEP_MAX = 3 };

static int usage(const char *what, const char *detail)
{
    fprintf(stderr, "weft: %s%s; see \"weft help rotation\"\n", what, detail);
    return EXIT_USAGE;
}

/* --- verbs --- */

/* What each verb takes of the options that belong to rotation alone: an option that would do
 * nothing is a misunderstanding. */
enum { TAKES_FORMAT = 1, TAKES_STEP = 2, TAKES_REASON = 4, TAKES_FORCE = 8, TAKES_START = 16 };
static const struct {
    const char *verb;
    unsigned takes;
} verbs[] = {
    { "plan", TAKES_FORMAT },
    { "approve", TAKES_STEP | TAKES_REASON | TAKES_FORCE },
    { "rollback", TAKES_REASON },
    { "retry", TAKES_REASON },
    { "hold", TAKES_REASON },
    { "resume", TAKES_REASON },
    { "start", TAKES_REASON | TAKES_START },
};

static int unknown_verb(const char *verb)
{
    const char *names[LENGTH(verbs)], *near;

    for (size_t i = 0; i < LENGTH(verbs); i++)
        names[i] = verbs[i].verb;
    near = suggest_nearest(verb, names, LENGTH(verbs));
    fprintf(stderr, "weft: unknown verb %s%s%s%s; see \"weft help rotation\"\n", verb,
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return EXIT_USAGE;
}

/* NULL: every option that was given means something; *known: there is such a verb. */
static const char *needless(bool *known, const struct options *options)
{
    const struct {
        bool given;
        unsigned kind;
        const char *name;
    } given[] = {
        { options->format != NULL, TAKES_FORMAT, "-o" },
        { options->step != NULL, TAKES_STEP, "--step" },
        { options->reason != NULL, TAKES_REASON, "--reason" },
        { options->force, TAKES_FORCE, "--force" },
        { options->compromised, TAKES_START, "--compromised" },
        { options->accept_downtime, TAKES_START, "--accept-downtime" },
    };
    unsigned takes = 0;

    *known = false;
    for (size_t i = 0; i < LENGTH(verbs); i++)
        if (text_equal(verbs[i].verb, options->operands[0])) {
            *known = true;
            takes = verbs[i].takes;
        }
    for (size_t i = 0; *known && i < LENGTH(given); i++)
        if (given[i].given && !(takes & given[i].kind))
            return given[i].name;
    return NULL;
}

/* --- an operator's word --- */

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
    return rotation_job_note(job, &command);
}

int rotation_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *verb = options->operands[0], *option;
    int kind = enums_find(&rotation_commands, verb), status;
    bool known;
    struct config config;
    struct rotation_job job = { options, &config, progress_start(options), arena };

    if (kind == COMMAND_START_COMPROMISED)
        kind = -1;
    option = needless(&known, options);
    if (!known)
        return unknown_verb(verb);
    if (option)
        return usage(arena_printf(arena, "%s takes no ", verb), option);
    if (strcmp(verb, "start") == 0 && !options->compromised)
        return usage("start needs --compromised; a rotation otherwise starts when the specs ask "
                     "for another root",
                     "");
    if (!command_config(&config, options, arena, &status))
        return status;
    return kind >= 0 ? give_word(&job, kind) : rotation_plan_show(&job, strcmp(verb, "start") == 0);
}
