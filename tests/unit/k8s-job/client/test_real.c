/* tests/unit/k8s-job/client/test_real.c - against a real API server: WEFT_TEST_KUBECONFIG names a
 * kubeconfig with all rights, the CRD of k8s-job/deploy/kustomize/crd is installed there.  Without
 * it every test is skipped. WEFT_TEST_ONLY: a pattern of names (cmocka's) of the tests to run. */
#include "base/intern.h"
#include "base/wipe.h"
#include "base/write.h"
#include "k8s-job/apply/events.h"
#include "k8s-job/apply/lease.h"
#include "k8s-job/apply/status_object.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/cluster.h"
#include "k8s-job/observe/gitops.h"
#include "tests/lib/real.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void make_mesh(struct real *real, const char *mesh)
{
    make(real, format(real, "/apis/" VIRTUAL_MESH_API "/namespaces/NS/virtualmeshes", ""),
         format(real,
                "{\"apiVersion\":\"" VIRTUAL_MESH_API
                "\",\"kind\":\"VirtualMesh\",\"metadata\":{\"name\":\"vm\"},"
                "\"spec\":{\"meshes\":[{\"name\":\"VALUE\",\"namespace\":\"NS\"}]}}",
                mesh));
}

static struct kube_answer read_mesh(struct real *real)
{
    return ask(real, "GET",
               format(real, "/apis/" VIRTUAL_MESH_API "/namespaces/NS/virtualmeshes/vm", ""), NULL,
               NULL);
}

static struct status_post a_post(struct real *real)
{
    struct arena *arena = real->place.arena;
    struct diags diags = { .arena = arena };
    struct decoder decoder = { .diags = &diags, .arena = arena, .strings = intern_new(arena) };
    struct virtual_mesh *mesh = ARENA_NEW(arena, struct virtual_mesh, 1);
    struct vm_status *status = ARENA_NEW(arena, struct vm_status, 1);
    struct rotation_condition *step = ARENA_NEW(arena, struct rotation_condition, 1);

    *mesh = virtual_mesh_decode(at_root(read_mesh(real).body, &decoder));
    assert_int_equal(diags.errors, 0);
    *step = (struct rotation_condition){ .timestamp = time(NULL),
                                         .state = ROTATION_FINISHED,
                                         .message = "done" };
    *status = (struct vm_status){ .ref = { "vm", real->namespace },
                                  .state = APPROVAL_ACCEPTED,
                                  .conditions = step,
                                  .condition_count = 1 };
    status->meshes = ARENA_NEW(arena, struct target_status, 1);
    status->meshes[0] = (struct target_status){ .key = "m.ns.", .state = APPROVAL_ACCEPTED };
    status->mesh_count = 1;
    return (struct status_post){ .virtual_mesh = mesh,
                                 .status = status,
                                 .now = time(NULL),
                                 .commit = "c1",
                                 .specs_commit = "s1" };
}

static void apply_one(struct real *real, struct status_post *post, enum post_result want)
{
    status_apply(real->kube, post, 1, real->place.arena);
    if (post->result != want || (want == POST_WRITTEN && post->text))
        fail_msg("%s: %s", enums_name(&post_results, (int)post->result),
                 post->text ? post->text : "");
}

static void a_status_is_written_once(void **state)
{
    NEED_REAL(real);
    struct status_post post;
    struct kube_answer live;

    make_mesh(real, "m");
    post = a_post(real);
    apply_one(real, &post, POST_WRITTEN);
    live = read_mesh(real);
    assert_string_equal(node_get(live.body, "status", "state", NULL), "ACCEPTED");
    assert_string_equal(node_get(live.body, "status", "observedGeneration", NULL), "1");
    assert_string_equal(node_get(live.body, "status", "observedCommit", NULL), "s1");
    post.now += 1000;
    post.specs_commit = "s2";
    apply_one(real, &post, POST_UNCHANGED);
    ((struct vm_status *)(uintptr_t)post.status)->state = APPROVAL_FAILED;
    apply_one(real, &post, POST_WRITTEN);
    assert_string_equal(node_get(read_mesh(real).body, "status", "observedCommit", NULL), "s2");
}

