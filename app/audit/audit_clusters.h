/* app/audit/audit_clusters.h - whether the branches of clusters follow from the output branch.
 * docs/gitops.md */
#ifndef WEFT_APP_AUDIT_AUDIT_CLUSTERS_H
#define WEFT_APP_AUDIT_AUDIT_CLUSTERS_H

#include "app/audit/audit_verify.h"

/* Fetches them, and judges each of their commits: its files are those that the commit of the output
 * branch has for the cluster, that commit is newer than the one before, and an allowed signer
 * signed it.  Each tip has to hold what the tip of the output branch has.  Adds nothing unless
 * output.branches is cluster.  -1: they cannot be fetched or read. */
MUST_USE int audit_clusters(struct audit_report *out, const struct audit_request *request,
                            struct err *err);

#endif
