/* tests/unit/sync/test_publish.c - commits on a real server: what lands, what is kept, what is
 * refused. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct state {
    struct world world;
    struct server server;
    struct clone *clone;
    struct publish_result result;
    struct err err;
    bool skipped;
};

#define ONE "# weft\n1\n"
#define TWO "# weft\n2\n"
#define HUMAN "mine\n"
#define END                                                                                        \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }
static const struct file nothing[] = { END };
static const struct file one[] = { { "a/one.yaml", ONE }, END };
static const struct file both[] = { { "a/one.yaml", ONE }, { "b/two.yaml", TWO }, END };
static const struct file changed[] = { { "a/one.yaml", TWO }, { "b/two.yaml", TWO }, END };

static int begin(void **out)
{
    struct state *state = calloc(1, sizeof *state);

    world_make(&state->world);
    sh(&state->world,
       "git init -q --bare -b main out.git && git -C out.git config http.receivepack true");
    server_start(&state->server, &state->world, "git-http.sh .");
    *out = state;
    return 0;
}

static int finish(void **out)
{
    struct state *state = *out;

    if (state->clone)
        clone_close(state->clone);
    server_end(&state->server);
    text_free(&state->server.said);
    world_end(&state->world);
    free(state);
    return 0;
}

static const char *url_of(const struct state *state)
{
    return arena_printf(state->world.arena, "%s/out.git", server_value(&state->server, "url"));
}

static struct clone *open_clone(const struct state *state, const char *cache)
{
    const struct git_remote_spec remote = { .url = url_of(state), .timeout_s = 20 };
    struct clone *clone;
    struct err err;

    if (clone_open(&clone, world_path(&state->world, cache), &remote, &err) < 0)
        fail_msg("%s", err.text);
    return clone;
}

/* A new pass: a clone of its own, as after a restart, the cache kept. */
static struct writer new_pass(struct state *state, const struct file *files)
{
    if (state->clone)
        clone_close(state->clone);
    state->clone = open_clone(state, "cache");
    return (struct writer){ .clone = state->clone, .files = files };
}

static int publish_with(struct state *state, const struct publish_request *request)
{
    return publish(&state->result, state->clone, request, state->world.arena, &state->err);
}

/* Publishes to branch "rendered", folder "out". */
static void publishes(struct state *state, const struct file *files)
{
    struct writer writer = new_pass(state, files);
    struct publish_request request = request_of(&writer, "rendered", "out");

    if (publish_with(state, &request) < 0)
        fail_msg("%s", state->err.text);
    assert_string_equal(sh(&state->world, "git -C out.git rev-parse -q --verify rendered || true"),
                        state->result.commit);
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
}

static void refused_with(struct state *state, const struct publish_request *request,
                         enum err_kind kind, const char *words)
{
    const char *before = sh(&state->world, "git -C out.git for-each-ref");

    assert_int_equal(publish_with(state, request), -1);
    if (!strstr(state->err.text, words))
        fail_msg("no \"%s\" in: %s", words, state->err.text);
    assert_int_equal(state->err.kind, kind);
    assert_string_equal(sh(&state->world, "git -C out.git for-each-ref"), before);
}

static void refused(struct state *state, const struct file *files, enum err_kind kind,
                    const char *words)
{
    struct writer writer = new_pass(state, files);
    struct publish_request request = request_of(&writer, "rendered", "out");

    refused_with(state, &request, kind, words);
}

static const char *listed(const struct state *state)
{
    return sh(&state->world, "git -C out.git ls-tree -r --name-only rendered | tr '\\n' ' '");
}

static const char *commits(const struct state *state)
{
    return sh(&state->world, "git -C out.git rev-list --count rendered");
}

/* Somebody commits to the branch: command runs in a work tree of it. */
static void human(const struct world *world, const char *command)
{
    sh(world,
       "rm -rf human && git clone -q -b rendered out.git human && cd human && { %s; } && git add "
       "-A && "
       "git commit -q -m 'by hand' && git push -q origin rendered",
       command);
}

/* ---- what lands ---- */

