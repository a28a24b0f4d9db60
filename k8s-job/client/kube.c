/* k8s-job/client/kube.c - opens an API server.  Requests are sent by scheduler.c.
 *
 * A kubeconfig is often written by another team, or comes from a Secret, and it can do three
 * things that a file should not decide alone: run a program, accept any certificate, and send a
 * token unencrypted. Each needs a permission in weft.yaml, checked before the first byte is sent.
 * allow_insecure does not extend to Secrets: scheduler.c refuses them over http:// in every case.
 */
#include "k8s-job/client/kube.h"
#include "k8s-job/client/in_cluster.h"
#include "k8s-job/client/kubeconfig.h"

#include "base/clock.h"
#include "base/memory.h"
#include "k8s-job/client/scheduler.h"

#include <stdlib.h>

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
            "%s sets insecure-skip-tls-verify, so any server could answer in the name of %s: "
            "give its certificate-authority instead, or allow it on purpose "
            "(allowInsecure)",
            kube->target.label, kube->target.server);
    if (target_is_plain(&kube->target) && !source->allow_insecure)
        return err_set(err, ERR_REFUSED, 0,
                       "%s: %s is not encrypted, so the token could be read on the way: give "
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
    kube->rng = (uint64_t)clock_monotonic_ms() ^ (uint64_t)(uintptr_t)kube;
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

int64_t kube_spent_ms(struct kube *kube)
{
    const struct kube_budget *spent = kube_spent(kube);

    return spent->requests ? spent->ms + 1 : 0;
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