static void what_is_missing_is_told(void **state)
{
    NEED_REAL(real);
    struct status_post post;

    make_mesh(real, "m");
    post = a_post(real);
    ((struct vm_status *)(uintptr_t)post.status)->ref.name = "another";
    apply_one(real, &post, POST_NO_OBJECT);
}

static void another_controller_is_not_fought(void **state)
{
    NEED_REAL(real);
    struct status_post post;

    make_mesh(real, "m");
    post = a_post(real);
    assert_int_equal(ask(real, "PATCH",
                         format(real,
                                "/apis/" VIRTUAL_MESH_API
                                "/namespaces/NS/virtualmeshes/vm/status?fieldManager=networking",
                                ""),
                         "application/merge-patch+json", "{\"status\":{\"state\":\"INVALID\"}}")
                         .status,
                     200);
    apply_one(real, &post, POST_FOREIGN);
    assert_string_equal(node_get(read_mesh(real).body, "status", "state", NULL), "INVALID");
    post.take_over = true;
    apply_one(real, &post, POST_WRITTEN);
    post.take_over = false;
    ((struct vm_status *)(uintptr_t)post.status)->state = APPROVAL_FAILED;
    apply_one(real, &post, POST_WRITTEN); /* it is ours now */
}

static void edits_on_the_cluster_are_seen(void **state)
{
    NEED_REAL(real);
    struct status_post post;

    make_mesh(real, "m");
    post = a_post(real);
    apply_one(real, &post, POST_WRITTEN);
    assert_int_equal(
        ask(real, "PATCH",
            format(real, "/apis/" VIRTUAL_MESH_API "/namespaces/NS/virtualmeshes/vm", ""),
            "application/merge-patch+json", "{\"spec\":{\"globalAccessPolicy\":\"ENABLED\"}}")
            .status,
        200);
    apply_one(real, &post, POST_WRITTEN);
    assert_string_equal(node_get(read_mesh(real).body, "status", "observedGeneration", NULL), "1");
}

/* The largest status that is ever sent is taken, and the second time nothing is sent. */
static void a_huge_status_is_taken(void **state)
{
    NEED_REAL(real);
    struct status_post post;
    struct vm_status *status;

    make_mesh(real, "m");
    post = a_post(real);
    status = (struct vm_status *)(uintptr_t)post.status;
    status->state = APPROVAL_INVALID;
    status->mesh_count = 1000;
    status->meshes = ARENA_NEW(real->place.arena, struct target_status, 1000);
    status->destination_count = 4000;
    status->destinations = ARENA_NEW(real->place.arena, struct target_status, 4000);
    for (size_t i = 0; i < 4000; i++) {
        status->destinations[i] = (struct target_status){
            .key = arena_printf(real->place.arena, "reviews-%zu.bookinfo.cluster-%zu", i, i % 100),
            .state = APPROVAL_INVALID
        };
        messages_add(&status->destinations[i].errors, real->place.arena, "%0200zu", i);
        if (i < 1000)
            status->meshes[i] =
                (struct target_status){ .key = arena_printf(real->place.arena,
                                                            "istiod-%zu.gloo-mesh.", i),
                                        .state = APPROVAL_ACCEPTED };
    }
    apply_one(real, &post, POST_WRITTEN);
    apply_one(real, &post, POST_UNCHANGED);
}