static void test_orphan(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    assert_true(state->result.committed);
    assert_string_equal(state->result.tip, "");
    assert_int_equal(state->result.tries, 1);
    assert_int_equal(state->result.change_count, 2);
    assert_int_equal(state->result.changes[0].kind, CHANGE_ADDED);
    assert_string_equal(state->result.changes[0].path, "a/one.yaml");
    assert_string_equal(state->result.changes[1].path, "b/two.yaml");
    assert_string_equal(listed(state), "out/a/one.yaml out/b/two.yaml ");
    assert_string_equal(
        sh(&state->world, "git -C out.git log -1 --format='%%P|%%an|%%ae|%%cn|%%at|%%s' rendered"),
        "|weft|weft@example.com|weft|1795431600|Render");
    assert_string_equal(
        sh(&state->world, "git -C out.git log -1 "
                          "--format='%%(trailers:key=Weft-Source-Commit,valueonly)' rendered"),
        "0123456789abcdef0123456789abcdef01234567");
}

static void test_no_change_no_commit(void **context)
{
    struct state *state = *context;
    char commit[41];

    publishes(state, both);
    snprintf(commit, sizeof commit, "%s", state->result.commit);
    publishes(state, both);
    assert_false(state->result.committed);
    assert_int_equal(state->result.change_count, 0);
    assert_string_equal(state->result.commit, commit);
    assert_string_equal(commits(state), "1");
}

static void test_nothing_to_publish(void **context)
{
    struct state *state = *context;

    publishes(state, nothing);
    assert_false(state->result.committed);
    assert_string_equal(state->result.commit, "");
}

static void test_changes_and_removals(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    publishes(state, changed);
    assert_int_equal(state->result.change_count, 1);
    assert_int_equal(state->result.changes[0].kind, CHANGE_CHANGED);
    publishes(state, one);
    assert_int_equal(state->result.change_count, 2);
    assert_int_equal(state->result.changes[1].kind, CHANGE_REMOVED);
    assert_string_equal(state->result.changes[1].path, "b/two.yaml");
    assert_string_equal(listed(state), "out/a/one.yaml ");
    publishes(state, nothing);
    assert_string_equal(listed(state), "");
    assert_string_equal(commits(state), "4");
}

/* A file where a directory was, and the other way round. */
static void test_file_and_directory_swap(void **context)
{
    static const struct file file[] = { { "a", ONE }, { "a.b", ONE }, END };
    static const struct file dir[] = { { "a/one.yaml", ONE }, { "a.b", ONE }, END };
    struct state *state = *context;

    publishes(state, dir);
    assert_string_equal(state->result.changes[0].path, "a.b");
    publishes(state, file);
    assert_string_equal(listed(state), "out/a out/a.b ");
    publishes(state, dir);
    assert_string_equal(listed(state), "out/a.b out/a/one.yaml ");
}

static void test_root_as_folder(void **context)
{
    struct state *state = *context;
    struct writer writer = new_pass(state, both);
    struct publish_request request = request_of(&writer, "rendered", "");

    assert_int_equal(publish_with(state, &request), 0);
    assert_string_equal(listed(state), "a/one.yaml b/two.yaml ");
}

static void test_dry_run(void **context)
{
    struct state *state = *context;
    struct writer writer = new_pass(state, both);
    struct publish_request request = request_of(&writer, "rendered", "out");

    request.dry_run = true;
    assert_int_equal(publish_with(state, &request), 0);
    assert_false(state->result.committed);
    assert_int_equal(state->result.change_count, 2);
    assert_string_equal(sh(&state->world, "git -C out.git for-each-ref"), "");
    assert_string_equal(
        sh(&state->world, "find out.git cache/git -name '*.pack' -o -path '*objects/[0-9a-f]*/*'"),
        "");
}

static void test_fuse(void **context)
{
    struct state *state = *context;
    struct writer writer = new_pass(state, both);
    struct publish_request request = request_of(&writer, "rendered", "out");

    writer.refuse = true;
    refused_with(state, &request, ERR_REFUSED, "the fuse says no");
    assert_int_equal(writer.approvals, 1);
    assert_int_equal(writer.approved, 2);
}

/* The commit that was pushed is in the cache: the next pass fetches nothing, and a damaged cache
 * loses nothing. */
