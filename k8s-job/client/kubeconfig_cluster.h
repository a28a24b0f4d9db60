/* k8s-job/client/kubeconfig_cluster.h - the cluster entry of a kubeconfig: where the server is and
 * how it proves itself. */
#ifndef WEFT_K8S_JOB_CLIENT_KUBECONFIG_CLUSTER_H
#define WEFT_K8S_JOB_CLIENT_KUBECONFIG_CLUSTER_H

#include "k8s-job/client/target.h"

/* The entry "cluster" or "user" of a kubeconfig; folder: where relative paths begin; label: for
 * messages. */
MUST_USE int kubeconfig_cluster_read(struct target *out, const struct node *cluster,
                                     const char *folder, struct arena *arena, struct err *err);

#endif
