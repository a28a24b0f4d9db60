/* tests/unit/sync/test_proposal.c - proposals on a real server: what is pushed, what is replaced,
 * and what never is. */
#include "sync/clone.h"
#include "sync/fetch.h"
#include "tests/lib/git_output.h"

#include <stdio.h>
#include <string.h>

/* What a state would remember. */
struct memory {
    struct writer writer; /* first: the context of the other callbacks */
    char commits[8][41];
    size_t count;
    bool forgetful;
};

static bool is_ours(void *context, const char *commit)
{
    const struct memory *memory = context;

    for (size_t i = 0; i < memory->count && !memory->forgetful; i++)
        if (strcmp(memory->commits[i], commit) == 0)
            return true;
    return false;
}

static int intend(void *context, const char *commit, struct err *err)
{
    struct memory *memory = context;

    (void)err;
    assert_true(memory->count < LENGTH(memory->commits));
    snprintf(memory->commits[memory->count++], 41, "%s", commit);
    return 0;
}

static const struct proposal_branch branch = { "proposal", is_ours, intend };

static int propose(struct state *state, struct memory *memory, const struct file *files,
                   int64_t now)
{
    struct publish_request request;

    memory->writer = new_pass(state, files);
    request = request_of(&memory->writer, "rendered", "out");
    request.proposal = &branch;
    request.context = memory;
    request.now = now;
    request.overwrite_drift = true;
    return publish_with(state, &request);
}

static void proposes(struct state *state, struct memory *memory, const struct file *files)
{
    if (propose(state, memory, files, 1795431600) < 0)
        fail_msg("%s", state->err.text);
    assert_false(state->result.committed);
    if (state->result.change_count)
        assert_string_equal(sh(&state->world, "git -C out.git rev-parse proposal"),
                            state->result.proposal);
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
}

static const char *git(struct state *state, const char *arguments)
{
    return sh(&state->world, "git -C out.git %s", arguments);
}

/* A click on "Merge". */
static void merge(struct state *state, const char *how)
{
    if (strcmp(how, "squash") == 0)
        git(state, "update-ref refs/heads/rendered $(git -C out.git commit-tree -m theirs -p "
                   "rendered proposal^{tree})");
    else
        git(state, "update-ref refs/heads/rendered proposal");
}

static void test_target_stays(void **context)
{
    struct state *state = *context;
    struct memory memory = { .count = 0 };
    const char *target;

    publishes(state, one);
    target = git(state, "rev-parse rendered");
    proposes(state, &memory, both);
    assert_true(state->result.proposed);
    assert_string_equal(git(state, "rev-parse rendered"), target);
    assert_string_equal(state->result.commit, target);
    assert_string_equal(git(state, "rev-parse proposal^"), target);
    assert_string_equal(git(state, "ls-tree -r --name-only proposal"),
                        "out/a/one.yaml\nout/b/two.yaml");
}

/* A second pass, at another time, pushes nothing; a change replaces the commit. */
static void test_same_again(void **context)
{
    struct state *state = *context;
    struct memory memory = { .count = 0 };
    char first[41];

    publishes(state, one);
    proposes(state, &memory, both);
    snprintf(first, sizeof first, "%s", state->result.proposal);
    assert_int_equal(propose(state, &memory, both, 1795435200), 0);
    assert_false(state->result.proposed);
    assert_string_equal(state->result.proposal, first);
    proposes(state, &memory, changed);
    assert_true(state->result.proposed);
    assert_string_not_equal(state->result.proposal, first);
    assert_string_equal(git(state, "rev-list --count rendered..proposal"), "1");
    proposes(state, &memory, one);
    assert_int_equal(state->result.change_count, 0);
    assert_false(state->result.proposed);
}

static void test_target_moved(void **context)
{
    struct state *state = *context;
    struct memory memory = { .count = 0 };

    publishes(state, one);
    proposes(state, &memory, both);
    human(&state->world, "echo hello >README");
    proposes(state, &memory, both);
    assert_true(state->result.proposed);
    assert_string_equal(git(state, "rev-parse proposal^"), git(state, "rev-parse rendered"));
    assert_string_equal(git(state, "show proposal:README"), "hello");
}

