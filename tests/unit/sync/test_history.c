/* tests/unit/sync/test_history.c - the commits of a branch, their trailers, and the chain that
 * binds those of weft. */
#include "sync/fetch.h"
#include "sync/history.h"
#include "sync/snapshot.h"
#include "tests/lib/git_output.h"

#include <string.h>

static struct history read_history(struct state *state, const char *base)
{
    struct history history = { 0 };
    char tip[41];

    if (clone_fetch(state->clone, tip, "rendered", false, &state->err) < 0
        || history_read(&history, state->clone, tip, base, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    return history;
}

static const char *chain_of(struct state *state, const char *commit, const char *previous)
{
    const char *chain;

    if (history_chain(&chain, state->clone, commit, previous, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    return chain;
}

/* Two commits of weft with one of a person between them. */
static struct history three_commits(struct state *state)
{
    publishes(state, one);
    human(&state->world, "echo mine >README");
    publishes(state, both);
    return read_history(state, NULL);
}

static void test_commits_with_their_trailers(void **context)
{
    struct state *state = *context;
    const struct history history = three_commits(state);

    assert_int_equal(history.count, 3);
    assert_false(history.cut);
    assert_true(history.commits[0].ours && !history.commits[1].ours && history.commits[2].ours);
    assert_string_equal(history.commits[0].subject, "Render");
    assert_string_equal(history.commits[0].parent, history.commits[1].id);
    assert_string_equal(history.commits[2].parent, "");
    assert_int_equal(history.commits[2].parents, 0);
    assert_string_equal(history_trailer(&history.commits[2], TRAILER_PREVIOUS), "none");
    assert_string_equal(history_trailer(&history.commits[0], TRAILER_PREVIOUS),
                        history.commits[2].id);
    assert_null(history_trailer(&history.commits[1], TRAILER_PREVIOUS));
    assert_int_equal(read_history(state, history.commits[1].id).count, 1);
}

static void test_the_chain_is_what_the_trailers_say(void **context)
{
    struct state *state = *context;
    const struct history history = three_commits(state);
    const char *first = history_trailer(&history.commits[2], TRAILER_CHAIN);
    const char *last = history_trailer(&history.commits[0], TRAILER_CHAIN);

    assert_string_equal(chain_of(state, history.commits[2].id, ""), first);
    assert_string_equal(chain_of(state, history.commits[0].id, first), last);
    assert_string_not_equal(chain_of(state, history.commits[0].id, ""), last);
}

/* Whatever of the last commit is edited, its chain is not what its trailer says. */
static void test_an_edit_breaks_the_chain(void **context)
{
    static const char *const edits[] = {
        "git commit -q --amend -m \"$(git log -1 --format=%B | sed 's/Render/Rendew/')\"",
        "git log -1 --format=%B | sed 's/^Weft-Source-Commit: 0/&1/' | git commit -q --amend -F -",
        "echo x >>out/a/one.yaml && git commit -q -a --amend -C HEAD",
        "git commit -q --amend -C HEAD --author 'x <x@example.com>'",
        "git commit -q --amend -C HEAD --date 1700000000",
    };
    struct state *state = *context;
    struct history history = three_commits(state);
    const char *first = history_trailer(&history.commits[2], TRAILER_CHAIN);

    for (size_t i = 0; i < LENGTH(edits); i++) {
        sh(&state->world,
           "rm -rf edited && git clone -q -b rendered out.git edited && cd edited && %s && git "
           "push "
           "-q -f origin HEAD:edited",
           edits[i]);
        sh(&state->world,
           "git -C out.git update-ref refs/heads/edited $(git -C edited rev-parse HEAD)");
        char tip[41];

        if (clone_fetch(state->clone, tip, "edited", false, &state->err) < 0
            || history_read(&history, state->clone, tip, NULL, state->world.arena, &state->err) < 0)
            fail_msg("%s", state->err.text);
        print_message("%s\n", edits[i]);
        assert_string_not_equal(chain_of(state, tip, first),
                                history_trailer(&history.commits[0], TRAILER_CHAIN));
    }
}

static void test_revisions(void **context)
{
    static const struct {
        const char *revision;
        int nth; /* from the tip; -1: there is none */
    } cases[] = {
        { "rendered", 0 },      { "HEAD", 0 },          { "rendered~1", 1 }, { "HEAD~2", 2 },
        { "rendered^", 1 },     { "rendered~9", -1 },   { "other", -1 },     { "", -1 },
        { "rendered:out", -1 }, { "rendered@{1}", -1 },
    };
    struct state *state = *context;
    const struct history history = three_commits(state);
    char found[41];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const int result =
            history_find(found, state->clone, "rendered", cases[i].revision, &state->err);

        print_message("%s\n", cases[i].revision);
        assert_int_equal(result, cases[i].nth < 0 ? -1 : 0);
        if (result == 0)
            assert_string_equal(found, history.commits[cases[i].nth].id);
    }
    assert_int_equal(history_find(found, state->clone, "rendered",
                                  arena_bytes(state->world.arena, history.commits[1].id, 10),
                                  &state->err),
                     0);
    assert_string_equal(found, history.commits[1].id);
    history_seen(found, state->clone, "rendered");
    assert_string_equal(found, history.commits[0].id);
    history_seen(found, state->clone, "nothing");
    assert_string_equal(found, "");
}

/* A pull request that was merged by a merge commit: weft's commit is its second parent. */
static void merge(struct state *state, const char *tree)
{
    sh(&state->world,
       "cd out.git && git update-ref refs/heads/rendered $(git commit-tree -m 'Merge pull request' "
       "-p rendered^ -p rendered '%s')",
       tree);
}

static void test_a_merge_that_keeps_the_tree_brings_our_commit(void **context)
{
    struct state *state = *context;
    struct snapshot *ours = NULL;
    struct history history;
    const char *commit;

    publishes(state, one);
    publishes(state, both);
    commit = arena_text(state->world.arena, state->result.commit);
    merge(state, "rendered^{tree}");
    history = read_history(state, NULL);
    assert_int_equal(history.count, 3);
    assert_false(history.commits[0].ours);
    assert_string_equal(history.commits[1].id, commit);
    assert_true(history.commits[2].ours);
    assert_int_equal(
        snapshot_find_ours(&ours, state->clone, history.commits[0].id, NULL, NULL, &state->err), 0);
    assert_non_null(ours);
    assert_string_equal(snapshot_commit(ours), commit);
    snapshot_close(ours);
    /* The next commit is bound to it, and nothing of it is drift. */
    publishes(state, changed);
    assert_string_equal(history_trailer(&read_history(state, NULL).commits[0], TRAILER_PREVIOUS),
                        commit);
}

static void test_a_merge_that_changes_the_tree_brings_nothing(void **context)
{
    struct state *state = *context;
    struct history history;

    publishes(state, one);
    publishes(state, both);
    merge(state, "rendered^^{tree}");
    history = read_history(state, NULL);
    assert_int_equal(history.count, 2);
    assert_true(history.commits[1].ours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_commits_with_their_trailers),
        CASE(test_the_chain_is_what_the_trailers_say),
        CASE(test_an_edit_breaks_the_chain),
        CASE(test_revisions),
        CASE(test_a_merge_that_keeps_the_tree_brings_our_commit),
        CASE(test_a_merge_that_changes_the_tree_brings_nothing),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
