/* tests/unit/app/pass/test_trailers.c - what a commit on the output branch says of itself. */
#include "app/pass/branch.h"
#include "app/pass/trailers.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MESHES = 60 };

struct world {
    struct arena *arena;
    struct config config;
    struct session session;
    struct inputs inputs;
    struct planned_virtual_mesh meshes[MESHES];
    struct plan plan;
    struct trailers trailers;
};

static void world_open(struct world *w, size_t meshes)
{
    *w = (struct world){ .arena = arena_new() };
    w->config.specs.url = "git://h/specs";
    w->session = (struct session){ .config = &w->config, .arena = w->arena };
    w->session.ledger.arena = w->arena;
    ledger_set_fact(&w->session.ledger, FACT_STATE, "5ca1ab1e");
    strcpy(w->inputs.specs_commit, "0123");
    strcpy(w->inputs.digest, "abcd");
    for (size_t i = 0; i < meshes; i++)
        w->meshes[i].status.ref = (struct object_ref){ arena_printf(w->arena, "vm%02zu", i), "ns" };
    w->plan = (struct plan){ .virtual_meshes = w->meshes, .virtual_mesh_count = meshes };
}

/* NULL: no trailer of that name; nth: the first is 0. */
static const char *find(const struct world *w, const char *token, size_t nth)
{
    for (size_t i = 0; i < w->trailers.count; i++)
        if (strcmp(w->trailers.list[i].token, token) == 0 && nth-- == 0)
            return w->trailers.list[i].value;
    return NULL;
}

static void a_commit_names_its_source_and_its_state(void **state)
{
    struct world w;

    (void)state;
    world_open(&w, 2);
    trailers_fill(&w.trailers, &w.session, &w.inputs, &w.plan);
    assert_string_equal(find(&w, "Weft-Source", 0), "git://h/specs");
    assert_string_equal(find(&w, TRAILER_SOURCE_COMMIT, 0), "0123");
    assert_string_equal(find(&w, TRAILER_DIGEST, 0), "sha256:abcd");
    assert_string_equal(find(&w, TRAILER_STATE, 0), "5ca1ab1e");
    assert_string_equal(find(&w, "Weft-Virtual-Meshes", 0), "ns/vm00, ns/vm01");
    assert_string_equal(w.trailers.counter->token, TRAILER_COUNTER);
    assert_null(find(&w, "Weft-Rotation", 0));
    arena_free(w.arena);
}

static void rotate(struct world *w, size_t mesh)
{
    static const struct rotation_condition conditions[] = { { .message = "before" },
                                                            { .message = "waits" } };
    struct ledger_rotation *row = ledger_add_rotation(&w->session.ledger);

    row->virtual_mesh = object_ref_text(w->meshes[mesh].status.ref, w->arena);
    row->id = "r1";
    row->step = 2;
    row->state = ROTATION_VERIFYING;
    row->detail = "";
    w->meshes[mesh].status.conditions = conditions;
    w->meshes[mesh].status.condition_count = LENGTH(conditions);
}

static void a_rotation_that_is_under_way_is_named_with_its_last_condition(void **state)
{
    struct world w;

    (void)state;
    world_open(&w, 2);
    rotate(&w, 1);
    trailers_fill(&w.trailers, &w.session, &w.inputs, &w.plan);
    assert_string_equal(find(&w, "Weft-Rotation", 0), "ns/vm01 r1/2 VERIFYING: waits");
    assert_null(find(&w, "Weft-Rotation", 1));
    w.session.ledger.rotations->state = ROTATION_NOT_ROTATING;
    trailers_fill(&w.trailers, &w.session, &w.inputs, &w.plan);
    assert_null(find(&w, "Weft-Rotation", 0));
    arena_free(w.arena);
}

/* The artifacts of the tip, and of no other commit; without output.oci none. */
static void the_artifacts_of_the_tip_are_named(void **state)
{
    AUTO_TEXT fact = { 0 };
    struct world w;

    (void)state;
    world_open(&w, 1);
    w.config.output.url = "git://h/out";
    w.config.output.branch = "rendered";
    w.config.output.path = w.config.output.oci.tag = "";
    text_adds(&fact,
              "{\"registry\":\"oci://r/m\",\"tag\":\"\",\"branch\":\"rendered\",\"path\":\"\","
              "\"commit\":\"aa\",\"clusters\":[{\"cluster\":\"old\",\"commit\":\"bb\"}");
    for (int i = 0; i < 103; i++)
        text_addf(&fact, ",{\"cluster\":\"c%03d\",\"digest\":\"sha256:%d\",\"commit\":\"aa\"}", i,
                  i);
    text_adds(&fact, "]}");
    ledger_set_fact(&w.session.ledger, FACT_ARTIFACTS, fact.bytes);
    strcpy(w.inputs.output_tip, "aa");
    trailers_fill(&w.trailers, &w.session, &w.inputs, &w.plan);
    assert_null(find(&w, TRAILER_ARTIFACT, 0));
    w.config.output.oci.url = "oci://r/m";
    trailers_fill(&w.trailers, &w.session, &w.inputs, &w.plan);
    assert_string_equal(find(&w, TRAILER_ARTIFACT, 0), "c000 sha256:0");
    assert_string_equal(find(&w, TRAILER_ARTIFACT, 99), "c099 sha256:99");
    assert_string_equal(find(&w, TRAILER_ARTIFACT, 100), "and 3 more");
    assert_null(find(&w, TRAILER_ARTIFACT, 101));
    strcpy(w.inputs.output_tip, "cc");
    trailers_fill(&w.trailers, &w.session, &w.inputs, &w.plan);
    assert_null(find(&w, TRAILER_ARTIFACT, 0));
    arena_free(w.arena);
}

/* A fleet does not make a commit message without end. */
static void a_fleet_is_cut(void **state)
{
    struct world w;

    (void)state;
    world_open(&w, MESHES);
    for (size_t i = 0; i < MESHES; i++)
        rotate(&w, i);
    trailers_fill(&w.trailers, &w.session, &w.inputs, &w.plan);
    assert_non_null(strstr(find(&w, "Weft-Virtual-Meshes", 0), "ns/vm09 and 50 more"));
    assert_non_null(find(&w, "Weft-Rotation", 19));
    assert_null(find(&w, "Weft-Rotation", 20));
    assert_true(w.trailers.count <= TRAILERS_MAX);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_names_its_source_and_its_state),
        cmocka_unit_test(a_rotation_that_is_under_way_is_named_with_its_last_condition),
        cmocka_unit_test(the_artifacts_of_the_tip_are_named),
        cmocka_unit_test(a_fleet_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