/* "Update branch": the forge merges the target into the proposal. */
static void test_branch_was_updated(void **context)
{
    struct state *state = *context;
    struct memory memory = { .count = 0 };
    const char *merged;

    publishes(state, one);
    proposes(state, &memory, both);
    human(&state->world, "echo hello >README");
    sh(&state->world,
       "rm -rf up && git clone -q -b proposal out.git up && cd up && git merge -q -m "
       "update origin/rendered && git push -q origin proposal");
    merged = git(state, "rev-parse proposal");
    assert_int_equal(propose(state, &memory, both, 1795431600), 0);
    assert_false(state->result.proposed);
    assert_string_equal(git(state, "rev-parse proposal"), merged);
}

static void refuses(struct state *state, struct memory *memory)
{
    const char *before = git(state, "for-each-ref");

    assert_int_equal(propose(state, memory, changed, 1795431600), -1);
    assert_int_equal(state->err.kind, ERR_REFUSED);
    assert_string_equal(git(state, "for-each-ref"), before);
}

static void test_others_are_not_replaced(void **context)
{
    struct state *state = *context;
    struct memory memory = { .count = 0 };

    publishes(state, one);
    proposes(state, &memory, both);
    sh(&state->world,
       "git clone -q -b proposal out.git theirs && cd theirs && echo 3 >>out/a/one.yaml "
       "&& git commit -q -a --amend --no-edit && git push -q -f origin proposal");
    refuses(state, &memory);
    sh(&state->world,
       "cd theirs && git reset -q --hard %s && git commit -q --allow-empty -m more && "
       "git push -q -f origin proposal",
       memory.commits[0]);
    refuses(state, &memory);
    /* A state that does not know its own commit is careful, too. */
    sh(&state->world, "cd theirs && git reset -q --hard %s && git push -q -f origin proposal",
       memory.commits[0]);
    memory.forgetful = true;
    refuses(state, &memory);
    assert_int_equal(propose(state, &memory, both, 1795431600), 0); /* but that one is right */
    git(state, "update-ref -d refs/heads/proposal");
    proposes(state, &memory, changed);
}

static void test_merged(void **context)
{
    static const char *const ways[] = { "fast-forward", "squash" };
    struct state *state = *context;
    struct memory memory = { .count = 0 };
    const struct file *const files[] = { both, changed };

    publishes(state, one);
    for (size_t i = 0; i < LENGTH(ways); i++) {
        proposes(state, &memory, files[i]);
        merge(state, ways[i]);
        proposes(state, &memory, files[i]);
        assert_int_equal(state->result.change_count, 0);
        assert_string_equal(state->result.proposal, "");
    }
    proposes(state, &memory, nothing); /* the branch has what was merged: it may be replaced */
    assert_true(state->result.proposed);
}

/* The tree is the wanted one again, but there is nothing to merge. */
static void test_reverted(void **context)
{
    struct state *state = *context;
    struct memory memory = { .forgetful = true };

    publishes(state, one);
    proposes(state, &memory, both);
    merge(state, "fast-forward");
    human(&state->world, "git revert --no-edit HEAD >&2 && touch README");
    proposes(state, &memory, both);
    assert_true(state->result.proposed);
    assert_string_equal(git(state, "rev-list --count rendered..proposal"), "1");
}

static void test_dry(void **context)
{
    struct state *state = *context;
    struct memory memory = { .writer = new_pass(state, one) };
    struct publish_request request = request_of(&memory.writer, "rendered", "out");

    request.proposal = &branch;
    request.context = &memory;
    request.dry_run = true;
    assert_int_equal(publish_with(state, &request), 0);
    assert_string_equal(state->result.proposal, "");
    assert_string_equal(git(state, "for-each-ref"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_target_stays), CASE(test_same_again),         CASE(test_target_moved),
        CASE(test_merged),       CASE(test_reverted),           CASE(test_others_are_not_replaced),
        CASE(test_dry),          CASE(test_branch_was_updated),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
