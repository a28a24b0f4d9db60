/* k8s-job/client/in_cluster.h - the service account of the pod that we run in.  docs/kubernetes.md
 */
#ifndef WEFT_K8S_JOB_CLIENT_IN_CLUSTER_H
#define WEFT_K8S_JOB_CLIENT_IN_CLUSTER_H

#include "k8s-job/client/target.h"

/* From the folder that the kubelet mounts (NULL: the usual one) and the environment of the pod. */
MUST_USE int in_cluster_target(struct target *out, const char *folder, struct arena *arena,
                               struct err *err);

#endif