static void a_thousand_statuses_are_posted_at_once(void **state)
{
    NEED_REAL(real);
    enum { MESHES = 1000 };
    struct arena *arena = real->place.arena;
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, MESHES);
    struct status_post *posts = ARENA_NEW(arena, struct status_post, MESHES), one;
    struct timespec start, end;

    make_mesh(real, "m");
    one = a_post(real);
    for (size_t i = 0; i < MESHES; i++) {
        struct vm_status *status = ARENA_NEW(arena, struct vm_status, 1);
        const char *name = arena_printf(arena, "vm-%zu", i);

        *status = *one.status;
        status->ref.name = name;
        posts[i] = one;
        posts[i].status = status;
        calls[i] = (struct kube_call){
            .kube = real->kube,
            .request = { .method = "POST",
                         .path = format(
                             real, "/apis/" VIRTUAL_MESH_API "/namespaces/NS/virtualmeshes", ""),
                         .body = format(
                             real,
                             arena_printf(
                                 arena,
                                 "{\"apiVersion\":\"" VIRTUAL_MESH_API
                                 "\",\"kind\":\"VirtualMesh\",\"metadata\":{\"name\":\"%s\"},"
                                 "\"spec\":{\"meshes\":[{\"name\":\"m\",\"namespace\":\"NS\"}]}}",
                                 name),
                             "") }
        };
    }
    kube_all(calls, MESHES, arena);
    for (int round = 0; round < 2; round++) {
        clock_gettime(CLOCK_MONOTONIC, &start);
        status_apply(real->kube, posts, MESHES, arena);
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("1000 statuses, %s: %.2f s\n", round ? "unchanged" : "new",
               (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
        for (size_t i = 0; i < MESHES; i++)
            if (posts[i].result != (round ? POST_UNCHANGED : POST_WRITTEN))
                fail_msg("%s: %s", enums_name(&post_results, (int)posts[i].result),
                         posts[i].text ? posts[i].text : "");
    }
}

static void a_list_of_many_pages_is_whole(void **state)
{
    NEED_REAL(real);
    enum { MAPS = 1100 };
    struct kube_call *calls = ARENA_NEW(real->place.arena, struct kube_call, MAPS);
    struct kube_list list;
    struct err err = { .text = "" };

    for (size_t i = 0; i < MAPS; i++)
        calls[i] = (struct kube_call){
            .kube = real->kube,
            .request = { .method = "POST",
                         .path = format(real, "/api/v1/namespaces/NS/configmaps", ""),
                         .body = arena_printf(real->place.arena,
                                              "{\"metadata\":{\"name\":\"m%zu\"}}", i) }
        };
    kube_all(calls, MAPS, real->place.arena);
    for (size_t i = 0; i < MAPS; i++)
        if (calls[i].err.kind != ERR_NONE || calls[i].answer.status != 201)
            fail_msg("%d %s", calls[i].answer.status, calls[i].err.text);
    if (objects_list(&list, real->kube, "ConfigMap",
                     format(real, "/api/v1/namespaces/NS/configmaps", ""), real->place.arena, &err)
        < 0)
        fail_msg("%s", err.text);
    assert_int_equal(list.count, MAPS);
    assert_string_equal(list.kind, "ConfigMap");
}

static void a_lease_goes_from_hand_to_hand(void **state)
{
    NEED_REAL(real);
    struct lease_claim claim = { .namespace = real->namespace,
                                 .name = "weft-x",
                                 .holder = "a",
                                 .duration_s = 600,
                                 .now = time(NULL) };
    struct lease first, second;
    struct err err = { .text = "" };

    if (lease_take(&first, real->kube, &claim, real->place.arena, &err) != 1)
        fail_msg("%s", err.text);
    claim.holder = "b";
    assert_int_equal(lease_take(&second, real->kube, &claim, real->place.arena, &err), 0);
    assert_non_null(strstr(err.text, "another pass holds the lease"));
    first.renewed_ms -= 300000;
    if (lease_renew(&first, &err) < 0 || lease_release(&first, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(lease_take(&second, real->kube, &claim, real->place.arena, &err), 1);
    assert_int_equal(second.transitions, 1);
    /* A holder whose pod does not exist is dead. */
    claim.holder = "pod/uid";
    assert_int_equal(lease_release(&second, &err), 0);
    assert_int_equal(lease_take(&second, real->kube, &claim, real->place.arena, &err), 1);
    claim.holder = "b";
    if (lease_take(&second, real->kube, &claim, real->place.arena, &err) != 1)
        fail_msg("%s", err.text);
}

static void an_event_is_taken_and_counted(void **state)
{
    NEED_REAL(real);
    struct kube_event event = { .kind = "VirtualMesh",
                                .api_version = VIRTUAL_MESH_API,
                                .namespace = real->namespace,
                                .name = "vm",
                                .uid = "u",
                                .reason = "Accepted",
                                .action = "Reconcile",
                                .note = "new -> ACCEPTED" };
    struct event_source source = { "weft-1", time(NULL) };
    struct kube_answer live;

    for (int i = 0; i < 3; i++)
        assert_int_equal(events_post(real->kube, &event, 1, &source, real->place.arena), 1);
    live = ask(real, "GET",
               arena_printf(real->place.arena, "/apis/events.k8s.io/v1/namespaces/%s/events/%s",
                            real->namespace, events_name(&event, real->place.arena)),
               NULL, NULL);
    assert_string_equal(node_get(live.body, "series", "count", NULL), "3");
}

#define PEM "-----BEGIN CERTIFICATE-----\\nAAEC\\n-----END CERTIFICATE-----\\n"

static void evidence_is_read(void **state)
{
    NEED_REAL(real);
    struct cluster_facts facts = { .kube = real->kube,
                                   .cluster = "c",
                                   .namespace = real->namespace };
    struct applied_list applied;
    struct err err = { .text = "" };

    make(real, format(real, "/api/v1/namespaces/NS/configmaps", ""),
         "{\"metadata\":{\"name\":\"istio-ca-root-cert\"},\"data\":{\"root-cert.pem\":\"" PEM
         "\"}}");
    make(real, format(real, "/apis/apps/v1/namespaces/NS/deployments", ""),
         "{\"metadata\":{\"name\":\"istiod\",\"labels\":{\"app\":\"istiod\"}},\"spec\":{"
         "\"selector\":{\"matchLabels\":{\"app\":\"istiod\"}},"
         "\"template\":{\"metadata\":{\"labels\":{\"app\":\"istiod\"}},\"spec\":{\"containers\":[{"
         "\"name\":\"discovery\",\"image\":\"pilot:1.27.1\","
         "\"env\":[{\"name\":\"ISTIO_MULTIROOT_MESH\",\"value\":\"true\"}]}]}}}}");
    cluster_read(&facts, 1, real->place.arena);
    if (!facts.known)
        fail_msg("%s", facts.why);
    assert_true(facts.bundle_count >= 1 && facts.istiod.found && facts.istiod.multi_root
                && !facts.istiod.rolled_out);
    assert_string_equal(facts.istiod.version, "1.27.1");
    assert_true(facts.at > 1700000000);
    if (gitops_read(
            &applied, real->kube,
            &(struct output_place){ .url = "https://x/y", .branch = "rendered", .path = "" },
            real->place.arena, &err)
        < 0)
        fail_msg("%s", err.text);
}

/* An object of etcd's size limit, a schema that lacks a field: the real words are known. */
static void real_refusals_are_worded(void **state)
{
    NEED_REAL(real);
    struct kube_answer answer;
    struct err err;

    make_mesh(real, "m");
    answer = ask(
        real, "PATCH",
        format(real,
               "/apis/" VIRTUAL_MESH_API "/namespaces/NS/virtualmeshes/vm/status?fieldManager=weft",
               ""),
        "application/apply-patch+yaml",
        "{\"apiVersion\":\"" VIRTUAL_MESH_API
        "\",\"kind\":\"VirtualMesh\",\"metadata\":{\"name\":\"vm\"},\"status\":{\"nonsense\":1}}");
    assert_true(answer.status >= 400);
    assert_true(retry_hopeless(answer.message) || answer.status != 500);
    kube_answer_failure(&err, &answer, "apply");
    assert_non_null(strstr(err.text, "field not declared in schema"));
    assert_non_null(strstr(err.text, "audit id"));
    answer = ask(real, "GET", "/apis/nothing.example.com/v1/things", NULL, NULL);
    assert_int_equal(answer.status, 404);
    assert_false(kube_answer_is_status(&answer));
    assert_true(text_starts(answer.type, "text/plain"));
}

/* WEFT_TEST_ACCOUNT: a kubeconfig of the chart's ServiceAccount, installed with
 * examples/values-tokens.yaml. */
static void the_rights_of_the_chart_suffice_and_no_more(void **state)
{
    NEED_REAL(real);
    const char *account = getenv("WEFT_TEST_ACCOUNT");
    struct lease_claim claim = {
        .namespace = "weft-system", .name = "weft-x", .holder = "gone/1", .now = time(NULL)
    };
    struct cluster_facts facts = { .cluster = "c", .namespace = "istio-system" };
    struct kube_event event = { .kind = "VirtualMesh",
                                .api_version = VIRTUAL_MESH_API,
                                .namespace = "gloo-mesh",
                                .name = "vm",
                                .reason = "Accepted",
                                .action = "Reconcile",
                                .note = "n" };
    struct event_source source = { "weft-1", time(NULL) };
    struct kube *admin = real->kube;
    struct applied_list applied;
    struct status_post post;
    struct lease lease;
    struct err err = { .text = "" };

    if (!account)
        skip();
    real->namespace = "gloo-mesh";
    (void)ask(real, "DELETE", "/apis/" VIRTUAL_MESH_API "/namespaces/gloo-mesh/virtualmeshes/vm",
              NULL, "{}");
    make_mesh(real, "m");
    if (kube_open(&real->kube, &(struct kube_source){ .kubeconfig = account }, real->place.http,
                  &err)
        < 0)
        fail_msg("%s", err.text);
    post = a_post(real);
    apply_one(real, &post, POST_WRITTEN);
    for (int i = 0; i < 2; i++)
        assert_int_equal(events_post(real->kube, &event, 1, &source, real->place.arena), 1);
    if (lease_take(&lease, real->kube, &claim, real->place.arena, &err) != 1)
        fail_msg("%s", err.text);
    claim.holder = "me/2"; /* asks for the pod "gone" */
    if (lease_take(&lease, real->kube, &claim, real->place.arena, &err) != 1
        || lease_release(&lease, &err) < 0)
        fail_msg("%s", err.text);
    facts.kube = real->kube;
    cluster_read(&facts, 1, real->place.arena);
    if (!facts.known)
        fail_msg("%s", facts.why);
    if (gitops_read(&applied, real->kube,
                    &(struct output_place){ .url = "https://x/y", .branch = "b", .path = "" },
                    real->place.arena, &err)
        < 0)
        fail_msg("%s", err.text);
    assert_int_equal(ask(real, "GET", "/api/v1/namespaces/weft-system/secrets", NULL, NULL).status,
                     403);
    assert_int_equal(ask(real, "GET", "/api/v1/configmaps", NULL, NULL).status, 403);
    assert_int_equal(
        ask(real, "GET", "/api/v1/namespaces/weft-system/configmaps/weft", NULL, NULL).status, 403);
    assert_int_equal(
        ask(real, "PATCH", "/apis/" VIRTUAL_MESH_API "/namespaces/gloo-mesh/virtualmeshes/vm",
            "application/merge-patch+json", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
            .status,
        403);
    assert_int_equal(ask(real, "GET", "/api/v1/namespaces/default/pods/x", NULL, NULL).status, 403);
    kube_close(real->kube);
    real->kube = admin;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, real_setup, real_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_status_is_written_once),
        TEST(what_is_missing_is_told),
        TEST(another_controller_is_not_fought),
        TEST(edits_on_the_cluster_are_seen),
        TEST(a_huge_status_is_taken),
        TEST(a_thousand_statuses_are_posted_at_once),
        TEST(a_list_of_many_pages_is_whole),
        TEST(a_lease_goes_from_hand_to_hand),
        TEST(an_event_is_taken_and_counted),
        TEST(evidence_is_read),
        TEST(real_refusals_are_worded),
        TEST(the_rights_of_the_chart_suffice_and_no_more),
        TEST(cacerts_are_written_straight),
        TEST(another_owner_of_cacerts_is_not_fought),
        TEST(rights_on_one_secret_suffice),
        TEST(a_real_exchange_leaves_no_key),
        TEST(a_status_without_crd_goes_to_a_map),
        TEST(an_empty_secret_spares_the_right_to_create),
    };

    if (!wipe_libcrypto())
        abort();
    srand((unsigned)getpid());
    cmocka_set_test_filter(getenv("WEFT_TEST_ONLY"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
