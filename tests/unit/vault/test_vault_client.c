/* tests/unit/vault/test_vault_client.c - requests to a server on the loopback that answers by a
 * list: what is sent, what is sent again, and where the token goes. */
#include "base/text.h"
#include "tests/lib/api_server.h"
#include "vault/vault_client.h"
#include <errno.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PEM(bytes) "-----BEGIN CERTIFICATE-----\\n" bytes "\\n-----END CERTIFICATE-----"
#define ISSUER(id, bytes) "{\"data\":{\"issuer_id\":\"" id "\",\"certificate\":\"" PEM(bytes) "\"}}"
#define LOGIN "{\"auth\":{\"client_token\":\"hvs.given\"}}"

enum { ANSWERS_MAX = 8 };

struct vault_world {
    struct exchange answers[ANSWERS_MAX]; /* the last one for all further requests */
    int count;
    char lines[ANSWERS_MAX][128]; /* method and path of each request */
    char tokens[ANSWERS_MAX][64]; /* its Authorization */
    char bodies[ANSWERS_MAX][512];
    char namespace[64];
    char said[1024]; /* what the log got */
    struct server *server;
    struct http *http;
    struct arena *arena;
    struct vault_server at;
};

static void answer(struct exchange *exchange, void *context)
{
    struct vault_world *world = context;
    const int n = exchange->number - 1 < ANSWERS_MAX ? exchange->number - 1 : ANSWERS_MAX - 1;
    const struct exchange *next = &world->answers[n < world->count ? n : world->count - 1];

    snprintf(world->lines[n], sizeof world->lines[n], "%s %s", exchange->method, exchange->path);
    exchange_header(exchange, "Authorization", world->tokens[n], sizeof world->tokens[n]);
    exchange_header(exchange, "X-Vault-Namespace", world->namespace, sizeof world->namespace);
    snprintf(world->bodies[n], sizeof world->bodies[n], "%s", exchange->body ? exchange->body : "");
    exchange->action = next->action;
    exchange->status = next->status;
    exchange->text = next->text;
    exchange->extra = next->extra;
    exchange->type = next->type;
}

static void keep(void *context, const char *text)
{
    struct vault_world *world = context;

    snprintf(world->said + strlen(world->said), sizeof world->said - strlen(world->said), "%s\n",
             text);
}

static int setup(void **state)
{
    static struct vault_world world;
    struct err err;

    world = (struct vault_world){ .arena = arena_new() };
    world.server = server_start(answer, &world);
    assert_int_equal(http_open(&world.http, "test", &err), 0);
    world.at = (struct vault_server){ .url = arena_printf(world.arena, "http://127.0.0.1:%d",
                                                          server_port(world.server)),
                                      .namespace = "",
                                      .plain_http = true,
                                      .tell = keep,
                                      .tell_context = &world };
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct vault_world *world = *state;

    server_stop(world->server);
    http_close(world->http);
    arena_free(world->arena);
    return 0;
}

static void will(struct vault_world *world, int status, const char *text)
{
    world->answers[world->count++] = (struct exchange){ .status = status, .text = text };
}

static const struct vault_credential by_token = { .auth = VAULT_AUTH_TOKEN, .secret = "hvs.own" };
static const struct vault_credential by_account = { VAULT_AUTH_KUBERNETES, "auth/kubernetes",
                                                    "istio", "the.jwt.itself" };
static const struct vault_signing signing = {
    .csr = "csr", .common_name = "c", .org = "o", .uri = "u", .not_after = "2027-01-01T00:00:00Z"
};

