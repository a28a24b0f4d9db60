/* k8s-job/restart/patch.h - issues restarts.  Private to k8s-job/restart/. */
#ifndef WEFT_K8S_JOB_RESTART_PATCH_H
#define WEFT_K8S_JOB_RESTART_PATCH_H

#include "k8s-job/restart/session.h"

/* Issues the restarts that the decisions picked: a strategic merge patch of each pod template, in
 * all clusters in parallel.  Afterwards none of these items is in the state READY, or its session
 * is closed. */
void restart_patch(struct restart_session *sessions, size_t count, struct arena *arena);

#endif
