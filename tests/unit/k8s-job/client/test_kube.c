/* tests/unit/k8s-job/client/test_kube.c - one API server that behaves as real ones do: what the
 * client does about it. */
#include "k8s-job/client/answer.h"
#include "k8s-job/client/objects.h"
#include "tests/lib/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *method, *body;
    struct exchange answers[4];
    int count;
    int status;       /* of the final answer; 0: none */
    int requests;     /* in all */
    const char *said; /* by kube_answer_failure, or in err */
};

/* clang-format off */
static const struct row rows[] = {
    { "an answer is an answer", "GET", NULL, { OK }, 1, 200, 1, NULL },
    { "a refused token is fetched again once", "GET", NULL, { DENIED, OK }, 2, 200, 2, NULL },
    { "also for a write", "POST", "{}", { DENIED, OK }, 2, 200, 2, NULL },
    { "and then it is over", "GET", NULL, { DENIED }, 1, 401, 2, "the credential is not accepted" },
    { "a conflict is not repeated", "PUT", "{\"resourceVersion\":\"1\"}", { { .status = 409, .text = STATUS(409, "Conflict", "the object has been modified") } }, 1, 409, 1, "x: the object has been modified (HTTP 409 Conflict, audit id audit-1)" },
    { "an expired page token is not repeated", "GET", NULL, { { .status = 410, .text = STATUS(410, "Expired", "too old") } }, 1, 410, 1, "too old" },
    { "overload is waited for", "POST", "{}", { { .status = 429, .extra = "Retry-After: 1\r\n", .text = STATUS(429, "TooManyRequests", "wait") }, OK }, 2, 200, 2, NULL },
    { "two server errors are sat out", "GET", NULL, { { .status = 500, .text = STATUS(500, "InternalError", "leader changed") }, { .status = 503 }, OK }, 3, 200, 3, NULL },
    { "five are not", "GET", NULL, { { .status = 500, .text = STATUS(500, "InternalError", "etcd down") } }, 1, 500, 5, "x: etcd down (HTTP 500 InternalError" },
    { "a creation is not repeated after a server error", "POST", "{}", { { .status = 500, .text = STATUS(500, "InternalError", "etcd down") }, OK }, 2, 500, 1, "etcd down" },
    { "a field that the schema lacks is not tried again", "PATCH", "{}", { { .status = 500, .text = STATUS(500, "", "x: field not declared in schema") } }, 1, 500, 1, "not declared" },
    { "a reset is tried again", "GET", NULL, { { .action = SERVER_RESET }, OK }, 2, 200, 2, NULL },
    { "half an answer is tried again", "GET", NULL, { { .action = SERVER_CUT, .status = 200, .text = "{\"kind\":\"Thing\"}" }, OK }, 2, 200, 2, NULL },
    { "a creation is not repeated after a reset", "POST", "{}", { { .action = SERVER_RESET }, OK }, 2, 0, 1, "POST http://127.0.0.1" },
    { "five resets are said", "GET", NULL, { { .action = SERVER_RESET } }, 1, 0, 5, "tried 5 times" },
    { "a load balancer without a server", "GET", NULL, { { .status = 502, .type = "text/html", .text = "<html>Bad Gateway" } }, 1, 502, 5, "the answer is not from the Kubernetes API (text/html)" },
    { "an answer that is no JSON", "GET", NULL, { { .status = 200, .text = "{oops" } }, 1, 200, 1, NULL },
    { "an API that does not exist", "GET", NULL, { { .status = 404, .type = "text/plain; charset=utf-8", .text = "404 page not found\n" } }, 1, 404, 1, "does not know this API (is the CRD installed?)" },
    { "a right that is missing", "GET", NULL, { { .status = 403, .text = STATUS(403, "Forbidden", "virtualmeshes is forbidden: User u cannot get resource") } }, 1, 403, 1, "cannot get resource; grant this by RBAC" },
    { "causes are said", "GET", NULL, { { .status = 422, .text = "{\"kind\":\"Status\",\"code\":422,\"reason\":\"Invalid\",\"message\":\"invalid\",\"details\":{\"causes\":["
      "{\"reason\":\"FieldValueInvalid\",\"field\":\"spec.x\",\"message\":\"too long\\nby far\"}]}}" } }, 1, 422, 1, "x: invalid; spec.x: too long\\nby far (HTTP 422 Invalid" },
    { "a redirect is not followed", "GET", NULL, { { .status = 302, .extra = "Location: http://127.0.0.1:1/\r\n", .type = "text/html" } }, 1, 302, 1, "not from the Kubernetes API" },
};
/* clang-format on */