static void test_cache_after_push(void **context)
{
    struct state *state = *context;

    publishes(state, both);
    assert_string_equal(sh(&state->world, "git -C cache/git rev-parse refs/weft/heads/rendered"),
                        state->result.commit);
    sh(&state->world, "git -C cache/git fsck 2>&1");
    clone_close(state->clone);
    state->clone = NULL;
    sh(&state->world, "rm -f cache/git/objects/pack/*");
    publishes(state, both);
    assert_false(state->result.committed);
    publishes(state, changed);
    assert_string_equal(commits(state), "2");
}

/* ---- what is others' ---- */

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

/* ---- drift ---- */

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
    { "somebody else's file was added", "echo mine >out/x", changed, NULL, true },
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
}

/* ---- races and refusals ---- */

static void second_writer(void *context)
{
    struct state *state = context;

    if (strcmp(sh(&state->world, "git -C out.git rev-list --count rendered"), "1") == 0)
        human(&state->world, "echo mine >README");
}

static void test_lost_race(void **context)
{
    struct state *state = *context;
    struct writer writer;
    struct publish_request request;

    publishes(state, one);
    writer = new_pass(state, both);
    request = request_of(&writer, "rendered", "out");
    writer.before_push = second_writer;
    writer.context = state;
    if (publish_with(state, &request) < 0)
        fail_msg("%s", state->err.text);
    assert_true(state->result.committed);
    assert_int_equal(state->result.tries, 2);
    assert_int_equal(writer.builds, 2);
    assert_int_equal(writer.approvals, 2);
    assert_string_equal(listed(state), "README out/a/one.yaml out/b/two.yaml ");
    assert_string_equal(commits(state), "3");
}

static void always_faster(void *context)
{
    struct state *state = context;

    human(&state->world, "date +%N >README");
}

static void test_always_too_late(void **context)
{
    struct state *state = *context;
    struct writer writer;
    struct publish_request request;

    publishes(state, one);
    writer = new_pass(state, both);
    request = request_of(&writer, "rendered", "out");
    request.attempts = 2;
    writer.before_push = always_faster;
    writer.context = state;
    assert_int_equal(publish_with(state, &request), -1);
    assert_non_null(strstr(state->err.text, "moved during each of 2 tries"));
    assert_string_equal(listed(state), "README out/a/one.yaml ");
}

/* Two creators of one branch: both have found it missing. */
static void create_branch(void *context)
{
    struct state *state = context;

    if (sh_status(&state->world, "git -C out.git rev-parse -q --verify rendered") != 0)
        sh(&state->world, "git init -q -b rendered seed && cd seed && echo x >README && git add . "
                          "&& git commit -q -m first && "
                          "git push -q ../out.git rendered");
}

static void test_branch_created_meanwhile(void **context)
{
    struct state *state = *context;
    struct writer writer = new_pass(state, one);
    struct publish_request request = request_of(&writer, "rendered", "out");

    writer.before_push = create_branch;
    writer.context = state;
    if (publish_with(state, &request) < 0)
        fail_msg("%s", state->err.text);
    assert_string_equal(listed(state), "README out/a/one.yaml ");
    assert_string_equal(commits(state), "2");
}

/* Two writers of the same branch at the same time, each with folders of its own: nothing of either
 * is lost. */
static void test_two_writers(void **context)
{
    enum { ROUNDS = 6 };
    struct state *state = *context;
    pid_t other = fork();
    const char *name = other ? "one" : "two";
    struct clone *clone = open_clone(state, name);
    struct arena *arena = arena_new();
    int failures = 0;

    for (int i = 0; i < ROUNDS; i++) {
        const char *bytes = arena_printf(arena, "# weft\n%s %d\n", name, i);
        const struct file files[] = { { arena_printf(arena, "%s/x.yaml", name), bytes }, END };
        struct writer writer = { .clone = clone, .files = files };
        struct publish_request request = request_of(&writer, "rendered", name);
        struct publish_result result;
        struct err err;

        request.attempts = 20;
        failures += publish(&result, clone, &request, arena, &err) < 0 || !result.committed;
    }
    clone_close(clone);
    arena_free(arena);
    if (other == 0)
        _exit(failures);
    waitpid(other, &failures, 0);
    assert_int_equal(failures, 0);
    assert_string_equal(commits(state), "12");
    assert_string_equal(listed(state), "one/one/x.yaml two/two/x.yaml ");
    assert_string_equal(sh(&state->world, "git -C out.git rev-list --merges --count rendered"),
                        "0");
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
}

