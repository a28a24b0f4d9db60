/* tests/unit/app/pass/test_subject.c - the first line of a commit says what happened. */
#include "app/pass/subject.h"
#include "base/blobs.h"
#include "base/text.h"
#include "pki/inspect.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

#define OLD "aaaaaaaa00000000"
#define NEW "bbbbbbbb00000000"
#define RECORD "weft/gloo-mesh.shop.json"
#define MESH_FILE "clusters/c1/mesh/mesh.yaml"
#define TRUST_FILE "clusters/c1/trust/istio-system.cacerts.yaml"
#define SPECS "0123456789abcdef0123456789abcdef01234567"

/* A tip with one record. */
static int read_record(void *context, const char *path, char **bytes, size_t *len,
                       struct arena *arena, struct err *err)
{
    (void)err;
    *bytes = context && text_equal(path, RECORD) ? arena_text(arena, context) : NULL;
    *len = *bytes ? strlen(*bytes) : 0;
    return 0;
}

struct world {
    struct arena *arena;
    struct ledger ledger;
    struct rotation_condition condition;
    struct planned_virtual_mesh mesh;
    struct plan plan;
    struct tree_reader tip;
    struct change changes[4];
    struct subject_facts facts;
};

static void world_open(struct world *w, struct arena *arena, const char *record)
{
    *w = (struct world){ .arena = arena, .ledger = { .arena = arena } };
    w->mesh.status.ref = (struct object_ref){ "shop", "gloo-mesh" };
    w->mesh.status.state = APPROVAL_ACCEPTED;
    w->plan = (struct plan){ .virtual_meshes = &w->mesh, .virtual_mesh_count = 1 };
    w->tip = (struct tree_reader){ read_record, tree_reader_empty.list, arena_text(arena, record) };
    w->facts = (struct subject_facts){ .ledger = &w->ledger,
                                       .plan = &w->plan,
                                       .tip = &w->tip,
                                       .specs_commit = SPECS,
                                       .changes = w->changes };
}

static void change(struct world *w, enum change_kind kind, const char *path)
{
    w->changes[w->facts.change_count++] = (struct change){ .kind = kind, .path = path };
}

static void rotate(struct world *w, enum rotation_state state, int step, const char *id)
{
    struct ledger_rotation *row = ledger_add_rotation(&w->ledger);

    *row = (struct ledger_rotation){ .virtual_mesh = "gloo-mesh/shop",
                                     .id = "r1",
                                     .state = state,
                                     .step = step,
                                     .old_root = OLD,
                                     .new_root = NEW,
                                     .pending_root = "",
                                     .deployed_root = OLD,
                                     .detail = "" };
    w->condition = (struct rotation_condition){
        .timestamp = NOW, .state = state, .id = id, .message = "whatever it says"
    };
    w->mesh.status.conditions = &w->condition;
    w->mesh.status.condition_count = 1;
}

static const struct {
    enum rotation_state state;
    int step;
    const char *id, *subject;
} steps[] = {
    { ROTATION_ADDING_NEW_ROOT, 1, "R11",
      "rotation gloo-mesh/shop 1/3: root bbbbbbbb added beside aaaaaaaa" },
    { ROTATION_VERIFYING, 1, "R8", "rotation gloo-mesh/shop 1/3: loaded by every cluster" },
    { ROTATION_VERIFYING, 1, "R70", "rotation gloo-mesh/shop 1/3: approved" },
    { ROTATION_VERIFYING, 2, "R73", "rotation gloo-mesh/shop 2/3: held" },
    { ROTATION_VERIFYING, 2, NULL, "rotation gloo-mesh/shop 2/3: being verified" },
    { ROTATION_VERIFIED, 1, "R9", "rotation gloo-mesh/shop 1/3: verified" },
    { ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, "R12",
      "rotation gloo-mesh/shop 2/3: intermediates under root bbbbbbbb" },
    { ROTATION_DELETING_OLD_ROOT, 3, "R12", "rotation gloo-mesh/shop 3/3: root bbbbbbbb alone" },
    { ROTATION_ROLLING_BACK, 1, "R20", "rotation gloo-mesh/shop rolls back to root aaaaaaaa" },
    { ROTATION_PREVIOUS_CA, 0, "R22", "rotation gloo-mesh/shop rolled back: root aaaaaaaa" },
    { ROTATION_FINISHED, 0, "R15", "rotation gloo-mesh/shop finished: root aaaaaaaa" },
    { ROTATION_FAILED, 2, "R5", "rotation gloo-mesh/shop failed in step 2" },
};

