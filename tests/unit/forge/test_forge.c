/* tests/unit/forge/test_forge.c - which targets get a token.  What is sent is in
 * tests/e2e/review.bats. */
#include "forge/forge.h"
#include "tests/lib/api_server.h"
#include "tests/lib/check.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

static const struct {
    const char *name;
    struct forge_target target;
    enum err_kind kind; /* ERR_NONE: it is taken */
} rows[] = {
    { "GitHub",
      { FORGE_GITHUB, "https://api.github.com", "a/b", COMMIT, "1", "t", NULL },
      ERR_NONE },
    { "nested groups",
      { FORGE_GITLAB, "https://h/api/v4", "a/b.c/d_e", COMMIT, "", "t", NULL },
      ERR_NONE },
    { "loopback",
      { FORGE_GITEA, "http://127.0.0.1:3000/api/v1", "a/b", COMMIT, "1", "t", NULL },
      ERR_NONE },
    { "no TLS", { FORGE_GITEA, "http://h/api/v1", "a/b", COMMIT, "1", "t", NULL }, ERR_REFUSED },
    { "a name that begins as the loopback",
      { FORGE_GITEA, "http://127.0.0.1.evil.example/api", "a/b", COMMIT, "1", "t", NULL },
      ERR_REFUSED },
    { "another scheme",
      { FORGE_GITEA, "file:///etc/passwd", "a/b", COMMIT, "1", "t", NULL },
      ERR_INPUT },
    { "a user", { FORGE_GITHUB, "https://u:p@h", "a/b", COMMIT, "1", "t", NULL }, ERR_INPUT },
    { "a query", { FORGE_GITHUB, "https://h?x=", "a/b", COMMIT, "1", "t", NULL }, ERR_INPUT },
    { "upwards", { FORGE_GITHUB, "https://h", "a/..", COMMIT, "1", "t", NULL }, ERR_INPUT },
    { "no owner", { FORGE_GITHUB, "https://h", "b", COMMIT, "1", "t", NULL }, ERR_INPUT },
    { "an empty part", { FORGE_GITHUB, "https://h", "a//b", COMMIT, "1", "t", NULL }, ERR_INPUT },
    { "another path", { FORGE_GITHUB, "https://h", "a/b?c", COMMIT, "1", "t", NULL }, ERR_INPUT },
    { "a short commit", { FORGE_GITHUB, "https://h", "a/b", "0123", "1", "t", NULL }, ERR_INPUT },
    { "a branch", { FORGE_GITHUB, "https://h", "a/b", "main", "1", "t", NULL }, ERR_INPUT },
    { "no number", { FORGE_GITHUB, "https://h", "a/b", COMMIT, "1/x", "t", NULL }, ERR_INPUT },
    { "no token", { FORGE_GITHUB, "https://h", "a/b", COMMIT, "1", "", NULL }, ERR_INPUT },
};

static void only_sound_targets_get_a_token(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_FORGE forge = { .http = NULL };
        struct err err = { 0 };
        const int result = forge_open(&forge, &rows[i].target, "test", arena, &err);

        CASE(rows[i].name);
        assert_int_equal(result, rows[i].kind == ERR_NONE ? 0 : -1);
        assert_int_equal(err.kind, rows[i].kind);
    }
    arena_free(arena);
}

static void each_forge_has_the_api_of_its_servers(void **state)
{
    static const struct {
        const char *title;
        enum forge_kind kind;
        const char *host, *authority, *api;
    } cases[] = {
        { "GitHub itself", FORGE_GITHUB, "github.com", "github.com", "https://api.github.com" },
        { "GitHub Enterprise", FORGE_GITHUB, "g.example", "g.example:8443",
          "https://g.example:8443/api/v3" },
        { "GitLab", FORGE_GITLAB, "gitlab.com", "gitlab.com", "https://gitlab.com/api/v4" },
        { "Gitea", FORGE_GITEA, "g.example", "g.example", "https://g.example/api/v1" },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        CASE(cases[i].title);
        assert_string_equal(
            forge_api(cases[i].kind, "https", cases[i].host, cases[i].authority, arena),
            cases[i].api);
    }
    for (int kind = 0; kind < FORGE_COUNT; kind++)
        assert_null(strstr(forge_api((enum forge_kind)kind, "https", "h", "h", arena), "null"));
    arena_free(arena);
}

/* The account answers; the comments do not. */
static void forbid(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->status = text_ends(exchange->path, "/user") ? 200 : 401;
    exchange->text = "{\"login\":\"weft\"}";
}

/* Without the comments that are there, it adds none: one of them may be its own. */
static void comments_that_cannot_be_read_are_an_error(void **state)
{
    struct arena *arena = arena_new();
    struct server *server = server_start(forbid, NULL);
    const struct forge_target target = {
        FORGE_GITEA, arena_printf(arena, "http://127.0.0.1:%d", server_port(server)),
        "a/b",       "",
        "1",         "t",
        NULL
    };
    AUTO_FORGE forge = { .http = NULL };
    struct err err = { .text = "" };

    (void)state;
    assert_int_equal(forge_open(&forge, &target, "test", arena, &err), 0);
    assert_int_equal(forge_keep_comment(&forge, "<!-- weft -->", "body", &err), -1);
    assert_int_equal(err.code, 401);
    assert_int_equal(server_requests(server), 2);
    server_stop(server);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_sound_targets_get_a_token),
        cmocka_unit_test(comments_that_cannot_be_read_are_an_error),
        cmocka_unit_test(each_forge_has_the_api_of_its_servers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
