/* k8s-job/client/pem.h - members of a kubeconfig that are PEM, inline or in a file. */
#ifndef WEFT_K8S_JOB_CLIENT_PEM_H
#define WEFT_K8S_JOB_CLIENT_PEM_H

#include "base/err.h"
#include "base/node.h"

/* key-data (base64) wins over key (a file, relative to folder); *out NULL when neither is there. */
MUST_USE int pem_member(const char **out, const struct node *map, const char *key,
                        const char *folder, struct arena *arena, struct err *err);
/* A path of a kubeconfig, relative to folder unless it is absolute. */
const char *pem_relative_path(const char *path, const char *folder, struct arena *arena);

#endif
