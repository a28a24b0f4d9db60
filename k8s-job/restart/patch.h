/* k8s-job/restart/patch.h - orders restarts.  Private to k8s-job/restart/. */
#ifndef WEFT_K8S_JOB_RESTART_PATCH_H
#define WEFT_K8S_JOB_RESTART_PATCH_H

#include "k8s-job/restart/session.h"

/* Orders the restarts that the decisions picked; afterwards none of these items is
 * in the state READY any more, or its session is over. */
void restart_patch(struct session *sessions, size_t count, struct arena *arena);

#endif
