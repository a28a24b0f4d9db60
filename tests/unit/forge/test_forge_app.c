/* tests/unit/forge/test_forge_app.c - what is asked for a token of an App, and what comes of it. */
#include "forge/forge_app.h"
#include "tests/lib/api_server.h"
#include "tests/lib/check.h"

enum { REQUESTS_MAX = 4 };

struct app_world {
    char lines[REQUESTS_MAX][128], bodies[REQUESTS_MAX][256], credentials[REQUESTS_MAX][64];
    const char *token; /* the answer to the last request */
    int status;
    struct server *server;
    struct arena *arena;
    struct forge_target target;
    struct err err;
};

static void answer(struct exchange *exchange, void *context)
{
    struct app_world *world = context;
    const int n = (exchange->number - 1) % REQUESTS_MAX;

    snprintf(world->lines[n], sizeof world->lines[n], "%s %s", exchange->method, exchange->path);
    snprintf(world->bodies[n], sizeof world->bodies[n], "%s", exchange->body ? exchange->body : "");
    exchange_header(exchange, "Authorization", world->credentials[n], sizeof world->credentials[n]);
    exchange->status = strcmp(exchange->method, "GET") == 0 ? 200 : world->status;
    exchange->text = strcmp(exchange->method, "GET") == 0 ? "{\"id\":99}" : world->token;
}

static int setup(void **state)
{
    static struct app_world world;

    world = (struct app_world){ .arena = arena_new(),
                                .status = 201,
                                .token = "{\"token\":\"ghs_x\",\"expires_at\":\"2026\"}" };
    world.server = server_start(answer, &world);
    world.target = (struct forge_target){ .kind = FORGE_GITHUB,
                                          .api = arena_printf(world.arena, "http://127.0.0.1:%d",
                                                              server_port(world.server)),
                                          .repository = "platform/mesh",
                                          .commit = "",
                                          .pull = "",
                                          .token = "a.b.c" };
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct app_world *world = *state;

    server_stop(world->server);
    arena_free(world->arena);
    return 0;
}

static int get(struct app_world *world, const char *installation, const char **token)
{
    return forge_app_token(token, &world->target, installation, "weft", world->arena, &world->err);
}

static void a_token_is_of_one_repository_and_its_pull_requests(void **state)
{
    struct app_world *world = *state;
    const char *token;

    assert_int_equal(get(world, "7", &token), 0);
    assert_string_equal(token, "ghs_x");
    assert_string_equal(world->lines[0], "POST /app/installations/7/access_tokens");
    assert_string_equal(world->credentials[0], "Bearer a.b.c");
    assert_string_equal(world->bodies[0], "{\"repositories\":[\"mesh\"],\"permissions\":"
                                          "{\"pull_requests\":\"write\",\"statuses\":\"write\"}}");
}

static void the_installation_of_the_repository_is_found(void **state)
{
    struct app_world *world = *state;
    const char *token;

    assert_int_equal(get(world, NULL, &token), 0);
    assert_string_equal(world->lines[0], "GET /repos/platform/mesh/installation");
    assert_string_equal(world->lines[1], "POST /app/installations/99/access_tokens");
}

static void what_is_no_token_is_an_error(void **state)
{
    static const char *const rows[] = { "{}", "{\"token\":\"\"}", "{\"token\":{}}", "[]", "x", "" };
    struct app_world *world = *state;
    const char *token;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        world->token = rows[i];
        assert_int_equal(get(world, "7", &token), -1);
    }
    world->status = 422;
    world->token = "{\"message\":\"The permissions requested are not granted\"}";
    assert_int_equal(get(world, "7", &token), -1);
    assert_int_equal(world->err.code, 422);
    assert_int_equal(get(world, "x", &token), -1);
    assert_int_equal(world->err.kind, ERR_INPUT);
}

static void other_forges_have_no_apps(void **state)
{
    struct app_world *world = *state;
    const char *token;

    world->target.kind = FORGE_GITEA;
    assert_int_equal(get(world, "7", &token), -1);
    assert_int_equal(world->err.kind, ERR_INPUT);
    assert_int_equal(server_requests(world->server), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = { TEST(a_token_is_of_one_repository_and_its_pull_requests),
                                        TEST(the_installation_of_the_repository_is_found),
                                        TEST(what_is_no_token_is_an_error),
                                        TEST(other_forges_have_no_apps) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
