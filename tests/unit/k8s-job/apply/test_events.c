/* tests/unit/k8s-job/apply/test_events.c - Events on transitions: what they say, and that a repeat
 * counts up. */
#include "base/names.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/apply/events.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795431600 };

static const struct event_source source = { "weft-28563480-x7k2p", NOW };
static const struct kube_event an_event = {
    .kind = "VirtualMesh",
    .api_version = "networking.mesh.gloo.solo.io/v1",
    .namespace = "ns",
    .name = "vm",
    .uid = "u1",
    .resource_version = "7",
    .reason = "Invalid",
    .action = "Reconcile",
    .note = "ACCEPTED -> INVALID: spec.meshes: must be a list",
    .warning = true,
};

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err;

    assert_int_equal(parse_json(&node, text, strlen(text), arena, &err), 0);
    return node;
}

static void an_event_has_what_the_api_wants(void **state)
{
    struct arena *arena = arena_new();
    struct node *object = events_object(&an_event, &source, arena);
    const char *name = node_get(object, "metadata", "name", NULL);

    (void)state;
    assert_true(text_starts(name, "vm.") && names_is_dns_subdomain(name));
    assert_string_equal(node_get(object, "metadata", "namespace", NULL), "ns");
    assert_string_equal(node_get(object, "regarding", "namespace", NULL), "ns");
    assert_string_equal(node_get(object, "regarding", "uid", NULL), "u1");
    assert_string_equal(node_get(object, "eventTime", NULL), "2026-11-23T11:00:00.000000Z");
    assert_string_equal(node_get(object, "type", NULL), "Warning");
    assert_string_equal(node_get(object, "reportingController", NULL), "weft.dev/reconciler");
    assert_string_equal(node_get(object, "reportingInstance", NULL), "weft-28563480-x7k2p");
    arena_free(arena);
}

static void the_name_says_what_is_said(void **state)
{
    struct arena *arena = arena_new();
    struct kube_event other = an_event;

    (void)state;
    assert_string_equal(events_name(&an_event, arena), events_name(&other, arena));
    other.note = "something else";
    assert_string_not_equal(events_name(&an_event, arena), events_name(&other, arena));
    other = an_event;
    other.uid = "u2";
    assert_string_not_equal(events_name(&an_event, arena), events_name(&other, arena));
    arena_free(arena);
}

static void long_words_are_cut(void **state)
{
    struct arena *arena = arena_new();
    struct kube_event event = an_event;
    struct node *object;
    size_t bad;

    (void)state;
    event.note = arena_printf(arena, "%01023d\xc3\xbc", 0);
    event.reason = arena_printf(arena, "R%0200d", 0);
    object = events_object(&event, &source, arena);
    assert_int_equal(strlen(node_get(object, "note", NULL)), 1023);
    assert_true(names_is_utf8(node_get(object, "note", NULL), 1023, &bad));
    assert_int_equal(strlen(node_get(object, "reason", NULL)), 128);
    arena_free(arena);
}

static void a_repeat_counts_from_two(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(
        node_get(events_series(json("{}", arena), NOW, arena), "series", "count", NULL), "2");
    assert_string_equal(
        node_get(events_series(json("{\"series\":{\"count\":5}}", arena), NOW, arena), "series",
                 "count", NULL),
        "6");
    assert_string_equal(
        node_get(events_series(json("{}", arena), NOW, arena), "series", "lastObservedTime", NULL),
        "2026-11-23T11:00:00.000000Z");
    arena_free(arena);
}

/* A server that takes events of one namespace and knows those it has. */
struct sink {
    int posts, gets, patches;
    bool known, refuses;
    char patch[512], path[512];
};

static void play(struct exchange *exchange, void *context)
{
    struct sink *sink = context;

    exchange->status = 200;
    exchange->text = "{\"series\":{\"count\":2}}";
    if (strcmp(exchange->method, "POST") == 0) {
        sink->posts++;
        exchange->status = sink->refuses ? 403 : sink->known ? 409 : 201;
    } else if (strcmp(exchange->method, "GET") == 0) {
        sink->gets++;
    } else {
        sink->patches++;
        snprintf(sink->patch, sizeof sink->patch, "%s", exchange->body);
        snprintf(sink->path, sizeof sink->path, "%s", exchange->path);
    }
}

static void posting_never_fails_and_repeats_count_up(void **state)
{
    struct workplace place;
    struct sink sink = { 0 };
    struct server *server = server_start(play, &sink);
    struct kube *kube;

    (void)state;
    workplace_open(&place);
    kube = workplace_kube(&place, server_port(server), "token: t");
    assert_int_equal(events_post(kube, &an_event, 1, &source, place.arena), 1);
    assert_int_equal(sink.posts, 1);
    assert_int_equal(sink.gets, 0);
    sink.known = true;
    assert_int_equal(events_post(kube, &an_event, 1, &source, place.arena), 1);
    assert_int_equal(sink.gets, 1);
    assert_string_equal(
        sink.patch,
        "{\"series\":{\"count\":3,\"lastObservedTime\":\"2026-11-23T11:00:00.000000Z\"}}");
    assert_non_null(strstr(sink.path, "/namespaces/ns/events/vm."));
    sink.refuses = true;
    assert_int_equal(events_post(kube, &an_event, 1, &source, place.arena), 0);
    kube_close(kube);
    server_stop(server);
    workplace_close(&place);
}

