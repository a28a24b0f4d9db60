/* tests/unit/k8s-job/apply/test_policy_status.c - the status of an AccessPolicy: where it goes,
 * what it says, and that a VirtualMesh names refused ones. */
#include "base/intern.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include "k8s-job/apply/events.h"
#include "k8s-job/apply/status_object.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795431600 }; /* 2026-11-23T11:00:00Z */

#define META(generation, more)                                                                     \
    "\"apiVersion\":\"networking.mesh.gloo.solo.io/v1\",\"kind\":\"AccessPolicy\",\"metadata\":{"  \
    "\"name\":\"p\",\"namespace\":\"ns\",\"uid\":\"u\",\"generation\":" #generation                \
    ",\"resourceVersion\":\"7\"" more "}"
#define SPEC                                                                                       \
    "\"spec\":{\"sourceSelector\":[{\"kubeIdentityMatcher\":{\"namespaces\":[\"shop\"]}}],"        \
    "\"destinationSelector\":[{\"kubeServiceMatcher\":{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}}],"   \
    "\"allowedMethods\":[\"GET\"],\"allowedPorts\":[80]}"
/* The same in another order, as an API server stores it. */
#define SAME_SPEC                                                                                  \
    "\"spec\":{\"allowedMethods\":[\"GET\"],\"allowedPorts\":[80],\"destinationSelector\":[{"      \
    "\"kubeServiceMatcher\":{\"labels\":{\"b\":\"2\",\"a\":\"1\"}}}],\"sourceSelector\":[{"        \
    "\"kubeIdentityMatcher\":{\"namespaces\":[\"shop\"]}}]}"

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

static struct access_policy *decode(const char *text, struct arena *arena)
{
    struct diags *diags = ARENA_NEW(arena, struct diags, 1);
    struct decoder decoder = { .diags = diags, .arena = arena, .strings = intern_new(arena) };
    struct access_policy *out = ARENA_NEW(arena, struct access_policy, 1);

    diags->arena = arena;
    *out = access_policy_decode(at_root(json(text, arena), &decoder));
    assert_int_equal(diags->errors, 0);
    return out;
}

static struct status_post a_post(enum approval_state state, struct arena *arena)
{
    struct policy_status *status = ARENA_NEW(arena, struct policy_status, 1);

    *status = (struct policy_status){ .ref = { "p", "ns" }, .state = state };
    if (state == APPROVAL_INVALID)
        messages_add(&status->errors, arena, "there is no Destination for it");
    return (struct status_post){ .policy = status,
                                 .access_policy = decode("{" META(1, "") "," SPEC "}", arena),
                                 .commit = "c1",
                                 .specs_commit = "s1",
                                 .now = NOW };
}

static const struct node *condition(const struct node *object, const char *type)
{
    const struct node *item = node_find(node_find(object, "status"), "conditions")->first;

    while (item && !text_equal(node_get(item, "type", NULL), type))
        item = item->next;
    assert_non_null(item);
    return item;
}

static void its_digest_knows_specs_that_mean_the_same(void **state)
{
    /* clang-format off */
    static const struct { const char *spec; bool same; } rows[] = {
        { SAME_SPEC, true },
        { "\"spec\":{}", false },
        { "\"spec\":{\"allowedPorts\":[80]}", false },
        { "\"spec\":{\"sourceSelector\":[{\"kubeIdentityMatcher\":{\"clusters\":[\"shop\"]}}],\"destinationSelector\":[{\"kubeServiceMatcher\":{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}}],\"allowedMethods\":[\"GET\"],\"allowedPorts\":[80]}", false },
        { "\"spec\":{\"sourceSelector\":[{\"requestIdentityMatcher\":{\"requestPrincipals\":[\"shop\"]}}],\"destinationSelector\":[{\"kubeServiceMatcher\":{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}}],\"allowedMethods\":[\"GET\"],\"allowedPorts\":[80]}", false },
        { "\"spec\":{\"sourceSelector\":[{\"kubeServiceAccountRefs\":{\"serviceAccounts\":[{\"name\":\"a\",\"namespace\":\"shop\",\"clusterName\":\"c\"}]}}]}", false },
        { "\"spec\":{\"allowedPaths\":[\"/x\"]}", false },
    };
    /* clang-format on */
    struct arena *arena = arena_new();
    const char *digest = decode("{" META(1, "") "," SPEC "}", arena)->digest;
    const char *last = "";

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *text = arena_printf(arena, "{" META(1, "") ",%s}", rows[i].spec);
        const char *other = decode(text, arena)->digest;

        if ((strcmp(digest, other) == 0) != rows[i].same || strcmp(last, other) == 0)
            fail_msg("%s", rows[i].spec);
        last = other;
    }
    arena_free(arena);
}