/* One failure at most is counted, whatever was tried for it. */
static void check_errors(const struct row *row, const struct kube *kube)
{
    size_t count;
    const struct kube_error_count *errors = kube_errors(kube, &count);
    bool failed = row->status == 0 || row->status >= 400;

    if (count != failed || (count && (errors->code != row->status || errors->count != 1)))
        fail_msg("%s: %zu codes counted", row->sentence, count);
}

static void run_row(struct script *script, const struct row *row)
{
    struct kube *kube = script_kube(script, "tokenFile: token");
    int before = server_requests(script->server);
    struct kube_answer answer;
    struct err err = { .text = "" };
    int result;

    result = kube_do(kube, &answer,
                     &(struct kube_request){ .method = row->method,
                                             .path = "/x",
                                             .content_type = "application/json",
                                             .body = row->body },
                     script->place.arena, &err);
    if (result == 0 && row->said)
        kube_answer_failure(&err, &answer, "x");
    if ((result == 0) != (row->status != 0) || (result == 0 && answer.status != row->status)
        || server_requests(script->server) - before != row->requests
        || (row->said && !strstr(err.text, row->said)))
        fail_msg("%s: result %d, status %d, %d requests, \"%s\"", row->sentence, result,
                 answer.status, server_requests(script->server) - before, err.text);
    check_errors(row, kube);
    kube_close(kube);
}

static void the_client_knows_what_to_do(void **state)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct script *script = *state;

        memcpy(script->answers, rows[i].answers, sizeof rows[i].answers);
        script->count = rows[i].count;
        run_row(script, &rows[i]);
        script_teardown(state); /* each row has a server of its own, which counts its requests */
        script_setup(state);
    }
}

static struct kube_answer get(struct script *script, struct kube *kube)
{
    struct kube_answer answer;
    struct err err = { .text = "" };

    if (kube_do(kube, &answer, &the_read, script->place.arena, &err) < 0)
        fail_msg("%s", err.text);
    return answer;
}

static void a_renewed_token_is_sent(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "tokenFile: token");

    script->answers[0] = (struct exchange)DENIED;
    script->answers[1] = (struct exchange)OK;
    script->count = 2;
    script->new_token = "\xEF\xBB\xBF"
                        "new \n"; /* as some editors write it */
    assert_int_equal(get(script, kube).status, 200);
    assert_string_equal(script->tokens[0], "Bearer old");
    assert_string_equal(script->tokens[1], "Bearer new");
    kube_close(kube);
}

static void a_token_file_is_read_again_after_a_minute(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "tokenFile: token");

    script->answers[0] = (struct exchange)OK;
    script->count = 1;
    script->new_token = "new";
    get(script, kube);
    get(script, kube);
    assert_string_equal(script->tokens[1], "Bearer old");
    kube->credential.fetched_ms -= TOKEN_AGE_MS;
    get(script, kube);
    assert_string_equal(script->tokens[2], "Bearer new");
    kube_close(kube);
}

static void a_token_that_is_gone_is_said(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "tokenFile: nowhere");
    struct kube_answer answer;
    struct err err = { .text = "" };

    assert_int_equal(kube_do(kube, &answer, &the_read, script->place.arena, &err), -1);
    assert_non_null(strstr(err.text, "nowhere"));
    assert_int_equal(server_requests(script->server), 0);
    kube_close(kube);
}

static void a_plugin_is_run_again_after_401(void **state)
{
    struct script *script = *state;
    struct kube *kube;

    workplace_script(
        &script->place, "plugin",
        "#!/bin/sh\ncd \"${0%/*}\"; echo x >> runs\n"
        "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
        "\"status\":{\"token\":\"t'$(wc -l < runs)'\"}}'\n");
    kube = script_kube(
        script, "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, "
                "command: ./plugin}");
    script->answers[0] = (struct exchange)DENIED;
    script->answers[1] = (struct exchange)OK;
    script->count = 2;
    assert_int_equal(get(script, kube).status, 200);
    assert_int_equal(get(script, kube).status, 200);
    assert_string_equal(script->tokens[0], "Bearer t1");
    assert_string_equal(script->tokens[1], "Bearer t2");
    assert_string_equal(script->tokens[2], "Bearer t2");
    kube_close(kube);
}