// clang-format off
static const struct {
    const char *name, *command, *words;
} refusals[] = {
    { "a hook declines with words",
      "printf '#!/bin/sh\\necho rendered is protected, ask the mesh team >&2\\nexit 1\\n' >out.git/hooks/pre-receive && "
      "chmod +x out.git/hooks/pre-receive", "rendered is protected, ask the mesh team" },
    { "an update hook declines",
      "printf '#!/bin/sh\\nexit 1\\n' >out.git/hooks/update && chmod +x out.git/hooks/update", "hook declined" },
    { "pushing is not allowed at all", "git -C out.git config http.receivepack false", "(HTTP 403)" },
    { "the branch is hidden", "git -C out.git config receive.hideRefs refs/heads/rendered", "shows another value of branch rendered for pushing" },
    { "the branch is checked out there",
      "git -C out.git config core.bare false && git -C out.git symbolic-ref HEAD refs/heads/rendered && "
      "git -C out.git config receive.denyCurrentBranch refuse", "checked out" },
    { "nothing can be written there", "printf '#!/bin/sh\\nhead -c 100000 /dev/zero | tr \"\\\\0\" x >&2\\nexit 1\\n' "
      ">out.git/hooks/pre-receive && chmod +x out.git/hooks/pre-receive", "xxxxx" },
};
// clang-format on

static void test_refusals(void **context)
{
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(refusals); i++) {
        print_message("%s\n", refusals[i].name);
        sh(&state->world, "rm -rf cache out.git && git init -q --bare -b main out.git && git -C "
                          "out.git config http.receivepack true");
        publishes(state, one);
        sh(&state->world, "%s", refusals[i].command);
        refused(state, both, i == 2 ? ERR_HTTP : ERR_GIT, refusals[i].words);
        clone_close(state->clone);
        state->clone = NULL;
    }
}

/* The server takes the commit, and then the connection breaks off: it counts as published. */
static void test_broken_answer(void **context)
{
    struct state *state = *context;

    publishes(state, one);
    sh(&state->world, "printf '#!/bin/sh\\nkill -9 $PPID\\n' >out.git/hooks/post-receive && chmod "
                      "+x out.git/hooks/post-receive");
    publishes(state, both);
    assert_true(state->result.committed);
    assert_string_equal(commits(state), "2");
}

/* Killed at any point of writing: the next pass brings the same commit, once. */
// clang-format off
static const char *const faults[] = {
    "git.clone", "git.fetch", "git.object", "git.object:2", "git.object:6", "git.commit", "git.push.before", "git.push.after",
};
// clang-format on

static void test_killed(void **context)
{
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(faults); i++) {
        int status;
        pid_t child;

        print_message("%s\n", faults[i]);
        sh(&state->world, "rm -rf cache && git -C out.git update-ref -d refs/heads/rendered");
        publishes(state, one);
        clone_close(state->clone);
        state->clone = NULL;
        if (i < 2)
            sh(&state->world, "rm -rf cache"); /* so that there is something to clone */
        child = fork();
        if (child == 0) {
            setenv("WEFT_FAULT", faults[i], 1);
            publishes(state, changed);
            _exit(0);
        }
        waitpid(child, &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 137);
        publishes(state, changed);
        assert_string_equal(commits(state), "2");
        assert_string_equal(listed(state), "out/a/one.yaml out/b/two.yaml ");
        assert_string_equal(
            sh(&state->world, "git -C cache/git rev-parse refs/weft/heads/rendered"),
            state->result.commit);
        sh(&state->world, "git -C cache/git fsck 2>&1 && test -z \"$(ls cache/git/objects/pack | "
                          "grep -v '[.]')\"");
    }
}

/* A server that says ok and does nothing of the kind. */
static void test_lying_server(void **context)
{
    struct state *state = *context;
    struct writer writer;
    struct publish_request request;

    publishes(state, one);
    sh(&state->world, "printf '#!/bin/sh\\nread old new ref\\ngit update-ref $ref $old\\n' "
                      ">out.git/hooks/post-receive && "
                      "chmod +x out.git/hooks/post-receive");
    writer = new_pass(state, both);
    request = request_of(&writer, "rendered", "out");
    request.attempts = 2;
    assert_int_equal(publish_with(state, &request), -1);
    assert_string_equal(commits(state), "1");
}

