/* app/pass/cluster_split.h - with output.branches cluster: the branches of clusters follow the
 * output branch.  docs/gitops.md */
#ifndef WEFT_APP_PASS_CLUSTER_SPLIT_H
#define WEFT_APP_PASS_CLUSTER_SPLIT_H

#include "api/finding.h"
#include "app/pass/inputs.h"

/* Something moved since the branches agreed last, or they never did: no pass is idle then. */
bool cluster_split_is_due(const struct session *session, const struct inputs *inputs);
/* Brings them to a commit of the output branch ("": there is none), and keeps what came of it in
 * the session; a dry pass only looks.  What one branch is refused for is no failure. */
MUST_USE int cluster_split_publish(struct session *session, const struct inputs *inputs,
                                   const char *commit, struct err *err);
/* What a cluster has in the output branch is on the way to it: on its own branch, where there is
 * one. */
bool cluster_split_has(const struct session *session, const char *cluster);
/* Appends a finding for each branch that does not hold what it should; false: there is none. */
bool cluster_split_remark(struct findings *remarks, const struct session *session);

#endif
