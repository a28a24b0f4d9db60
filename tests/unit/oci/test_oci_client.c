/* tests/unit/oci/test_oci_client.c - where credentials go, how often a registry is asked, and how
 * long it is waited for, against a server on the loopback that answers by a list. */
#include "base/clock.h"
#include "base/text.h"
#include "oci/oci_client.h"
#include "tests/lib/api_server.h"
#include "tests/lib/check.h"

#define BASIC "Basic d2VmdDpzZXNhbWU=" /* weft:sesame */

enum { ANSWERS_MAX = 12 };

struct oci_world {
    struct exchange answers[ANSWERS_MAX]; /* the last one for all further requests */
    int count;
    char lines[ANSWERS_MAX][256];
    char credentials[ANSWERS_MAX][128];
    struct server *server;
    struct http *http;
    struct arena *arena;
    struct oci_server at;
    struct oci_client *client;
    struct http_response response;
    struct err err;
};

static void answer(struct exchange *exchange, void *context)
{
    struct oci_world *world = context;
    const int n = exchange->number - 1 < ANSWERS_MAX ? exchange->number - 1 : ANSWERS_MAX - 1;
    const struct exchange *next = &world->answers[n < world->count ? n : world->count - 1];

    snprintf(world->lines[n], sizeof world->lines[n], "%s %s", exchange->method, exchange->path);
    if (!exchange_header(exchange, "Authorization", world->credentials[n],
                         sizeof world->credentials[n]))
        snprintf(world->credentials[n], sizeof world->credentials[n], "-");
    exchange->action = next->action;
    exchange->status = next->status;
    exchange->text = next->text;
    exchange->extra = next->extra;
}

static int setup(void **state)
{
    static struct oci_world world;
    struct err err;

    world = (struct oci_world){ .arena = arena_new() };
    world.server = server_start(answer, &world);
    assert_int_equal(http_open(&world.http, "test", &err), 0);
    world.at = (struct oci_server){ .base = arena_printf(world.arena, "http://127.0.0.1:%d",
                                                         server_port(world.server)),
                                    .username = "weft",
                                    .password = "sesame",
                                    .plain_http = true };
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct oci_world *world = *state;

    oci_client_close(world->client);
    http_close(world->http);
    server_stop(world->server);
    arena_free(world->arena);
    return 0;
}

static void will_answer(struct oci_world *world, int status, const char *extra, const char *text)
{
    world->answers[world->count++] =
        (struct exchange){ .status = status, .extra = extra, .text = text };
}

static int ask(struct oci_world *world, const char *path, const char *repository)
{
    const struct oci_call call = { .method = "GET", .path = path, .repository = repository };

    if (!world->client)
        world->client = oci_client_open(world->http, &world->at);
    return oci_client_do(&world->response, world->client, &call, world->arena, &world->err);
}

/* A Bearer challenge with this realm. */
static const char *bearer(struct oci_world *world, const char *realm)
{
    return arena_printf(world->arena,
                        "WWW-Authenticate: Bearer realm=\"%s\",service=\"a b\",scope=\"x\"\r\n",
                        realm);
}

static const char *own_realm(struct oci_world *world)
{
    return bearer(world, arena_printf(world->arena, "%s/token?a=1", world->at.base));
}

static void nothing_is_sent_before_it_is_asked_for(void **state)
{
    struct oci_world *world = *state;

    will_answer(world, 200, NULL, "{}");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), 0);
    assert_int_equal(world->response.status, 200);
    assert_string_equal(world->credentials[0], "-");
}

static void a_password_is_sent_once_asked_for_and_once_refused_never_again(void **state)
{
    struct oci_world *world = *state;
    static const char basic[] = "WWW-Authenticate: Basic realm=\"r\"\r\n";

    will_answer(world, 401, basic, "");
    will_answer(world, 200, NULL, "");
    will_answer(world, 401, basic,
                "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\\u001b\"}]}");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), 0);
    assert_string_equal(world->credentials[1], BASIC);
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_string_equal(world->credentials[2], BASIC);
    assert_int_equal(world->err.code, 401);
    assert_non_null(strstr(world->err.text, "no\\033"));
    assert_null(strstr(world->err.text, "sesame"));
    assert_true(oci_client_is_down(world->client));
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_int_equal(server_requests(world->server), 3);
}

static void without_a_password_none_is_made_up(void **state)
{
    struct oci_world *world = *state;

    world->at.username = world->at.password = NULL;
    will_answer(world, 401, "WWW-Authenticate: Basic realm=\"r\"\r\n", "");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_int_equal(server_requests(world->server), 1);
}

