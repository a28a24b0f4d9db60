/* k8s-job/client/in_cluster.c - the service account of the pod that we run in.  docs/kubernetes.md
 *
 * The three files and the two variables are those of rest.InClusterConfig of client-go. The token
 * is named by its path and not read here: the kubelet replaces the file while a pass runs, so
 * credential.c reads it when a request needs it. The CA certificate is read once in a pass. */
#include "k8s-job/client/in_cluster.h"

#include "base/files.h"

#include <stdlib.h>
#include <string.h>

#define ACCOUNT_FOLDER "/var/run/secrets/kubernetes.io/serviceaccount"

static int read_member(const char **out, const char *folder, const char *name, struct arena *arena,
                       struct err *err)
{
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, arena_printf(arena, "%s/%s", folder, name), TARGET_FILE_MAX, arena,
                  err)
        < 0) {
        err_wrap(err, "the pod's service account");
        return -1;
    }
    *out = bytes;
    return 0;
}

/* A URL has IPv6 addresses in brackets. */
static const char *server_url(const char *host, const char *port, struct arena *arena)
{
    bool v6 = strchr(host, ':') && host[0] != '[';

    return arena_printf(arena, "https://%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

int in_cluster_target(struct target *out, const char *folder, struct arena *arena, struct err *err)
{
    const char *host = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT");
    const char *namespace;

    folder = folder ? folder : ACCOUNT_FOLDER;
    if (!host || !*host || !port || !*port) {
        err_set(err, ERR_INPUT, 0,
                "not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not "
                "set; outside of a pod give a kubeconfig");
        return -1;
    }
    *out = (struct target){ .label = "the pod's service account",
                            .server = server_url(host, port, arena),
                            .namespace = "",
                            .headers = ARENA_NEW(arena, const char *, 1),
                            .token_file = arena_printf(arena, "%s/token", folder) };
    if (read_member(&out->ca_pem, folder, "ca.crt", arena, err) < 0
        || read_member(&namespace, folder, "namespace", arena, err) < 0)
        return -1;
    out->namespace = arena_bytes(arena, namespace, strcspn(namespace, " \t\r\n"));
    return 0;
}
