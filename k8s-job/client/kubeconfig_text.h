/* k8s-job/client/kubeconfig_text.h - scalar members of a kubeconfig's entries. */
#ifndef WEFT_K8S_JOB_CLIENT_KUBECONFIG_TEXT_H
#define WEFT_K8S_JOB_CLIENT_KUBECONFIG_TEXT_H

#include "base/node.h"

/* A scalar member; NULL when it is absent, null or "". */
const char *kubeconfig_text(const struct node *map, const char *key);

#endif
