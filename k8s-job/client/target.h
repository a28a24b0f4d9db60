/* k8s-job/client/target.h - an API server and who we are there, as a kubeconfig or the pod's
 * service account says it.  docs/kubernetes.md */
#ifndef WEFT_K8S_JOB_CLIENT_TARGET_H
#define WEFT_K8S_JOB_CLIENT_TARGET_H

#include "base/err.h"
#include "base/node.h"

#include <stdbool.h>

/* An exec credential plugin (client.authentication.k8s.io). */
struct exec_plugin {
    const char *api_version;   /* v1 or v1beta1 of that group */
    const char *command;       /* found in PATH when it holds no slash */
    const char **args;         /* ended by NULL */
    const char **env;          /* "NAME=value", ended by NULL: added to ours */
    const char *hint;          /* installHint; "" */
    bool cluster_info;         /* provideClusterInfo */
    const struct node *config; /* of the cluster, for the plugin; NULL */
};

/* Texts live in the arena that was given. */
struct target {
    const char *label;  /* for messages: "context prod of /etc/weft/kubeconfig", "the pod's service
                           account" */
    const char *server; /* URL without a slash at its end */
    const char *namespace;   /* "" = not given */
    const char *ca_pem;      /* NULL: the system's roots */
    const char *server_name; /* NULL: the URL's host */
    const char *proxy;       /* NULL: from the environment */
    bool insecure;
    const char *cert_pem, *key_pem; /* NULL: none */
    const char *token;              /* NULL: none */
    const char *token_file;         /* NULL: none; wins over token */
    const struct exec_plugin *exec; /* NULL: none */
    const char **headers;           /* impersonation: "Name: value", ended by NULL */
};

/* From a file; path NULL: $KUBECONFIG (a list), then ~/.kube/config.  context NULL:
 * current-context. */
MUST_USE int kubeconfig_target(struct target *out, const char *path, const char *context,
                               struct arena *arena, struct err *err);
/* From the folder that the kubelet mounts (NULL: the usual one) and the environment of the pod. */
MUST_USE int in_cluster_target(struct target *out, const char *folder, struct arena *arena,
                               struct err *err);

/* The entry "cluster" or "user" of a kubeconfig; folder: where relative paths begin; label: for
 * messages. */
MUST_USE int kubeconfig_cluster_read(struct target *out, const struct node *cluster,
                                     const char *folder, struct arena *arena, struct err *err);
MUST_USE int kubeconfig_user_read(struct target *out, const struct node *user, const char *folder,
                                  struct arena *arena, struct err *err);

/* It is reached over http:// (on this machine; anywhere else it is refused). */
bool target_is_plain(const struct target *target);

/* A scalar member; NULL when it is absent, null or "". */
const char *kubeconfig_cluster_text(const struct node *map, const char *key);

enum { TARGET_FILE_MAX = 4 * 1024 * 1024 };

#endif
