/* tests/unit/app/pass/test_status_build.c - statuses from what translation decided and stages
 * remarked. */
#include "app/pass/remark.h"
#include "app/pass/status_build.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define US ((struct object_ref){ "us", "ns" })

static void fail_mesh(struct findings *remarks, const char *mesh, enum approval_state state,
                      const char *text)
{
    struct finding finding = finding_of_virtual_mesh(US, SEVERITY_ERROR);

    finding.target_kind = "Mesh";
    finding.target = (struct object_ref){ mesh, "ns" };
    finding.text = text;
    finding.state = state;
    findings_add(remarks, finding);
}
#define THEM ((struct object_ref){ "them", "ns" })

struct world {
    struct arena *arena;
    struct target_status targets[2];
    struct planned_virtual_mesh meshes[2];
    struct plan plan;
    struct findings remarks;
};

static void world_open(struct world *w, enum approval_state state)
{
    *w = (struct world){ .arena = arena_new() };
    w->remarks.arena = w->arena;
    w->targets[0] = (struct target_status){ .key = "m1.ns.", .state = APPROVAL_ACCEPTED };
    w->targets[1] = (struct target_status){ .key = "m2.ns.", .state = APPROVAL_ACCEPTED };
    w->meshes[0].status = (struct vm_status){
        .ref = US, .state = state, .meshes = w->targets, .mesh_count = LENGTH(w->targets)
    };
    w->meshes[1].status = (struct vm_status){ .ref = THEM, .state = APPROVAL_ACCEPTED };
    messages_add(&w->meshes[0].status.warnings, w->arena, "of translation");
    w->plan = (struct plan){ .virtual_meshes = w->meshes, .virtual_mesh_count = LENGTH(w->meshes) };
}

enum what { WARNING, ERROR, FAILURE, MESH_FAILED, MESH_INVALID, UNKNOWN_MESH };

static void say(struct world *w, enum what what)
{
    switch (what) {
    case WARNING:
        remark_warning(&w->remarks, US, "text");
        return;
    case ERROR:
        remark_error(&w->remarks, US, "text");
        return;
    case FAILURE:
        remark_failure(&w->remarks, US, "text");
        return;
    case MESH_FAILED:
        fail_mesh(&w->remarks, "m2", APPROVAL_FAILED, "text");
        return;
    case MESH_INVALID:
        fail_mesh(&w->remarks, "m2", APPROVAL_INVALID, "text");
        return;
    case UNKNOWN_MESH:
        fail_mesh(&w->remarks, "m9", APPROVAL_FAILED, "text");
        return;
    }
}

/* What each remark makes of a virtual mesh and of its second mesh. */
static const struct {
    const char *name;
    enum approval_state before;
    enum what what;
    enum approval_state state, mesh;
    size_t errors, warnings, mesh_errors;
} rows[] = {
    { "a warning", APPROVAL_ACCEPTED, WARNING, APPROVAL_ACCEPTED, APPROVAL_ACCEPTED, 0, 2, 0 },
    { "an error without a state", APPROVAL_ACCEPTED, ERROR, APPROVAL_ACCEPTED, APPROVAL_ACCEPTED, 1,
      1, 0 },
    { "a failure", APPROVAL_ACCEPTED, FAILURE, APPROVAL_FAILED, APPROVAL_ACCEPTED, 1, 1, 0 },
    { "a failure of what is INVALID", APPROVAL_INVALID, FAILURE, APPROVAL_INVALID,
      APPROVAL_ACCEPTED, 1, 1, 0 },
    { "a mesh that failed", APPROVAL_ACCEPTED, MESH_FAILED, APPROVAL_FAILED, APPROVAL_FAILED, 0, 1,
      1 },
    { "a mesh that is INVALID", APPROVAL_ACCEPTED, MESH_INVALID, APPROVAL_INVALID, APPROVAL_INVALID,
      0, 1, 1 },
    { "a mesh of what failed", APPROVAL_FAILED, MESH_INVALID, APPROVAL_FAILED, APPROVAL_INVALID, 0,
      1, 1 },
    { "a mesh that the status does not list", APPROVAL_ACCEPTED, UNKNOWN_MESH, APPROVAL_FAILED,
      APPROVAL_ACCEPTED, 1, 1, 0 },
};

