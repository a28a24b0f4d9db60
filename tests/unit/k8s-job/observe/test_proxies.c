/* tests/unit/k8s-job/observe/test_proxies.c - pods with a proxy, as the API gives them. */
#include "base/parse_json.h"
#include "k8s-job/observe/proxies.h"
#include "tests/lib/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

#define META(more)                                                                                 \
    "\"metadata\":{\"namespace\":\"shop\",\"name\":\"web-6d4f-x\",\"creationTimestamp\":"          \
    "\"2026-11-01T00:00:00Z\"" more "}"
#define OWNED(kind, name)                                                                          \
    ",\"labels\":{\"pod-template-hash\":\"6d4f\"},\"ownerReferences\":[{\"kind\":\"Other\","       \
    "\"name\":\"first\"},{\"kind\":\"" kind "\",\"name\":\"" name "\",\"controller\":true}]"
#define PROXY                                                                                      \
    "{\"name\":\"istio-proxy\",\"image\":\"docker.io/istio/proxyv2:1.30.2-distroless\",\"env\":["  \
    "{\"name\":\"POD_NAME\",\"valueFrom\":{}},{\"name\":\"CA_ADDR\",\"value\":"                    \
    "\"istiod-1-30.istio-system.svc:15012\"},{\"name\":\"SECRET_TTL\",\"value\":\"48h0m0s\"}]}"
#define APP "{\"name\":\"app\",\"image\":\"web:1\"}"
#define RUNS(name)                                                                                 \
    "{\"name\":\"" name "\",\"state\":{\"running\":{\"startedAt\":\"2026-11-20T00:00:00Z\"}}}"
#define PLAIN                                                                                      \
    "{" META(OWNED("ReplicaSet", "web-6d4f")) ",\"spec\":{\"containers\":[" APP "," PROXY          \
                                              "]},\"status\":{\"containerStatuses\":["             \
                                              "{\"name\":\"app\",\"state\":{\"running\":{"         \
                                              "\"startedAt\":\"2026-11-25T00:00:00Z\"}}}," RUNS(   \
                                                  "istio-proxy") "]}}"
enum { NOVEMBER = 1793491200, DAY = 86400 };

static void a_pod_says_what_controls_it_and_when_its_proxy_started(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct proxy proxy;

    (void)state;
    assert_true(proxies_take(&proxy, json(PLAIN, arena), arena));
    assert_string_equal(proxy.namespace, "shop");
    assert_string_equal(proxy.pod, "web-6d4f-x");
    assert_string_equal(proxy.kind, "Deployment");
    assert_string_equal(proxy.workload, "web");
    assert_string_equal(proxy.version, "1.30.2-distroless");
    assert_string_equal(proxy.ca, "istiod-1-30.istio-system.svc");
    assert_int_equal(proxy.started, NOVEMBER + 19 * DAY);
    assert_int_equal(proxy.life, 2 * DAY);
    assert_false(proxy.ztunnel);
}

static const struct {
    const char *sentence, *pod, *kind, *workload;
    int64_t started; /* after NOVEMBER; -1: it does not run */
} shapes[] = {
    { "a native sidecar",
      "{" META(OWNED("StatefulSet",
                     "web")) ",\"spec\":{\"containers\":[" APP "],\"initContainers\":[" PROXY
                             "]},\"status\":{\"initContainerStatuses\":[" RUNS("istio-proxy") "]}}",
      "StatefulSet", "web", 19 * DAY },
    { "a ReplicaSet of its own",
      "{" META(OWNED("ReplicaSet", "web")) ",\"spec\":{\"containers\":[" PROXY "]}}", "ReplicaSet",
      "web", 0 },
    { "a name that ends by chance with the hash",
      "{" META(OWNED("ReplicaSet", "web6d4f")) ",\"spec\":{\"containers\":[" PROXY "]}}",
      "ReplicaSet", "web6d4f", 0 },
    { "no controller, and no status yet: as old as the pod",
      "{" META("") ",\"spec\":{\"containers\":[" PROXY "]},\"status\":{}}", "Pod", "web-6d4f-x",
      0 },
    { "between two starts",
      "{" META("") ",\"spec\":{\"containers\":[" PROXY
                   "]},\"status\":{\"containerStatuses\":[{\"name\":\"istio-proxy\",\"state\":{"
                   "\"waiting\":{\"reason\":\"CrashLoopBackOff\"}}}]}}",
      "Pod", "web-6d4f-x", -1 },
};

static void pods_come_in_many_shapes(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        struct proxy proxy;

        print_message("  %s\n", shapes[i].sentence);
        assert_true(proxies_take(&proxy, json(shapes[i].pod, arena), arena));
        assert_string_equal(proxy.kind, shapes[i].kind);
        assert_string_equal(proxy.workload, shapes[i].workload);
        assert_int_equal(proxy.started, shapes[i].started < 0 ? 0 : NOVEMBER + shapes[i].started);
    }
}

