/* tests/unit/sync/test_race.c - other writers, servers that refuse, break off or lie, and passes
 * that are killed. */
#include "sync/clone.h"
#include "tests/lib/git_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
    { "a ruleset wants signatures",
      "printf '#!/bin/sh\\necho GH013: Repository rule violations found >&2\\necho - Commits must have verified signatures. >&2\\nexit 1\\n' "
      ">out.git/hooks/pre-receive && chmod +x out.git/hooks/pre-receive", "requires signed commits" },
    { "a ruleset", "printf '#!/bin/sh\\necho GH013: Repository rule violations found >&2\\nexit 1\\n' "
      ">out.git/hooks/pre-receive && chmod +x out.git/hooks/pre-receive", "bypass list of that ruleset" },
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

#ifndef WEFT_FAULTS
    skip();
#endif
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

/* Another client builds on our commit before we can look: it is published all the same, and so it
 * is when that was the last try. */
static void overtaken(struct state *state, int attempts, int tries)
{
    publishes(state, one);
    sh(&state->world,
       "printf '#!/bin/sh\\nread old new ref\\nexport GIT_AUTHOR_NAME=Bot GIT_AUTHOR_EMAIL=b@x "
       "GIT_COMMITTER_NAME=Bot GIT_COMMITTER_EMAIL=b@x\\n"
       "git update-ref $ref $(git commit-tree -p $new -m bot $new^{tree})\\n' "
       ">out.git/hooks/post-receive && chmod +x out.git/hooks/post-receive");
    {
        struct writer writer = new_pass(state, both);
        struct publish_request request = request_of(&writer, "rendered", "out");

        request.attempts = attempts;
        if (publish_with(state, &request) < 0)
            fail_msg("%s", state->err.text);
    }
    assert_true(state->result.committed);
    assert_int_equal(state->result.tries, tries);
    assert_int_equal(state->result.change_count, 1);
    assert_string_equal(sh(&state->world, "git -C out.git rev-parse rendered~1"),
                        state->result.commit);
    assert_string_equal(commits(state), "3");
}

static void test_overtaken(void **context) { overtaken(*context, 5, 2); }

static void test_overtaken_at_last(void **context) { overtaken(*context, 1, 1); }

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
    assert_non_null(strstr(state->err.text, "acknowledged 2 pushes"));
    assert_string_equal(commits(state), "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_lost_race),
        CASE(test_always_too_late),
        CASE(test_branch_created_meanwhile),
        CASE(test_two_writers),
        CASE(test_refusals),
        CASE(test_broken_answer),
        CASE(test_killed),
        CASE(test_overtaken),
        CASE(test_lying_server),
        CASE(test_overtaken_at_last),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
