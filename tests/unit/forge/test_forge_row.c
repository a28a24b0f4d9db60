/* tests/unit/forge/test_forge_row.c - the URLs of each forge, as its API documents them. */
#include "forge/forge_row.h"
#include "tests/lib/check.h"

static const struct {
    const char *name;
    enum forge_kind kind;
    const char *statuses, *set_status, *comments, *comment;
} rows[] = {
    { "GitHub", FORGE_GITHUB, "https://h/v/repos/a.b/c/commits/1f/statuses?per_page=100",
      "https://h/v/repos/a.b/c/statuses/1f",
      "https://h/v/repos/a.b/c/issues/7/comments?per_page=100&page=3",
      "https://h/v/repos/a.b/c/issues/comments/42" },
    { "GitLab", FORGE_GITLAB,
      "https://h/v/projects/a.b%2Fc/repository/commits/1f/"
      "statuses?per_page=100&all=true&order_by=id&sort=desc",
      "https://h/v/projects/a.b%2Fc/statuses/1f",
      "https://h/v/projects/a.b%2Fc/merge_requests/7/"
      "notes?per_page=100&page=3&sort=asc&order_by=created_at",
      "https://h/v/projects/a.b%2Fc/merge_requests/7/notes/42" },
    { "Gitea", FORGE_GITEA, "https://h/v/repos/a.b/c/commits/1f/statuses?limit=50",
      "https://h/v/repos/a.b/c/statuses/1f", "https://h/v/repos/a.b/c/issues/7/comments",
      "https://h/v/repos/a.b/c/issues/comments/42" },
};

static void each_forge_has_its_paths(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(LENGTH(rows), FORGE_COUNT);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct forge_row *row = forge_row(rows[i].kind);
        const struct forge forge = { .target = { .kind = rows[i].kind,
                                                 .api = "https://h/v",
                                                 .repository = "a.b/c",
                                                 .commit = "1f",
                                                 .pull = "7" },
                                     .arena = arena };

        CASE(rows[i].name);
        assert_string_equal(forge_row_url(&forge, row->statuses, 42, 3), rows[i].statuses);
        assert_string_equal(forge_row_url(&forge, row->set_status, 42, 3), rows[i].set_status);
        assert_string_equal(forge_row_url(&forge, row->comments, 42, 3), rows[i].comments);
        assert_string_equal(forge_row_url(&forge, row->comment, 42, 3), rows[i].comment);
        assert_in_range(forge_comment_max(rows[i].kind), 1000, 1000000);
    }
    assert_true(forge_comment_max(FORGE_GITHUB) < 65536);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_forge_has_its_paths) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
