/* k8s-job/client/answer.h - what an API server answered, and that as an error.  Kubernetes API:
 * metav1.Status. */
#ifndef WEFT_K8S_JOB_CLIENT_ANSWER_H
#define WEFT_K8S_JOB_CLIENT_ANSWER_H

#include "base/err.h"
#include "base/http.h"
#include "base/node.h"

#include <stdint.h>

struct kube_answer {
    int status;                 /* HTTP; 0: there was none */
    const struct node *body;    /* NULL: none or no JSON */
    const char *text;           /* of a request with plain, and an answer of 200; else NULL */
    const char *reason;         /* of a Status object; "" */
    const char *message;        /* of a Status object; "" */
    const char *audit_id;       /* "" */
    const char *type;           /* Content-Type; "" */
    int64_t server_time;        /* Date header; 0: none */
    const char *const *headers; /* as in struct http_response */
};

/* What its status and headers say; body and texts are not read yet. */
struct kube_answer kube_answer_begin(const struct http_response *response);
/* Fills err with what, the server's text, its causes, a remedy for known statuses, and the audit
 * id; returns -1. */
int kube_answer_failure(struct err *err, const struct kube_answer *answer, const char *what);
/* The answer is a Status object (otherwise it came from a proxy or a load balancer). */
bool kube_answer_is_status(const struct kube_answer *answer);

#endif
