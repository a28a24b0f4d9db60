/* k8s-job/restart/text.h - one line about the restarts of a cluster, and what an operator must
 * do.  Pure: decides nothing. */
#ifndef WEFT_K8S_JOB_RESTART_TEXT_H
#define WEFT_K8S_JOB_RESTART_TEXT_H

#include "k8s-job/restart/decide.h"

/* The text of K3 or K4 (k8s-job/messages.h) for one cluster: never "", no newline, and the same in
 * each pass until the cluster changes.  In the arena. */
const char *restart_text(const struct restart_decision *decision, const struct restart_facts *facts,
                         struct arena *arena);

#endif
