/* k8s-job/restart/read.h - what clusters show of istiods, roots and workloads.  Private to
 * k8s-job/restart/. */
#ifndef WEFT_K8S_JOB_RESTART_READ_H
#define WEFT_K8S_JOB_RESTART_READ_H

#include "k8s-job/restart/session.h"

/* Istiods and roots of all clusters that something is to be done in; then the
 * workloads of those whose decision asks for them. */
void restart_look_first(struct session *sessions, size_t count, struct arena *arena);
void restart_look_on(struct session *sessions, size_t count, struct arena *arena);

#endif