struct transition {
    const char *sentence, *live;
    enum approval_state state;
    enum rotation_state step; /* NOT_ROTATING: none */
    enum post_result result;
    const char *reasons; /* of the events, in order */
};

/* clang-format off */
static const struct transition transitions[] = {
    { "the first status", "{}", APPROVAL_ACCEPTED, ROTATION_NOT_ROTATING, POST_WRITTEN, "Accepted " },
    { "nothing new", "{\"status\":{\"state\":\"ACCEPTED\"}}", APPROVAL_ACCEPTED, ROTATION_NOT_ROTATING, POST_WRITTEN, "" },
    { "it became invalid", "{\"status\":{\"state\":\"ACCEPTED\"}}", APPROVAL_INVALID, ROTATION_NOT_ROTATING, POST_WRITTEN, "Invalid! " },
    { "a step of a rotation", "{\"status\":{\"state\":\"ACCEPTED\",\"conditions\":[{\"type\":\"Ready\"},{\"state\":\"FINISHED\"}]}}", APPROVAL_ACCEPTED, ROTATION_ADDING_NEW_ROOT, POST_WRITTEN, "AddingNewRoot " },
    { "the same step", "{\"status\":{\"state\":\"ACCEPTED\",\"conditions\":[{\"state\":\"ADDING_NEW_ROOT\"}]}}", APPROVAL_ACCEPTED, ROTATION_ADDING_NEW_ROOT, POST_WRITTEN, "" },
    { "the rotation broke", "{\"status\":{\"state\":\"ACCEPTED\",\"conditions\":[{\"state\":\"VERIFYING\"}]}}", APPROVAL_FAILED, ROTATION_FAILED, POST_WRITTEN, "Failed! Failed! " },
    { "what was not written is not said", "{}", APPROVAL_ACCEPTED, ROTATION_NOT_ROTATING, POST_UNCHANGED, "" },
};
/* clang-format on */

static void transitions_are_said_once(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(transitions); i++) {
        const struct transition *row = &transitions[i];
        struct rotation_condition step = { .state = row->step };
        struct vm_status status = { .ref = { "vm", "ns" },
                                    .state = row->state,
                                    .conditions = &step,
                                    .condition_count = row->step != ROTATION_NOT_ROTATING };
        struct status_post post = { .status = &status,
                                    .result = row->result,
                                    .live = json(row->live, arena) };
        struct kube_event events[2];
        size_t count = events_of_posts(events, &post, 1, arena);
        const char *reasons = "";

        for (size_t j = 0; j < count; j++)
            reasons = arena_printf(arena, "%s%s%s ", reasons, events[j].reason,
                                   events[j].warning ? "!" : "");
        if (strcmp(reasons, row->reasons) != 0)
            fail_msg("%s: %s", row->sentence, reasons);
    }
    arena_free(arena);
}

/* What a pass has to say beside its statuses; the object that it is about is the VirtualMesh. */
static void clusters_and_restarts_are_said(void **state)
{
    struct arena *arena = arena_new();
    struct vm_status status = { .ref = { "vm", "ns" } };
    struct status_post post = {
        .status = &status,
        .live = json("{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"7\"}}", arena),
    };
    const struct kube_event restart = events_restart(
        &post, "east", "Deployment istio-system/istiod", "it has to load a changed bundle", arena);
    const struct kube_event gone = events_reach(&post, "east", "connection refused", arena);
    const struct kube_event back = events_reach(&post, "east", NULL, arena);

    (void)state;
    assert_string_equal(restart.reason, "RestartIssued");
    assert_string_equal(restart.note, "restarted Deployment istio-system/istiod in cluster east: "
                                      "it has to load a changed bundle");
    assert_false(restart.warning || back.warning);
    assert_true(gone.warning);
    assert_string_equal(gone.reason, "ClusterUnreachable");
    assert_non_null(strstr(gone.note, "cluster east cannot be reached"));
    assert_non_null(strstr(gone.note, "connection refused"));
    assert_string_equal(back.reason, "ClusterReachable");
    assert_string_equal(node_get(events_object(&gone, &source, arena), "regarding", "uid", NULL),
                        "u1");
    assert_string_equal(
        node_get(events_object(&back, &source, arena), "metadata", "namespace", NULL), "ns");
    post.live = NULL; /* it was never read: the event has no uid, and is none the worse */
    assert_null(events_reach(&post, "east", NULL, arena).uid);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_has_what_the_api_wants),
        cmocka_unit_test(the_name_says_what_is_said),
        cmocka_unit_test(long_words_are_cut),
        cmocka_unit_test(a_repeat_counts_from_two),
        cmocka_unit_test(posting_never_fails_and_repeats_count_up),
        cmocka_unit_test(transitions_are_said_once),
        cmocka_unit_test(clusters_and_restarts_are_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
