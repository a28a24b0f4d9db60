/* tests/unit/sync/test_tree_path.c - paths of one commit, with each folder read once. */
#include "sync/clone.h"
#include "sync/commit.h"
#include "sync/limits.h"
#include "sync/tree_path.h"
#include "tests/lib/failing_objects.h"
#include "tests/lib/git_specs.h"
#include <errno.h>
#include <string.h>

struct tree {
    struct clone *clone;
    struct git_id root;
};

static struct tree tree_of(struct state *state, const char *ref)
{
    struct tree tree = { .clone = open_specs(state) };
    struct commit commit;
    struct git_id id;
    char hex[41];
    struct err err;

    if (clone_fetch(tree.clone, hex, ref, false, &err) < 0 || !commit_parse_id(&id, hex)
        || commit_read(&commit, tree.clone, &id, state->world.arena, &err) < 0)
        fail_msg("%s", err.text);
    tree.root = commit.tree;
    return tree;
}

/* Folders, a link, a submodule, and more levels than are kept. */
static void push_odd(struct state *state)
{
    sh(&state->world,
       "cd work && mkdir -p odd/a odd/b $(printf 'odd/deep%%s' $(printf '/d%%.0s' $(seq 40))) && "
       "echo 1 >odd/a/x && echo 2 >odd/b/x && ln -s a odd/link && "
       "for d in $(find odd/deep -type d); do echo $d >$d/here; done && git add . && "
       "git update-index --add --cacheinfo "
       "160000,0123456789abcdef0123456789abcdef01234567,odd/sub && "
       "git commit -q -m odd && git push -q -f ../specs.git HEAD:refs/heads/odd");
}

// clang-format off
static const struct {
    const char *path;
    unsigned mode;
} cases[] = {
    { "", MODE_DIR },
    { "/", MODE_DIR },
    { "odd/a/x", MODE_FILE },
    { "odd/b/x", MODE_FILE },
    { "odd/a/x", MODE_FILE }, /* another folder of that level was opened between */
    { "odd//a/x", MODE_FILE },
    { "odd/a/", MODE_DIR },
    { "odd/a", MODE_DIR },
    { "odd/a/y", 0 },
    { "odd/a/x/y", 0 },
    { "odd/link", MODE_LINK },
    { "odd/link/x", 0 },
    { "odd/sub", MODE_COMMIT },
    { "odd/sub/x", 0 },
    { "absent/x", 0 },
    { "../odd/a/x", 0 },
    { "odd/a/../b/x", 0 },
    { "odd/deep/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/here", MODE_FILE },
    { "odd/deep/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/here", MODE_FILE },
};
// clang-format on

static void paths_lead_where_git_says(void **context)
{
    struct state *state = *context;
    AUTO(tree_path_close) struct tree_path *path = tree_path_new();
    struct arena *arena = state->world.arena;
    struct tree tree;
    struct err err;

    push_odd(state);
    tree = tree_of(state, "odd");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct tree_item kept, once;

        print_message("\"%s\"\n", cases[i].path);
        assert_int_equal(
            tree_path_find(&kept, path, tree.clone, &tree.root, cases[i].path, arena, &err), 0);
        assert_int_equal(tree_read_find(&once, tree.clone, &tree.root, cases[i].path, arena, &err),
                         0);
        assert_int_equal(kept.mode, cases[i].mode);
        assert_int_equal(once.mode, cases[i].mode);
        assert_string_equal(kept.name, once.name);
        if (kept.mode)
            assert_true(git_id_equal(&kept.id, &once.id));
    }
    clone_close(tree.clone);
}

/* Reads of objects for so many files of one folder. */
static int reads_of(struct tree *tree, int files, struct arena *arena)
{
    AUTO(tree_path_close) struct tree_path *path = tree_path_new();
    struct failing_objects counting;
    struct tree_item item;
    struct err err;

    failing_objects_begin(&counting, tree->clone, INT32_MAX);
    for (int i = 0; i < files; i++)
        assert_int_equal(tree_path_find(&item, path, tree->clone, &tree->root,
                                        arena_printf(arena, "specs/%d", i), arena, &err),
                         0);
    return failing_objects_end(&counting);
}

