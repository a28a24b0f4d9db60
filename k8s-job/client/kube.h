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

/* Reads files and environment, but asks the server nothing yet.  http must outlive it. */
MUST_USE int kube_open(struct kube **out, const struct kube_source *source, struct http *http,
                       struct err *err);
void kube_close(struct kube *kube);
AUTO_DEFINE(struct kube, kube_close)
const char *kube_server(const struct kube *kube);    /* "https://10.0.0.1:6443" */
int64_t kube_server_time(const struct kube *kube);   /* of its last answer; 0: it did not say */
const char *kube_namespace(const struct kube *kube); /* of the context or the pod; "" = not given */

/* What everything that is asked of one server may cost from kube_open on, which is one pass.  What
 * is used up is refused as if the server did not answer: unknown, and nothing is deleted for it. */
struct kube_budget {
    int64_t ms;    /* while something is asked of it, or waits to be asked once more; what runs side
                      by side counts once */
    size_t bytes;  /* of answers, as decoded */
    size_t values; /* of JSON, as parse_json_values counts */
    size_t requests, pages;
};
extern const struct kube_budget kube_budget_default; /* docs/kubernetes.md */

/* One request with the retry rules of docs/kubernetes.md; -1 when there was no answer at all. An
 * answer of 400 or more is 0 with its status: kube_answer_failure words it for people.  path begins
 * with
 * "/" and may hold a query; body is JSON or NULL. */
struct kube_request {
    const char *method, *path;
    const char *content_type; /* of the body; NULL: application/json */
    const char *body;         /* NULL: none */
    bool secret; /* body and answer hold secrets: no copy stays behind in ordinary memory but the
                    tree in the arena, which the caller wipes (arena_shred); never over http:// */
    bool urgent; /* may use what is kept back for the Lease when the budget is used up */
    /* Not NULL: an answer of 200 or 201 that is no object of this kind and name is no answer. */
    const char *kind, *name;
};
MUST_USE int kube_do(struct kube *kube, struct kube_answer *answer,
                     const struct kube_request *request, struct arena *arena, struct err *err);

/* Many requests to many servers at once, each with its own retries; each goes on by itself, so that
 * no server waits for another one.  One that meets silence is tried twice, and then nothing more is
 * asked of it until kube_close; all together may cost its budget.  All must share one struct http.
 */
struct kube_call {
    struct kube *kube;
    struct kube_request request;
    const char *accept; /* NULL: application/json */
    long timeout_s;     /* 0: 30 */
    /* Called with each final answer or failure; true: request was set anew, ask again.
     * May be NULL. */
    bool (*next)(struct kube_call *call, struct arena *arena);
    /* Not NULL: gets the body of each answer 200 (NULL: no JSON) as soon as it is there; the body
     * is gone afterwards, and of answer only status and server_time stay.  For lists that are too
     * large to be kept. */
    void (*take)(struct kube_call *call, const struct node *body, struct arena *arena);
    void *context; /* of next and take */
    struct kube_answer answer;
    struct err err;   /* kind ERR_NONE: answered */
    struct kube_try { /* of the engine alone */
        int64_t sent_ms;
        int tries, silences;
        bool open, sent, renewed;
    } try;
};

/* Answers of 400 or more, and requests without an answer (code 0), counted since kube_open: final
 * answers only, not those that a retry mended; what was expected (the 404 of an object that is not
 * there yet) counts, too.  By code, rising; in kube's memory. */
struct kube_error_count {
    int code;
    size_t count;
};
const struct kube_error_count *kube_errors(const struct kube *kube, size_t *count);

#endif
