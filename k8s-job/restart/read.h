/* k8s-job/restart/read.h - reads istiods, roots and workloads.  Private to k8s-job/restart/. */
#ifndef WEFT_K8S_JOB_RESTART_READ_H
#define WEFT_K8S_JOB_RESTART_READ_H

#include "k8s-job/restart/session.h"

/* Fills the facts with istiods and the roots of each cluster to which the cacerts were delivered. A
 * cluster that cannot be read is closed (restart_give_up).  What is kept lives in arena. */
void restart_read_first(struct restart_session *sessions, size_t count, struct arena *arena);
/* Adds the workloads, and the namespaces with stale roots, of each cluster whose decision has
 * read_workloads. */
void restart_read_workloads(struct restart_session *sessions, size_t count, struct arena *arena);

#endif