static void each_step_of_a_rotation_is_named(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH(steps); i++) {
        struct world w;

        world_open(&w, fixture->arena, "{\"trust\": {}, \"status\": {\"conditions\": []}}");
        rotate(&w, steps[i].state, steps[i].step, steps[i].id);
        change(&w, CHANGE_CHANGED, RECORD);
        assert_string_equal(subject_of(&w.facts, fixture->arena), steps[i].subject);
    }
}

/* The record has this condition already: something else changed. */
static void a_rotation_that_did_not_move_is_not_named(void **state)
{
    struct fixture *fixture = *state;
    struct world w;

    world_open(&w, fixture->arena,
               "{\"trust\": {}, \"status\": {\"conditions\": [{\"timestamp\": "
               "\"2026-11-23T11:00:00Z\", \"state\": \"VERIFYING\"}]}}");
    rotate(&w, ROTATION_VERIFYING, 1, "R8");
    change(&w, CHANGE_ADDED, MESH_FILE);
    change(&w, CHANGE_CHANGED, RECORD);
    assert_string_equal(subject_of(&w.facts, fixture->arena),
                        "render specs at 0123456789ab: +1 file in 1 cluster");
}

static void what_specs_change_is_counted_without_trust_and_records(void **state)
{
    struct fixture *fixture = *state;
    struct world w;

    world_open(&w, fixture->arena, NULL);
    change(&w, CHANGE_ADDED, MESH_FILE);
    change(&w, CHANGE_REMOVED, "clusters/c2/mesh/mesh.yaml");
    change(&w, CHANGE_ADDED, "clusters/c3/trust/x.yaml");
    assert_string_equal(subject_of(&w.facts, fixture->arena),
                        "render specs at 0123456789ab: +1 -1 files in 2 clusters");
}

static void what_else_can_be_alone(void **state)
{
    struct fixture *fixture = *state;
    struct world w;

    world_open(&w, fixture->arena, NULL);
    change(&w, CHANGE_CHANGED, TRUST_FILE);
    assert_string_equal(subject_of(&w.facts, fixture->arena),
                        "deliver certificates again to 1 cluster");
    world_open(&w, fixture->arena, NULL);
    w.mesh.retained = true;
    w.mesh.status.state = APPROVAL_INVALID;
    change(&w, CHANGE_CHANGED, RECORD);
    assert_string_equal(subject_of(&w.facts, fixture->arena), "record gloo-mesh/shop: INVALID");
}

static void certificates_are_issued_then_renewed(void **state)
{
    struct fixture *fixture = *state;
    struct trust_request *request = fixture_request(fixture, "shop", "c", 2);
    const struct trust_request *requests[] = { request };
    struct trust_facts facts;
    struct err err;
    struct world w;

    fixture_issue(fixture, requests, 1, NOW);
    world_open(&w, fixture->arena, NULL);
    w.facts.ledger = &fixture->ledger;
    change(&w, CHANGE_ADDED, MESH_FILE);
    change(&w, CHANGE_ADDED, RECORD);
    assert_int_equal(
        inspect_trust(&facts, &fixture->ledger, "gloo-mesh/shop", fixture->arena, &err), 0);
    assert_string_equal(
        subject_of(&w.facts, fixture->arena),
        arena_printf(fixture->arena,
                     "issue gloo-mesh/shop: root %.8s, 2 intermediates; render specs at "
                     "0123456789ab: +1 file in 1 cluster",
                     facts.roots[0].fingerprint));
    /* The record knows the one of c1: that of c2 is new. */
    world_open(&w, fixture->arena,
               arena_printf(fixture->arena,
                            "{\"trust\": {\"intermediates\": [{\"fingerprint\": \"%s\"}]}}",
                            facts.intermediates[0].fingerprint));
    w.facts.ledger = &fixture->ledger;
    change(&w, CHANGE_CHANGED, RECORD);
    assert_string_equal(subject_of(&w.facts, fixture->arena),
                        "renew gloo-mesh/shop: intermediate of c2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(each_step_of_a_rotation_is_named),
        FIXTURE_CASE(a_rotation_that_did_not_move_is_not_named),
        FIXTURE_CASE(what_specs_change_is_counted_without_trust_and_records),
        FIXTURE_CASE(what_else_can_be_alone),
        FIXTURE_CASE(certificates_are_issued_then_renewed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
