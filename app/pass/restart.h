/* app/pass/restart.h - restarts of pods after new certificates. */
#ifndef WEFT_APP_PASS_RESTART_H
#define WEFT_APP_PASS_RESTART_H

#include "api/finding.h"
#include "app/pass/inputs.h"
#include "app/pass/observe.h"
#include "k8s-job/restart/step.h"

struct restarted {
    struct restart_cluster *clusters; /* those of virtual meshes with autoRestartPods */
    size_t count;
    struct findings remarks; /* K1 to K6 of k8s-job/messages.h */
};

/* Restarts pods where autoRestartPods is set, one batch in each cluster; elsewhere a warning says
 * what an operator must restart.  Comes after the push; a failure is a remark and never fails the
 * pass. */
void pass_restart(struct restarted *out, struct session *session, const struct inputs *inputs,
                  const struct observed *observed, const struct specs *specs,
                  const struct plan *plan);

#endif
