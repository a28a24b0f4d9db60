/* tests/unit/sync/test_drift.c - what other people have on the output branch: kept, refused to
 * overwrite, named. */
#include "sync/clone.h"
#include "tests/lib/git_output.h"

#include <stdio.h>
#include <string.h>

static void test_keeps_foreign_files(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    human(
        &state->world,
        "echo mine >README && mkdir -p out/mine && echo mine >out/mine/x && echo mine >out/a/x && "
        "ln -s one.yaml out/a/link && printf '#!/bin/sh\\n' >out/b/run && chmod +x out/b/run");
    publishes(state, both);
    assert_false(state->result.committed);
    publishes(state, one);
    assert_true(state->result.committed);
    assert_string_equal(listed(state),
                        "README out/a/link out/a/one.yaml out/a/x out/b/run out/mine/x ");
    assert_string_equal(
        sh(&state->world,
           "git -C out.git ls-tree -r rendered | cut -c1-6 | sort | uniq -c | tr -s ' \\n' ' '"),
        " 4 100644 1 100755 1 120000 ");
    publishes(state, nothing);
    assert_string_equal(listed(state), "README out/a/link out/a/x out/b/run out/mine/x ");
}

// clang-format off
static const struct {
    const char *name, *command, *words;
} foreign[] = {
    { "a file where ours must go", "mkdir -p out/a && echo mine >out/a/one.yaml", "\"out/a/one.yaml\", which is not weft's" },
    { "a file where our directory must go", "mkdir -p out && echo mine >out/a", "\"out/a\", which is not weft's" },
    { "a directory where our file must go", "mkdir -p out/a/one.yaml && echo mine >out/a/one.yaml/x", "out/a/one.yaml" },
    { "a symbolic link", "mkdir -p out/a && ln -s '# weft' out/a/one.yaml", "out/a/one.yaml" },
    { "a submodule", "git init -q out/a/one.yaml && git -C out/a/one.yaml commit -q --allow-empty -m x", "out/a/one.yaml" },
    { "a file where the output path goes", "echo mine >out", "out" },
};
// clang-format on

static void test_refuses_to_overwrite_foreign_files(void **context)
{
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(foreign); i++) {
        print_message("%s\n", foreign[i].name);
        sh(&state->world, "rm -rf cache out.git seed && git init -q --bare -b main out.git && "
                          "git -C out.git config http.receivepack true && git init -q -b rendered "
                          "seed && cd seed && "
                          "git commit -q --allow-empty -m seed && git push -q ../out.git rendered");
        human(&state->world, foreign[i].command);
        refused(state, one, ERR_REFUSED, foreign[i].words);
        clone_close(state->clone);
        state->clone = NULL;
    }
}

/* One tree mounted for two clusters; a person adds a file in one of them only. */
static int build_shared(void *context, struct filetree **out, const struct tree_reader *tip,
                        struct arena *arena, struct err *err)
{
    struct writer *writer = context;
    struct blobs blobs = clone_blobs(writer->clone);
    struct filetree *shared = filetree_new(arena);
    const char *bytes = writer->files[0].bytes;
    struct git_id id;

    (void)tip;
    if (blobs.put(blobs.context, &id, bytes, strlen(bytes), err) < 0)
        return -1;
    filetree_put(shared, "svc.yaml", &id);
    *out = filetree_new(arena);
    filetree_mount(*out, "clusters/a/imports/c", shared);
    filetree_mount(*out, "clusters/b/imports/c", shared);
    return 0;
}

static void publishes_shared(struct state *state, const struct file *files)
{
    struct writer writer = new_pass(state, files);
    struct publish_request request = request_of(&writer, "rendered", "out");

    request.build = build_shared;
    if (publish_with(state, &request) < 0)
        fail_msg("%s", state->err.text);
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
}

static void test_shared_directories(void **context)
{
    struct state *state = *context;

    publishes_shared(state, one);
    assert_int_equal(state->result.change_count, 2);
    /* commit, root, out, clusters, a = b, imports, c, blob */
    assert_string_equal(sh(&state->world, "git -C out.git rev-list --objects rendered | wc -l"),
                        "8");
    human(&state->world, "echo mine >out/clusters/b/imports/c/mine");
    publishes_shared(state, both);
    assert_false(state->result.committed);
    publishes_shared(state, changed);
    assert_int_equal(state->result.change_count, 2);
    assert_string_equal(state->result.changes[1].path, "clusters/b/imports/c/svc.yaml");
    assert_string_equal(listed(state),
                        "out/clusters/a/imports/c/svc.yaml out/clusters/b/imports/c/mine "
                        "out/clusters/b/imports/c/svc.yaml ");
    assert_string_equal(
        sh(&state->world, "git -C out.git show rendered:out/clusters/b/imports/c/svc.yaml"),
        "# weft\n2");
}