static void a_folder_is_read_once(void **context)
{
    struct state *state = *context;
    struct tree tree = tree_of(state, "main");
    const int one = reads_of(&tree, 1, state->world.arena);

    assert_true(one > 0);
    assert_int_equal(reads_of(&tree, 500, state->world.arena), one);
    clone_close(tree.clone);
}

/* What could not be read is not kept as a folder without files. */
static void a_read_that_fails_is_an_error_and_tried_again(void **context)
{
    struct state *state = *context;
    struct tree tree = tree_of(state, "main");
    struct arena *arena = state->world.arena;
    int failed = 0;

    for (int n = 1, calls = n; n <= calls; n++) {
        AUTO(tree_path_close) struct tree_path *path = tree_path_new();
        struct failing_objects failing;
        struct tree_item item;
        struct err err;
        int result;

        failing_objects_begin(&failing, tree.clone, n);
        result = tree_path_find(&item, path, tree.clone, &tree.root, "specs/a.yaml", arena, &err);
        calls = failing_objects_end(&failing);
        failed += result < 0;
        assert_true(result == 0 || calls >= n);
        assert_int_equal(
            tree_path_find(&item, path, tree.clone, &tree.root, "specs/a.yaml", arena, &err), 0);
        assert_int_equal(item.mode, MODE_FILE);
    }
    assert_true(failed >= 2);
    clone_close(tree.clone);
}

/* Of the same name twice, which a server may let in, every look-up finds the same one. */
static void of_equal_names_the_first_counts(void **context)
{
    struct state *state = *context;
    struct arena *arena = state->world.arena;
    AUTO(tree_path_close) struct tree_path *path = tree_path_new();
    struct tree tree;
    struct tree_item kept, once;
    struct err err;

    sh(&state->world,
       "cd work && a=$(echo a | git hash-object -w --stdin) && b=$(echo b | git hash-object -w "
       "--stdin) && t=$(printf '100644 blob %%s\\tx\\n100644 blob %%s\\tx\\n' $a $b | git mktree) "
       "&& git push -q -f ../specs.git $(git commit-tree -m twice $t):refs/heads/twice");
    tree = tree_of(state, "twice");
    assert_int_equal(tree_path_find(&kept, path, tree.clone, &tree.root, "x", arena, &err), 0);
    assert_int_equal(tree_read_find(&once, tree.clone, &tree.root, "x", arena, &err), 0);
    assert_true(git_id_equal(&kept.id, &once.id));
    clone_close(tree.clone);
}

/* A file that no pass would write is not read into memory. */
static void a_file_above_the_limit_is_not_read(void **context)
{
    struct state *state = *context;
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct object_content content = { 0 };
    struct tree_reader reader;
    struct tree_item item;
    struct tree tree;
    char *bytes;
    size_t len;
    struct err err;

    sh(&state->world,
       "cd work && head -c %d /dev/zero >large && git add . && git commit -q -m large && "
       "git push -q -f ../specs.git HEAD:refs/heads/large",
       FILE_MAX + 1);
    tree = tree_of(state, "large");
    assert_int_equal(snapshot_open(&snapshot, tree.clone,
                                   sh(&state->world, "git -C specs.git rev-parse large"), &err),
                     0);
    reader = snapshot_reader(snapshot, "", state->world.arena);
    assert_int_equal(reader.read(reader.context, "large", &bytes, &len, state->world.arena, &err),
                     -1);
    assert_int_equal(err.code, EFBIG);
    assert_non_null(strstr(err.text, "read large"));
    assert_int_equal(
        tree_read_find(&item, tree.clone, &tree.root, "large", state->world.arena, &err), 0);
    assert_int_equal(tree_read_file(&content, tree.clone, &item.id, state->world.arena, &err), 0);
    assert_null(content.bytes);
    assert_int_equal(content.len, FILE_MAX + 1);
    clone_close(tree.clone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(paths_lead_where_git_says),
        CASE(a_folder_is_read_once),
        CASE(a_read_that_fails_is_an_error_and_tried_again),
        CASE(of_equal_names_the_first_counts),
        CASE(a_file_above_the_limit_is_not_read),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