static void a_login_gets_a_token_and_gives_it_back(void **state)
{
    struct vault_world *world = *state;
    struct vault_client *client;
    const char *pem;
    struct err err;

    world->at.namespace = "team";
    will(world, 200, LOGIN);
    will(world, 200, "{\"data\":{\"certificate\":\"" PEM("AAEC") "\"}}");
    will(world, 204, NULL);
    client = vault_client_open(world->http, &world->at);
    assert_int_equal(vault_client_login(client, &by_account, &err), 0);
    assert_int_equal(
        vault_client_sign(&pem, client, "pki/root/sign-intermediate", &signing, world->arena, &err),
        0);
    vault_client_close(client);
    assert_string_equal(world->lines[0], "POST /v1/auth/kubernetes/login");
    assert_string_equal(world->tokens[0], "");
    assert_non_null(strstr(world->bodies[0], "the.jwt.itself"));
    assert_string_equal(world->namespace, "team");
    assert_string_equal(world->lines[1], "POST /v1/pki/root/sign-intermediate");
    assert_string_equal(world->tokens[1], "Bearer hvs.given");
    assert_null(strstr(world->bodies[1], "jwt"));
    assert_string_equal(world->lines[2], "POST /v1/auth/token/revoke-self");
}

static void a_given_token_is_looked_up_and_kept(void **state)
{
    struct vault_world *world = *state;
    struct vault_client *client;
    struct err err;

    will(world, 200, "{\"data\":{\"ttl\":0}}");
    will(world, 403, "{\"errors\":[\"permission denied, hvs.own\"]}");
    client = vault_client_open(world->http, &world->at);
    assert_int_equal(vault_client_login(client, &by_token, &err), 0);
    assert_string_equal(world->lines[0], "GET /v1/auth/token/lookup-self");
    assert_int_equal(vault_client_login(client, &by_token, &err), -1); /* revoked meanwhile */
    assert_int_equal(err.code, 403);
    assert_null(strstr(err.text, "hvs.own"));
    assert_string_equal(world->said, ""); /* the server repeated the token */
    vault_client_close(client);
    assert_int_equal(server_requests(world->server), 2);
}

static void a_login_is_never_repeated_in_the_log(void **state)
{
    struct vault_world *world = *state;
    struct vault_client *client = vault_client_open(world->http, &world->at);
    struct err err;

    will(world, 403, "{\"errors\":[\"cannot verify the.jwt.itself\"]}");
    assert_int_equal(vault_client_login(client, &by_account, &err), -1);
    assert_null(strstr(err.text, "jwt"));
    assert_string_equal(world->said, "");
    vault_client_close(client);
}

static int look(struct vault_client *client, struct vault_world *world, struct err *err)
{
    struct vault_issuer issuer;

    return vault_client_issuer(&issuer, client, "pki", "default", world->arena, err);
}

static void a_busy_server_is_asked_again(void **state)
{
    struct vault_world *world = *state;
    struct vault_client *client = vault_client_open(world->http, &world->at);
    struct err err;

    world->answers[world->count++] =
        (struct exchange){ .status = 429, .extra = "Retry-After: 0\r\n" };
    world->answers[world->count++] =
        (struct exchange){ .status = 473, .text = "{}", .extra = "Retry-After: 0\r\n" };
    will(world, 200, ISSUER("a", "AAEC"));
    assert_int_equal(look(client, world, &err), 0);
    assert_int_equal(server_requests(world->server), 3);
    assert_string_equal(world->lines[2], "GET /v1/pki/issuer/default/json");
    vault_client_close(client);
}

/* clang-format off */
static const struct {
    struct exchange answer;
    int requests, more; /* of a first attempt (0: not counted), and of a second one */
    const char *says;
} hopeless[] = {
    { { .status = 503, .text = "{\"errors\":[\"Vault is sealed\"]}" }, 1, 0, "is sealed" },
    { { .status = 503, .text = "", .extra = "Retry-After: 0\r\n" }, 4, 0, "is not available" },
    { { .status = 307, .text = "", .extra = "Location: http://127.0.0.1:1/\r\n" }, 1, 0, "redirects" },
    { { .status = 500, .text = "{}" }, 1, 0, "fails" },
    { { .status = 403, .text = "{}" }, 1, 1, "denies" },
    { { .status = 200, .text = "<html>", .type = "text/html" }, 1, 1, "something else than Vault's JSON" },
    { { .action = SERVER_RESET }, 0, 0, "does not answer" },
    { { .action = SERVER_CUT, .status = 200, .text = ISSUER("a", "AAEC") }, 0, 0, "does not answer" },
};
/* clang-format on */

