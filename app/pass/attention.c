/* app/pass/attention.c - one sentence and one exit status out of a ledger.  Pure. */
#include "app/pass/attention.h"
#include "api/status.h"
#include "base/plural.h"
#include <string.h>

static size_t not_accepted(const struct ledger *ledger)
{
    const char *accepted = enums_name(&approval_states, APPROVAL_ACCEPTED);
    size_t count = 0;

    for (const struct ledger_status *row = ledger->statuses; row; row = row->next)
        count += !row->gone && strcmp(row->state, accepted) != 0;
    return count;
}

static struct attention refused(const struct ledger *ledger, const struct findings *findings,
                                struct arena *arena)
{
    const size_t meshes = not_accepted(ledger);

    return (struct attention){
        true,
        arena_printf(arena, "Action needed: %s%s%s; what is not refused is served",
                     findings->errors ? plural_count(findings->errors, "error", arena) : "",
                     findings->errors && meshes ? ", " : "",
                     meshes             ? arena_printf(arena, "%s not ACCEPTED",
                                                       plural_count(meshes, "virtual mesh", arena))
                     : findings->errors ? ""
                                        : "the last pass refused some of the specs"),
        EXIT_REFUSED
    };
}

struct attention attention_of(const struct ledger *ledger, const struct findings *findings,
                              struct arena *arena)
{
    const struct ledger_run *run = ledger->runs;

    if (run && run->result == RUN_FAILED)
        return (struct attention){
            true, arena_printf(arena, "Action needed: the last pass failed: %s", run->message),
            EXIT_FAILED
        };
    if (findings->errors || not_accepted(ledger) || (run && run->result == RUN_REFUSED))
        return refused(ledger, findings, arena);
    return (struct attention){ false,
                               arena_printf(arena, "No action needed%s",
                                            findings->warnings ? arena_printf(
                                                arena, "; %s",
                                                plural_count(findings->warnings, "warning", arena))
                                                               : ""),
                               EXIT_CONVERGED };
}