static void each_remark_changes_its_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct vm_status *built;
        struct world w;
        struct plan plan;

        print_message("%s\n", rows[i].name);
        world_open(&w, rows[i].before);
        say(&w, rows[i].what);
        say(&w, rows[i].what); /* a text that is there already is not added */
        plan = status_build(&w.plan, &w.remarks, w.arena);
        built = &plan.virtual_meshes[0].status;
        assert_int_equal(built->state, rows[i].state);
        assert_int_equal(built->errors.count, rows[i].errors);
        assert_int_equal(built->warnings.count, rows[i].warnings);
        assert_int_equal(built->meshes[1].state, rows[i].mesh);
        assert_int_equal(built->meshes[1].errors.count, rows[i].mesh_errors);
        assert_int_equal(built->meshes[0].state, APPROVAL_ACCEPTED);
        assert_int_equal(plan.virtual_meshes[1].status.state, APPROVAL_ACCEPTED);
        arena_free(w.arena);
    }
}

/* What the records hold does not change when the statuses for the cluster are made of it. */
static void a_second_build_leaves_the_first(void **state)
{
    struct findings later;
    struct plan first, second;
    struct world w;

    (void)state;
    world_open(&w, APPROVAL_ACCEPTED);
    say(&w, MESH_FAILED);
    first = status_build(&w.plan, &w.remarks, w.arena);
    later = (struct findings){ .arena = w.arena };
    remark_warning(&later, US, "later");
    fail_mesh(&later, "m2", APPROVAL_INVALID, "later");
    second = status_build(&first, &later, w.arena);
    remark_warning(&later, US, "latest");
    (void)status_build(&first, &later, w.arena);

    assert_int_equal(w.meshes[0].status.meshes[1].errors.count, 0);
    assert_int_equal(first.virtual_meshes[0].status.warnings.count, 1);
    assert_int_equal(first.virtual_meshes[0].status.meshes[1].errors.count, 1);
    assert_int_equal(first.virtual_meshes[0].status.meshes[1].state, APPROVAL_FAILED);
    assert_int_equal(second.virtual_meshes[0].status.warnings.count, 2);
    assert_string_equal(second.virtual_meshes[0].status.warnings.texts[1], "later");
    assert_int_equal(second.virtual_meshes[0].status.meshes[1].errors.count, 2);
    assert_int_equal(second.virtual_meshes[0].status.meshes[1].state, APPROVAL_INVALID);
    arena_free(w.arena);
}

static void what_is_known_of_a_message_stays_known(void **state)
{
    struct plan plan;
    struct world w;

    (void)state;
    world_open(&w, APPROVAL_ACCEPTED);
    messages_share(&w.meshes[0].status.warnings, w.arena, (struct origin){ .id = "W3" }, "second");
    messages_place(&w.meshes[0].status.warnings, (struct place){ .file = "a.yaml", .line = 7 });
    say(&w, WARNING);
    plan = status_build(&w.plan, &w.remarks, w.arena);
    assert_string_equal(messages_origin(&plan.virtual_meshes[0].status.warnings, 1).id, "W3");
    assert_int_equal(messages_origin(&plan.virtual_meshes[0].status.warnings, 1).place.line, 7);
    assert_string_equal(messages_origin(&plan.virtual_meshes[0].status.warnings, 2).id, "");
    arena_free(w.arena);
}

static void a_remark_about_no_object_of_the_plan_is_left_out(void **state)
{
    struct plan plan;
    struct world w;

    (void)state;
    world_open(&w, APPROVAL_ACCEPTED);
    remark_failure(&w.remarks, ((struct object_ref){ "gone", "ns" }), "text");
    findings_add(&w.remarks, (struct finding){ .severity = SEVERITY_ERROR,
                                               .kind = "",
                                               .target_kind = "",
                                               .ref = US,
                                               .text = "of the branch",
                                               .state = APPROVAL_FAILED });
    plan = status_build(&w.plan, &w.remarks, w.arena);
    assert_int_equal(plan.virtual_meshes[0].status.errors.count, 0);
    assert_int_equal(plan.virtual_meshes[0].status.state, APPROVAL_ACCEPTED);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_remark_changes_its_part),
        cmocka_unit_test(a_second_build_leaves_the_first),
        cmocka_unit_test(what_is_known_of_a_message_stays_known),
        cmocka_unit_test(a_remark_about_no_object_of_the_plan_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
