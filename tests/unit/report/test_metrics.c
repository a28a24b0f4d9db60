/* tests/unit/report/test_metrics.c - the text that Prometheus reads. */
#include "report/metrics.h"
#include "tests/lib/workplace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct metrics *a_pass(struct arena *arena)
{
    struct metrics *metrics = metrics_new(arena);

    metrics_set(metrics, METRIC_STAGE_SECONDS, 0.25, "stage", "fetch", NULL);
    metrics_set(metrics, METRIC_COMMITS, 1, NULL);
    metrics_set(metrics, METRIC_STAGE_SECONDS, 12, "stage", "publish", NULL);
    metrics_set(metrics, METRIC_LAST_PASS, 1795431600, "result", "converged", NULL);
    metrics_set(metrics, METRIC_CLUSTER_REACHABLE, 0, "cluster", "a \"b\"\\\nc", NULL);
    metrics_set(metrics, METRIC_NOT_AFTER, INFINITY, "virtual_mesh", "ns/vm", "mesh", "", "kind",
                "root", NULL);
    return metrics;
}

#define WANT                                                                                       \
    "# HELP weft_last_pass_timestamp_seconds When the last pass ended, by its result.\n"           \
    "# TYPE weft_last_pass_timestamp_seconds gauge\n"                                              \
    "weft_last_pass_timestamp_seconds{result=\"converged\"} 1795431600\n"                          \
    "# HELP weft_stage_duration_seconds How long each stage of the last pass took.\n"              \
    "# TYPE weft_stage_duration_seconds gauge\n"                                                   \
    "weft_stage_duration_seconds{stage=\"fetch\"} 0.25\n"                                          \
    "weft_stage_duration_seconds{stage=\"publish\"} 12\n"                                          \
    "# HELP weft_last_pass_commits Commits that the last pass pushed.\n"                           \
    "# TYPE weft_last_pass_commits gauge\n"                                                        \
    "weft_last_pass_commits 1\n"                                                                   \
    "# HELP weft_certificate_not_after_timestamp_seconds When a root or intermediate expires.\n"   \
    "# TYPE weft_certificate_not_after_timestamp_seconds gauge\n"                                  \
    "weft_certificate_not_after_timestamp_seconds{virtual_mesh=\"ns/"                              \
    "vm\",mesh=\"\",kind=\"root\"} +Inf\n"                                                         \
    "# HELP weft_cluster_reachable 1 when the cluster answered in the last pass.\n"                \
    "# TYPE weft_cluster_reachable gauge\n"                                                        \
    "weft_cluster_reachable{cluster=\"a \\\"b\\\"\\\\\\nc\"} 0\n"

static void the_text_is_that_of_the_format(void **state)
{
    struct arena *arena = arena_new();
    AUTO_TEXT out = { 0 };

    (void)state;
    metrics_write(&out, a_pass(arena), NULL);
    assert_string_equal(out.bytes, WANT);
    arena_free(arena);
}

/* Two connections to one server, two meshes in one cluster: each sample is there once. */
static void the_same_labels_are_one_sample(void **state)
{
    struct arena *arena = arena_new();
    struct metrics *metrics = metrics_new(arena);
    AUTO_TEXT out = { 0 };

    (void)state;
    for (int i = 0; i < 2; i++) {
        metrics_set(metrics, METRIC_CLUSTER_REACHABLE, i, "cluster", "a", NULL);
        metrics_set(metrics, METRIC_API_ERRORS, 2, "server", "https://a", "code", "403", NULL);
        metrics_set(metrics, METRIC_API_ERRORS, 1, "server", "https://a", "code", "0", NULL);
    }
    metrics_write(&out, metrics, NULL);
    assert_non_null(strstr(out.bytes, "{cluster=\"a\"} 1\n"));
    assert_null(strstr(out.bytes, "{cluster=\"a\"} 0\n"));
    assert_non_null(strstr(out.bytes, "code=\"403\"} 4\n"));
    assert_non_null(strstr(out.bytes, "code=\"0\"} 2\n"));
    arena_free(arena);
}

static bool is_count(enum metric metric)
{
    return metric == METRIC_COMMITS || metric == METRIC_FILES || metric == METRIC_API_ERRORS
           || metric == METRIC_STATUS_POSTS;
}

/* What a pass counts adds up; a time, a state or a duration that is set again is the newer one. */
static void only_counts_add_up(void **state)
{
    struct arena *arena = arena_new();
    struct metrics *metrics = metrics_new(arena);
    AUTO_TEXT out = { 0 };

    (void)state;
    for (int metric = 0; metric < METRIC_COUNT; metric++)
        for (int value = 3; value <= 4; value++)
            metrics_set(metrics, (enum metric)metric, value, "m", arena_printf(arena, "%d", metric),
                        NULL);
    metrics_write(&out, metrics, NULL);
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        const char *line =
            arena_printf(arena, "{m=\"%d\"} %d\n", metric, is_count((enum metric)metric) ? 7 : 4);

        if (!strstr(out.bytes, line))
            fail_msg("%s", line);
    }
    arena_free(arena);
}

