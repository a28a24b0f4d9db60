/* app/pass/restart.h - pods that take new certificates, where that is asked for. */
#ifndef WEFT_APP_PASS_RESTART_H
#define WEFT_APP_PASS_RESTART_H

#include "api/finding.h"
#include "app/pass/observe.h"
#include "k8s-job/restart/step.h"

struct restarted {
    struct restart_cluster *clusters; /* where restarts are asked for */
    size_t count;
    struct findings remarks; /* how far restarts are, and what a person must restart */
};

/* Restarts pods where autoRestartPods asks for it, a batch in each cluster; elsewhere a warning
 * says what a person must restart.  After the push; a failure never fails a pass. */
void pass_restart(struct restarted *out, struct session *session, const struct observed *observed,
                  const struct specs *specs, const struct plan *plan);

#endif
