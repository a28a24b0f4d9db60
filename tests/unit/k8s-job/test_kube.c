/* test_kube.c - one API server that behaves as real ones do: what the client does about it. */
#include "base/clock.h"
#include "k8s-job/engine.h"
#include "k8s-job/objects.h"
#include "workplace.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* What the server does: answers[n] for the n-th request, the last one for all further ones. */
struct script {
    struct workplace place;
    struct server *server;
    struct exchange answers[8];
    int count;
    char tokens[8][64]; /* Authorization of each request */
    char last_path[512], last_type[64], last_body[512], last_method[16], accept[64];
    const char *new_token; /* written to the token file after the first request */
};

static void play(struct exchange *exchange, void *context)
{
    struct script *script = context;
    int index = exchange->number <= script->count ? exchange->number - 1 : script->count - 1;
    const struct exchange *answer = &script->answers[index];

    if (exchange->number <= 8)
        exchange_header(exchange, "Authorization", script->tokens[exchange->number - 1], 64);
    exchange_header(exchange, "Content-Type", script->last_type, sizeof script->last_type);
    exchange_header(exchange, "Accept", script->accept, sizeof script->accept);
    snprintf(script->last_path, sizeof script->last_path, "%s", exchange->path);
    snprintf(script->last_body, sizeof script->last_body, "%s", exchange->body);
    snprintf(script->last_method, sizeof script->last_method, "%s", exchange->method);
    exchange->action = answer->action;
    exchange->status = answer->status;
    exchange->type = answer->type;
    exchange->extra = answer->extra;
    exchange->text = answer->text;
    exchange->delay_ms = answer->delay_ms;
    if (exchange->number == 1 && script->new_token)
        workplace_write(&script->place, "token", script->new_token);
}

static int setup(void **state)
{
    struct script *script = calloc(1, sizeof *script);

    workplace_open(&script->place);
    workplace_write(&script->place, "token", "old\n");
    script->server = server_start(play, script);
    *state = script;
    return 0;
}

static int teardown(void **state)
{
    struct script *script = *state;

    server_stop(script->server);
    workplace_close(&script->place);
    free(script);
    return 0;
}

static const struct kube_request the_read = { .method = "GET", .path = "/x" };

#define STATUS(code, reason, message)                                                              \
    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" #code            \
    ",\"reason\":\"" reason "\",\"message\":\"" message "\"}"
#define OK                                                                                         \
    {                                                                                              \
        .status = 200, .text = "{\"kind\":\"Thing\"}"                                              \
    }
#define DENIED                                                                                     \
    {                                                                                              \
        .status = 401, .text = STATUS(401, "Unauthorized", "Unauthorized")                         \
    }

struct row {
    const char *sentence;
    const char *method, *body;
    struct exchange answers[4];
    int count;
    int status;       /* of the final answer; 0: none */
    int requests;     /* in all */
    const char *said; /* by kube_failure, or in err */
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
      "{\"reason\":\"FieldValueInvalid\",\"field\":\"spec.x\",\"message\":\"too long\\nby far\"}]}}" } }, 1, 422, 1, "x: invalid; spec.x: too long by far (HTTP 422 Invalid" },
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
    struct kube *kube =
        workplace_kube(&script->place, server_port(script->server), "tokenFile: token");
    int before = server_requests(script->server);
    struct kube_answer answer;
    struct err err = { .text = "" };
    int result;

    result =
        kube_do(kube, &answer,
                &(struct kube_request){ row->method, "/x", "application/json", row->body, false },
                script->place.arena, &err);
    if (result == 0 && row->said)
        kube_failure(&err, &answer, "x");
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
        teardown(state); /* each row has a server of its own, which counts its requests */
        setup(state);
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
    struct kube *kube =
        workplace_kube(&script->place, server_port(script->server), "tokenFile: token");

    script->answers[0] = (struct exchange)DENIED;
    script->answers[1] = (struct exchange)OK;
    script->count = 2;
    script->new_token = "new \n";
    assert_int_equal(get(script, kube).status, 200);
    assert_string_equal(script->tokens[0], "Bearer old");
    assert_string_equal(script->tokens[1], "Bearer new");
    kube_close(kube);
}

