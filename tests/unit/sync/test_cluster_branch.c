/* tests/unit/sync/test_cluster_branch.c - one branch for each cluster, on a real server. */
#include "sync/branch_digest.h"
#include "sync/branch_pattern.h"
#include "sync/cluster_branch.h"
#include "sync/fetch.h"
#include "tests/lib/git_output.h"

#include <string.h>

#define PATTERN "split/{cluster}"

static const struct file two_clusters[] = { { "clusters/east/trust/a.yaml", ONE },
                                            { "clusters/west/b.yaml", TWO },
                                            { "weft/record.yaml", THREE },
                                            END };
static const struct file west_changed[] = { { "clusters/east/trust/a.yaml", ONE },
                                            { "clusters/west/b.yaml", THREE },
                                            { "weft/record.yaml", THREE },
                                            END };
static const struct file east_alone[] = { { "clusters/east/trust/a.yaml", ONE }, END };

static struct cluster_branches split_with(struct state *state, bool overwrite, bool metadata)
{
    const struct cluster_branch_request request = { .commit = state->result.commit,
                                                    .branch = "rendered",
                                                    .pattern = PATTERN,
                                                    .folder = "out",
                                                    .author_name = "weft",
                                                    .author_email = "weft@example.com",
                                                    .overwrite_drift = overwrite,
                                                    .metadata = metadata };
    struct cluster_branches out;

    if (cluster_branch_publish(&out, state->clone, &request, state->world.arena, &state->err) < 0)
        fail_msg("%s", state->err.text);
    sh(&state->world, "git -C out.git fsck --strict 2>&1");
    return out;
}

static struct cluster_branches split_now(struct state *state, bool overwrite)
{
    return split_with(state, overwrite, false);
}

static const char *states_of(const struct state *state, const struct cluster_branches *branches)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (size_t i = 0; i < branches->count; i++) {
        const struct cluster_branch *branch = &branches->items[i];

        text_addf(&out, "%s%s:%s", i ? " " : "", branch->cluster,
                  enums_name(&cluster_branch_states, (int)branch->state));
        assert_int_equal(*branch->why != '\0', branch->state >= CLUSTER_BRANCH_FOREIGN);
    }
    return arena_bytes(state->world.arena, out.bytes, out.len);
}

static void splits(struct state *state, bool overwrite, const char *want)
{
    const struct cluster_branches branches = split_now(state, overwrite);

    assert_string_equal(states_of(state, &branches), want);
}

static const char *git(const struct state *state, const char *command)
{
    return sh(&state->world, "git -C out.git %s | tr '\\n' ' '", command);
}

static void other(const struct state *state, const char *branch, const char *command)
{
    sh(&state->world,
       "rm -rf other && git clone -q -b %s out.git other && cd other && { %s; } && git add -A && "
       "git commit -q --allow-empty -m other && git push -q origin HEAD",
       branch, command);
}

static void test_the_pattern(void **context)
{
    const struct state *state = *context;
    struct arena *arena = state->world.arena;
    static const struct {
        const char *pattern, *branch, *cluster;
        bool collides;
    } cases[] = {
        { "split/{cluster}", "split/east", "east", true },
        { "split/{cluster}", "split/", NULL, false },
        { "split/{cluster}", "split", NULL, true },
        { "split/{cluster}", "spli", NULL, false },
        { "split/{cluster}", "split/east/more", NULL, true },
        { "split/{cluster}", "rendered", NULL, false },
        { "env/{cluster}-next", "env/east-next", "east", true },
        { "env/{cluster}-next", "env/east", NULL, false },
        { "env/{cluster}-next", "env/-next", NULL, false },
        { "env/{cluster}-next", "env/a/b-next", NULL, false },
        { "{cluster}", "rendered", "rendered", true },
        { "a/b/{cluster}", "a", NULL, true },
        { "a/b/{cluster}", "a/c", NULL, false },
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *found = branch_pattern_cluster(cases[i].pattern, cases[i].branch, arena);

        print_message("%s %s\n", cases[i].pattern, cases[i].branch);
        assert_true(
            text_equal(found ? found : "none", cases[i].cluster ? cases[i].cluster : "none"));
        assert_int_equal(branch_pattern_collides(cases[i].pattern, cases[i].branch, arena),
                         cases[i].collides);
        if (found)
            assert_string_equal(branch_pattern_name(cases[i].pattern, found, arena),
                                cases[i].branch);
    }
}

static void test_each_cluster_has_its_files_alone(void **context)
{
    struct state *state = *context;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    assert_string_equal(git(state, "ls-tree -r --name-only split/east"),
                        "out/clusters/east/trust/a.yaml ");
    assert_string_equal(git(state, "ls-tree -r --name-only split/west"),
                        "out/clusters/west/b.yaml ");
    assert_string_equal(git(state, "rev-parse split/east:out/clusters/east"),
                        git(state, "rev-parse rendered:out/clusters/east"));
    assert_string_equal(git(state, "log -1 --format='%(trailers:key=Weft-Output-Commit,valueonly,"
                                   "separator=)%(trailers:key=Weft-Cluster,valueonly,separator=)' "
                                   "split/west"),
                        arena_printf(state->world.arena, "%swest ", state->result.commit));
    assert_string_equal(git(state, "log -1 --format='%P|%an|%ae|%ct' split/east"),
                        "|weft|weft@example.com|1795431600 ");
    splits(state, false, "east:current west:current");
}

