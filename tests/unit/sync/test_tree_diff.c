/* tests/unit/sync/test_tree_diff.c - the files that lie between two commits, as git diff names
 * them. */
#include "sync/fetch.h"
#include "sync/tree_diff.h"
#include "tests/lib/git_output.h"

#include <string.h>

static struct snapshot *open_branch(struct state *state, const char *branch)
{
    struct snapshot *snapshot = NULL;
    char tip[41];

    if (clone_fetch(state->clone, tip, branch, false, &state->err) < 0
        || snapshot_open(&snapshot, state->clone, tip, &state->err) < 0)
        fail_msg("%s", state->err.text);
    return snapshot;
}

/* As git diff --name-status prints it. */
static const char *diff_of(struct state *state, struct snapshot *before, struct snapshot *after)
{
    static const char letters[] = {
        [CHANGE_ADDED] = 'A', [CHANGE_CHANGED] = 'M', [CHANGE_REMOVED] = 'D'
    };
    AUTO_TEXT out = { 0 };
    struct tree_diff diff;

    if (tree_diff(&diff, before, after, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    text_adds(&out, "");
    for (size_t i = 0; i < diff.count; i++)
        text_addf(&out, "%s%c\t%s", i ? "\n" : "", letters[diff.files[i].kind], diff.files[i].path);
    return arena_bytes(state->world.arena, out.bytes, out.len);
}

static void test_what_git_says(void **context)
{
    static const char *const commands[] = {
        "true",
        "echo 2 >out/a/one.yaml",
        "mkdir -p out/a.b out/c/d && echo 1 >out/a.b/x && echo 1 >out/c/d/y && rm out/b/two.yaml",
        "rm -r out/a && echo file >out/a",
        "rm out/b/two.yaml && mkdir out/b/two.yaml && echo 1 >out/b/two.yaml/x",
        "chmod +x out/a/one.yaml",
        "rm -r out && echo 1 >other",
    };
    struct state *state = *context;

    publishes(state, both);
    for (size_t i = 0; i < LENGTH(commands); i++) {
        AUTO(snapshot_close) struct snapshot *before = open_branch(state, "rendered");
        AUTO(snapshot_close) struct snapshot *after = NULL;

        sh(&state->world,
           "rm -rf work && git clone -q -b rendered out.git work && cd work && %s && git add -A && "
           "git commit -q --allow-empty -m x && git push -q -f origin HEAD:after",
           commands[i]);
        after = open_branch(state, "after");
        print_message("%s\n", commands[i]);
        assert_string_equal(diff_of(state, before, after),
                            sh(&state->world, "git -C out.git diff --no-renames --name-status "
                                              "rendered after"));
        assert_string_equal(diff_of(state, after, before),
                            sh(&state->world, "git -C out.git diff --no-renames --name-status "
                                              "after rendered"));
    }
}

static void test_a_first_commit_adds_everything(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    AUTO(snapshot_close) struct snapshot *after = open_branch(state, "rendered");

    assert_string_equal(diff_of(state, NULL, after), "A\tout/a/one.yaml\nA\tout/b/two.yaml");
}

static void test_only_ordinary_files_are_plain(void **context)
{
    struct state *state = *context;
    struct tree_diff diff;

    publishes(state, both);
    AUTO(snapshot_close) struct snapshot *before = open_branch(state, "rendered");

    human(&state->world, "chmod +x out/a/one.yaml && ln -s x out/a/link && echo 1 >out/a/z");
    AUTO(snapshot_close) struct snapshot *after = open_branch(state, "rendered");

    if (tree_diff(&diff, before, after, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    assert_int_equal(diff.count, 3);
    assert_false(diff.files[0].plain); /* link */
    assert_false(diff.files[1].plain); /* one.yaml */
    assert_true(diff.files[2].plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_git_says),
        CASE(test_a_first_commit_adds_everything),
        CASE(test_only_ordinary_files_are_plain),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
