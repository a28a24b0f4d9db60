/* tests/unit/k8s-job/restart/test_real.c - rolling restarts on a real API server:
 * WEFT_TEST_KUBECONFIG names a kubeconfig with all rights.  No controller runs there: the test
 * plays the status of workloads. Without it every test is skipped. */
#include "base/base64.h"
#include "base/clock.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/cluster.h"
#include "k8s-job/restart/step.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define EPOCH "0123456789abcdef"
#define PEM "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"
#define PEM_JSON "-----BEGIN CERTIFICATE-----\\nAAEC\\n-----END CERTIFICATE-----\\n"
#define OTHER_JSON "-----BEGIN CERTIFICATE-----\\nAwQF\\n-----END CERTIFICATE-----\\n"

enum { WORKLOADS = 5, ALL };

struct real {
    struct workplace place;
    struct kube *kube;
    const char *system, *shop; /* namespaces of its own, so that runs do not meet */
    struct restart_workload workloads[WORKLOADS];
    struct restart_workload all[ALL]; /* istiod, too */
    struct restart_record records[ALL];
    struct restart_cluster cluster;
};

static struct kube_answer ask(struct real *real, const char *method, const char *path,
                              const char *type, const char *body)
{
    struct kube_answer answer;
    struct err err = { .text = "" };

    if (kube_do(real->kube, &answer,
                &(struct kube_request){
                    .method = method, .path = path, .content_type = type, .body = body },
                real->place.arena, &err)
        < 0)
        fail_msg("%s", err.text);
    if (answer.status >= 400) {
        kube_answer_failure(&err, &answer, path);
        fail_msg("%s", err.text);
    }
    return answer;
}

static void make(struct real *real, const char *path, const char *body)
{
    (void)ask(real, "POST", path, NULL, body);
}

static const char *resource_of(const char *kind)
{
    return strcmp(kind, "Deployment") == 0  ? "deployments"
           : strcmp(kind, "DaemonSet") == 0 ? "daemonsets"
                                            : "statefulsets";
}

static const char *path_of(struct real *real, const struct restart_workload *workload,
                           const char *end)
{
    return arena_printf(real->place.arena, "/apis/apps/v1/namespaces/%s/%s/%s%s",
                        workload->namespace, resource_of(workload->kind), workload->name, end);
}

static const struct node *live(struct real *real, const struct restart_workload *workload)
{
    return ask(real, "GET", path_of(real, workload, ""), NULL, NULL).body;
}

static void make_workload(struct real *real, const struct restart_workload *workload)
{
    const char *more = strcmp(workload->kind, "DaemonSet") == 0     ? ""
                       : strcmp(workload->kind, "StatefulSet") == 0 ? "\"serviceName\":\"s\","
                                                                      "\"replicas\":2,"
                                                                    : "\"replicas\":2,";

    make(real,
         arena_printf(real->place.arena, "/apis/apps/v1/namespaces/%s/%s", workload->namespace,
                      resource_of(workload->kind)),
         arena_printf(real->place.arena,
                      "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"app\":\"%s\"}},\"spec\":{%s"
                      "\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},\"template\":{\"metadata\":"
                      "{\"labels\":{\"app\":\"%s\"},\"annotations\":{\"theirs\":\"kept\"}},"
                      "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"x:1\"}]}}}}",
                      workload->name, workload->name, more, workload->name, workload->name));
}

/* What its controller would say; updated: how many of its two pods. */
static void play_status(struct real *real, const struct restart_workload *workload, int updated,
                        const char *more)
{
    const char *generation = node_get(live(real, workload), "metadata", "generation", NULL);

    (void)ask(
        real, "PATCH", path_of(real, workload, "/status"), "application/merge-patch+json",
        arena_printf(real->place.arena,
                     strcmp(workload->kind, "DaemonSet") == 0
                         ? "{\"status\":{\"observedGeneration\":%s,\"updatedNumberScheduled\":%d,"
                           "\"desiredNumberScheduled\":2,\"currentNumberScheduled\":2,"
                           "\"numberReady\":2,\"numberAvailable\":2,\"numberMisscheduled\":0%s}}"
                     : strcmp(workload->kind, "Deployment") == 0
                         ? "{\"status\":{\"observedGeneration\":%s,\"updatedReplicas\":%d,"
                           "\"replicas\":2,\"readyReplicas\":2,\"availableReplicas\":2%s}}"
                         : "{\"status\":{\"observedGeneration\":%s,\"updatedReplicas\":%d,"
                           "\"replicas\":2,\"readyReplicas\":2,\"availableReplicas\":2,"
                           "\"currentReplicas\":2,\"currentRevision\":\"r\","
                           "\"updateRevision\":\"r\"%s}}",
                     generation, updated, more));
}