static void an_answer_tells_what_is_needed_later(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");
    struct kube_answer answer;

    script->answers[0] = (struct exchange)OK;
    script->count = 1;
    answer = get(script, kube);
    assert_string_equal(node_get(answer.body, "kind", NULL), "Thing");
    assert_string_equal(answer.audit_id, "audit-1");
    assert_int_equal(answer.server_time, 1795431600);
    assert_string_equal(script->accept, "application/json");
    kube_close(kube);
}

static void an_apply_is_sent_as_the_api_wants_it(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");
    struct node *object = node_map(script->place.arena);
    struct kube_answer answer;
    struct err err;

    script->answers[0] = (struct exchange)OK;
    script->count = 1;
    node_set_text(script->place.arena, object, "kind", "Secret");
    assert_int_equal(objects_apply(kube, &answer, "/api/v1/namespaces/a/secrets/b", object, true,
                                   script->place.arena, &err),
                     0);
    assert_string_equal(script->last_method, "PATCH");
    assert_string_equal(script->last_path,
                        "/api/v1/namespaces/a/secrets/b?fieldManager=weft&force=true");
    assert_string_equal(script->last_type, "application/apply-patch+yaml");
    assert_string_equal(script->last_body, "{\"kind\":\"Secret\"}");
    kube_close(kube);
}

static void paths_are_escaped(void **state)
{
    struct script *script = *state;
    struct arena *arena = script->place.arena;

    assert_string_equal(objects_list_page_path("/a", 0, "t", arena), "/a");
    assert_string_equal(objects_list_page_path("/a", 7, NULL, arena), "/a?limit=7");
    assert_string_equal(objects_list_page_path("/a?b=c", 7, "t=", arena),
                        "/a?b=c&limit=7&continue=t%3D");
}

/* Allowed or not: a key or a Secret never leaves over http://, and none is asked for. */
static void no_secret_goes_over_plain_http(void **state)
{
    static const struct kube_request asked[] = {
        { .method = "GET", .path = "/s", .secret = true },
        { .method = "PATCH", .path = "/s", .body = "{\"key\":1}", .secret = true },
    };
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");

    script->answers[0] = (struct exchange)OK;
    script->count = 1;
    kube->secrets_in_clear = false;
    for (size_t i = 0; i < LENGTH(asked); i++) {
        struct kube_answer answer;
        struct err err = { .text = "" };

        assert_int_equal(kube_do(kube, &answer, &asked[i], script->place.arena, &err), -1);
        assert_int_equal(err.kind, ERR_REFUSED);
    }
    assert_int_equal(server_requests(script->server), 0);
    kube_close(kube);
}

/* The object that was asked for, or no answer. */
static void another_object_is_no_answer(void **state)
{
    static const struct {
        const char *body;
        bool good;
    } asked[] = {
        { "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}", true },
        { "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}", false },
        { "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"b\"}}", false },
        { "{\"kind\":\"Secret\"}", false },
        { "{\"metadata\":{\"name\":\"a\"}}", false },
        { "[]", false },
    };
    const struct kube_request request = {
        .method = "GET", .path = "/s", .kind = "Secret", .name = "a"
    };
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");

    script->count = 1;
    for (size_t i = 0; i < LENGTH(asked); i++) {
        int before = server_requests(script->server);
        struct kube_answer answer;
        struct err err = { .text = "" };

        script->answers[0] = (struct exchange){ .status = 200, .text = asked[i].body };
        if ((kube_do(kube, &answer, &request, script->place.arena, &err) == 0) != asked[i].good)
            fail_msg("%s: %s", asked[i].body, err.text);
        assert_int_equal(server_requests(script->server), before + 1);
    }
    kube_close(kube);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_secret_goes_over_plain_http),
        TEST(another_object_is_no_answer),
        TEST(the_client_knows_what_to_do),
        TEST(a_renewed_token_is_sent),
        TEST(a_token_file_is_read_again_after_a_minute),
        TEST(a_token_that_is_gone_is_said),
        TEST(a_plugin_is_run_again_after_401),
        TEST(an_answer_tells_what_is_needed_later),
        TEST(an_apply_is_sent_as_the_api_wants_it),
        TEST(paths_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