static void test_only_what_changed_gets_a_commit(void **context)
{
    struct state *state = *context;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    publishes(state, west_changed);
    splits(state, false, "east:current west:pushed");
    assert_string_equal(git(state, "rev-list --count split/east"), "1 ");
    assert_string_equal(git(state, "rev-list --count split/west"), "2 ");
    assert_string_equal(git(state, "rev-parse split/west:out/clusters/west"),
                        git(state, "rev-parse rendered:out/clusters/west"));
}

static void test_the_same_input_gives_the_same_commits(void **context)
{
    struct state *state = *context;
    const char *first;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    first = git(state, "for-each-ref");
    sh(&state->world, "git -C out.git update-ref -d refs/heads/split/east && git -C out.git "
                      "update-ref -d refs/heads/split/west");
    splits(state, false, "east:pushed west:pushed");
    assert_string_equal(git(state, "for-each-ref"), first);
}

static void test_a_cluster_that_left_has_an_empty_branch(void **context)
{
    struct state *state = *context;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    sh(&state->world, "git -C out.git branch split/strange rendered");
    publishes(state, east_alone);
    splits(state, false, "east:current west:pushed");
    assert_string_equal(git(state, "ls-tree -r --name-only split/west"), "");
    assert_string_equal(git(state, "rev-list --count split/west"), "2 ");
    assert_string_equal(git(state, "rev-list --count split/strange"), "1 ");
    splits(state, false, "east:current west:current");
    publishes(state, two_clusters); /* and it comes back */
    splits(state, false, "east:current west:pushed");
    assert_string_equal(git(state, "ls-tree -r --name-only split/west"),
                        "out/clusters/west/b.yaml ");
}

static void test_the_work_of_others_stays(void **context)
{
    struct state *state = *context;
    struct cluster_branches branches;
    const char *before;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    other(state, "split/west", "echo mine >out/clusters/west/b.yaml");
    other(state, "split/east", "true"); /* changes no file: it is no one's loss */
    before = git(state, "rev-parse split/west");
    branches = split_now(state, false);
    assert_string_equal(states_of(state, &branches), "east:current west:foreign");
    assert_false(cluster_branch_is_current(&branches, "west"));
    assert_true(cluster_branch_is_current(&branches, "east"));
    assert_non_null(strstr(branches.items[1].why, arena_bytes(state->world.arena, before, 12)));
    publishes(state, west_changed);
    splits(state, false, "east:current west:foreign");
    assert_string_equal(git(state, "rev-parse split/west"), before);
    branches = split_now(state, true);
    assert_string_equal(states_of(state, &branches), "east:current west:pushed");
    assert_non_null(strstr(branches.items[1].over, arena_bytes(state->world.arena, before, 12)));
    assert_string_equal(git(state, "rev-parse split/west^"), before); /* not lost */
    assert_string_equal(git(state, "rev-parse split/west:out/clusters/west"),
                        git(state, "rev-parse rendered:out/clusters/west"));
}

/* A commit that only says that it is weft's. */
static void test_a_forged_commit_is_of_others(void **context)
{
    struct state *state = *context;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    sh(&state->world,
       "git clone -q -b split/west out.git forged && cd forged && echo evil "
       ">out/clusters/west/b.yaml && git commit -q -a --amend --no-edit && git push -q -f origin "
       "HEAD");
    splits(state, false, "east:current west:foreign");
}

static void test_an_older_commit_is_brought_up(void **context)
{
    struct state *state = *context;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    publishes(state, west_changed);
    splits(state, false, "east:current west:pushed");
    sh(&state->world, "git -C out.git update-ref refs/heads/split/west split/west^");
    splits(state, false, "east:current west:pushed");
    assert_string_equal(git(state, "rev-parse split/west:out/clusters/west"),
                        git(state, "rev-parse rendered:out/clusters/west"));
}

static void test_one_refusal_does_not_stop_the_others(void **context)
{
    struct state *state = *context;
    struct cluster_branches branches;

    publishes(state, two_clusters);
    /* as forges do: one ref that may not move refuses the whole push */
    sh(&state->world, "cat >out.git/hooks/pre-receive <<'X'\n#!/bin/sh\nwhile read old new ref; do "
                      "if [ $ref = refs/heads/split/east ]; then echo protected >&2; exit 1; fi; "
                      "done\nX\nchmod +x out.git/hooks/pre-receive");
    branches = split_now(state, false);
    assert_string_equal(states_of(state, &branches), "east:refused west:pushed");
    assert_non_null(strstr(branches.items[0].why, "protected"));
    sh(&state->world, "rm out.git/hooks/pre-receive");
    splits(state, false, "east:pushed west:current");
}