static void roll_out(struct real *real)
{
    for (size_t i = 0; i < ALL; i++)
        play_status(real, &real->all[i], 2, "");
}

/* How many times its template was changed by us. */
static int restarts_of(struct real *real, const struct restart_workload *workload)
{
    const struct node *object = live(real, workload);
    const char *generation = node_get(object, "metadata", "generation", NULL);
    const char *epoch =
        node_get(object, "spec", "template", "metadata", "annotations", RESTART_EPOCH, NULL);

    assert_string_equal(
        node_get(object, "spec", "template", "metadata", "annotations", "theirs", NULL), "kept");
    assert_true((epoch != NULL) == (strcmp(generation, "1") != 0));
    return generation[0] - '1';
}

static void put_roots(struct real *real, const char *namespace, const char *pem, bool anew)
{
    const char *path =
        arena_printf(real->place.arena, "/api/v1/namespaces/%s/configmaps", namespace);
    const char *body = arena_printf(real->place.arena,
                                    "{\"metadata\":{\"name\":\"istio-ca-root-cert\"},"
                                    "\"data\":{\"root-cert.pem\":\"%s\"}}",
                                    pem);

    if (anew)
        make(real, path, body);
    else
        (void)ask(real, "PUT", arena_printf(real->place.arena, "%s/istio-ca-root-cert", path), NULL,
                  body);
}

static void make_mesh(struct real *real)
{
    size_t count;
    const struct restart_workload workloads[WORKLOADS] = {
        { "Deployment", real->system, "ingress", true },
        { "Deployment", real->shop, "web", false },
        { "StatefulSet", real->shop, "db", false },
        { "DaemonSet", real->shop, "agent", false },
        { "Deployment", real->shop, "api", false },
    };

    memcpy(real->workloads, workloads, sizeof workloads);
    memcpy(real->all, workloads, sizeof workloads);
    real->all[WORKLOADS] = (struct restart_workload){ "Deployment", real->system, "istiod", false };
    for (size_t i = 0; i < ALL; i++)
        make_workload(real, &real->all[i]);
    roll_out(real);
    put_roots(real, real->system, PEM_JSON, true);
    put_roots(real, real->shop, OTHER_JSON, true);
    real->cluster = (struct restart_cluster){
        .kube = real->kube,
        .cluster = "east",
        .namespace = real->system,
        .epoch = EPOCH,
        .delivered = true,
        .control_plane = true,
        .roots = cluster_pem_fingerprints(PEM, &count, real->place.arena),
        .root_count = 1,
        .workloads = real->workloads,
        .workload_count = WORKLOADS,
        .batch = 3,
        .now = clock_now(),
        .records = real->records,
    };
}

static int setup(void **state)
{
    const char *kubeconfig = getenv("WEFT_TEST_KUBECONFIG");
    struct real *real;
    struct err err = { .text = "" };

    *state = NULL;
    if (!kubeconfig)
        return 0;
    real = calloc(1, sizeof *real);
    workplace_open(&real->place);
    if (kube_open(&real->kube, &(struct kube_source){ .kubeconfig = kubeconfig }, real->place.http,
                  &err)
        < 0)
        fail_msg("%s", err.text);
    real->system = arena_printf(real->place.arena, "r-%lld-%d", (long long)clock_monotonic_ms(),
                                (int)getpid());
    real->shop = arena_printf(real->place.arena, "%s-shop", real->system);
    make(real, "/api/v1/namespaces",
         arena_printf(real->place.arena, "{\"metadata\":{\"name\":\"%s\"}}", real->system));
    make(real, "/api/v1/namespaces",
         arena_printf(real->place.arena, "{\"metadata\":{\"name\":\"%s\"}}", real->shop));
    make_mesh(real);
    *state = real;
    return 0;
}

static int teardown(void **state)
{
    struct real *real = *state;

    if (!real)
        return 0;
    kube_close(real->kube);
    workplace_close(&real->place);
    free(real);
    return 0;
}

#define NEED_REAL(real)                                                                            \
    struct real *real = *state;                                                                    \
    if (!real)                                                                                     \
    skip()

static void step(struct real *real)
{
    struct restart_cluster *cluster = &real->cluster;

    restart_step(cluster, 1, real->place.arena);
    for (size_t i = 0; i < cluster->changed_count; i++) {
        size_t at = 0;

        while (at < cluster->record_count
               && strcmp(real->records[at].name, cluster->changed[i].name) != 0)
            at++;
        real->records[at] = cluster->changed[i];
        cluster->record_count += at == cluster->record_count;
    }
    if (!cluster->known)
        fail_msg("%s", cluster->why);
}

static void expect(struct real *real, enum restart_stage stage, const char *words)
{
    if (real->cluster.stage != stage || !strstr(real->cluster.text, words))
        fail_msg("%s: \"%s\" lacks \"%s\"", enums_name(&restart_stages, (int)real->cluster.stage),
                 real->cluster.text, words);
}

