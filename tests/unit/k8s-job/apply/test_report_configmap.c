/* tests/unit/k8s-job/apply/test_report_configmap.c - statuses that have no object to go to, and a
 * status of a thousand meshes on its way to the server. */
#include "base/names.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "k8s-job/apply/report_configmap.h"
#include "k8s-job/apply/status_object.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795431600, ETCD_MAX = 3 * 512 * 1024 };

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

static struct status_post a_post(struct vm_status *status)
{
    *status = (struct vm_status){ .ref = { "vm", "ns" }, .state = APPROVAL_ACCEPTED };
    return (struct status_post){ .status = status,
                                 .commit = "c1",
                                 .specs_commit = "s1",
                                 .now = NOW,
                                 .result = POST_NO_CRD,
                                 .text = "there is no CRD" };
}

/* One object that is read and applied; etcd's limit holds here, too. */
struct store {
    char *live; /* NULL: it is not there */
    char path[256];
    int gets, patches;
    struct exchange refusal; /* status 0: none */
    bool refuses_reads;
};

static void play(struct exchange *exchange, void *context)
{
    struct store *store = context;
    bool get = strcmp(exchange->method, "GET") == 0;

    if (get)
        store->gets++;
    else
        store->patches++;
    if ((get == store->refuses_reads) && (store->refusal.status || store->refusal.action)) {
        exchange->action = store->refusal.action;
        exchange->status = store->refusal.status;
        exchange->text = store->refusal.text;
    } else if (get && store->live) {
        exchange->text = store->live;
    } else if (get) {
        exchange->status = 404;
        exchange->text = "{\"kind\":\"Status\",\"reason\":\"NotFound\",\"message\":\"no\"}";
    } else if (strlen(exchange->body) > ETCD_MAX) {
        exchange->status = 500;
        exchange->text = "{\"kind\":\"Status\",\"message\":\"etcdserver: request is too large\"}";
    } else {
        snprintf(store->path, sizeof store->path, "%s", exchange->path);
        free(store->live);
        store->live = strdup(exchange->body);
        exchange->text = store->live;
    }
}

struct bench {
    struct workplace place;
    struct store store;
    struct server *server;
    struct kube *kube;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    workplace_open(&bench->place);
    bench->server = server_start(play, &bench->store);
    bench->kube = workplace_kube(&bench->place, server_port(bench->server), "token: t");
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    kube_close(bench->kube);
    server_stop(bench->server);
    free(bench->store.live);
    workplace_close(&bench->place);
    free(bench);
    return 0;
}

static void report(struct bench *bench, struct status_post *post, enum post_result was,
                   enum post_result want)
{
    post->result = was;
    post->text = "there is no CRD";
    report_configmap_apply(bench->kube, "weft-system", post, 1, bench->place.arena);
    if (post->result != want)
        fail_msg("%s: %s", enums_name(&post_results, (int)post->result), post->text);
    assert_true(text_starts(post->text, "there is no CRD; "));
}

static const struct node *reported(struct bench *bench)
{
    struct arena *arena = bench->place.arena;
    const char *text = node_get(json(bench->store.live, arena), "data", "status.json", NULL);

    return json(text, arena);
}

static void a_report_is_written_when_it_changed(void **state)
{
    struct bench *bench = *state;
    struct vm_status status;
    struct status_post post = a_post(&status);

    report(bench, &post, POST_NO_CRD, POST_REPORTED);
    assert_non_null(
        strstr(post.text, "in ConfigMap weft-system/weft-report-ns.vm, key status.json"));
    assert_string_equal(
        bench->store.path,
        "/api/v1/namespaces/weft-system/configmaps/weft-report-ns.vm?fieldManager=weft");
    assert_string_equal(node_get(reported(bench), "state", NULL), "ACCEPTED");
    assert_string_equal(node_get(reported(bench), "outputCommit", NULL), "c1");
    assert_null(node_get(reported(bench), "observedGeneration", NULL));
    assert_string_equal(node_get(json(bench->store.live, bench->place.arena), "metadata", "labels",
                                 "app.kubernetes.io/managed-by", NULL),
                        "weft");
    post.commit = "c2";
    post.now += 300;
    report(bench, &post, POST_NO_OBJECT, POST_REPORTED_UNCHANGED);
    assert_int_equal(bench->store.patches, 1);
    status.state = APPROVAL_FAILED;
    report(bench, &post, POST_NO_OBJECT, POST_REPORTED);
    assert_string_equal(node_get(reported(bench), "outputCommit", NULL), "c2");
}

static const struct node *ready(struct bench *bench)
{
    return node_find(reported(bench), "conditions")->first;
}

static void its_transition_times_stay(void **state)
{
    struct bench *bench = *state;
    struct vm_status status;
    struct status_post post = a_post(&status);

    report(bench, &post, POST_NO_CRD, POST_REPORTED);
    post.now += 3600;
    messages_add(&status.warnings, bench->place.arena, "something new to say");
    report(bench, &post, POST_NO_CRD, POST_REPORTED);
    assert_string_equal(node_get(ready(bench), "type", NULL), "Ready");
    assert_string_equal(node_get(ready(bench), "reason", NULL), "Reconciled");
    assert_string_equal(node_get(ready(bench), "lastTransitionTime", NULL), "2026-11-23T11:00:00Z");
}

#define HEAD "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"weft-report-ns.vm\"}"

static void what_is_no_report_is_replaced(void **state)
{
    struct bench *bench = *state;
    static const char *const rows[] = {
        HEAD ",\"data\":{\"status.json\":\"{oops\"}}",
        HEAD ",\"data\":{\"status.json\":\"[]\"}}",
        HEAD ",\"data\":{}}",
        HEAD "}",
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct vm_status status;
        struct status_post post = a_post(&status);

        free(bench->store.live);
        bench->store.live = strdup(rows[i]);
        report(bench, &post, POST_NO_CRD, POST_REPORTED);
    }
}

