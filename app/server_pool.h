/* app/server_pool.h - the API servers of a pass: that of the management cluster and those of the
 * clusters that have one in the configuration.  Each is reached once, all over one HTTP client. */
#ifndef WEFT_APP_SERVER_POOL_H
#define WEFT_APP_SERVER_POOL_H

#include "app/config.h"
#include "k8s-job/client/kube.h"
#include "k8s-job/observe/shared_read.h"
#include "pki/given_root.h"

struct servers {
    const struct config *config;
    struct http *http;             /* NULL: not needed yet */
    struct kube *management;       /* NULL: not opened yet */
    bool management_silent;        /* it did not answer a request of this pass */
    struct cluster_server {        /* one for each cluster of the configuration, in its order */
        struct kube *kube;         /* NULL: not opened */
        const char *why;           /* why its configuration gives no connection; NULL: not tried */
        struct shared_read shared; /* what this pass has read of it for several stages */
    } * clusters;
    /* Receives what an API server said when a Secret could not be read.  The text is for the log
     * only, because it differs each time (audit ids).  NULL: it is dropped. */
    void (*tell)(void *context, const char *text);
    void *tell_context;
};

MUST_USE int servers_http(struct http **out, struct servers *servers, struct err *err);
/* Opens the connection to the management cluster when it is not open yet. */
MUST_USE int servers_management(struct kube **out, struct servers *servers, struct err *err);
/* Of one cluster by its name; NULL: it has none in the configuration (*why is "") or it cannot be
 * used (*why is the reason, in the arena). */
struct kube *servers_cluster(struct servers *servers, const char *cluster, const char **why,
                             struct arena *arena);
/* What this pass reads of that cluster once; NULL: it has no server in the configuration. */
struct shared_read *servers_shared(struct servers *servers, const char *cluster,
                                   struct arena *arena);
/* Servers that never answered are not asked again in this pass: each request would wait for its
 * whole time limit. */
void servers_note_unreachable(struct servers *servers);
void servers_close(struct servers *servers);

/* Reads rootCertificateAuthority.secret from Secrets of the management cluster (context: struct
 * servers); the right to get exactly those is enough.  The text of its err is the same in each pass
 * that fails alike, since it becomes a status in Git: tell receives the server's own text. */
struct root_reader servers_root_reader(struct servers *servers);

#endif