// clang-format off
static const struct {
    const char *name, *branch, *path;
} unusable[] = {
    { "a branch name that is none", "a..b", "x" },
    { "no branch name", "", "x" },
    { "a path into .git", "rendered", ".git/config" },
    { "a path into .GIT", "rendered", "a/.GIT/x" },
    { "a backslash", "rendered", "a\\b" },
    { "a line break", "rendered", "a\nb" },
};
// clang-format on

static void test_unusable_names(void **context)
{
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(unusable); i++) {
        const struct file files[] = { { unusable[i].path, ONE }, END };
        struct writer writer = new_pass(state, files);
        struct publish_request request = request_of(&writer, unusable[i].branch, "out");

        print_message("%s\n", unusable[i].name);
        refused_with(state, &request, ERR_INPUT, "cannot be");
    }
}

static void test_paths_are_refused(void **context)
{
    struct state *state = *context;
    const struct git_remote_spec remote = { .url = world_path(&state->world, "out.git") };
    struct err err;
    struct writer writer = { .files = one };
    struct publish_request request = request_of(&writer, "rendered", "out");

    assert_int_equal(clone_open(&state->clone, world_path(&state->world, "cache"), &remote, &err),
                     0);
    writer.clone = state->clone;
    refused_with(state, &request, ERR_INPUT, "cannot push safely to the path");
    request.dry_run = true;
    assert_int_equal(publish_with(state, &request), 0);
}

/* The same over the other ways there. */
static void publishes_over(struct state *state, struct git_remote_spec remote)
{
    struct writer writer = { .files = both };
    struct publish_request request = request_of(&writer, "rendered", "out");

    sh(&state->world, "git -C out.git update-ref -d refs/heads/rendered; rm -rf cache");
    assert_int_equal(
        clone_open(&state->clone, world_path(&state->world, "cache"), &remote, &state->err), 0);
    writer.clone = state->clone;
    if (publish_with(state, &request) < 0)
        fail_msg("%s", state->err.text);
    assert_true(state->result.committed);
    writer.files = changed;
    if (publish_with(state, &request) < 0)
        fail_msg("%s", state->err.text);
    assert_true(state->result.committed);
    assert_string_equal(commits(state), "2");
    clone_close(state->clone);
    state->clone = NULL;
}

static void test_over_daemon(void **context)
{
    struct state *state = *context;

    server_end(&state->server);
    text_free(&state->server.said);
    server_start(&state->server, &state->world, "git-daemon.sh .");
    if (state->server.skipped)
        skip();
    publishes_over(state, (struct git_remote_spec){ .url = url_of(state), .timeout_s = 20 });
}

static void test_over_ssh(void **context)
{
    struct state *state = *context;

    server_end(&state->server);
    text_free(&state->server.said);
    server_start(&state->server, &state->world, "git-ssh.sh .");
    if (state->server.skipped)
        skip();
    publishes_over(state,
                   (struct git_remote_spec){
                       .url = url_of(state),
                       .auth = { .ssh_key_file = server_value(&state->server, "key"),
                                 .known_hosts_file = server_value(&state->server, "known_hosts") },
                       .timeout_s = 20 });
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, finish)
    const struct CMUnitTest tests[] = {
        CASE(test_orphan),
        CASE(test_no_change_no_commit),
        CASE(test_nothing_to_publish),
        CASE(test_changes_and_removals),
        CASE(test_file_and_directory_swap),
        CASE(test_root_as_folder),
        CASE(test_dry_run),
        CASE(test_fuse),
        CASE(test_cache_after_push),
        CASE(test_keeps_foreign_files),
        CASE(test_refuses_to_overwrite_foreign_files),
        CASE(test_shared_directories),
        CASE(test_drift),
        CASE(test_drift_overwritten),
        CASE(test_drift_names_the_culprit),
        CASE(test_adoption),
        CASE(test_lost_race),
        CASE(test_always_too_late),
        CASE(test_branch_created_meanwhile),
        CASE(test_two_writers),
        CASE(test_refusals),
        CASE(test_broken_answer),
        CASE(test_killed),
        CASE(test_lying_server),
        CASE(test_unusable_names),
        CASE(test_paths_are_refused),
        CASE(test_over_daemon),
        CASE(test_over_ssh),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