static void test_an_output_branch_that_moved_on_is_not_split(void **context)
{
    struct state *state = *context;
    struct cluster_branches branches;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    publishes(state, west_changed);
    human(&state->world, "echo 1 >out/clusters/west/own.yaml");
    branches = split_now(state, false);
    assert_true(branches.superseded);
    assert_string_equal(git(state, "rev-list --count split/west"), "1 ");
}

static void test_what_others_keep_for_a_cluster_goes_along(void **context)
{
    struct state *state = *context;
    char tip[41];

    publishes(state, two_clusters);
    human(&state->world, "echo 1 >out/clusters/west/own.yaml");
    if (clone_fetch(state->clone, tip, "rendered", false, &state->err) < 0)
        fail_msg("%s", state->err.text);
    memcpy(state->result.commit, tip, sizeof tip);
    splits(state, false, "east:pushed west:pushed");
    assert_string_equal(git(state, "ls-tree -r --name-only split/west"),
                        "out/clusters/west/b.yaml out/clusters/west/own.yaml ");
}

static void test_the_digest_sees_each_branch(void **context)
{
    struct state *state = *context;
    char digests[4][65];

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    for (size_t i = 0; i < LENGTH(digests); i++) {
        if (branch_digest_fetch(digests[i], state->clone, "rendered", PATTERN, &state->err) < 0)
            fail_msg("%s", state->err.text);
        if (i == 0)
            sh(&state->world, "git -C out.git branch unrelated rendered");
        else if (i == 1)
            other(state, "split/west", "true");
        else if (i == 2)
            human(&state->world, "echo 1 >x");
    }
    assert_string_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[1], digests[2]);
    assert_string_not_equal(digests[2], digests[3]);
}

static void hydrates(struct state *state, const char *want)
{
    const struct cluster_branches branches = split_with(state, false, true);

    assert_string_equal(states_of(state, &branches), want);
}

static void test_metadata_for_promoters(void **context)
{
    struct state *state = *context;

    publishes(state, two_clusters);
    hydrates(state, "east:pushed west:pushed");
    assert_string_equal(git(state, "ls-tree -r --name-only split/east"),
                        "hydrator.metadata out/clusters/east/trust/a.yaml ");
    assert_string_equal(git(state, "show split/east:hydrator.metadata"),
                        "{   \"drySha\": \"0123456789abcdef0123456789abcdef01234567\" } ");
    hydrates(state, "east:current west:current");
    publishes(state, west_changed);
    hydrates(state, "east:current west:pushed"); /* no commit for the sake of the file */
    other(state, "split/east", "true");
    hydrates(state, "east:current west:current");
    other(state, "split/east", "echo {} >hydrator.metadata");
    hydrates(state, "east:foreign west:current");
    publishes(state, east_alone);
    hydrates(state, "east:foreign west:pushed");
    assert_string_equal(git(state, "ls-tree -r --name-only split/west"), "");
}

/* Turned on or off, the next commit has it or not, and no branch looks like the work of others. */
static void test_metadata_comes_and_goes(void **context)
{
    struct state *state = *context;

    publishes(state, two_clusters);
    splits(state, false, "east:pushed west:pushed");
    hydrates(state, "east:current west:current");
    publishes(state, west_changed);
    hydrates(state, "east:current west:pushed");
    splits(state, false, "east:current west:current");
    publishes(state, two_clusters);
    splits(state, false, "east:current west:pushed");
    assert_string_equal(git(state, "ls-tree -r --name-only split/west"),
                        "out/clusters/west/b.yaml ");
}

static void test_a_name_that_git_does_not_have_is_refused(void **context)
{
    static const struct file files[] = { { "clusters/east.lock/a.yaml", ONE },
                                         { "clusters/west/b.yaml", TWO },
                                         END };
    struct state *state = *context;

    publishes(state, files);
    splits(state, false, "east.lock:refused west:pushed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_the_pattern),
        CASE(test_each_cluster_has_its_files_alone),
        CASE(test_only_what_changed_gets_a_commit),
        CASE(test_the_same_input_gives_the_same_commits),
        CASE(test_a_cluster_that_left_has_an_empty_branch),
        CASE(test_the_work_of_others_stays),
        CASE(test_a_forged_commit_is_of_others),
        CASE(test_an_older_commit_is_brought_up),
        CASE(test_one_refusal_does_not_stop_the_others),
        CASE(test_an_output_branch_that_moved_on_is_not_split),
        CASE(test_what_others_keep_for_a_cluster_goes_along),
        CASE(test_the_digest_sees_each_branch),
        CASE(test_metadata_for_promoters),
        CASE(test_metadata_comes_and_goes),
        CASE(test_a_name_that_git_does_not_have_is_refused),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
