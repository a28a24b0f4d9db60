/* app/management.h - the API server of the management cluster, reached once for a pass. */
#ifndef WEFT_APP_MANAGEMENT_H
#define WEFT_APP_MANAGEMENT_H

#include "app/config.h"
#include "k8s-job/kube.h"
#include "pki/rootsource.h"

struct management {
    struct http *http; /* NULL: not opened */
    struct kube *kube;
};

/* Opens the connection when it is not open yet. */
MUST_USE int management_open(struct management *management, const struct config_management *config,
                             struct err *err);
void management_close(struct management *management);

/* Reads rootCertificateAuthority.secret from Secrets there; the right to get exactly those is
 * enough. */
struct management_roots {
    struct management *management;
    const struct config_management *config;
};
struct root_reader management_root_reader(struct management_roots *roots);

#endif
