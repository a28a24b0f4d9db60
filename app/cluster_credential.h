/* app/cluster_credential.h - the credential that weft authenticates with in a cluster, and when it
 * expires; never the secret itself. */
#ifndef WEFT_APP_CLUSTER_CREDENTIAL_H
#define WEFT_APP_CLUSTER_CREDENTIAL_H

#include "app/config.h"

struct cluster_credential {
    const char
        *kind; /* "token", "token file", "client certificate", "exec plugin", "pod", "none" */
    const char *server; /* URL; "": not known */
    const char *why;    /* what is wrong with the kubeconfig; "" */
    int64_t expires;    /* seconds; 0: it does not end, or does not say */
};

/* Reads the kubeconfig and the files that it names, and runs nothing.  Texts are in the arena. */
struct cluster_credential cluster_credential_read(const struct config_server *server,
                                                  struct arena *arena);

#endif
