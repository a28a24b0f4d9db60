/* app/pass/record_run.c - records in the state how a pass went, for "weft status" and for the
 * next pass.
 *
 * An idle pass adds no row: a CronJob runs every few minutes, and each row would cost a write and
 * an fsync. With metrics the time of convergence is saved all the same, for an alert on its age
 * must not fire in a fleet that is quiet. The findings of a pass that stopped early are incomplete
 * and would hide those of the pass before, so they replace them only where gathering came to its
 * end. */
#include "app/pass/record_run.h"
#include "app/pass/findings.h"
#include "app/pass/metrics.h"
#include "app/pass/report.h"

static void add_run(const struct outcome *out, struct session *session, const struct err *failure)
{
    struct ledger_run *run = ledger_add_run(&session->ledger);

    run->started = session->options->now;
    run->finished = out->finished;
    run->result = pass_result(out, failure);
    run->specs_commit = out->inputs.specs_commit;
    run->output_commit = out->published.result.commit;
    run->message = failure ? arena_text(session->arena, failure->text) : "";
}

/* A state that could not be opened or taken over is left as it is. */
static bool is_recorded(const struct outcome *out, const struct session *session)
{
    if (session->dry || out->reached < REACHED_STATE || store_is_unaccepted(session->store))
        return false;
    return out->end != PASS_IDLE || pass_measured(session);
}

int record_run(const struct outcome *out, struct session *session, const struct err *failure,
               struct err *err)
{
    if (out->end == PASS_ELSEWHERE || !is_recorded(out, session))
        return 0;
    if (out->end != PASS_IDLE) {
        add_run(out, session, failure);
        if (out->gathered) /* else what was found last is the best that is known */
            findings_remember(&session->ledger, &out->findings);
    }
    if (pass_result(out, failure) == RUN_CONVERGED)
        ledger_set_time(&session->ledger, FACT_CONVERGED, out->finished);
    return store_save(session->store, &session->ledger, err);
}
