/* tests/unit/sync/test_publish.c - commits on a real server: what lands, over each way there. */
#include "sync/clone.h"
#include "sync/fetch.h"
#include "tests/lib/git_output.h"

#include <stdio.h>
#include <stdlib.h>

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
    assert_string_equal(sh(&state->world,
                           "git -C out.git log -1 "
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

static void test_folder_with_slashes(void **context)
{
    struct state *state = *context;
    struct writer writer = new_pass(state, both);
    struct publish_request request = request_of(&writer, "rendered", "/deep//out/");

    assert_int_equal(publish_with(state, &request), 0);
    assert_string_equal(listed(state), "deep/out/a/one.yaml deep/out/b/two.yaml ");
    request.folder = NULL;
    assert_int_equal(publish_with(state, &request), 0);
    assert_string_equal(listed(state), "a/one.yaml b/two.yaml ");
    request.folder = "a/../b";
    refused_with(state, &request, ERR_INPUT, "cannot be");
}

/* Git orders a directory as if its name ended in a slash: after "out-old" and "out.txt", before
 * "outer". */
static void test_folder_among_similar_names(void **context)
{
    struct state *state = *context;

    sh(&state->world,
       "git init -q -b rendered others && cd others && touch out-old out.txt outer && git add -A"
       " && git -c user.name=o -c user.email=o@example.com commit -q -m 'Work of others'"
       " && git push -q ../out.git rendered");
    publishes(state, one); /* and the tree is sound */
    assert_string_equal(listed(state), "out-old out.txt out/a/one.yaml outer ");
    publishes(state, both);
    assert_string_equal(listed(state), "out-old out.txt out/a/one.yaml out/b/two.yaml outer ");
}

/* A tip that is there and cannot be opened: nothing is published, and that is no success. */
static void test_unreadable_tip(void **context)
{
    struct state *state = *context;
    struct writer writer;
    struct publish_request request;
    char commit[41];

    publishes(state, both);
    writer = new_pass(state, changed);
    request = request_of(&writer, "rendered", "out");
    assert_int_equal(clone_fetch(state->clone, commit, "rendered", false, &state->err), 0);
    /* The cache is damaged, and the server that would takeover_restore_deliveries it is gone. */
    sh(&state->world,
       "for file in $(find cache/git/objects -type f); do chmod +w $file && "
       "head -c $(stat -c %%s $file) /dev/zero | dd of=$file conv=notrunc status=none; done; "
       "mv out.git away.git");
    assert_int_equal(publish_with(state, &request), -1);
    assert_int_equal(writer.builds, 0);
}

/* What goes over the wire: as little as Git's protocol allows.  SIGHUP makes the server write its
 * log. */
static const char *requests_since(const struct state *state, int before)
{
    return sh(&state->world, "kill -HUP %s; sleep 0.3; tail -n +%d %s | tr '\\n' ' '",
              server_value(&state->server, "pid"), before + 1,
              server_value(&state->server, "access"));
}

static int requests(const struct state *state)
{
    return atoi(sh(&state->world, "kill -HUP %s; sleep 0.3; wc -l <%s",
                   server_value(&state->server, "pid"), server_value(&state->server, "access")));
}

static void test_requests(void **context)
{
    struct state *state = *context;
    struct writer writer;
    struct publish_request request;
    char commit[41];
    int before;

    if (!text_starts(url_of(state), "http"))
        skip();
    publishes(state, one);
    writer = new_pass(state, one);
    request = request_of(&writer, "rendered", "out");
    before = requests(state);
    assert_int_equal(clone_fetch(state->clone, commit, "rendered", false, &state->err), 0);
    assert_int_equal(publish_with(state, &request), 0);
    assert_false(state->result.committed);
    assert_string_equal(requests_since(state, before), "GET service=git-upload-pack ");
    before = requests(state);
    writer.files = both;
    assert_int_equal(publish_with(state, &request), 0);
    assert_true(state->result.committed);
    assert_string_equal(requests_since(state, before),
                        "GET service=git-receive-pack POST  GET service=git-upload-pack ");
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
    const struct CMUnitTest tests[] = {
        CASE(test_orphan),
        CASE(test_no_change_no_commit),
        CASE(test_nothing_to_publish),
        CASE(test_changes_and_removals),
        CASE(test_file_and_directory_swap),
        CASE(test_folder_with_slashes),
        CASE(test_folder_among_similar_names),
        CASE(test_unreadable_tip),
        CASE(test_requests),
        CASE(test_root_as_folder),
        CASE(test_dry_run),
        CASE(test_fuse),
        CASE(test_cache_after_push),
        CASE(test_unusable_names),
        CASE(test_paths_are_refused),
        CASE(test_over_daemon),
        CASE(test_over_ssh),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
