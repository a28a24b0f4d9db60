/* k8s-job/client/target.h - an API server and our identity there, from a kubeconfig or the pod's
 * service account.  docs/kubernetes.md */
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

/* It is reached over http:// (on this machine; anywhere else it is refused). */
bool target_is_plain(const struct target *target);

enum { TARGET_FILE_MAX = 4 * 1024 * 1024 };

#endif