/* A pass that ended early takes over what it has not seen: whole families, and no other. */
static void what_is_not_known_stays(void **state)
{
    struct arena *arena = arena_new();
    struct metrics *metrics = metrics_new(arena);
    AUTO_TEXT out = { 0 }, first = { 0 };

    (void)state;
    metrics_keep(metrics, METRIC_NOT_AFTER);
    metrics_keep(metrics, METRIC_SPECS_REFUSED); /* was not exported before either */
    metrics_keep(metrics, METRIC_CLUSTER_REACHABLE);
    metrics_set(metrics, METRIC_CLUSTER_REACHABLE, 1, "cluster", "b", NULL);
    metrics_set(metrics, METRIC_LAST_PASS, 7, "result", "failed", NULL);
    metrics_write(&out, metrics, WANT);
    assert_string_equal(
        out.bytes,
        "# HELP weft_last_pass_timestamp_seconds When the last pass ended, by its result.\n"
        "# TYPE weft_last_pass_timestamp_seconds gauge\n"
        "weft_last_pass_timestamp_seconds{result=\"failed\"} 7\n"
        "# HELP weft_certificate_not_after_timestamp_seconds When a root or intermediate expires.\n"
        "# TYPE weft_certificate_not_after_timestamp_seconds gauge\n"
        "weft_certificate_not_after_timestamp_seconds{virtual_mesh=\"ns/vm\",mesh=\"\","
        "kind=\"root\"} +Inf\n"
        "# HELP weft_cluster_reachable 1 when the cluster answered in the last pass.\n"
        "# TYPE weft_cluster_reachable gauge\n"
        "weft_cluster_reachable{cluster=\"b\"} 1\n");
    metrics_write(&first, metrics, NULL);
    assert_null(strstr(first.bytes, "not_after"));
    arena_free(arena);
}

/* A gateway that takes the text, or does not. */
struct gateway {
    char request[256], body[4096];
    int status;
};

static void play(struct exchange *exchange, void *context)
{
    struct gateway *gateway = context;

    snprintf(gateway->request, sizeof gateway->request, "%s %s", exchange->method, exchange->path);
    snprintf(gateway->body, sizeof gateway->body, "%s", exchange->body);
    exchange->status = gateway->status;
    exchange->text = "no";
}

static void it_is_pushed_as_one_group(void **state)
{
    struct workplace place;
    struct gateway gateway = { .status = 200 };
    struct server *server = server_start(play, &gateway);
    struct metrics *partial;
    const char *url;
    struct err err = { .text = "" };

    (void)state;
    workplace_open(&place);
    url = arena_printf(place.arena, "http://127.0.0.1:%d", server_port(server));
    if (metrics_push(place.http, url, "weft/main branch", a_pass(place.arena), place.arena, &err)
        < 0)
        fail_msg("%s", err.text);
    assert_string_equal(gateway.request, "PUT /metrics/job/weft/instance/weft%2Fmain%20branch");
    assert_string_equal(gateway.body, WANT);
    partial = a_pass(place.arena);
    metrics_keep(partial, METRIC_CLUSTER_REACHABLE); /* known all the same */
    assert_int_equal(metrics_push(place.http, url, "x", partial, place.arena, &err), 0);
    assert_string_equal(gateway.request, "PUT /metrics/job/weft/instance/x");
    metrics_keep(partial, METRIC_SPECS_REFUSED);
    assert_int_equal(metrics_push(place.http, url, "x", partial, place.arena, &err), 0);
    assert_string_equal(gateway.request, "POST /metrics/job/weft/instance/x");
    assert_string_equal(gateway.body, WANT);
    gateway.status = 400;
    assert_int_equal(metrics_push(place.http, url, "x", a_pass(place.arena), place.arena, &err),
                     -1);
    assert_non_null(strstr(err.text, "HTTP 400: no"));
    {
        const char *secret =
            arena_printf(place.arena, "http://u:hunter2@127.0.0.1:%d", server_port(server));
        int before = server_requests(server);

        assert_int_equal(
            metrics_push(place.http, secret, "x", a_pass(place.arena), place.arena, &err), -1);
        assert_int_equal(err.kind, ERR_REFUSED);
        assert_null(strstr(err.text, "hunter2"));
        assert_int_equal(server_requests(server), before);
    }
    server_stop(server);
    assert_int_equal(metrics_push(place.http, url, "x", a_pass(place.arena), place.arena, &err),
                     -1);
    workplace_close(&place);
}

/* "/403" is answered with 403, "/0" not at all. */
static void play_status(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->status = atoi(exchange->path + 1);
    exchange->action = exchange->status ? SERVER_ANSWER : SERVER_RESET;
    exchange->text = "{}";
}

static void failures_are_counted_by_code(void **state)
{
    static const char *const paths[] = {
        "/500", "/403", "/200", "/0", "/404", "/403", "/0", "/201"
    };
    static const struct kube_error_count want[] = { { 0, 2 }, { 403, 2 }, { 404, 1 }, { 500, 1 } };
    struct workplace place;
    struct server *server = server_start(play_status, NULL);
    struct kube *kube, *other;
    const struct kube_error_count *got;
    struct kube_answer answer;
    struct err err;
    size_t count;

    (void)state;
    workplace_open(&place);
    kube = workplace_kube(&place, server_port(server), "token: t");
    other = workplace_kube(&place, server_port(server), "token: t");
    for (size_t i = 0; i < LENGTH(paths); i++)
        (void)!kube_do(kube, &answer, &(struct kube_request){ .method = "GET", .path = paths[i] },
                       place.arena, &err);
    got = kube_errors(kube, &count);
    assert_int_equal(count, LENGTH(want));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(got[i].code, want[i].code);
        assert_int_equal(got[i].count, want[i].count);
    }
    (void)kube_errors(other, &count); /* each server has its own */
    assert_int_equal(count, 0);
    kube_close(kube);
    kube_close(other);
    server_stop(server);
    workplace_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_that_of_the_format),
        cmocka_unit_test(the_same_labels_are_one_sample),
        cmocka_unit_test(only_counts_add_up),
        cmocka_unit_test(what_is_not_known_stays),
        cmocka_unit_test(it_is_pushed_as_one_group),
        cmocka_unit_test(failures_are_counted_by_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
