/* tests/unit/app/pass/test_report.c - what the report of a pass says, by what came of it. */
#include "app/pass/report.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct arena *arena;
    struct config config;
    struct options options;
    struct progress progress;
    struct session session;
    struct planned_virtual_mesh mesh;
    struct policy_status policy;
    struct outcome outcome;
};

static void world_open(struct world *w)
{
    *w = (struct world){ .arena = arena_new() };
    w->session = (struct session){
        .config = &w->config, .options = &w->options, .progress = &w->progress, .arena = w->arena
    };
    w->session.ledger.arena = w->arena;
    w->outcome.end = PASS_DONE;
    w->outcome.finished = 1000;
    w->mesh.status = (struct vm_status){ .ref = { "us", "ns" }, .state = APPROVAL_ACCEPTED };
    w->policy = (struct policy_status){ .ref = { "p", "ns" }, .state = APPROVAL_ACCEPTED };
    w->outcome.plan = (struct plan){ .virtual_meshes = &w->mesh,
                                     .virtual_mesh_count = 1,
                                     .policies = &w->policy,
                                     .policy_count = 1 };
}

/* clang-format off */
static const struct {
    const char *name;
    enum pass_end end;
    bool failed;
    size_t diags;
    enum approval_state mesh, policy;
    enum run_result result;
} results[] = {
    { "all is accepted", PASS_DONE, false, 0, APPROVAL_ACCEPTED, APPROVAL_ACCEPTED, RUN_CONVERGED },
    { "a virtual mesh failed", PASS_DONE, false, 0, APPROVAL_FAILED, APPROVAL_ACCEPTED, RUN_REFUSED },
    { "a policy is invalid", PASS_DONE, false, 0, APPROVAL_ACCEPTED, APPROVAL_INVALID, RUN_REFUSED },
    { "a file has a mistake", PASS_DONE, false, 1, APPROVAL_ACCEPTED, APPROVAL_ACCEPTED, RUN_REFUSED },
    { "nothing changed", PASS_IDLE, false, 0, APPROVAL_ACCEPTED, APPROVAL_ACCEPTED, RUN_CONVERGED },
    { "another pass was at work", PASS_ELSEWHERE, false, 0, APPROVAL_ACCEPTED, APPROVAL_ACCEPTED, RUN_ELSEWHERE },
    { "it failed", PASS_FAILED, true, 0, APPROVAL_ACCEPTED, APPROVAL_ACCEPTED, RUN_FAILED },
};
/* clang-format on */

static void the_result_says_how_a_pass_ended(void **state)
{
    const struct err failure = { .text = "no such host" };

    (void)state;
    for (size_t i = 0; i < LENGTH(results); i++) {
        const struct err *failed = results[i].failed ? &failure : NULL;
        struct report report;
        struct world w;

        print_message("%s\n", results[i].name);
        world_open(&w);
        w.outcome.end = results[i].end;
        w.outcome.resolved.diags.errors = results[i].diags;
        w.mesh.status.state = results[i].mesh;
        w.policy.state = results[i].policy;
        report = pass_report(&w.outcome, &w.session, failed);
        assert_string_equal(report.result, enums_name(&run_results, (int)results[i].result));
        assert_int_equal(report.error != NULL, results[i].failed);
        assert_int_equal(report.unchanged, results[i].end == PASS_IDLE);
        assert_int_equal(report.last_success, results[i].result == RUN_CONVERGED ? 1000 : 0);
        arena_free(w.arena);
    }
}

/* The time of the last success outlives passes that failed; an older weft remembers it only as the
 * end of a pass. */
static void the_last_success_is_remembered(void **state)
{
    const struct err failure = { .text = "no such host" };
    struct ledger_run *run;
    struct world w;

    (void)state;
    world_open(&w);
    run = ledger_add_run(&w.session.ledger);
    run->result = RUN_CONVERGED;
    run->finished = 500;
    ledger_add_run(&w.session.ledger)->result = RUN_FAILED;
    assert_int_equal(pass_report(&w.outcome, &w.session, &failure).last_success, 500);
    ledger_set_time(&w.session.ledger, FACT_CONVERGED, 700);
    assert_int_equal(pass_report(&w.outcome, &w.session, &failure).last_success, 700);
    assert_int_equal(pass_report(&w.outcome, &w.session, NULL).last_success, 1000);
    arena_free(w.arena);
}

static void what_the_ledger_holds_is_counted_without_removed_virtual_meshes(void **state)
{
    static const struct {
        const char *name;
        enum approval_state status;
        bool gone;
    } rows[] = { { "ns/us", APPROVAL_ACCEPTED, false },
                 { "ns/them", APPROVAL_FAILED, false },
                 { "ns/gone", APPROVAL_ACCEPTED, true } };
    struct report report;
    struct world w;

    (void)state;
    world_open(&w);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ledger_status *row = ledger_add_status(&w.session.ledger);
        struct ledger_rotation *rotation = ledger_add_rotation(&w.session.ledger);

        row->virtual_mesh = rotation->virtual_mesh = rows[i].name;
        row->state = rows[i].status;
        row->gone = rows[i].gone;
    }
    report = pass_report(&w.outcome, &w.session, NULL);
    assert_int_equal(report.states[APPROVAL_ACCEPTED], 1);
    assert_int_equal(report.states[APPROVAL_FAILED], 1);
    assert_int_equal(report.rotation_count, 2);
    assert_string_equal(report.rotations[1].virtual_mesh, "ns/them");
    arena_free(w.arena);
}

static void only_watched_clusters_are_listed(void **state)
{
    struct observation seen[] = {
        { .cluster = "c1", .watched = true, .at = 5 },
        { .cluster = "c2" },
        { .cluster = "c3", .watched = true, .refused = "list" },
        { .cluster = "c4", .watched = true },
    };
    struct report report;
    struct world w;

    (void)state;
    world_open(&w);
    w.outcome.observed = (struct observed){ .observations = seen, .count = LENGTH(seen) };
    report = pass_report(&w.outcome, &w.session, NULL);
    assert_int_equal(report.cluster_count, 3);
    assert_true(report.clusters[0].answers && !report.clusters[0].refuses);
    assert_true(report.clusters[1].answers && report.clusters[1].refuses);
    assert_true(!report.clusters[2].answers && !report.clusters[2].refuses);
    assert_int_equal(report.clusters[0].at, 5);
    arena_free(w.arena);
}

/* No status was posted: that is not the same as none of each kind. */
static void posts_are_counted_by_their_result(void **state)
{
    struct status_post posts[] = { { .result = POST_WRITTEN },
                                   { .result = POST_WRITTEN },
                                   { .result = POST_FAILED } };
    struct report report;
    struct world w;

    (void)state;
    world_open(&w);
    assert_null(pass_report(&w.outcome, &w.session, NULL).posts);
    w.outcome.posted = (struct posted){ posts, LENGTH(posts) };
    report = pass_report(&w.outcome, &w.session, NULL);
    assert_int_equal(report.post_count, POST_REPORTED_UNCHANGED + 1);
    assert_int_equal(report.posts[POST_WRITTEN].count, 2);
    assert_int_equal(report.posts[POST_FAILED].count, 1);
    assert_int_equal(report.posts[POST_UNCHANGED].count, 0);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_result_says_how_a_pass_ended),
        cmocka_unit_test(the_last_success_is_remembered),
        cmocka_unit_test(what_the_ledger_holds_is_counted_without_removed_virtual_meshes),
        cmocka_unit_test(only_watched_clusters_are_listed),
        cmocka_unit_test(posts_are_counted_by_their_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