static void a_refused_policy_is_stalled_and_says_why(void **state)
{
    struct arena *arena = arena_new();
    struct status_post post = a_post(APPROVAL_INVALID, arena);
    const struct node *live = json("{" META(3, "") "," SAME_SPEC "}", arena), *object;

    (void)state;
    object = status_object(&post, live, false, arena);
    assert_string_equal(node_get(object, "kind", NULL), "AccessPolicy");
    assert_string_equal(node_get(object, "status", "state", NULL), "INVALID");
    assert_string_equal(node_get(object, "status", "observedGeneration", NULL), "3");
    assert_string_equal(node_get(condition(object, "Ready"), "status", NULL), "False");
    assert_string_equal(node_get(condition(object, "Ready"), "reason", NULL), "InvalidSpec");
    assert_string_equal(node_get(condition(object, "Ready"), "message", NULL),
                        "there is no Destination for it");
    assert_string_equal(node_get(condition(object, "Stalled"), "status", NULL), "True");
    assert_int_equal(node_find(node_find(object, "status"), "conditions")->count, 3);
    arena_free(arena);
}

static void another_spec_on_the_cluster_is_not_observed(void **state)
{
    struct arena *arena = arena_new();
    struct status_post post = a_post(APPROVAL_ACCEPTED, arena);
    const struct node *object =
        status_object(&post, json("{" META(3, "") ",\"spec\":{}}", arena), false, arena);

    (void)state;
    assert_string_equal(node_get(object, "status", "observedGeneration", NULL), "0");
    assert_string_equal(node_get(condition(object, "Ready"), "status", NULL), "Unknown");
    arena_free(arena);
}

static void a_virtual_mesh_names_the_refused_ones(void **state)
{
    struct arena *arena = arena_new();
    struct vm_status status = { .ref = { "vm", "ns" }, .state = APPROVAL_ACCEPTED };
    struct status_post post = { .status = &status,
                                .specs_commit = "s1",
                                .remark = "1 AccessPolicy is refused: ns/p",
                                .now = NOW };
    const struct node *object =
        status_object(&post, json("{\"metadata\":{}}", arena), false, arena);

    (void)state;
    assert_non_null(strstr(node_get(condition(object, "Ready"), "message", NULL), "ns/p"));
    assert_non_null(strstr(node_get(condition(object, "Stalled"), "message", NULL), "ns/p"));
    arena_free(arena);
}

struct cluster {
    char live[4096], path[256], patched[1 << 14];
    int patches;
};

static void play(struct exchange *exchange, void *context)
{
    struct cluster *cluster = context;

    snprintf(cluster->path, sizeof cluster->path, "%s", exchange->path);
    exchange->status = 200;
    if (strcmp(exchange->method, "GET") == 0) {
        exchange->text = cluster->live;
        return;
    }
    cluster->patches++;
    snprintf(cluster->patched, sizeof cluster->patched, "%s", exchange->body);
    exchange->text = "{\"metadata\":{\"resourceVersion\":\"8\"}}";
}

/* And an Event tells of the change, about the policy itself. */
static void it_is_written_to_its_own_object_once(void **state)
{
    struct cluster *cluster = calloc(1, sizeof *cluster);
    struct workplace place;
    struct status_post post;
    struct kube_event events[2];
    struct server *server;
    struct kube *kube;

    (void)state;
    workplace_open(&place);
    post = a_post(APPROVAL_INVALID, place.arena);
    snprintf(cluster->live, sizeof cluster->live, "%s", "{" META(3, "") "," SAME_SPEC "}");
    server = server_start(play, cluster);
    kube = workplace_kube(&place, server_port(server), "token: t");
    status_apply(kube, &post, 1, place.arena);
    assert_int_equal(post.result, POST_WRITTEN);
    assert_true(text_starts(cluster->path, "/apis/networking.mesh.gloo.solo.io/v1/namespaces/ns/"
                                           "accesspolicies/p/status?fieldManager=weft"));
    assert_int_equal(events_of_posts(events, &post, 1, place.arena), 1);
    assert_string_equal(events[0].kind, "AccessPolicy");
    assert_string_equal(events[0].uid, "u");
    assert_string_equal(events[0].reason, "Invalid");
    assert_non_null(strstr(events[0].note, "no Destination"));
    AUTO_TEXT was = { 0 };

    write_json(&was, node_find(json(cluster->patched, place.arena), "status"), false);
    snprintf(cluster->live, sizeof cluster->live, "{" META(3, "") "," SAME_SPEC ",\"status\":%s}",
             was.bytes);
    post.now += 300;
    status_apply(kube, &post, 1, place.arena);
    assert_int_equal(post.result, POST_UNCHANGED);
    assert_int_equal(cluster->patches, 1);
    kube_close(kube);
    server_stop(server);
    free(cluster);
    workplace_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_digest_knows_specs_that_mean_the_same),
        cmocka_unit_test(a_refused_policy_is_stalled_and_says_why),
        cmocka_unit_test(another_spec_on_the_cluster_is_not_observed),
        cmocka_unit_test(a_virtual_mesh_names_the_refused_ones),
        cmocka_unit_test(it_is_written_to_its_own_object_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