#define REFUSED(code, message)                                                                     \
    {                                                                                              \
        .status = code, .text = "{\"kind\":\"Status\",\"message\":\"" message "\"}"                \
    }

static void a_refusal_leaves_the_result(void **state)
{
    struct bench *bench = *state;
    // clang-format off
    const struct { const char *sentence; struct exchange refusal; bool reads; const char *said; } rows[] = {
        { "no right to read", REFUSED(403, "cannot get"), true, "nor could it be reported: ConfigMap weft-system/weft-report-ns.vm: cannot get" },
        { "no right to write", REFUSED(403, "cannot patch"), false, "cannot patch" },
        { "another owner", REFUSED(409, "conflict with kubectl"), false, "conflict with kubectl" },
        { "no answer", { .action = SERVER_RESET }, true, "tried 5 times" },
        { "no namespace", REFUSED(404, "namespaces weft-system not found"), false, "namespaces weft-system not found" },
    };
    // clang-format on

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct vm_status status;
        struct status_post post = a_post(&status);

        bench->store.refusal = rows[i].refusal;
        bench->store.refuses_reads = rows[i].reads;
        report(bench, &post, POST_NO_OBJECT, POST_NO_OBJECT);
        if (!strstr(post.text, rows[i].said))
            fail_msg("%s: %s", rows[i].sentence, post.text);
    }
}

static void posts_that_have_a_place_are_left_alone(void **state)
{
    struct bench *bench = *state;

    for (int result = 0; result <= POST_REPORTED_UNCHANGED; result++) {
        struct vm_status status;
        struct status_post post = a_post(&status);

        if (result == POST_NO_CRD || result == POST_NO_OBJECT)
            continue;
        post.result = (enum post_result)result;
        report_configmap_apply(bench->kube, "weft-system", &post, 1, bench->place.arena);
        assert_int_equal(post.result, result);
    }
    assert_int_equal(server_requests(bench->server), 0);
}

static void long_names_stay_apart(void **state)
{
    struct bench *bench = *state;
    struct arena *arena = bench->place.arena;
    char name[254];
    struct object_ref ref = { name, "namespace" };
    const char *one, *two;

    memset(name, 'a', sizeof name);
    name[253] = '\0';
    one = report_configmap_name(&ref, arena);
    name[252] = 'b';
    two = report_configmap_name(&ref, arena);
    assert_true(strlen(one) <= 253 && names_is_dns_subdomain(one) && names_is_dns_subdomain(two));
    assert_string_not_equal(one, two);
    name[200] = '\0';
    assert_true(text_ends(report_configmap_name(&ref, arena), name));
    memset(name, 'a', sizeof name);
    name[253 - strlen("weft-report-namespace.")] = '\0'; /* the longest that is not cut */
    assert_string_equal(report_configmap_name(&ref, arena),
                        arena_printf(arena, "weft-report-namespace.%s", name));
}

static struct target_status *targets(size_t count, const char *name, size_t errors, int length,
                                     struct arena *arena)
{
    struct target_status *out = ARENA_NEW(arena, struct target_status, count);

    for (size_t i = 0; i < count; i++) {
        out[i].key = arena_printf(arena, "%s-%zu.gloo-mesh.", name, i);
        out[i].state = errors ? APPROVAL_FAILED : APPROVAL_ACCEPTED;
        for (size_t j = 0; j < errors; j++)
            messages_add(&out[i].errors, arena, "%0*zu", length, j);
    }
    return out;
}

/* A thousand meshes, all of them broken, with all of their Destinations: etcd takes it in one
 * request, every mesh is there, and the next pass sends nothing. */
static void a_thousand_meshes_fit(void **state)
{
    struct bench *bench = *state;
    static const size_t errors[] = { 0, 1, 9 };
    struct arena *arena = bench->place.arena;

    for (size_t i = 0; i < LENGTH(errors); i++) {
        struct vm_status status;
        struct status_post post = a_post(&status);
        const struct node *sent;

        status.state = APPROVAL_FAILED;
        status.mesh_count = 1000;
        status.meshes = targets(1000, "istiod-istio-system-cluster", errors[i], 1900, arena);
        status.destination_count = 10000;
        status.destinations = targets(10000, "reviews-bookinfo-cluster", errors[i], 200, arena);
        free(bench->store.live);
        bench->store.live = strdup(
            "{\"kind\":\"VirtualMesh\",\"metadata\":{\"name\":\"vm\",\"namespace\":\"ns\"}}");
        status_apply(bench->kube, &post, 1, arena);
        if (post.result != POST_WRITTEN)
            fail_msg("%zu errors each: %s", errors[i], post.text);
        sent = node_find(json(bench->store.live, arena), "status");
        assert_int_equal(node_find(sent, "meshes")->count, 1000);
        status_apply(bench->kube, &post, 1, arena);
        assert_int_equal(post.result, POST_UNCHANGED);
        free(bench->store.live);
        bench->store.live = NULL; /* the ConfigMap, which is not there yet */
        report(bench, &post, POST_NO_OBJECT, POST_REPORTED);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_report_is_written_when_it_changed),
        TEST(its_transition_times_stay),
        TEST(what_is_no_report_is_replaced),
        TEST(a_refusal_leaves_the_result),
        TEST(posts_that_have_a_place_are_left_alone),
        TEST(long_names_stay_apart),
        TEST(a_thousand_meshes_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