static void a_token_file_is_read_again_after_a_minute(void **state)
{
    struct script *script = *state;
    struct kube *kube =
        workplace_kube(&script->place, server_port(script->server), "tokenFile: token");

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
    struct kube *kube =
        workplace_kube(&script->place, server_port(script->server), "tokenFile: nowhere");
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
    kube = workplace_kube(
        &script->place, server_port(script->server),
        "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, "
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
    struct kube *kube = workplace_kube(&script->place, server_port(script->server), "token: t");
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

static void a_silent_server_is_given_up_within_the_budget(void **state)
{
    struct script *script = *state;
    struct kube *kube = workplace_kube(&script->place, server_port(script->server), "token: t");
    struct kube_call call = { .kube = kube, .request = the_read, .timeout_s = 1 };
    int64_t start = clock_monotonic_ms();

    script->answers[0] = (struct exchange){ .action = SERVER_SILENT };
    script->count = 1;
    kube->budget_ms = 1500;
    kube_all(&call, 1, script->place.arena);
    assert_int_equal(call.err.kind, ERR_HTTP);
    assert_non_null(strstr(call.err.text, "tried 2 times: GET http://127.0.0.1"));
    assert_true(clock_monotonic_ms() - start < 4000);
    kube_close(kube);
}

static void an_apply_is_sent_as_the_api_wants_it(void **state)
{
    struct script *script = *state;
    struct kube *kube = workplace_kube(&script->place, server_port(script->server), "token: t");
    struct node *object = node_map(script->place.arena);
    struct kube_answer answer;
    struct err err;

    script->answers[0] = (struct exchange)OK;
    script->count = 1;
    node_set_text(script->place.arena, object, "kind", "Secret");
    assert_int_equal(kube_apply(kube, &answer, "/api/v1/namespaces/a/secrets/b", object, true,
                                script->place.arena, &err),
                     0);
    assert_string_equal(script->last_method, "PATCH");
    assert_string_equal(script->last_path,
                        "/api/v1/namespaces/a/secrets/b?fieldManager=weft&force=true");
    assert_string_equal(script->last_type, "application/apply-patch+yaml");
    assert_string_equal(script->last_body, "{\"kind\":\"Secret\"}");
    kube_close(kube);
}

/* Pages of one item; answer to "continue=<n>" is page n + 1 of three. */
struct pages {
    int expire_at;     /* the request that is answered with 410; 0: none */
    bool expire_paged; /* every page but the first */
    int requests;
    char last_path[512];
};

static void play_pages(struct exchange *exchange, void *context)
{
    static const char *const bodies[] = {
        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"1&=/"
        "+\"},\"items\":[{\"n\":1}]}",
        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"2\"},"
        "\"items\":[{\"n\":2}]}",
        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"\"},"
        "\"items\":[{\"n\":3}]}",
    };
    struct pages *pages = context;
    const char *token = strstr(exchange->path, "continue=");

    pages->requests++;
    snprintf(pages->last_path, sizeof pages->last_path, "%s", exchange->path);
    if (pages->requests == pages->expire_at || (pages->expire_paged && token)) {
        exchange->status = 410;
        exchange->text = "{\"kind\":\"Status\",\"reason\":\"Expired\",\"message\":\"too "
                         "old\",\"metadata\":{\"continue\":\"inconsistent\"}}";
    } else if (!strstr(exchange->path, "limit=")) {
        exchange->text = "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"items\":[{\"n\":1},{"
                         "\"n\":2},{\"n\":3}]}";
    } else if (token && strcmp(token, "continue=1%26%3D%2F%2B") != 0 && token[9] != '2') {
        exchange->status = 400;
        exchange->text = STATUS(400, "BadRequest", "broken continue token");
    } else {
        exchange->text = bodies[token ? token[9] - '0' : 0];
    }
}

struct listing {
    const char *sentence;
    struct pages pages;
    int requests;
};

static const struct listing listings[] = {
    { "three pages", { .expire_at = 0 }, 3 },
    { "a token that expires once: all again", { .expire_at = 2 }, 5 },
    { "tokens that always expire: at last in one piece", { .expire_paged = true }, 9 },
};

static void lists_are_whole_or_nothing(void **state)
{
    struct script *script = *state;

    for (size_t i = 0; i < LENGTH(listings); i++) {
        struct pages pages = listings[i].pages;
        struct server *server = server_start(play_pages, &pages);
        struct kube *kube = workplace_kube(&script->place, server_port(server), "token: t");
        struct kube_list list;
        struct err err = { .text = "" };

        if (kube_list(&list, kube, "/api/v1/configmaps?fieldSelector=x", script->place.arena, &err)
            < 0)
            fail_msg("%s: %s", listings[i].sentence, err.text);
        if (list.count != 3 || pages.requests != listings[i].requests)
            fail_msg("%s: %zu items, %d requests", listings[i].sentence, list.count,
                     pages.requests);
        for (size_t j = 0; j < 3; j++)
            assert_int_equal(node_get(list.items[j].node, "n", NULL)[0], '1' + (char)j);
        assert_string_equal(list.kind, "ConfigMap");
        assert_string_equal(list.api_version, "v1");
        kube_close(kube);
        server_stop(server);
    }
}

static void a_list_that_fails_in_the_middle_is_no_list(void **state)
{
    struct script *script = *state;
    struct kube *kube = workplace_kube(&script->place, server_port(script->server), "token: t");
    struct kube_list list;
    struct err err = { .text = "" };

    script->answers[0] =
        (struct exchange){ .status = 200,
                           .text = "{\"metadata\":{\"continue\":\"1\"},\"items\":[{}]}" };
    script->answers[1] = (struct exchange){ .status = 403, .text = STATUS(403, "Forbidden", "no") };
    script->count = 2;
    assert_int_equal(kube_list(&list, kube, "/api/v1/pods", script->place.arena, &err), -1);
    assert_non_null(strstr(err.text, "/api/v1/pods: list: no"));
    script->answers[1] = (struct exchange){ .status = 200, .text = "{\"oops\":1}" };
    assert_int_equal(kube_list(&list, kube, "/api/v1/pods", script->place.arena, &err), -1);
    assert_non_null(strstr(err.text, "holds no items"));
    kube_close(kube);
}

/* A port that accepts connections and never says a word, as a dead load balancer does. */
static int deaf_listen(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 128), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* How many connections were made to it. */
static int deaf_close(int fd)
{
    int count = 0, one;

    while ((one = accept(fd, NULL, NULL)) >= 0) {
        close(one);
        count++;
    }
    close(fd);
    return count;
}

static bool ask_another(struct kube_call *call, struct arena *arena)
{
    int *left = call->context;

    (void)arena;
    return (*left)-- > 0;
}

/* Its calls would wait for each other's connection, and for each of five tries: twenty times the
 * limit, or forty. */
static void a_deaf_server_costs_two_time_limits(void **state)
{
    enum { CALLS = 12, LIMIT_MS = 300 };
    struct script *script = *state;
    struct kube_call calls[CALLS];
    int port, deaf = deaf_listen(&port), left = 3;
    struct kube *kube = workplace_kube(&script->place, port, "token: t");
    int64_t start = clock_monotonic_ms(), took;
    size_t count;

    kube->target.server = arena_printf(script->place.arena, "https://127.0.0.1:%d", port);
    kube->limits.connect_ms = LIMIT_MS;
    for (int i = 0; i < CALLS; i++)
        calls[i] = (struct kube_call){ .kube = kube, .request = the_read };
    calls[0].next = ask_another;
    calls[0].context = &left;
    kube_all(calls, CALLS, script->place.arena);
    took = clock_monotonic_ms() - start;
    for (int i = 1; i < CALLS; i++)
        if (calls[i].err.kind != ERR_HTTP || !strstr(calls[i].err.text, "tried 2 times")
            || !strstr(calls[i].err.text, "no connection within 0.3 s"))
            fail_msg("%s", calls[i].err.text);
    assert_non_null(strstr(calls[0].err.text, "did not answer another request"));
    assert_int_equal(left, -1);
    assert_int_equal(kube_errors(kube, &count)->count, CALLS + 3);
    assert_true(took >= 2 * LIMIT_MS - 50 && took < 3 * LIMIT_MS);
    assert_true(deaf_close(deaf) <= 4); /* libcurl begins the second one as the first one ends */
    kube_close(kube);
}

static void play_slow(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->action = strcmp(exchange->path, "/slow") == 0 ? SERVER_SILENT : SERVER_ANSWER;
    exchange->text = "{}";
}

static bool ask_fast(struct kube_call *call, struct arena *arena)
{
    bool slow = strcmp(call->request.path, "/slow") == 0;

    (void)arena;
    call->request = the_read;
    return slow;
}

/* One question that takes too long does not make a server mute that answers others. */
static void a_slow_answer_ends_its_own_call_only(void **state)
{
    struct script *script = *state;
    struct server *server = server_start(play_slow, NULL);
    struct kube *kube = workplace_kube(&script->place, server_port(server), "token: t");
    struct kube_call calls[2] = {
        { .kube = kube,
          .request = { .method = "POST", .path = "/slow", .body = "{}" },
          .timeout_s = 1,
          .next = ask_fast },
        { .kube = kube, .request = the_read },
    };

    kube_all(calls, 2, script->place.arena);
    if (calls[0].err.kind != ERR_NONE || calls[1].err.kind != ERR_NONE)
        fail_msg("%s %s", calls[0].err.text, calls[1].err.text);
    kube_close(kube);
    server_stop(server);
}

/* Hundreds of servers, of which one refuses, one is silent: when was the slowest healthy one
 * through? */
struct member {
    int pages;
    int64_t ended_ms;
};

static bool next_page_of_member(struct kube_call *call, struct arena *arena)
{
    struct member *member = call->context;

    (void)arena;
    member->ended_ms = clock_monotonic_ms();
    return call->err.kind == ERR_NONE && ++member->pages < 5;
}

static void play_page(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->text = "{}";
}

static void an_unreachable_cluster_delays_nobody(void **state)
{
    enum { FLEET = 300 };
    struct script *script = *state;
    struct server *healthy = server_start(play_page, NULL), *gone = server_start(play_page, NULL);
    struct kube *kubes[FLEET];
    struct kube_call calls[FLEET];
    struct member members[FLEET] = { { 0 } };
    int64_t start, slowest = 0;
    int gone_port = server_port(gone);

    server_stop(gone);
    script->answers[0] = (struct exchange){ .action = SERVER_SILENT };
    script->count = 1;
    for (int i = 0; i < FLEET; i++) {
        int port = i == 0 ? server_port(script->server) : i == 1 ? gone_port : server_port(healthy);

        kubes[i] = workplace_kube(&script->place, port, "token: t");
        calls[i] = (struct kube_call){ .kube = kubes[i],
                                       .request = the_read,
                                       .timeout_s = 1,
                                       .next = next_page_of_member,
                                       .context = &members[i] };
    }
    start = clock_monotonic_ms();
    kube_all(calls, FLEET, script->place.arena);
    for (int i = 2; i < FLEET; i++) {
        assert_int_equal(members[i].pages, 5);
        if (members[i].ended_ms - start > slowest)
            slowest = members[i].ended_ms - start;
    }
    printf("298 healthy clusters: %lld ms; with the unreachable ones: %lld ms\n",
           (long long)slowest, (long long)(clock_monotonic_ms() - start));
    assert_true(slowest < 3000);
    assert_int_equal(calls[0].err.kind, ERR_HTTP);
    assert_int_equal(calls[1].err.kind, ERR_HTTP);
    assert_non_null(strstr(calls[1].err.text, "refused"));
    for (int i = 0; i < FLEET; i++)
        kube_close(kubes[i]);
    server_stop(healthy);
}

static void paths_are_escaped(void **state)
{
    struct script *script = *state;
    struct arena *arena = script->place.arena;

    assert_string_equal(kube_escape("a-b.c_d~e", arena), "a-b.c_d~e");
    assert_string_equal(kube_escape("../a?b=c&d #%\xc3\xbc", arena),
                        "..%2Fa%3Fb%3Dc%26d%20%23%25%C3%BC");
    assert_string_equal(kube_escape("", arena), "");
    assert_string_equal(list_page_path("/a", 0, "t", arena), "/a");
    assert_string_equal(list_page_path("/a", 7, NULL, arena), "/a?limit=7");
    assert_string_equal(list_page_path("/a?b=c", 7, "t=", arena), "/a?b=c&limit=7&continue=t%3D");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_client_knows_what_to_do),
        TEST(a_renewed_token_is_sent),
        TEST(a_token_file_is_read_again_after_a_minute),
        TEST(a_token_that_is_gone_is_said),
        TEST(a_plugin_is_run_again_after_401),
        TEST(an_answer_tells_what_is_needed_later),
        TEST(a_silent_server_is_given_up_within_the_budget),
        TEST(an_apply_is_sent_as_the_api_wants_it),
        TEST(lists_are_whole_or_nothing),
        TEST(a_list_that_fails_in_the_middle_is_no_list),
        TEST(a_deaf_server_costs_two_time_limits),
        TEST(a_slow_answer_ends_its_own_call_only),
        TEST(an_unreachable_cluster_delays_nobody),
        TEST(paths_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
