/* app/commands/agent.c - weft agent: one run of the agent of a cluster that makes its own keys.
 *
 * Look, decide, write once, look again, until nothing is to be written; then the request.  There
 * are four writes at most between a new cluster and one whose cacerts is in place, so a run that
 * has not come to rest by then stops and says so, instead of making keys without end. */
#include "app/commands/agent.h"
#include "app/agent_cluster.h"
#include "app/commands/command.h"
#include "base/text.h"
#include "version.h"
#include <stdlib.h>

enum { WRITES_MAX = 6 };
#define AGENT_NAMESPACE "weft-agent"
#define ISTIO_NAMESPACE "istio-system"

/* As kubectl: the kubeconfig that was named, else the pod's account, else the usual kubeconfig. */
static struct kube_source source_of(const struct options *options)
{
    const bool named = options->kubeconfig || options->context || getenv("KUBECONFIG");

    return (struct kube_source){ .in_cluster = !named && getenv("KUBERNETES_SERVICE_HOST"),
                                 .kubeconfig = options->kubeconfig,
                                 .context = options->context,
                                 .allow_exec = true };
}

static const char *own_namespace(const struct kube *kube)
{
    return text_empty(kube_namespace(kube)) ? AGENT_NAMESPACE : kube_namespace(kube);
}

static void tell(const struct options *options, enum agent_step step)
{
    if (!options->quiet)
        fprintf(stderr, "weft: agent: %s\n", enums_name(&agent_steps, (int)step));
}

/* Publishes when there is nothing else to write. */
static int rest(const struct agent_cluster *cluster, const struct agent_look *look,
                const struct agent_plan *plan, int *status, struct err *err)
{
    if (agent_cluster_publish(cluster, look, plan->cannot, err) < 0)
        return -1;
    if (!*plan->cannot)
        return 0;
    fprintf(stderr, "weft: agent: issuance %lld is not taken: %s\n",
            (long long)look->issuance.serial, plan->cannot);
    *status = EXIT_REFUSED;
    return 0;
}

/* 1: at rest. */
static int turn(const struct options *options, const struct agent_cluster *cluster, int *status,
                struct err *err)
{
    AUTO_LOOK look = { .issued = false };
    struct agent_plan plan;

    if (agent_cluster_look(&look, cluster, err) < 0)
        return -1;
    plan = agent_step_next(&look.facts, cluster->arena);
    if (plan.step == AGENT_REST)
        return rest(cluster, &look, &plan, status, err) < 0 ? -1 : 1;
    tell(options, plan.step);
    return agent_cluster_do(cluster, plan.step, &look, err);
}

static int run(const struct options *options, struct kube *kube, int *status, struct err *err)
{
    AUTO(arena_shred) struct arena *arena = arena_new();
    const char *istio = options->operands[1] ? options->operands[1] : ISTIO_NAMESPACE;
    const struct agent_cluster cluster = { .kube = kube,
                                           .name = options->operands[0],
                                           .namespace = own_namespace(kube),
                                           .istio_namespace = istio,
                                           .now = options->now,
                                           .take_over = options->take_over,
                                           .arena = arena };
    int result = 0;

    for (int i = 0; i < WRITES_MAX && result == 0; i++)
        result = turn(options, &cluster, status, err);
    if (result == 0)
        return err_set(err, ERR_REFUSED, 0,
                       "the objects in namespace %s change while the agent runs: let one agent run "
                       "at a time (concurrencyPolicy: Forbid)",
                       cluster.namespace);
    return result < 0 ? -1 : 0;
}

int agent_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(http_close) struct http *http = NULL;
    AUTO(kube_close) struct kube *kube = NULL;
    const struct kube_source source = source_of(options);
    int status = EXIT_CONVERGED;
    struct err err;

    command_confine(NULL, options, arena);
    if (http_open(&http, "weft/" WEFT_VERSION, &err) < 0
        || kube_open(&kube, &source, http, &err) < 0 || run(options, kube, &status, &err) < 0)
        return command_failed(&err);
    return status;
}