static bool is_managed_by(const struct node *object, const char *manager)
{
    const struct node *fields = node_find(node_find(object, "metadata"), "managedFields");

    for (const struct node *item = fields ? fields->first : NULL; item; item = item->next)
        if (text_equal(node_get(item, "manager", NULL), manager))
            return true;
    return false;
}

static void the_order_is_kept(void **state)
{
    NEED_REAL(real);

    step(real);
    expect(real, RESTART_CONTROL_PLANE, "control plane: 0 of 1 restarted, waits for Deployment ");
    assert_int_equal(restarts_of(real, &real->all[WORKLOADS]), 1);
    step(real);
    expect(real, RESTART_CONTROL_PLANE, "its newest template is not processed yet");
    play_status(real, &real->all[WORKLOADS], 1, "");
    step(real);
    expect(real, RESTART_CONTROL_PLANE, "1 of 2 replicas updated");
    roll_out(real);
    step(real);
    expect(real, RESTART_ROOTS, real->shop);
    put_roots(real, real->shop, PEM_JSON, false);
    step(real);
    expect(real, RESTART_GATEWAYS, "waits for Deployment ");
    assert_int_equal(restarts_of(real, &real->all[0]), 1);
    for (size_t i = 1; i < WORKLOADS; i++)
        assert_int_equal(restarts_of(real, &real->all[i]), 0);
    roll_out(real);
    step(real);
    expect(real, RESTART_WORKLOADS, "workloads: 0 of 4 restarted, waits for DaemonSet ");
    assert_int_equal(restarts_of(real, &real->all[2]), 0); /* the fourth of a batch of three */
    roll_out(real);
    step(real);
    expect(real, RESTART_WORKLOADS, "workloads: 3 of 4 restarted, waits for StatefulSet ");
    roll_out(real);
    step(real);
    expect(real, RESTART_DONE, "6 of 6 workloads restarted");
    assert_true(real->cluster.finished);
    for (size_t i = 0; i < ALL; i++)
        assert_int_equal(restarts_of(real, &real->all[i]), 1);
    step(real);
    assert_int_equal(real->cluster.changed_count, 0);
    assert_true(is_managed_by(live(real, &real->all[0]), "weft"));
    assert_false(is_managed_by(live(real, &real->all[0]), "nobody"));
}

static void another_pass_at_the_same_time_restarts_nothing_twice(void **state)
{
    NEED_REAL(real);
    struct restart_cluster first = real->cluster, second = real->cluster;
    struct restart_cluster both[2] = { first, second };

    put_roots(real, real->shop, PEM_JSON, false);
    both[1].now += 7;
    restart_step(both, 2, real->place.arena); /* both looked before either patched */
    assert_int_equal(restarts_of(real, &real->all[WORKLOADS]), 1);
    assert_int_equal(both[0].changed_count, 1);
    assert_int_equal(both[1].changed_count, 1);
}

static void a_stuck_rollout_stops_the_order(void **state)
{
    NEED_REAL(real);

    put_roots(real, real->shop, PEM_JSON, false);
    step(real);
    roll_out(real);
    step(real);
    play_status(real, &real->all[0], 1,
                ",\"conditions\":[{\"type\":\"Progressing\",\"status\":\"False\",\"reason\":"
                "\"ProgressDeadlineExceeded\",\"message\":\"m\"}]");
    step(real);
    assert_true(real->cluster.failed);
    expect(real, RESTART_GATEWAYS, "ProgressDeadlineExceeded");
    for (size_t i = 1; i < WORKLOADS; i++)
        assert_int_equal(restarts_of(real, &real->all[i]), 0);
    roll_out(real);
    step(real);
    assert_false(real->cluster.failed);
    expect(real, RESTART_WORKLOADS, "");
}

static void paused_and_by_hand_are_named(void **state)
{
    NEED_REAL(real);

    put_roots(real, real->shop, PEM_JSON, false);
    (void)ask(real, "PATCH", path_of(real, &real->all[1], ""), "application/merge-patch+json",
              "{\"spec\":{\"paused\":true}}");
    (void)ask(real, "PATCH", path_of(real, &real->all[3], ""), "application/merge-patch+json",
              "{\"spec\":{\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":null}}}");
    for (int i = 0; i < 5; i++) {
        roll_out(real);
        play_status(real, &real->all[3], 1, ""); /* its last pod is not deleted */
        step(real);
    }
    expect(real, RESTART_DONE, "is paused (kubectl -n ");
    expect(real, RESTART_DONE, "has the strategy OnDelete: delete its pods by hand");
    assert_int_equal(restarts_of(real, &real->all[3]), 2); /* its strategy is a change, too */
    assert_int_equal(real->cluster.restarted, 4);
    assert_int_equal(real->cluster.left, 2);
    assert_false(real->cluster.finished);
    play_status(real, &real->all[3], 2, "");
    (void)ask(real, "PATCH", path_of(real, &real->all[1], ""), "application/merge-patch+json",
              "{\"spec\":{\"paused\":false}}");
    for (int i = 0; i < 2; i++) {
        play_status(real, &real->all[1], 2, "");
        step(real);
    }
    play_status(real, &real->all[1], 2, "");
    step(real);
    assert_true(real->cluster.finished);
}

