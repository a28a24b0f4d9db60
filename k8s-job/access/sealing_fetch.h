/* k8s-job/access/sealing_fetch.h - the certificate of a sealed-secrets controller, through the
 * proxy of the API server, as "kubeseal --fetch-cert" asks for it. */
#ifndef WEFT_K8S_JOB_ACCESS_SEALING_FETCH_H
#define WEFT_K8S_JOB_ACCESS_SEALING_FETCH_H

#include "k8s-job/client/kube.h"

/* *pem is what the Service answered, in the arena: not judged.  namespace, service and port are
 * names of the API. */
MUST_USE int sealing_fetch(const char **pem, struct kube *kube, const char *namespace,
                           const char *service, const char *port, struct arena *arena,
                           struct err *err);

#endif