static void what_cannot_go_better_is_not_asked_again(void **state)
{
    struct vault_world *world = *state;

    for (size_t i = 0; i < LENGTH(hopeless); i++) {
        struct vault_client *client = vault_client_open(world->http, &world->at);
        int before = server_requests(world->server), between;
        struct err first, again;

        world->answers[0] = hopeless[i].answer;
        world->count = 1;
        assert_int_equal(look(client, world, &first), -1);
        between = server_requests(world->server);
        assert_int_equal(look(client, world, &again), -1);
        assert_string_equal(first.text, again.text);
        assert_true(text_starts(first.text, world->at.url));
        if (!strstr(first.text, hopeless[i].says))
            fail_msg("%s", first.text);
        if (hopeless[i].requests) /* libcurl repeats what broke off on a kept connection */
            assert_int_equal(between - before, hopeless[i].requests);
        assert_int_equal(server_requests(world->server) - between, hopeless[i].more);
        vault_client_close(client);
    }
}

static void an_answer_without_end_is_cut(void **state)
{
    struct vault_world *world = *state;
    struct vault_client *client = vault_client_open(world->http, &world->at);
    AUTO_TEXT giant = { 0 };
    struct err err;

    text_adds(&giant, "{\"data\":\"");
    while (giant.len < 600 * 1024)
        text_adds(&giant, "xxxxxxxxxxxxxxxx");
    text_adds(&giant, "\"}");
    will(world, 200, giant.bytes);
    assert_int_equal(look(client, world, &err), -1);
    assert_non_null(strstr(err.text, "more than 512 KiB"));
    vault_client_close(client);
}

static void a_budget_ends(void **state)
{
    struct vault_world *world = *state;
    struct vault_client *client;
    struct err err;

    world->at.budget_ms = 600;
    world->answers[world->count++] = (struct exchange){ .status = 429 };
    client = vault_client_open(world->http, &world->at);
    assert_int_equal(look(client, world, &err), -1);
    assert_in_range(server_requests(world->server), 1, 3);
    vault_client_close(client);
}

static void an_issuer_is_found_by_its_certificate(void **state)
{
    static const char id[] = "ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc";
    struct vault_world *world = *state;
    struct vault_client *client = vault_client_open(world->http, &world->at);
    struct vault_issuer issuer;
    struct err err;

    will(world, 200, "{\"data\":{\"keys\":[\"one\",\"two\"]}}");
    will(world, 200, ISSUER("one", "AAED"));
    will(world, 200, ISSUER("two", "AAEC"));
    assert_int_equal(vault_client_find(&issuer, client, "pki", id, world->arena, &err), 0);
    assert_string_equal(issuer.id, "two");
    assert_string_equal(world->lines[0], "LIST /v1/pki/issuers");
    assert_string_equal(world->lines[2], "GET /v1/pki/issuer/two/json");
    vault_client_close(client);
}

static void an_issuer_that_is_gone_is_told(void **state)
{
    struct vault_world *world = *state;
    struct vault_client *client = vault_client_open(world->http, &world->at);
    struct vault_issuer issuer;
    struct err err;

    will(world, 200, "{\"data\":{\"keys\":[\"one\"]}}");
    will(world, 200, ISSUER("one", "AAED"));
    assert_int_equal(vault_client_find(&issuer, client, "pki", "ae4b", world->arena, &err), -1);
    assert_int_equal(err.code, ENOENT);
    vault_client_close(client);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_login_gets_a_token_and_gives_it_back),
        CASE(a_given_token_is_looked_up_and_kept),
        CASE(a_login_is_never_repeated_in_the_log),
        CASE(a_busy_server_is_asked_again),
        CASE(what_cannot_go_better_is_not_asked_again),
        CASE(an_answer_without_end_is_cut),
        CASE(a_budget_ends),
        CASE(an_issuer_is_found_by_its_certificate),
        CASE(an_issuer_that_is_gone_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
