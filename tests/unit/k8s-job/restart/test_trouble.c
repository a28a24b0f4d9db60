/* tests/unit/k8s-job/restart/test_trouble.c - rolling restarts when something comes between:
 * conflicts, lost answers, missing rights, rollouts that fail. */
#include "tests/lib/restart_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_conflict_is_looked_at_again(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "web", false)->conflicts = 1;
    step(&f);
    assert_int_equal(f.world.looks, 1);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_int_equal(f.cluster.changed_count, 2);
    close_fixture(&f);
}

static void a_workload_that_changes_all_the_time_is_for_the_next_pass(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "web", false)->conflicts = 3;
    add_workload(&f, "daemonsets", "shop", "agent", false)->conflicts = 3;
    thing_of(&f.world, "agent")->more_spec = ",\"updateStrategy\":{\"type\":\"OnDelete\"}";
    step(&f);
    assert_int_equal(f.world.patches, 6);
    assert_int_equal(thing_of(&f.world, "web")->patches, 0);
    assert_int_equal(f.cluster.stage, RESTART_WORKLOADS);
    assert_false(f.cluster.finished);
    expect_text(&f.cluster, "another client changed it at each attempt");
    step(&f);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_int_equal(thing_of(&f.world, "agent")->patches, 1);
    close_fixture(&f);
}

static void a_workload_that_vanishes_is_passed_over(void **state)
{
    struct fixture f;

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct thing *web;

        open_ready(&f);
        web = add_workload(&f, "deployments", "shop", "web", false);
        web->gone_by_then = i == 0;
        web->conflicts = i == 0 ? 0 : 1;
        web->gone_meanwhile = i == 1;
        web->hidden_meanwhile = i == 2; /* unknown: the next pass reads it again */
        step(&f);
        assert_true(f.cluster.finished == (i < 2));
        assert_int_equal(f.cluster.total, i < 2 ? 1 : 2);
        assert_int_equal(f.world.patches, 1);
        close_fixture(&f);
    }
}

static void of_two_passes_one_restarts(void **state)
{
    struct fixture f;
    struct thing *web;

    (void)state;
    open_ready(&f);
    web = add_workload(&f, "deployments", "shop", "web", false);
    web->conflicts = 1;
    web->meanwhile = "2026-11-23T10:59:59Z";
    step(&f);
    assert_int_equal(web->patches, 1); /* the other one's */
    assert_string_equal(web->at, "2026-11-23T10:59:59Z");
    assert_int_equal(f.cluster.changed_count, 2);
    assert_int_equal(f.cluster.stage, RESTART_WORKLOADS);
    close_fixture(&f);
}

static void an_answer_that_is_lost_is_no_second_restart(void **state)
{
    struct fixture f;
    struct thing *web;

    (void)state;
    open_ready(&f);
    web = add_workload(&f, "deployments", "shop", "web", false);
    web->cut = true;
    step(&f);
    assert_int_equal(web->patches, 1);
    assert_int_equal(f.world.patches, 2); /* sent again, and refused: 409 */
    assert_true(f.cluster.known);
    assert_int_equal(f.cluster.record_count, 2);
    close_fixture(&f);
}

static void a_missing_right_is_named_and_holds_no_other(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    for (int i = 0; i < 3; i++) {
        struct thing *thing =
            add_workload(&f, "deployments", "a", arena_printf(f.place.arena, "x%d", i), false);

        thing->status = 403;
        thing->message = "deployments.apps \\\"x\\\" is forbidden: User \\\"weft\\\" cannot patch "
                         "resource \\\"deployments\\\" in API group \\\"apps\\\"";
    }
    add_workload(&f, "deployments", "b", "denied", false)->status = 403;
    thing_of(&f.world, "denied")->message = "admission webhook said no";
    add_workload(&f, "deployments", "b", "web", false);
    add_workload(&f, "deployments", "c", "hidden", false);
    f.world.unlisted = "c";
    f.cluster.batch = 1;
    step(&f);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_int_equal(f.world.patches, 3); /* one for the namespace a, denied, web */
    assert_true(f.cluster.known && !f.cluster.failed && !f.cluster.finished);
    assert_int_equal(f.cluster.left, 5);
    expect_text(&f.cluster, "Deployment a/x0 cannot be restarted: grant patch of deployments "
                            "(apps) in namespace a");
    roll_out(&f.world);
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_DONE);
    assert_int_equal(f.cluster.left, 5);
    assert_false(f.cluster.finished);
    f.workloads[0] = f.workloads[3];
    f.workloads[1] = f.workloads[5];
    f.cluster.workload_count = 2;
    step(&f);
    expect_text(&f.cluster, "admission webhook said no");
    expect_text(&f.cluster, "Deployment c/hidden cannot be read: grant list of deployments (apps) "
                            "in namespace c");
    close_fixture(&f);
}

static void what_was_ordered_is_remembered_even_when_the_server_breaks(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "a", false);
    add_workload(&f, "deployments", "shop", "b", false)->status = 500;
    thing_of(&f.world, "b")->message = "etcd is away";
    add_workload(&f, "deployments", "shop", "c", false)->gone_by_then = true;
    step(&f);
    assert_false(f.cluster.known || f.cluster.finished);
    assert_non_null(strstr(f.cluster.why, "restart Deployment shop/b: patch: etcd is away"));
    assert_int_equal(f.cluster.record_count, 2);
    assert_string_equal(f.records[1].name, "a");
    thing_of(&f.world, "b")->status = 0;
    thing_of(&f.world, "c")->gone = true;
    step(&f);
    roll_out(&f.world);
    step(&f);
    assert_true(f.cluster.finished);
    assert_int_equal(thing_of(&f.world, "a")->patches, 1);
    assert_int_equal(thing_of(&f.world, "b")->patches, 1);
    assert_int_equal(f.cluster.total, 3);
    close_fixture(&f);
}

static void a_rollout_that_fails_stops_its_cluster_until_it_is_mended(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "a", false);
    add_workload(&f, "deployments", "shop", "b", false);
    f.cluster.batch = 1;
    step(&f);
    f.cluster.now += 3600;
    step(&f);
    assert_true(f.cluster.failed);
    expect_text(
        &f.cluster,
        "stopped: Deployment shop/a that was restarted at 2026-11-23T11:00:00Z is not rolled out");
    assert_int_equal(thing_of(&f.world, "b")->patches, 0);
    roll_out(&f.world);
    step(&f);
    assert_false(f.cluster.failed);
    assert_int_equal(thing_of(&f.world, "b")->patches, 1);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conflict_is_looked_at_again),
        cmocka_unit_test(a_workload_that_changes_all_the_time_is_for_the_next_pass),
        cmocka_unit_test(a_workload_that_vanishes_is_passed_over),
        cmocka_unit_test(of_two_passes_one_restarts),
        cmocka_unit_test(an_answer_that_is_lost_is_no_second_restart),
        cmocka_unit_test(a_missing_right_is_named_and_holds_no_other),
        cmocka_unit_test(what_was_ordered_is_remembered_even_when_the_server_breaks),
        cmocka_unit_test(a_rollout_that_fails_stops_its_cluster_until_it_is_mended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
