/* tests/unit/sync/test_tree_compare.c - the first difference between what a commit should have and
 * what it has. */
#include "base/blobs.h"
#include "sync/fetch.h"
#include "sync/tree_compare.h"
#include "tests/lib/git_output.h"

#include <string.h>

/* Everything below out/ but notes/. */
static bool concerns(void *context, const char *path)
{
    (void)context;
    return !text_starts(path, "notes/");
}

static struct filetree *tree_of(struct state *state, const struct file *files)
{
    struct filetree *tree = filetree_new(state->world.arena);

    for (; files->path; files++) {
        const struct git_id id = git_id_of_blob(files->bytes, strlen(files->bytes));

        filetree_put(tree, files->path, &id);
    }
    return tree;
}

/* "": equal; else the path and what is wrong with it. */
static const char *compare(struct state *state, const struct file *expected)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct tree_compare_request request = { .folder = "out",
                                            .concerns = concerns,
                                            .owns = owns_marked };
    struct tree_mismatch mismatch;
    char tip[41];

    if (clone_fetch(state->clone, tip, "rendered", false, &state->err) < 0
        || snapshot_open(&snapshot, state->clone, tip, &state->err) < 0)
        fail_msg("%s", state->err.text);
    request.expected = tree_of(state, expected);
    request.snapshot = snapshot;
    if (tree_compare(&mismatch, &request, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    return mismatch.path ? arena_printf(state->world.arena, "%s%s", mismatch.path,
                                        mismatch.missing ? " missing"
                                        : mismatch.extra ? " extra"
                                                         : " differs")
                         : "";
}

// clang-format off
static const struct file three[] = { { "a/one.yaml", ONE }, { "b/two.yaml", TWO }, { "c/d/e.yaml", ONE }, END };
static const struct file other[] = { { "a/one.yaml", ONE }, { "b/two.yaml", THREE }, END };
// clang-format on

static void test_differences(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    assert_string_equal(compare(state, both), "");
    assert_string_equal(compare(state, one), "b/two.yaml extra");
    assert_string_equal(compare(state, three), "c missing");
    assert_string_equal(compare(state, other), "b/two.yaml differs");
    assert_string_equal(compare(state, nothing), "a/one.yaml extra");
}

static void test_what_others_have_does_not_count(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    human(&state->world,
          "echo mine >out/a/mine && mkdir out/notes && cp out/a/one.yaml out/notes && "
          "cp out/a/one.yaml top.yaml");
    assert_string_equal(compare(state, both), "");
    human(&state->world, "chmod +x out/a/one.yaml");
    assert_string_equal(compare(state, both), "a/one.yaml missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_differences),
        CASE(test_what_others_have_does_not_count),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
