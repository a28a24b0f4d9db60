/* tests/unit/pki/test_desired.c - what a mesh is to hold, as it can be seen from outside. */
#include "tests/lib/trust_fixture.h"
#include <string.h>

#include "base/text.h"
#include "pki/cacerts.h"
#include "pki/desired.h"
#include "pki/rotation_record.h"
#include "rotation/ca.h"
#include "rotation/rotation.h"

static struct fixture fx;
static const struct trust_request *request;

static int setup(void **state)
{
    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 1);
    fixture_issue(&fx, &request, 1, NOW);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(&fx);
    return 0;
}

static void a_mesh_at_rest_holds_one_root(void **state)
{
    const char *key = request->meshes[0].key;
    struct trust_wanted wanted;

    (void)state;
    desired_trust(&wanted, &fx.ledger, request->name, key, fx.arena);
    assert_string_equal(wanted.intermediate, fx.ledger.intermediates->id);
    assert_int_equal(wanted.root_count, 1);
    assert_string_equal(wanted.roots[0], fx.ledger.roots->id);
    assert_string_equal(wanted.bundle, fx.ledger.roots->cert_pem);
    assert_string_equal(wanted.mark, desired_material(&fx.ledger, request->name, key, fx.arena));
    assert_int_equal(strlen(wanted.mark), 16);
    assert_false(wanted.renewed);
    desired_trust(&wanted, &fx.ledger, request->name, "none.gloo-mesh.", fx.arena);
    assert_string_equal(wanted.mark, "");
    assert_int_equal(wanted.root_count, 0);
}

/* A renewal changes the mark, and not what a gate waits for. */
static void the_mark_before_a_renewal_still_fits(void **state)
{
    const char *key = request->meshes[0].key;
    const char *before = desired_material(&fx.ledger, request->name, key, fx.arena);
    struct trust_wanted wanted;

    (void)state;
    fixture_issue(&fx, &request, 1, NOW + 85 * DAY);
    assert_string_not_equal(desired_material(&fx.ledger, request->name, key, fx.arena), before);
    assert_true(desired_material_fits(&fx.ledger, request->name, key, before, fx.arena));
    assert_false(desired_material_fits(&fx.ledger, request->name, key, "0123", fx.arena));
    desired_trust(&wanted, &fx.ledger, request->name, key, fx.arena);
    assert_true(wanted.renewed);
}

/* It may be anywhere between two roots: nothing is delivered, and nothing is evidence. */
static void a_rotation_that_cannot_be_read_is_an_error_and_not_none(void **state)
{
    const char *key = request->meshes[0].key;
    const struct ledger_intermediate *row = fx.ledger.intermediates;
    const char *mark = desired_material(&fx.ledger, request->name, key, fx.arena), *bundle;
    struct ledger_rotation *rotation = rotation_record_row(&fx.ledger, request->name);
    struct trust_wanted wanted;
    struct cacerts files;
    struct err err;

    (void)state;
    assert_int_equal(desired_bundle(&bundle, &fx.ledger, row, fx.arena, &err), 0);
    assert_string_equal(bundle, fx.ledger.roots->cert_pem);
    rotation->detail = "{";
    assert_int_equal(desired_bundle(&bundle, &fx.ledger, row, fx.arena, &err), -1);
    assert_non_null(strstr(err.text, request->name));
    assert_string_equal(bundle, "");
    assert_int_equal(cacerts_open(&files, &fx.ledger, row, fx.arena, &err), -1);
    assert_string_equal(desired_material(&fx.ledger, request->name, key, fx.arena), "");
    assert_false(desired_material_fits(&fx.ledger, request->name, key, mark, fx.arena));
    assert_false(desired_material_fits(&fx.ledger, request->name, key, "", fx.arena));
    desired_trust(&wanted, &fx.ledger, request->name, key, fx.arena);
    assert_string_equal(wanted.mark, "");
    assert_int_equal(wanted.root_count, 0);
}

/* While step 2 waits to be published: the bundle of step 1, and the intermediate under the old
 * root, which is not in use any more. */
static void what_a_mesh_held_before_the_step_that_waits(void **state)
{
    const char *key = request->meshes[0].key;
    struct ledger_intermediate *row = fx.ledger.intermediates, *next;
    struct ledger_root *root = fx.ledger.roots;
    struct rotation rotation = rotation_none();
    struct member member = { .mesh = key, .cluster = "eu-1", .held_count = 2, .former = NOW };
    struct trust_wanted former;

    (void)state;
    member.held[0] = (struct material){ root->id, bundle_of(root->id) };
    member.held[1] = (struct material){ root->id, bundle_of(root->id) };
    rotation.id = "r1-x";
    rotation.old = rotation.deployed = root->id;
    rotation.at = (struct position){ DIRECTION_FORWARD, PHASE_REISSUED, PROGRESS_COMMITTED };
    rotation.published = false;
    rotation.members = &member;
    rotation.member_count = 1;
    row->state = KEY_RETIRED;
    next = ledger_add_intermediate(&fx.ledger);
    *next = (struct ledger_intermediate){ .id = "next",
                                          .virtual_mesh = row->virtual_mesh,
                                          .mesh = row->mesh,
                                          .cluster = row->cluster,
                                          .root = "another",
                                          .state = KEY_ACTIVE,
                                          .created = row->created + DAY };
    rotation_record_save(rotation_record_row(&fx.ledger, request->name), &rotation, fx.arena);
    desired_former(&former, &fx.ledger, request->name, key, fx.arena);
    assert_string_equal(former.intermediate, row->id);
    assert_string_equal(former.bundle, root->cert_pem);
    assert_int_equal(former.root_count, 1);
    assert_true(former.bundle_changed);
    member.held_count = 3; /* an older one with the same roots: they tell nothing */
    member.held[2] = member.held[1];
    rotation_record_save(rotation_record_row(&fx.ledger, request->name), &rotation, fx.arena);
    desired_former(&former, &fx.ledger, request->name, key, fx.arena);
    assert_false(former.bundle_changed);
    rotation.published = true; /* nothing waits */
    rotation_record_save(rotation_record_row(&fx.ledger, request->name), &rotation, fx.arena);
    desired_former(&former, &fx.ledger, request->name, key, fx.arena);
    assert_string_equal(former.intermediate, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mesh_at_rest_holds_one_root, setup, teardown),
        cmocka_unit_test_setup_teardown(the_mark_before_a_renewal_still_fits, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_mesh_held_before_the_step_that_waits, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_rotation_that_cannot_be_read_is_an_error_and_not_none,
                                        setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
