/* tests/unit/sync/test_snapshot.c - one commit, read: what is visited, what is skipped, what is an
 * error. */
#include "sync/clone.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"
#include "tests/lib/failing_objects.h"
#include "tests/lib/git_specs.h"

#include <string.h>

struct seen {
    struct text list;
    int fails_at, calls;
};

static int note_file(void *context, const struct snapshot_file *file, struct err *err)
{
    struct seen *seen = context;

    if (++seen->calls == seen->fails_at)
        return err_set(err, ERR_INPUT, 0, "failed on purpose");
    if (file->skipped)
        text_addf(&seen->list, "%s %s\n", file->path, file->skipped);
    else
        text_addf(&seen->list, "%s (%zu)\n", file->path, file->len);
    return 0;
}

static const char *each(struct state *state, const char *folder, size_t max)
{
    static const char *const suffixes[] = { ".yaml", ".yml", NULL };
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct seen seen = { 0 };
    const char *list;
    char commit[41];
    struct err err;

    if (clone_fetch(clone, commit, "main", false, &err) < 0
        || snapshot_open(&snapshot, clone, commit, &err) < 0)
        fail_msg("%s", err.text);
    if (snapshot_each(snapshot, &(struct snapshot_walk){ folder, suffixes, max, note_file, &seen },
                      &err)
        < 0)
        list = arena_text(state->world.arena, err.text);
    else
        list = arena_bytes(state->world.arena, seen.list.bytes, seen.list.len);
    text_free(&seen.list);
    return list;
}

static void test_each(void **context)
{
    struct state *state = *context;
    const char *list;

    sh(&state->world,
       "cd work && mkdir -p all/b all/b.d && echo 1 >all/b/x.yaml && echo 22 >all/b.yml && echo 1 "
       ">all/b.d/y.yaml && "
       "echo no >all/notes.txt && ln -s b.yml all/link.yaml && head -c 10000000 /dev/zero "
       ">all/big.yaml && git add . && "
       "git update-index --add --cacheinfo 160000,0123456789abcdef0123456789abcdef01234567,all/sub "
       "&& git commit -q -m all && "
       "git push -q ../specs.git main");
    assert_string_equal(each(state, "all", 1000000),
                        "b.d/y.yaml (2)\nb.yml (3)\nb/x.yaml (2)\n"
                        "big.yaml is 10.0 MB, more than the 1.0 MB that are read\n"
                        "link.yaml is a symbolic link\nsub is a submodule\n");
    assert_string_equal(each(state, "all/b", 1000000), "x.yaml (2)\n");
    assert_string_equal(each(state, "/all//b/", 1000000), "x.yaml (2)\n");
    list = each(state, "", 1000000);
    assert_non_null(strstr(list, "specs/a.yaml (8)\n"));
    assert_non_null(strstr(each(state, "absent", 1),
                           "has no folder \"absent\"; nothing was changed or deleted"));
    assert_non_null(strstr(each(state, "README", 1), "not a folder"));
    assert_non_null(strstr(each(state, "all/link.yaml", 1), "not a folder"));
    assert_non_null(strstr(each(state, "all/sub", 1), "not a folder"));
    sh(&state->world, "cd work && mkdir none && echo x >none/README && git add . && git commit -q "
                      "-m none && git push -q ../specs.git main");
    assert_non_null(strstr(each(state, "none", 1), "nothing was changed or deleted"));
}

/* A folder "bomb" of twelve levels, each of which holds the level below ten times: 10^12 times the
 * leaf, an entry of a tree. */
static void push_bomb(struct state *state, const char *mode, const char *leaf)
{
    sh(&state->world,
       "cd work && blob=$(echo 'kind: A' | git hash-object -w --stdin) && "
       "tree=$(printf '%s blob %%s\\t%s\\n' $blob | git mktree) && "
       "for level in 1 2 3 4 5 6 7 8 9 10 11 12; do "
       "tree=$(for i in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %%s\\tt%%s\\n' $tree $i; done "
       "| git mktree); done && "
       "tree=$(printf '040000 tree %%s\\tbomb\\n' $tree | git mktree) && "
       "git push -q -f ../specs.git $(git commit-tree -m bomb $tree):refs/heads/main",
       mode, leaf);
}