/* A ServiceAccount's own kubeconfig. */
static struct kube *as_account(struct real *real, const char *account)
{
    struct arena *arena = real->place.arena;
    const char *accounts =
        arena_printf(arena, "/api/v1/namespaces/%s/serviceaccounts", real->system);
    AUTO_TEXT ca = { 0 };
    struct kube *kube = NULL;
    struct err err = { .text = "" };
    const char *token, *path;

    make(real, accounts, arena_printf(arena, "{\"metadata\":{\"name\":\"%s\"}}", account));
    token = node_get(ask(real, "POST", arena_printf(arena, "%s/%s/token", accounts, account), NULL,
                         "{\"spec\":{}}")
                         .body,
                     "status", "token", NULL);
    base64_encode(&ca, real->kube->target.ca_pem, strlen(real->kube->target.ca_pem));
    path = workplace_write(
        &real->place, "account.kubeconfig",
        arena_printf(arena,
                     "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                     "clusters: [{name: k, cluster: {server: '%s', certificate-authority-data: "
                     "%s}}]\nusers: [{name: u, user: {token: %s}}]\n",
                     kube_server(real->kube), ca.bytes, token));
    if (kube_open(&kube, &(struct kube_source){ .kubeconfig = path }, real->place.http, &err) < 0)
        fail_msg("%s", err.text);
    return kube;
}

static void allow(struct real *real, const char *namespace, const char *rules)
{
    struct arena *arena = real->place.arena;
    const char *path =
        namespace ? arena_printf(arena, "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/role",
                                 namespace)
                  : "/apis/rbac.authorization.k8s.io/v1/clusterrole";
    const char *name = arena_printf(arena, "%s-weft", real->system);

    make(real, arena_printf(arena, "%ss", path),
         arena_printf(arena, "{\"metadata\":{\"name\":\"%s\"},\"rules\":[%s]}", name, rules));
    make(real, arena_printf(arena, "%sbindings", path),
         arena_printf(arena,
                      "{\"metadata\":{\"name\":\"%s\"},\"roleRef\":{\"apiGroup\":"
                      "\"rbac.authorization.k8s.io\",\"kind\":\"%s\",\"name\":\"%s\"},\"subjects\":"
                      "[{\"kind\":\"ServiceAccount\",\"name\":\"weft\",\"namespace\":\"%s\"}]}",
                      name, namespace ? "Role" : "ClusterRole", name, real->system));
}

#define APPS(resources, verbs)                                                                     \
    "{\"apiGroups\":[\"apps\"],\"resources\":[" resources "],\"verbs\":[" verbs "]}"

static void few_rights_suffice_and_missing_ones_are_named(void **state)
{
    NEED_REAL(real);

    put_roots(real, real->shop, PEM_JSON, false);
    real->cluster.kube = as_account(real, "weft");
    restart_step(&real->cluster, 1, real->place.arena);
    assert_false(real->cluster.known);
    assert_non_null(strstr(real->cluster.why, "is forbidden"));
    allow(real, NULL,
          "{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"resourceNames\":[\"istio-ca-root-"
          "cert\"],\"verbs\":[\"list\"]}");
    allow(real, real->system, APPS("\"deployments\"", "\"list\",\"patch\""));
    allow(
        real, real->shop,
        APPS("\"deployments\",\"daemonsets\"", "\"list\"") "," APPS("\"daemonsets\"", "\"patch\""));
    for (int i = 0; i < 4; i++) {
        usleep(300000); /* the authorizer follows its caches */
        step(real);
        roll_out(real);
    }
    step(real);
    expect(real, RESTART_DONE,
           "cannot be restarted: grant patch of deployments (apps) in namespace");
    expect(real, RESTART_DONE, "cannot be read: grant list of statefulsets (apps) in namespace");
    assert_int_equal(real->cluster.restarted, 3);
    assert_int_equal(real->cluster.left, 3);
    assert_int_equal(restarts_of(real, &real->all[3]), 1);
    kube_close(real->cluster.kube);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_order_is_kept),
        TEST(another_pass_at_the_same_time_restarts_nothing_twice),
        TEST(a_stuck_rollout_stops_the_order),
        TEST(paused_and_by_hand_are_named),
        TEST(few_rights_suffice_and_missing_ones_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