static void a_token_is_of_one_repository_and_for_what_weft_does(void **state)
{
    struct oci_world *world = *state;

    will_answer(world, 401, own_realm(world), "");
    will_answer(world, 200, NULL, "{\"token\":\"one\"}");
    will_answer(world, 200, NULL, "");
    will_answer(world, 200, NULL, "");
    will_answer(world, 200, NULL, "{\"access_token\":\"two\"}");
    will_answer(world, 200, NULL, "");
    assert_int_equal(ask(world, "/v2/m/a/manifests/t", "m/a"), 0);
    assert_string_equal(world->lines[1],
                        "GET /token?a=1&service=a%20b&scope=repository%3Am%2Fa%3Apull%2Cpush");
    assert_string_equal(world->credentials[1], BASIC);
    assert_string_equal(world->credentials[2], "Bearer one");
    assert_int_equal(ask(world, "/v2/m/a/manifests/t", "m/a"), 0);
    assert_string_equal(world->credentials[3], "Bearer one");
    assert_int_equal(ask(world, "/v2/m/b/manifests/t", "m/b"), 0);
    assert_non_null(strstr(world->lines[4], "repository%3Am%2Fb%3A"));
    assert_string_equal(world->credentials[5], "Bearer two");
}

static void a_token_that_ended_is_replaced_once(void **state)
{
    struct oci_world *world = *state;

    will_answer(world, 401, own_realm(world), "");
    will_answer(world, 200, NULL, "{\"token\":\"one\"}");
    will_answer(world, 200, NULL, "");
    will_answer(world, 401, own_realm(world), "");
    will_answer(world, 200, NULL, "{\"token\":\"two\"}");
    will_answer(world, 200, NULL, "");
    will_answer(world, 401, own_realm(world), "");
    will_answer(world, 200, NULL, "{\"token\":\"three\"}");
    will_answer(world, 401, own_realm(world), "");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), 0);
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), 0);
    assert_string_equal(world->credentials[5], "Bearer two");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_int_equal(world->err.code, 401);
    assert_int_equal(server_requests(world->server), 9);
}

static void another_token_server_gets_nothing_unless_it_is_named(void **state)
{
    struct oci_world *world = *state;

    will_answer(world, 401, bearer(world, "http://127.0.0.1:1/token"), "");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_int_equal(world->err.kind, ERR_REFUSED);
    assert_int_equal(server_requests(world->server), 1);
    oci_client_close(world->client);
    world->client = NULL;
    world->at.token_server = "http://127.0.0.1:1";
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_int_equal(world->err.kind, ERR_HTTP); /* it was asked, and nothing listens there */
}

static void a_token_answer_without_a_token_is_an_error(void **state)
{
    static const char *const rows[] = { "", "[]", "{\"token\":\"\"}", "{\"token\":[]}", "x" };
    struct oci_world *world = *state;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        will_answer(world, 401, own_realm(world), "");
        will_answer(world, 200, NULL, rows[i]);
        assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
        assert_true(oci_client_is_down(world->client));
        oci_client_close(world->client);
        world->client = NULL;
    }
    assert_int_equal(server_requests(world->server), 2 * LENGTH(rows));
}

static void a_redirect_is_an_answer(void **state)
{
    struct oci_world *world = *state;

    will_answer(world, 307, "Location: https://evil.example/x\r\n", "");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), 0);
    assert_int_equal(world->response.status, 307);
    assert_int_equal(server_requests(world->server), 1);
    (void)oci_client_refused(&world->err, "read", &world->response, world->arena);
    assert_int_equal(world->err.kind, ERR_REFUSED);
    assert_non_null(strstr(world->err.text, "evil.example"));
}

static void another_server_is_never_sent_to(void **state)
{
    struct oci_world *world = *state;

    will_answer(world, 200, NULL, "");
    assert_int_equal(ask(world, "http://localhost:1/v2/m/blobs/uploads/1", "m"), -1);
    assert_int_equal(world->err.kind, ERR_REFUSED);
    assert_int_equal(server_requests(world->server), 0);
}

static void what_may_pass_is_asked_again_and_what_takes_too_long_is_not(void **state)
{
    struct oci_world *world = *state;

    will_answer(world, 429, "Retry-After: 0\r\n", "");
    will_answer(world, 503, "Retry-After: 0\r\n", "");
    will_answer(world, 200, NULL, "");
    will_answer(world, 429, "Retry-After: 999999\r\n", "");
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), 0);
    assert_int_equal(world->response.status, 200);
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_int_equal(world->err.code, 429);
    assert_int_equal(server_requests(world->server), 4);
    assert_true(oci_client_is_down(world->client));
}

static void a_budget_that_is_used_up_ends_the_work(void **state)
{
    struct oci_world *world = *state;
    const int64_t until = clock_monotonic_ms() + 2;

    world->at.budget_ms = 1;
    will_answer(world, 200, NULL, "");
    world->client = oci_client_open(world->http, &world->at);
    while (clock_monotonic_ms() <= until)
        continue;
    assert_int_equal(ask(world, "/v2/m/manifests/t", "m"), -1);
    assert_int_equal(server_requests(world->server), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_sent_before_it_is_asked_for),
        TEST(a_password_is_sent_once_asked_for_and_once_refused_never_again),
        TEST(without_a_password_none_is_made_up),
        TEST(a_token_is_of_one_repository_and_for_what_weft_does),
        TEST(a_token_that_ended_is_replaced_once),
        TEST(another_token_server_gets_nothing_unless_it_is_named),
        TEST(a_token_answer_without_a_token_is_an_error),
        TEST(a_redirect_is_an_answer),
        TEST(another_server_is_never_sent_to),
        TEST(what_may_pass_is_asked_again_and_what_takes_too_long_is_not),
        TEST(a_budget_that_is_used_up_ends_the_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
