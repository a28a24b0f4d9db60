/* k8s-job/restart/text.h - says in one line where the restarts of a cluster are, and what a person
 * must do. Pure: decides nothing. */
#ifndef WEFT_K8S_JOB_RESTART_TEXT_H
#define WEFT_K8S_JOB_RESTART_TEXT_H

#include "k8s-job/restart/decide.h"

/* The line for people.  Pure; in the arena. */
const char *restart_text(const struct restart_decision *decision, const struct restart_facts *facts,
                         struct arena *arena);

#endif
