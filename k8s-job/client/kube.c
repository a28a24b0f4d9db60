/* k8s-job/client/kube.c - opens an API server and words what it answers.  The asking is engine.c's.
 */
#include "k8s-job/client/kube.h"
#include "k8s-job/client/in_cluster.h"
#include "k8s-job/client/kubeconfig.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/visible.h"
#include "k8s-job/client/scheduler.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 600 };

static int check_permissions(const struct kube *kube, const struct kube_source *source,
                             struct err *err)
{
    if (kube->target.exec && !source->allow_exec)
        return err_set(
            err, ERR_REFUSED, 0,
            "%s asks to run the exec plugin %s, which is arbitrary code named by a file: "
            "allow it on purpose (allowExec) or give a token or a client certificate",
            kube->target.label, kube->target.exec->command);
    if (kube->target.insecure && !source->allow_insecure)
        return err_set(
            err, ERR_REFUSED, 0,
            "%s sets insecure-skip-tls-verify, so anybody could answer in the name of %s: "
            "give its certificate-authority instead, or allow it on purpose "
            "(allowInsecure)",
            kube->target.label, kube->target.server);
    if (target_is_plain(&kube->target) && !source->allow_insecure)
        return err_set(err, ERR_REFUSED, 0,
                       "%s: %s is not encrypted, so whoever is on the way reads the token: give "
                       "its https:// address, or allow it on purpose (allowInsecure)",
                       kube->target.label, kube->target.server);
    return 0;
}

int kube_open(struct kube **out, const struct kube_source *source, struct http *http,
              struct err *err)
{
    AUTO(kube_close) struct kube *kube = memory_grow(NULL, sizeof *kube);
    struct target *target = &kube->target;
    int result;

    *kube = (struct kube){ .arena = arena_new(), .http = http, .limits = retry_limits_default };
    kube->budget = kube_budget_default;
    kube->dice = (uint64_t)clock_monotonic_ms() ^ (uint64_t)(uintptr_t)kube;
    kube->credential = (struct credential){ .target = target, .arena = kube->arena };
    result = source->in_cluster
                 ? in_cluster_target(target, source->account_folder, kube->arena, err)
                 : kubeconfig_target(target, source->kubeconfig, source->context, kube->arena, err);
    if (result < 0 || check_permissions(kube, source, err) < 0)
        return -1;
    kube->peer = (struct http_peer){ .ca_pem = target->ca_pem,
                                     .server_name = target->server_name,
                                     .proxy = target->proxy,
                                     .insecure = target->insecure };
    *out = TAKE(kube);
    return 0;
}

void kube_close(struct kube *kube)
{
    credential_wipe(&kube->credential);
    arena_shred(kube->arena); /* keys and tokens of the kubeconfig and of its plugin */
    free(kube);
}

int64_t kube_server_time(const struct kube *kube) { return kube->server_time; }

const char *kube_server(const struct kube *kube) { return kube->target.server; }

const struct kube_error_count *kube_errors(const struct kube *kube, size_t *count)
{
    *count = kube->error_count;
    return kube->errors;
}

const char *kube_namespace(const struct kube *kube) { return kube->target.namespace; }

int kube_do(struct kube *kube, struct kube_answer *answer, const struct kube_request *request,
            struct arena *arena, struct err *err)
{
    struct kube_call call = { .kube = kube, .request = *request };

    kube_all(&call, 1, arena);
    *answer = call.answer;
    if (call.err.kind == ERR_NONE)
        return 0;
    *err = call.err;
    return -1;
}

bool kube_is_status(const struct kube_answer *answer)
{
    return answer->body && text_equal(node_get(answer->body, "kind", NULL), "Status");
}

/* At most max bytes of what a server says. */
static void add_words(struct text *out, const char *words, size_t max)
{
    size_t len = strnlen(words, max);
    AUTO_TEXT part = { 0 };

    while (len && ((unsigned char)words[len] & 0xC0) == 0x80)
        len--;
    text_add(&part, words, len);
    visible_add(out, part.bytes);
}

static void add_causes(struct text *out, const struct kube_answer *answer)
{
    const struct node *details = node_find(answer->body, "details");
    const struct node *causes = details ? node_find(details, "causes") : NULL;
    const struct node *cause = causes && causes->kind == NODE_LIST ? causes->first : NULL;

    for (int i = 0; cause && i < 3; cause = cause->next, i++) {
        const char *field = node_get(cause, "field", NULL);
        const char *message = node_get(cause, "message", NULL);

        if (!message || strstr(answer->message, message)) /* often repeated from the message */
            continue;
        text_adds(out, "; ");
        if (!text_empty(field)) {
            add_words(out, field, 100);
            text_adds(out, ": ");
        }
        add_words(out, message, 200);
    }
}

static void add_stranger(struct text *out, const struct kube_answer *answer)
{
    text_adds(out, "the answer is not from the Kubernetes API (");
    add_words(out, *answer->type ? answer->type : "no content type", 60);
    text_adds(out, "): is there a proxy or load balancer on the way that is not ready, or is the "
                   "server's address wrong?");
}

static const char *advice(const struct kube_answer *answer)
{
    switch (answer->status) {
    case 401:
        return "; the credential is not accepted: is it expired, or meant for another cluster?";
    case 403:
        return "; grant this by RBAC, or look for an admission rule that forbids it";
    case 413:
        return "; the object is too large";
    case 429:
        return "; the server is overloaded";
    default:
        return "";
    }
}

int kube_failure(struct err *err, const struct kube_answer *answer, const char *what)
{
    AUTO_TEXT words = { 0 };

    if (*answer->message) {
        add_words(&words, answer->message, WORDS_MAX);
        add_causes(&words, answer);
    } else if (answer->status == 404 && text_starts(answer->type, "text/plain")) {
        text_adds(&words, "the server does not know this API (is the CRD installed?)");
    } else {
        add_stranger(&words, answer);
    }
    text_addf(&words, "%s (HTTP %d", advice(answer), answer->status);
    if (*answer->reason)
        text_addf(&words, " %s", answer->reason);
    if (*answer->audit_id)
        text_addf(&words, ", audit id %.64s", answer->audit_id);
    return err_set(err, ERR_KUBE, answer->status, "%s: %s)", what, words.bytes);
}
