/* tests/unit/app/test_config_pull.c - what the output repository's URL says about its forge. */
#include "app/config.h"
#include "tests/lib/check.h"
#include <string.h>

static const struct {
    const char *url;
    enum forge_kind forge;
    const char *api, *repository; /* api NULL: the URL does not say */
} rows[] = {
    { "https://github.com/a/b.git", FORGE_GITHUB, "https://api.github.com", "a/b" },
    { "git@github.com:a/b.git", FORGE_GITHUB, "https://api.github.com", "a/b" },
    { "https://ghe.example.com/a/b", FORGE_GITHUB, "https://ghe.example.com/api/v3", "a/b" },
    { "https://h:8443/g/sub/b.git", FORGE_GITLAB, "https://h:8443/api/v4", "g/sub/b" },
    { "ssh://git@h:2222/g/b.git/", FORGE_GITLAB, "https://h/api/v4", "g/b" },
    { "http://127.0.0.1:3000/a/b.git", FORGE_GITEA, "http://127.0.0.1:3000/api/v1", "a/b" },
    { "https://[::1]:3000/a/b", FORGE_GITEA, "https://[::1]:3000/api/v1", "a/b" },
    { "git://h/a/b.git", FORGE_GITEA, NULL, "a/b" },
};

static void the_url_says_where_the_forge_is(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct diags diags = { .arena = arena };
        struct config config = { .output = { .url = rows[i].url,
                                             .branch = "rendered",
                                             .mode = OUTPUT_PULL_REQUEST,
                                             .auth = { .password_file = "token" },
                                             .pull = { .forge = rows[i].forge } },
                                 .specs = { .url = "git://h/s", .ref = "main" } };

        CASE(rows[i].url);
        config_pull_finish(&config, arena, &diags);
        assert_int_equal(diags.errors, !rows[i].api);
        if (rows[i].api)
            assert_string_equal(config.output.pull.api, rows[i].api);
        assert_string_equal(config.output.pull.repository, rows[i].repository);
        assert_string_equal(config.output.pull.branch, "rendered-proposal");
        assert_string_equal(config.output.pull.token_file, "token");
    }
    arena_free(arena);
}

static void proposals_that_the_mode_never_makes_are_warned_about(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (int written = 0; written < 2; written++) {
        struct diags diags = { .arena = arena };
        struct config config = { .output = { .url = "git://h/o", .branch = "rendered" } };

        config.output.mode = OUTPUT_PUSH;
        config.output.has_pull = written;
        config.output.pull.place = (struct place){ .file = "weft.yaml", .line = 9 };
        config_pull_finish(&config, arena, &diags);
        assert_int_equal(diags.errors, 0);
        assert_int_equal(diags.warnings, (size_t)written);
        if (written) {
            assert_string_equal(diags.first->path, "output.pullRequest");
            assert_int_equal(diags.first->place.line, 9);
        }
    }
    arena_free(arena);
}

/* A push to the branch of a proposal replaces what is there. */
static void proposals_have_a_branch_of_their_own(void **state)
{
    static const struct {
        const char *sentence, *specs, *ref;
        bool discovery;
        const char *inventory; /* URL; NULL: that of the output */
        size_t errors;
    } taken[] = {
        { "the specs' branch", "git://h/o.git", "proposed", false, NULL, 1 },
        { "by its full name", "git://h/o.git", "refs/heads/proposed", false, NULL, 1 },
        { "a tag of that name", "git://h/o.git", "refs/tags/proposed", false, NULL, 0 },
        { "in another repository", "git://h/s.git", "proposed", false, NULL, 0 },
        { "the inventory's branch", "git://h/s.git", "main", true, NULL, 1 },
        { "of the same repository, named twice", "git://h/s.git", "main", true, "git://h/o/", 1 },
        { "of another one", "git://h/s.git", "main", true, "git://h/i", 0 },
        { "of discovery that is off", "git://h/s.git", "main", false, NULL, 0 },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(taken); i++) {
        struct diags diags = { .arena = arena };
        struct config config = {
            .output = { .url = "git://h/o",
                        .branch = "rendered",
                        .mode = OUTPUT_PULL_REQUEST,
                        .auth = { .password_file = "token" },
                        .pull = { .branch = "proposed", .api = "https://h/api" } },
            .specs = { .url = taken[i].specs, .ref = taken[i].ref },
            .discovery = { .enabled = taken[i].discovery, .branch = "proposed" },
            .inventory = { .url = taken[i].inventory },
        };

        CASE(taken[i].sentence);
        config_pull_finish(&config, arena, &diags);
        assert_int_equal(diags.errors, taken[i].errors);
        if (diags.errors)
            assert_string_equal(diags.first->path, "output.pullRequest.branch");
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proposals_have_a_branch_of_their_own),
        cmocka_unit_test(the_url_says_where_the_forge_is),
        cmocka_unit_test(proposals_that_the_mode_never_makes_are_warned_about),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