static void hostile_pods_are_no_proxies(void **state)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"spec\":{\"containers\":{\"name\":\"istio-proxy\"}}}",
        "{\"spec\":{\"containers\":[\"istio-proxy\",null,{\"name\":{}}]}}",
        "{" META("") ",\"spec\":{\"containers\":[" APP "]}}",
    };
    AUTO(arena_free) struct arena *arena = arena_new();
    struct proxy proxy;

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++)
        assert_false(proxies_take(&proxy, json(texts[i], arena), arena));
    assert_true(proxies_take(
        &proxy,
        json("{\"metadata\":{\"ownerReferences\":[{\"controller\":true}],\"labels\":[]},\"spec\":{"
             "\"containers\":[{\"name\":\"istio-proxy\",\"env\":[{\"name\":\"SECRET_TTL\","
             "\"value\":\"never\"},{\"name\":\"CA_ADDR\",\"value\":[]}]}]}}",
             arena),
        arena));
    assert_string_equal(proxy.kind, "Pod");
    assert_string_equal(proxy.ca, "");
    assert_int_equal(proxy.life, 0);
    assert_int_equal(proxy.started, 0);
}

/* --- lists --- */

#define LIST(token, items)                                                                         \
    {                                                                                              \
        .status = 200, .text = "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{"        \
                               "\"continue\":\"" token "\"},\"items\":[" items "]}"                \
    }
#define ISTIOD                                                                                     \
    "{\"metadata\":{\"namespace\":\"istio-system\",\"name\":\"istiod-1\",\"labels\":{"             \
    "\"istio.io/rev\":\"1-30\"}},\"status\":{\"containerStatuses\":[" RUNS("discovery") "]}}"

static struct proxy_pods read_pods(struct kube *kube, struct arena *arena)
{
    static const char *const namespaces[] = { "istio-system" };
    struct proxy_pods pods = { .kube = kube, .namespaces = namespaces, .namespace_count = 1 };

    proxies_read(&pods, 1, arena);
    return pods;
}

static void play(struct exchange *exchange, struct exchange answer)
{
    exchange->status = answer.status;
    exchange->text = answer.text;
}

struct fleet {
    bool refuses; /* the third list */
    bool expires; /* the token of the second page of each list, once */
    int begun[3]; /* by list */
};

static void play_fleet(struct exchange *exchange, void *context)
{
    static const char *const selectors[] = { "istiod", "ztunnel", "canonical-name" };
    struct fleet *fleet = context;
    int list = 0;

    while (!strstr(exchange->path, selectors[list]))
        list++;
    if (fleet->refuses && list == 2)
        play(exchange, (struct exchange){ .status = 403, .text = STATUS(403, "Forbidden", "no") });
    else if (strstr(exchange->path, "continue="))
        play(exchange, (struct exchange){ .status = 410, .text = STATUS(410, "Expired", "old") });
    else if (fleet->expires && fleet->begun[list]++ == 0)
        play(exchange, (struct exchange)LIST("t1", PLAIN "," ISTIOD));
    else if (list == 0)
        play(exchange, (struct exchange)LIST("", ISTIOD));
    else
        play(exchange, (struct exchange)LIST("", PLAIN "," PLAIN));
}

static struct proxy_pods ask(struct fleet *fleet, struct script *script, struct arena *arena)
{
    struct server *server = server_start(play_fleet, fleet);
    struct kube *kube = workplace_kube(&script->place, server_port(server), "token: t");
    struct proxy_pods pods = read_pods(kube, arena);

    kube_close(kube);
    server_stop(server);
    return pods;
}

static void every_list_is_read_whole_or_nothing_is_known(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct fleet all = { .refuses = false }, some = { .refuses = true };
    struct proxy_pods pods = ask(&all, *state, arena);

    assert_true(pods.known);
    assert_int_equal(pods.count, 4);
    assert_int_equal(pods.istiod_count, 1);
    assert_string_equal(pods.istiods[0].namespace, "istio-system");
    assert_string_equal(pods.istiods[0].revision, "1-30");
    assert_int_equal(pods.istiods[0].started, NOVEMBER + 19 * DAY);
    pods = ask(&some, *state, arena);
    assert_false(pods.known);
    assert_non_null(strstr(pods.why, "resources: [pods], verbs: [list]"));
}

static void a_list_that_begins_again_counts_no_pod_twice(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct fleet fleet = { .expires = true };
    struct proxy_pods pods = ask(&fleet, *state, arena);

    assert_true(pods.known);
    assert_int_equal(pods.count, 4);
    assert_int_equal(pods.istiod_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pod_says_what_controls_it_and_when_its_proxy_started),
        cmocka_unit_test(pods_come_in_many_shapes),
        cmocka_unit_test(hostile_pods_are_no_proxies),
        TEST(every_list_is_read_whole_or_nothing_is_known),
        TEST(a_list_that_begins_again_counts_no_pod_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
