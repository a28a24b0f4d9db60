/* k8s-job/kube.h - one API server: how to reach it, one request to it.  kubernetes.md 1. */
#ifndef WEFT_KUBE_H
#define WEFT_KUBE_H

#include "base/http.h"
#include "base/node.h"

struct kube; /* one API server with one identity */

struct kube_source {
    bool in_cluster;         /* the pod's service account */
    const char *kubeconfig;  /* else a file; NULL: $KUBECONFIG, then ~/.kube/config */
    const char *context;     /* NULL: current-context */
    bool allow_exec;         /* run exec credential plugins */
    bool allow_insecure;     /* honour insecure-skip-tls-verify */
};

MUST_USE int kube_open(struct kube **out, const struct kube_source *source, struct http *http, struct err *err);
void kube_close(struct kube *kube);
AUTO_DEFINE(struct kube, kube_close)
const char *kube_server(const struct kube *kube);

struct kube_answer {
    int status;              /* HTTP */
    const struct node *body; /* NULL: none or no JSON */
    const char *reason;      /* of a Status object; "" */
    const char *audit_id;    /* "" */
    int64_t server_time;     /* Date header; 0: none */
};

/* One request with the retry rules of kubernetes.md 1.6; -1 when there was no answer at all. An answer of 400 or more is 0 with its status:
 * kube_failure words it for people. */
MUST_USE int kube_do(struct kube *kube, struct kube_answer *answer, const char *method, const char *path, const char *content_type,
                     const char *body, struct arena *arena, struct err *err);
int kube_failure(struct err *err, const struct kube_answer *answer, const char *what); /* fills err, returns -1 */

#endif