// clang-format off
static const struct {
    const char *name, *command;
    const struct file *files;
    const char *words; /* NULL: published */
    bool commits;
} drifts[] = {
    { "our file was changed, and we change it", "echo '# weft hand' >out/a/one.yaml", changed, "a/one.yaml", false },
    { "our file was changed, and we would put it back", "echo '# weft hand' >out/a/one.yaml", both, "a/one.yaml", false },
    { "our file was deleted", "rm out/b/two.yaml", both, "b/two.yaml", false },
    { "our file was changed, and we remove it", "echo '# weft hand' >out/b/two.yaml", one, "b/two.yaml", false },
    { "a file like ours was added", "echo '# weft hand' >out/b/three.yaml", both, "b/three.yaml", false },
    { "our last commit was reverted", "git revert -n HEAD", both, "a/one.yaml", false },
    { "the change is the one we make", "printf '# weft\\n2\\n' >out/a/one.yaml", changed, NULL, false },
    { "another file of ours was changed to what we make", "printf '# weft\\n2\\n' >out/a/one.yaml",
      (const struct file[]){ { "a/one.yaml", TWO }, { "b/two.yaml", ONE }, END }, NULL, true },
    { "another writer added a file", "echo mine >out/x", changed, NULL, true },
    { "a file outside was added", "echo mine >README", changed, NULL, true },
    { "our file was deleted, and so do we", "rm out/b/two.yaml", one, NULL, false },
};
// clang-format on

static void test_drift(void **context)
{
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(drifts); i++) {
        print_message("%s\n", drifts[i].name);
        sh(&state->world, "git -C out.git update-ref -d refs/heads/rendered");
        publishes(state, both);
        human(&state->world, drifts[i].command);
        if (!drifts[i].words) {
            publishes(state, drifts[i].files);
            assert_int_equal(state->result.committed, drifts[i].commits);
            continue;
        }
        refused(state, drifts[i].files, ERR_REFUSED, drifts[i].words);
        assert_non_null(strstr(state->err.text,
                               sh(&state->world, "git -C out.git rev-parse --short=12 rendered")));
        assert_non_null(strstr(state->err.text, "by Ada on 20"));
    }
}

static void test_drift_overwritten(void **context)
{
    struct state *state = *context;
    struct writer writer;
    struct publish_request request;

    publishes(state, both);
    human(&state->world, "echo '# weft hand' >out/a/one.yaml");
    writer = new_pass(state, both);
    request = request_of(&writer, "rendered", "out");
    request.overwrite_drift = true;
    assert_int_equal(publish_with(state, &request), 0);
    assert_true(state->result.committed);
    assert_string_equal(sh(&state->world, "git -C out.git show rendered:out/a/one.yaml"),
                        "# weft\n1");
    assert_string_equal(commits(state), "3");
}

static bool asserts_one(void *context, const char *path)
{
    (void)context;
    return strcmp(path, "a/one.yaml") == 0;
}

static const struct {
    const char *name, *command;
    const char *words; /* NULL: put right again */
} set_back[] = {
    { "our commit was reverted", "git revert -n HEAD", NULL },
    { "the file was set back to the first one", "git checkout -q HEAD~2 -- out/a/one.yaml", NULL },
    { "a hand wrote it", "echo '# weft hand' >out/a/one.yaml", "a/one.yaml" },
    { "it was deleted", "rm out/a/one.yaml", "a/one.yaml" },
    { "another file was set back", "git revert -n HEAD~1", "b/two.yaml" },
};

/* Of some files a revert is no wish: weft's present bytes take the place of its former ones. */
static void test_drift_of_what_is_asserted(void **context)
{
    static const struct file first[] = { { "a/one.yaml", ONE }, { "b/two.yaml", ONE }, END };
    static const struct file third[] = { { "a/one.yaml", THREE }, { "b/two.yaml", TWO }, END };
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(set_back); i++) {
        struct writer writer;
        struct publish_request request;

        print_message("%s\n", set_back[i].name);
        sh(&state->world, "git -C out.git update-ref -d refs/heads/rendered");
        publishes(state, first);
        publishes(state,
                  (const struct file[]){ { "a/one.yaml", ONE }, { "b/two.yaml", TWO }, END });
        publishes(state, third);
        human(&state->world, set_back[i].command);
        writer = new_pass(state, third);
        request = request_of(&writer, "rendered", "out");
        request.asserts = asserts_one;
        if (set_back[i].words) {
            refused_with(state, &request, ERR_REFUSED, set_back[i].words);
            continue;
        }
        if (publish_with(state, &request) < 0)
            fail_msg("%s", state->err.text);
        assert_string_equal(sh(&state->world, "git -C out.git show rendered:out/a/one.yaml"),
                            "# weft\n3");
    }
}

/* The commit that is named is the one that did it, not the last one. */
static void test_drift_names_the_culprit(void **context)
{
    struct state *state = *context;
    const char *culprit;

    publishes(state, both);
    human(&state->world, "echo '# weft hand' >out/a/one.yaml");
    culprit = sh(&state->world, "git -C out.git rev-parse --short=12 rendered");
    human(&state->world, "echo x >README");
    human(&state->world, "echo y >README");
    refused(state, both, ERR_REFUSED, culprit);
}

/* A branch that weft never wrote: files that look like ours are taken over. */
static void test_adoption(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    sh(&state->world, "git -C out.git update-ref refs/heads/rendered $(git -C out.git commit-tree "
                      "-m adopted rendered^{tree})");
    publishes(state, changed);
    assert_true(state->result.committed);
    sh(&state->world, "git -C out.git update-ref refs/heads/rendered $(git -C out.git commit-tree "
                      "-m adopted rendered^{tree})");
    human(&state->world, "echo '# edited' >>out/a/one.yaml"); /* there was no commit of weft */
    publishes(state, both);
    assert_true(state->result.committed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_keeps_foreign_files),     CASE(test_refuses_to_overwrite_foreign_files),
        CASE(test_shared_directories),      CASE(test_drift),
        CASE(test_drift_overwritten),       CASE(test_drift_of_what_is_asserted),
        CASE(test_drift_names_the_culprit), CASE(test_adoption),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
