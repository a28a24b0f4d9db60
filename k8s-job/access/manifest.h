/* k8s-job/access/manifest.h - applies manifests of account and rights.  Kubernetes API: server-side
 * apply. */
#ifndef WEFT_K8S_JOB_ACCESS_MANIFEST_H
#define WEFT_K8S_JOB_ACCESS_MANIFEST_H

#include "k8s-job/client/kube.h"

/* Applies every object of a YAML text of ours in its order, without force: fields of other managers
 * stay as they are.  *count gets how many were applied, also when one fails: its err names the
 * object and says what to do. */
MUST_USE int manifest_apply(size_t *count, struct kube *kube, const char *yaml, struct arena *arena,
                            struct err *err);
/* The URL path of an object that rights_yaml.h writes; NULL: of another kind.  Pure. */
const char *manifest_path(const struct node *object, struct arena *arena);

#endif
