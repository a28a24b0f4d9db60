/* tests/unit/pki/test_desired.c - what a mesh is to hold, as it can be seen from outside. */
#include "tests/lib/trust_fixture.h"
#include <string.h>

#include "base/text.h"
#include "pki/desired.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mesh_at_rest_holds_one_root, setup, teardown),
        cmocka_unit_test_setup_teardown(the_mark_before_a_renewal_still_fits, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
