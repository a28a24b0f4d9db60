/* app/pass/pass.h - one pass: the stages of docs/architecture.md in their order, and what came of
 * them. */
#ifndef WEFT_APP_PASS_PASS_H
#define WEFT_APP_PASS_PASS_H

#include "app/pass/observe.h"
#include "app/pass/publish.h"
#include "app/pass/restart.h"
#include "app/pass/status.h"

/* How far a pass came: monitoring keeps the former value of what it cannot have seen. */
enum pass_reach {
    REACHED_NOTHING,
    REACHED_STATE,    /* the ledger is loaded */
    REACHED_SPECS,    /* they are decoded */
    REACHED_CLUSTERS, /* they were asked, or need not be */
};

enum pass_end {
    PASS_FAILED,
    PASS_ELSEWHERE, /* another pass holds the Lease: this one did nothing */
    PASS_IDLE,      /* nothing had changed since the last pass: most stages were skipped */
    PASS_DONE,      /* each stage ran */
};

/* What each stage made, as far as the pass came.  For commands and reports; a stage gets single
 * results of others. */
struct outcome {
    enum pass_reach reached;
    enum pass_end end;
    int64_t finished; /* seconds since 1970 */
    struct inputs inputs;
    struct resolved_specs resolved;
    struct observed observed;
    struct trusted trusted;
    struct published published;
    struct restarted restarted;
    struct posted posted;
    struct plan plan; /* with the statuses as the pass left them */
    struct findings
        findings;  /* of all stages; of an idle pass those that the last one remembered */
    bool gathered; /* findings are complete */
};

/* Some specs were refused, or something of them is INVALID or FAILED. */
bool outcome_is_refused(const struct outcome *outcome);

/* 0 when the pass did all that it could (the statuses tell how it went); -1 when it failed.  In
 * both cases *out holds what was done, and outcome_close releases it before the session is closed.
 */
MUST_USE int pass_run(struct outcome *out, struct session *session, struct err *err);
/* What the next pass would decide by: a dry pass that ends before anything is rendered. */
MUST_USE int pass_look(struct outcome *out, struct session *session, struct err *err);

void outcome_close(struct outcome *outcome);
static inline void auto_outcome_close(struct outcome *outcome) { outcome_close(outcome); }
#define AUTO_OUTCOME __attribute__((cleanup(auto_outcome_close))) struct outcome

#endif
