/* k8s-job/client/kubeconfig_user.h - the user entry of a kubeconfig: the credentials.  Refuses
 * those that current API servers no longer accept. */
#ifndef WEFT_K8S_JOB_CLIENT_KUBECONFIG_USER_H
#define WEFT_K8S_JOB_CLIENT_KUBECONFIG_USER_H

#include "k8s-job/client/target.h"

MUST_USE int kubeconfig_user_read(struct target *out, const struct node *user, const char *folder,
                                  struct arena *arena, struct err *err);

#endif
