/* app/pass/outcome.h - what came of a pass. */
#ifndef WEFT_APP_PASS_OUTCOME_H
#define WEFT_APP_PASS_OUTCOME_H

#include "app/pass/discover.h"
#include "app/pass/observe.h"
#include "app/pass/publish.h"
#include "app/pass/restart.h"
#include "app/pass/status.h"
#include "report/report.h"

enum pass_end {
    PASS_FAILED,
    PASS_ELSEWHERE, /* another pass holds the Lease: this one did nothing */
    PASS_IDLE,      /* nothing had changed since the last pass: most stages were skipped */
    PASS_DONE,      /* each stage ran */
};

/* What each stage made, as far as the pass came.  For commands and reports; a stage gets single
 * results of others. */
struct outcome {
    enum report_reach reached;
    enum pass_end end;
    int64_t finished; /* seconds since 1970 */
    struct inputs inputs;
    struct discovered discovered;
    struct resolved_specs resolved;
    struct observed observed;
    struct trusted trusted;
    struct published published;
    struct restarted restarted;
    struct posted posted;
    struct plan plan; /* with the statuses as the pass left them */
    struct findings
        findings;         /* of all stages; of an idle pass those that the last one remembered */
    struct report report; /* the same as plain data, after pass_run */
    bool gathered;        /* findings are complete */
};

/* Some specs were refused, or something of them is INVALID or FAILED, or discovery waits for a
 * person. */
bool outcome_is_refused(const struct outcome *outcome);
/* Releases the repositories; the arena is that of the session, which is closed after it. */
void outcome_close(struct outcome *outcome);
static inline void auto_outcome_close(struct outcome *outcome) { outcome_close(outcome); }
#define AUTO_OUTCOME __attribute__((cleanup(auto_outcome_close))) struct outcome

#endif
