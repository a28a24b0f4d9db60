/* tests/unit/pki/test_trust_apply.c - a plan that is carried out, and one that cannot be. */
#include "base/text.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };

static void what_was_planned_is_in_the_ledger(void **state)
{
    const struct trust_request *request;
    struct issue_result result;
    struct trust_plan plan;
    struct fixture fx;
    struct err err;

    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 2);
    trust_plan(&plan, &fx.ledger, &request, 1, fx.custody, &options, fx.arena);
    assert_int_equal(trust_apply(&result, &plan, &fx.ledger, fx.custody, &err), 0);
    assert_int_equal(result.roots, 1);
    assert_int_equal(result.intermediates, 2);
    assert_int_equal(result.remarks.failures.count, 0);
    assert_int_equal(fx.ledger.roots->state, KEY_ACTIVE);
    for (size_t i = 0; i < request->mesh_count; i++)
        assert_non_null(
            ledger_active_intermediate(&fx.ledger, request->name, request->meshes[i].key));
    assert_string_equal(fx.ledger.rotations->deployed_root, fx.ledger.roots->id);
    assert_non_null(fx.ledger.rotations->deployed);
    fixture_close(&fx);
}

/* What one virtual mesh cannot have does not keep another from its certificates. */
static void a_root_that_cannot_be_made_fails_its_meshes_only(void **state)
{
    const struct issue_options rsa = { .key_type = KEY_RSA, .now = NOW };
    const struct trust_request *list[2];
    struct issue_result result;
    struct trust_plan plan;
    struct fixture fx;
    struct err err;

    (void)state;
    fixture_open(&fx);
    list[0] = fixture_request(&fx, "bad", "us-", 2);
    list[1] = fixture_request(&fx, "good", "eu-", 1);
    ((struct shared_trust *)(uintptr_t)list[0]->shared)->generated.rsa_key_bits = 1000;
    ((struct shared_trust *)(uintptr_t)list[1]->shared)->generated.rsa_key_bits = 2048;
    ((struct shared_trust *)(uintptr_t)list[1]->shared)->intermediate.rsa_key_bits = 2048;
    trust_plan(&plan, &fx.ledger, list, 2, fx.custody, &rsa, fx.arena);
    assert_int_equal(trust_apply(&result, &plan, &fx.ledger, fx.custody, &err), 0);
    assert_int_equal(result.roots, 1);
    assert_int_equal(result.intermediates, 1);
    assert_int_equal(result.remarks.failures.count, 2);
    assert_string_equal(result.remarks.failures.items[0].id, "T7");
    assert_string_equal(result.remarks.failures.items[0].ref.name, "bad");
    assert_null(ledger_find_rotation(&fx.ledger, "gloo-mesh/bad"));
    fixture_close(&fx);
}

static bool has_id(const struct findings *findings, const char *id)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_equal(findings->items[i].id, id))
            return true;
    return false;
}

/* A rotation whose first step is taken: both roots are in every bundle. */
static struct trust_request *rotating(struct fixture *fx)
{
    struct trust_request *request = fixture_request(fx, "retail", "eu-", 3);
    const struct trust_request *list = request;

    ((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.verification = VERIFY_NONE;
    fixture_issue(fx, &list, 1, NOW);
    ((struct shared_trust *)(uintptr_t)request->shared)->generated.org_name = "other";
    return request;
}

/* The step adds a root to bundles and issues no certificate. */
static void a_step_without_certificates_is_tested(void **state)
{
    const struct issue_options later = { .key_type = KEY_EC_P256, .now = NOW + 60 };
    struct fixture fx;
    const struct trust_request *request;
    struct ledger_intermediate *first;
    struct issue_result result;
    struct sealed key;
    struct err err;

    (void)state;
    fixture_open(&fx);
    request = rotating(&fx);
    first = fx.ledger.intermediates;
    key = first->key;
    for (struct ledger_intermediate *row = first; row; row = row->next)
        row->key = (struct sealed){ key.bytes, key.len - 1 }; /* damaged */
    assert_int_equal(fixture_pass(&result, &fx, &request, 1, &later, &err), 0);
    assert_true(has_id(&result.remarks.notes, "T8"));
    assert_int_equal(result.steps, 0);
    assert_int_equal(fx.ledger.rotations->step, 0);
    fixture_close(&fx);
}

/* A mesh joins, and no step is taken.  The certificate that would speak for its signer has a
 * damaged key. */
static void certificates_without_a_step_are_tested(void **state)
{
    const struct issue_options later = { .key_type = KEY_EC_P256, .now = NOW + 60 };
    struct fixture fx;
    const struct trust_request *request, *more;
    struct ledger_intermediate *first;
    struct issue_result result;
    struct err err;

    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 3);
    fixture_issue(&fx, &request, 1, NOW);
    first = fx.ledger.intermediates;
    first->key.len--;
    first->not_after += DAY;
    more = fixture_request(&fx, "retail", "eu-", 4);
    assert_int_equal(fixture_pass(&result, &fx, &more, 1, &later, &err), 0);
    assert_int_equal(result.steps, 0);
    assert_true(has_id(&result.remarks.notes, "T8"));
    assert_null(ledger_active_intermediate(&fx.ledger, more->name, more->meshes[3].key));
    fixture_close(&fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_planned_is_in_the_ledger),
        cmocka_unit_test(a_root_that_cannot_be_made_fails_its_meshes_only),
        cmocka_unit_test(a_step_without_certificates_is_tested),
        cmocka_unit_test(certificates_without_a_step_are_tested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
