/* app/pass/attention.c - one sentence and one exit status out of a ledger.  Pure.
 *
 * A warning with a remedy waits for a person as an error does; one without is for information.  A
 * step of a rotation whose gate is open, and which the last pass did not verify, waits for an
 * approval: a pass verifies by itself unless the specs ask for a person. */
#include "app/pass/attention.h"
#include "api/status.h"
#include "base/plural.h"
#include "pki/rotation_record.h"
#include "rotation/ca.h"
#include <string.h>

struct count {
    size_t refused; /* virtual meshes that are not ACCEPTED */
    size_t approvals, held;
    struct findings_totals findings;
};

struct gate_clock attention_clock(const struct rotation *rotation, const struct config *config)
{
    const struct rotation_clock *clock = &rotation->clock;
    const struct rotation_time time = { .local = clock->local,
                                        .second = clock->agreed ? clock->second : 0,
                                        .trusted = config->trust_clock };

    return (struct gate_clock){ .now = clock->gate,
                                .shown = clock->local - clock->gate,
                                .gain = rotation_clock_gain(&time, config->evidence.period),
                                .policy = &config->evidence };
}

int attention_approval(const struct rotation *rotation, const struct config *config)
{
    const struct position at = rotation->at;

    if (at.direction != DIRECTION_FORWARD || at.progress != PROGRESS_LOADED || rotation->failed
        || !rotation->published || !text_empty(rotation->pause)
        || rotation->approval[at.phase].approved)
        return 0;
    return gate_turned(rotation->members, rotation->member_count, attention_clock(rotation, config))
                       .reason
                   == GATE_OPEN
               ? (int)at.phase
               : 0;
}

static void count_rotations(struct count *count, const struct ledger *ledger,
                            const struct config *config, const struct options *options,
                            struct arena *arena)
{
    for (struct ledger_rotation *row = ledger->rotations; row; row = row->next) {
        const struct rotation *rotation =
            options_select(options, row->virtual_mesh) ? rotation_record_peek(row, arena) : NULL;

        if (!rotation || !rotation_running(rotation))
            continue;
        count->held += !text_empty(rotation->pause);
        count->approvals += attention_approval(rotation, config) > 0;
    }
}

static struct count count_all(const struct ledger *ledger, const struct findings *findings,
                              const struct config *config, const struct options *options,
                              struct arena *arena)
{
    struct count count = { .findings = findings_total(findings) };

    for (const struct ledger_status *row = ledger->statuses; row; row = row->next)
        count.refused += !row->gone && options_select(options, row->virtual_mesh)
                         && row->state != APPROVAL_ACCEPTED;
    count_rotations(&count, ledger, config, options, arena);
    return count;
}

static const char *join(const char *list, size_t count, const char *noun, const char *rest,
                        struct arena *arena)
{
    return count ? arena_printf(arena, "%s%s%s%s", list, *list ? ", " : "",
                                plural_count(count, noun, arena), rest)
                 : list;
}

static const char *waiting(const struct count *count, struct arena *arena)
{
    const char *list = join("", count->findings.errors, "error", "", arena);

    list = join(list, count->refused, "virtual mesh", " not ACCEPTED", arena);
    list = join(list, count->approvals, "rotation", " to approve", arena);
    list = join(list, count->held, "rotation", " held by an operator", arena);
    return join(list, count->findings.remedies, "warning", " with a remedy", arena);
}

static const char *others(const struct count *count, bool needed, struct arena *arena)
{
    const size_t rest = count->findings.warnings - count->findings.remedies;

    return rest ? arena_printf(arena, "; %s",
                               plural_count(rest, needed ? "other warning" : "warning", arena))
                : "";
}

struct attention attention_of(const struct ledger *ledger, const struct findings *findings,
                              const struct config *config, const struct options *options,
                              struct arena *arena)
{
    const struct ledger_run *run = ledger->runs;
    const struct count count = count_all(ledger, findings, config, options, arena);
    const bool refused =
        count.findings.errors || count.refused || (run && run->result == RUN_REFUSED);
    const char *list = waiting(&count, arena);

    if (run && run->result == RUN_FAILED)
        return (struct attention){
            true, arena_printf(arena, "Action needed: the last pass failed: %s", run->message),
            EXIT_FAILED
        };
    if (!refused && !*list)
        return (struct attention){
            false, arena_printf(arena, "No action needed%s", others(&count, false, arena)),
            EXIT_CONVERGED
        };
    return (struct attention){
        true,
        arena_printf(arena, "Action needed: %s%s%s",
                     *list ? list : "the last pass refused some of the specs",
                     refused ? "; what is not refused is served" : "", others(&count, true, arena)),
        refused ? EXIT_REFUSED : EXIT_CONVERGED
    };
}