static void test_tree_bomb(void **context)
{
    struct state *state = *context;

    /* Nothing to read in it: each level is walked once. */
    push_bomb(state, "100644", "README");
    assert_non_null(strstr(each(state, "bomb", 1000), "has no file that ends in"));
    push_bomb(state, "100644", "a.yaml");
    assert_non_null(strstr(each(state, "bomb", 1000), "more than 200000 entries"));
    push_bomb(state, "120000", "link");
    assert_non_null(strstr(each(state, "bomb", 1000), "more than 200000 entries"));
}

/* A branch with a file, a file in a folder and a link. */
static void push_three(struct state *state)
{
    sh(&state->world, "cd work && mkdir -p three/b && echo 1 | tee three/a.yaml >three/b/c.yaml && "
                      "ln -s a.yaml three/z.yaml && git add . && git commit -q -m three && "
                      "git push -q -f ../specs.git HEAD:refs/heads/three");
}

/* A visitor that fails ends the walk at once, in whichever file or link. */
static void test_failing_visitor(void **context)
{
    static const char *const suffixes[] = { ".yaml", NULL };
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    char commit[41];
    struct err err;

    push_three(state);
    assert_int_equal(clone_fetch(clone, commit, "three", false, &err), 0);
    assert_int_equal(snapshot_open(&snapshot, clone, commit, &err), 0);
    for (int n = 1; n <= 4; n++) {
        struct seen seen = { .fails_at = n };
        const struct snapshot_walk walk = { "three", suffixes, 1000, note_file, &seen };

        assert_int_equal(snapshot_each(snapshot, &walk, &err), n <= 3 ? -1 : 0);
        assert_int_equal(seen.calls, n <= 3 ? n : 3);
        text_free(&seen.list);
    }
}

