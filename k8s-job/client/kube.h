/* k8s-job/client/kube.h - one API server: how to reach it, requests to it.  docs/kubernetes.md */
#ifndef WEFT_K8S_JOB_CLIENT_KUBE_H
#define WEFT_K8S_JOB_CLIENT_KUBE_H

#include "base/http.h"
#include "base/node.h"
#include "k8s-job/client/answer.h"

struct kube; /* one API server with one identity */

struct kube_source {
    bool in_cluster;            /* the pod's service account */
    const char *kubeconfig;     /* else a file; NULL: $KUBECONFIG, then ~/.kube/config */
    const char *context;        /* NULL: current-context */
    bool allow_exec;            /* run exec credential plugins */
    bool allow_insecure;        /* honour insecure-skip-tls-verify, and http:// on this machine */
    const char *account_folder; /* of the service account; NULL: where the kubelet mounts it */
};

/* Reads files and environment, and sends no request.  http must outlive it; kube_close releases it.
 */
MUST_USE int kube_open(struct kube **out, const struct kube_source *source, struct http *http,
                       struct err *err);
void kube_close(struct kube *kube);
AUTO_DEFINE(struct kube, kube_close)
const char *kube_server(const struct kube *kube);  /* "https://10.0.0.1:6443" */
int64_t kube_server_time(const struct kube *kube); /* Date of its last answer, seconds; 0: none */
int64_t
kube_spent_ms(struct kube *kube); /* while at least one call was open, rounded up; 0: none */
const char *kube_namespace(const struct kube *kube); /* of the context or the pod; "" = not given */

/* What all requests to one server may cost from kube_open on, which is one pass.  When it is used
 * up requests fail as if the server did not answer: the result is unknown, and nothing is deleted.
 */
struct kube_budget {
    int64_t ms;    /* while at least one call is open, waits for a retry included */
    size_t bytes;  /* of answers, as decoded */
    size_t values; /* of JSON, as parse_json_values counts, of pages as they are built */
    size_t requests, pages;
};
extern const struct kube_budget kube_budget_default; /* docs/kubernetes.md */

/* One request with the retry rules of docs/kubernetes.md; -1 when there was no answer at all. An
 * answer of 400 or more is 0 with its status, and kube_answer_failure makes an error of it.  path
 * begins with
 * "/" and may hold a query; body is JSON or NULL. */
struct kube_request {
    const char *method, *path;
    const char *content_type; /* of the body; NULL: application/json */
    const char *body;         /* NULL: none */
    bool secret; /* body and answer hold secrets: no copy stays behind in ordinary memory but the
                    tree in the arena, which the caller wipes (arena_shred); never over http:// */
    bool plain;  /* the answer is text, not JSON: it is in kube_answer.text as it came */
    bool urgent; /* may use the reserve of the Lease when the budget is used up */
    /* Not NULL: an answer of 200 or 201 that is no object of this kind and name is no answer. */
    const char *kind, *name;
};
MUST_USE int kube_do(struct kube *kube, struct kube_answer *answer,
                     const struct kube_request *request, struct arena *arena, struct err *err);

/* One of many calls to many servers, each with its own retries; no server delays another one.  A
 * server that does not answer is tried twice, and gets no more requests until kube_close; all calls
 * together may cost its budget.  All must share one struct http. */
struct kube_call {
    struct kube *kube;
    struct kube_request request;
    const char *accept; /* NULL: application/json */
    long timeout_s;     /* 0: 30 */
    /* Called with each final answer or failure; true: it has set another request, which is sent.
     * May be NULL. */
    bool (*next)(struct kube_call *call, struct arena *arena);
    /* Not NULL: each answer 200 is a page of a list that is too large to be kept.  As soon as it is
     * there item gets the elements of "items", one by one and without what list_cut.h leaves out,
     * then take the rest of it (parse_items.h; NULL: no JSON).  All of it is gone afterwards, and
     * of answer only status and server_time stay. */
    void (*take)(struct kube_call *call, const struct node *head, struct arena *arena);
    void (*item)(struct kube_call *call, const struct node *item);
    void *context; /* of next, take and item */
    struct kube_answer answer;
    struct err err;   /* kind ERR_NONE: answered */
    struct kube_try { /* private to scheduler.c */
        int64_t sent_ms;
        int tries, timeouts;
        bool open, sent, renewed;
    } try;
};

/* Answers of 400 or more, and requests without an answer (code 0), counted since kube_open: final
 * answers only, not those that a retry replaced; expected ones (the 404 of an object that is not
 * there yet) count, too.  By code, rising; in kube's memory. */
struct kube_error_count {
    int code;
    size_t count;
};
const struct kube_error_count *kube_errors(const struct kube *kube, size_t *count);

#endif
