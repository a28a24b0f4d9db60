/* k8s-job/client/kubeconfig.h - finds the context in one kubeconfig or in a list of them.
 * Kubernetes API: kubeconfig (v1). */
#ifndef WEFT_K8S_JOB_CLIENT_KUBECONFIG_H
#define WEFT_K8S_JOB_CLIENT_KUBECONFIG_H

#include "k8s-job/client/target.h"

/* From a file; path NULL: $KUBECONFIG (a list), then ~/.kube/config.  context NULL:
 * current-context. */
MUST_USE int kubeconfig_target(struct target *out, const char *path, const char *context,
                               struct arena *arena, struct err *err);

/* Every file that the clusters and users of path name (certificates, keys, tokens), and path
 * itself. A file that cannot be read names nothing: kubeconfig_target says why. */
void kubeconfig_each_file(const char *path, void (*take)(void *context, const char *file),
                          void *context, struct arena *arena);

#endif