static void test_reader(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct arena *arena = state->world.arena;
    struct tree_reader reader;
    const char **names;
    char *bytes;
    size_t count, len;
    struct err err;

    fetches(clone, "main", state->head);
    assert_int_equal(snapshot_open(&snapshot, clone, state->head, &err), 0);
    assert_string_equal(snapshot_commit(snapshot), state->head);
    assert_string_equal(snapshot_trailer(snapshot, "Weft-Source-Commit", arena), "abc");
    assert_null(snapshot_trailer(snapshot, "Weft-Run", arena));
    reader = snapshot_reader(snapshot, "", arena);
    assert_int_equal(reader.list(reader.context, "", &names, &count, arena, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(names[0], "README");
    assert_string_equal(names[1], "specs/");
    assert_int_equal(reader.list(reader.context, "absent", &names, &count, arena, &err), 0);
    assert_int_equal(count, 0);
    reader = snapshot_reader(snapshot, "specs", arena);
    assert_int_equal(reader.read(reader.context, "a.yaml", &bytes, &len, arena, &err), 0);
    assert_string_equal(bytes, "kind: A\n");
    assert_int_equal(len, 8);
    assert_int_equal(reader.read(reader.context, "c.yaml", &bytes, &len, arena, &err), 0);
    assert_null(bytes);
    assert_int_equal(reader.read(reader.context, "../README", &bytes, &len, arena, &err), 0);
    assert_null(bytes);
}

/* --- a store of objects that fails --- */

struct read {
    struct clone *clone;
    struct snapshot *snapshot;
    const char *head;
};

static int do_open(const struct read *of, struct arena *arena, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;

    (void)arena;
    return snapshot_open(&snapshot, of->clone, of->head, err);
}

static int do_each(const struct read *of, struct arena *arena, struct err *err)
{
    static const char *const suffixes[] = { ".yaml", NULL };
    struct seen seen = { 0 };
    int result = snapshot_each(
        of->snapshot, &(struct snapshot_walk){ "specs", suffixes, 1000, note_file, &seen }, err);

    (void)arena;
    text_free(&seen.list);
    return result;
}

static int do_read(const struct read *of, struct arena *arena, struct err *err)
{
    const struct tree_reader reader = snapshot_reader(of->snapshot, "", arena);
    char *bytes;
    size_t len;

    return reader.read(reader.context, "specs/a.yaml", &bytes, &len, arena, err);
}

static int do_list(const struct read *of, struct arena *arena, struct err *err)
{
    const struct tree_reader reader = snapshot_reader(of->snapshot, "", arena);
    const char **names;
    size_t count;

    return reader.list(reader.context, "specs", &names, &count, arena, err);
}

static int do_signature(const struct read *of, struct arena *arena, struct err *err)
{
    struct snapshot_signature signature;

    return snapshot_signature(&signature, of->snapshot, arena, err);
}

static int do_find_ours(const struct read *of, struct arena *arena, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *ours = NULL;

    (void)arena;
    return snapshot_find_ours(&ours, of->clone, of->head, "Weft-Source-Commit", "none", err);
}

static const struct {
    const char *sentence;
    int (*run)(const struct read *of, struct arena *arena, struct err *err);
} actions[] = {
    { "a commit is opened", do_open },       { "files are visited", do_each },
    { "a file is read", do_read },           { "a folder is listed", do_list },
    { "a signature is read", do_signature }, { "a commit of weft is looked for", do_find_ours },
};

/* What could not be read must not count as a file, a folder or a commit that is not there. */
static void test_failing_objects(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct arena *arena = state->world.arena;
    struct err err;

    fetches(clone, "main", state->head);
    assert_int_equal(snapshot_open(&snapshot, clone, state->head, &err), 0);
    for (size_t i = 0; i < LENGTH(actions); i++)
        for (int n = 1, calls = 0; n == calls + 1; n++) {
            struct failing_objects failing;
            int result;

            failing_objects_begin(&failing, clone, n);
            result = actions[i].run(&(struct read){ clone, snapshot, state->head }, arena, &err);
            calls = failing_objects_end(&failing) >= n ? n : n - 1;
            if (result != (calls == n ? -1 : 0))
                fail_msg("%s, and read %d fails: %d", actions[i].sentence, n, result);
            assert_true(calls > 0);
        }
}

/* Either all files are visited, or the walk fails: none is passed over. */
static void test_one_failing_object(void **context)
{
    static const char *const suffixes[] = { ".yaml", NULL };
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    size_t whole = 0, failed = 0;
    char commit[41];
    struct err err;

    push_three(state);
    assert_int_equal(clone_fetch(clone, commit, "three", false, &err), 0);
    assert_int_equal(snapshot_open(&snapshot, clone, commit, &err), 0);
    for (int n = 1, calls = 0; n == calls + 1; n++) {
        struct failing_objects failing;
        struct seen seen = { 0 };
        const struct snapshot_walk walk = { "three", suffixes, 1000, note_file, &seen };
        int result;

        failing_objects_begin(&failing, clone, n);
        failing.once = true;
        result = snapshot_each(snapshot, &walk, &err);
        calls = failing_objects_end(&failing) >= n ? n : n - 1;
        if (result == 0)
            assert_string_equal(seen.list.bytes,
                                "a.yaml (2)\nb/c.yaml (2)\nz.yaml is a symbolic link\n");
        whole += result == 0;
        failed += result < 0;
        text_free(&seen.list);
    }
    assert_true(whole > 0 && failed >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_each),
        CASE(test_tree_bomb),
        CASE(test_failing_visitor),
        CASE(test_failing_objects),
        CASE(test_one_failing_object),
        CASE(test_reader),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
