/* tests/unit/pki/test_selftest.c - the self-test: passes what is right, and stops what would
 * break, naming the clusters. */
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include "pki/rotation_record.h"
#include "pki/selftest.h"
#include "state/anchor.h"
#include <string.h>

static struct fixture fixture_of_test;
static struct fixture *const fx = &fixture_of_test;
static struct trust_request *request;

static struct shared_trust *shared(void)
{
    return (struct shared_trust *)(uintptr_t)request->shared;
}

static int setup(void **state)
{
    const struct trust_request *list;

    (void)state;
    fixture_open(fx);
    list = request = fixture_request(fx, "retail", "eu-", 3);
    ((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.verification = VERIFY_NONE;
    fixture_issue(fx, &list, 1, NOW);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(fx);
    return 0;
}

/* Another root is wanted: the next pass takes step 1. */
static void begin_rotation(void)
{
    const struct trust_request *list = request;

    shared()->generated.org_name = "other";
    fixture_issue(fx, &list, 1, NOW + 60);
    assert_int_equal(fx->ledger.rotations->step, 1);
}

static struct rotation record(void)
{
    struct rotation rotation;
    struct err err;

    assert_int_equal(rotation_record_load(&rotation, fx->ledger.rotations, fx->arena, &err), 0);
    return rotation;
}

static int test_under(const struct evidence_policy *policy, const struct rotation *rotation,
                      struct selftest_count *count, struct err *err)
{
    const struct selftest selftest = { &fx->ledger, fx->custody, request->name, rotation,
                                       policy,      NOW + 120,   true,          request };

    return selftest_run(count, &selftest, err);
}

static int test(const struct rotation *rotation, struct selftest_count *count, struct err *err)
{
    return test_under(&evidence_policy_default, rotation, count, err);
}

static void test_a_rotation_passes(void **state)
{
    struct selftest_count count;
    struct rotation rotation;
    struct err err;

    (void)state;
    begin_rotation();
    rotation = record();
    if (test(&rotation, &count, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(count.classes, 2); /* {R1} signed by R1, and {R1, R2} signed by R1 */
    assert_true(count.verifications >= 2 * 2 * 3);
}

/* The gate would never commit this; the self-test must not rely on it. */
static void test_a_step_too_far_is_refused(void **state)
{
    struct selftest_count count;
    struct rotation rotation;
    const char *new;
    struct err err;

    (void)state;
    begin_rotation();
    rotation = record();
    new = rotation.new;
    for (size_t i = 0; i < rotation.member_count; i++)
        *(struct material *)(uintptr_t)member_wanted(&rotation.members[i]) =
            (struct material){ rotation.deployed, bundle_of(new) };
    assert_int_equal(test(&rotation, &count, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_non_null(strstr(err.text, "would refuse those (such as spiffe://eu-"));
    assert_non_null(strstr(err.text, "nothing of this virtual mesh's trust was changed"));
}

static void test_a_foreign_key_is_refused(void **state)
{
    struct ledger_intermediate *first = fx->ledger.intermediates, *second = first->next;
    struct custody_row from = { "intermediate", first->id, "sign", first->spki },
                       to = { "intermediate", second->id, "sign", second->spki };
    AUTO(secret_free) struct secret *key = NULL;
    struct selftest_count count;
    struct rotation rotation = record();
    struct err err;

    (void)state;
    assert_int_equal(custody_unseal(&key, fx->custody, &from, first->key, &err), 0);
    assert_int_equal(custody_seal(&second->key, fx->custody, &to, key, fx->arena, &err), 0);
    second->state = KEY_NEXT;
    assert_int_equal(test(&rotation, &count, &err), -1);
    assert_non_null(strstr(err.text, "cluster eu-2 does not fit it"));
}

static void test_an_intermediate_of_another_root_is_refused(void **state)
{
    struct trust_request *other = fixture_request(fx, "other", "us-", 1);
    const struct trust_request *list[] = { request, other };
    struct ledger_intermediate *stray;
    struct selftest_count count;
    struct rotation rotation;
    struct err err;

    (void)state;
    begin_rotation();
    fixture_issue(fx, list, 2, NOW + 70);
    stray = ledger_active_intermediate(&fx->ledger, other->name, other->meshes[0].key);
    stray->virtual_mesh = request->name; /* filed under the wrong virtual mesh */
    stray->mesh = request->meshes[0].key;
    stray->cluster = "eu-1";
    stray->state = KEY_NEXT;
    rotation = record();
    assert_int_equal(test(&rotation, &count, &err), -1);
}

/* It is named, rather than the leaf that has no root then. */
static void test_a_root_that_is_no_certificate_is_named(void **state)
{
    struct selftest_count count;
    struct rotation rotation;
    struct err err;

    (void)state;
    begin_rotation();
    rotation = record();
    fx->ledger.roots->cert_pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_int_equal(test(&rotation, &count, &err), -1);
    if (!strstr(err.text, "a root in the state"))
        fail_msg("%s", err.text);
}

/* Its reason is that the key cannot be opened, and not that another key is there. */
static void test_a_key_that_cannot_be_opened_is_named(void **state)
{
    struct ledger_intermediate *first = fx->ledger.intermediates;
    unsigned char *sealed =
        (unsigned char *)arena_bytes(fx->arena, first->key.bytes, first->key.len);
    struct selftest_count count;
    struct rotation rotation;
    struct err err;

    (void)state;
    begin_rotation();
    rotation = record();
    sealed[first->key.len - 1] ^= 1;
    for (struct ledger_intermediate *row = first; row; row = row->next)
        row->key = (struct sealed){ sealed, first->key.len };
    assert_int_equal(test(&rotation, &count, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

/* Leaves have the identities that the specs give; those of a mesh that left the specs, the one of
 * its intermediate. */
static void test_identities_are_those_of_the_specs(void **state)
{
    struct selftest_count count;
    struct rotation rotation;
    const char *new;
    struct err err;

    (void)state;
    begin_rotation();
    for (size_t i = 0; i < request->mesh_count; i++)
        ((struct mesh_identity *)(uintptr_t)&request->meshes[i])->spiffe_id =
            "spiffe://of-the-specs/ns/istio-system/sa/istiod";
    rotation = record();
    new = rotation.new;
    for (size_t i = 0; i < rotation.member_count; i++)
        *(struct material *)(uintptr_t)member_wanted(&rotation.members[i]) =
            (struct material){ rotation.deployed, bundle_of(new) };
    assert_int_equal(test(&rotation, &count, &err), -1);
    assert_non_null(strstr(err.text, "spiffe://of-the-specs"));
    request->mesh_count = 0;
    assert_int_equal(test(&rotation, &count, &err), -1);
    assert_non_null(strstr(err.text, "spiffe://eu-"));
}

/* A certificate ends before its row says so.  A leaf that is signed at the end of the longest wait
 * still has one life before it, and the self-test looks as far ahead as that. */
static void test_it_looks_ahead_by_the_longest_wait_and_a_leaf_life(void **state)
{
    int64_t life = fx->ledger.intermediates->not_after - (NOW + 120);
    struct evidence_policy policy = evidence_policy_default;
    struct selftest_count count;
    struct rotation rotation;
    struct err err;

    (void)state;
    begin_rotation();
    rotation = record();
    for (struct ledger_intermediate *row = fx->ledger.intermediates; row; row = row->next)
        row->not_after += 1000 * DAY;
    policy.leaf_ttl = (life - policy.sync_allowance - policy.skew) / 2 - 1;
    if (test_under(&policy, &rotation, &count, &err) < 0)
        fail_msg("%s", err.text);
    policy.leaf_ttl += 3600;
    assert_int_equal(test_under(&policy, &rotation, &count, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_int_equal(err.code, X509_V_ERR_CERT_HAS_EXPIRED);
}

/* A refused plan leaves the record, the active intermediates and what is delivered as they were. */
static void test_a_refusal_changes_nothing(void **state)
{
    const struct trust_request *list = request;
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW + 80 * DAY };
    struct ledger_root *root = fx->ledger.roots;
    const char *before = root->cert_pem;
    struct issue_result result;
    struct ledger_intermediate *row;
    struct err err;

    (void)state;
    /* The state was damaged: another certificate is where the root was. */
    {
        struct trust_request *other = fixture_request(fx, "other", "us-", 1);
        const struct trust_request *one = other;

        fixture_issue(fx, &one, 1, NOW);
        root->cert_pem = root->next->cert_pem;
    }
    assert_int_equal(fixture_pass(&result, fx, &list, 1, &options, &err), 0);
    assert_true(result.remarks.notes.count + result.remarks.failures.count > 0);
    for (row = fx->ledger.intermediates; row; row = row->next)
        if (text_equal(row->virtual_mesh, request->name))
            assert_true(row->state == KEY_ACTIVE ? row->created == NOW : row->state != KEY_NEXT);
    root->cert_pem = before;
    assert_int_equal(fixture_pass(&result, fx, &list, 1, &options, &err), 0);
    assert_int_equal(result.remarks.failures.count, 0); /* repaired: it issues again */
    assert_true(result.intermediates > 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_rotation_passes),
        CASE(test_a_step_too_far_is_refused),
        CASE(test_a_foreign_key_is_refused),
        CASE(test_an_intermediate_of_another_root_is_refused),
        CASE(test_a_root_that_is_no_certificate_is_named),
        CASE(test_a_key_that_cannot_be_opened_is_named),
        CASE(test_identities_are_those_of_the_specs),
        CASE(test_it_looks_ahead_by_the_longest_wait_and_a_leaf_life),
        CASE(test_a_refusal_changes_nothing),
    };

    return cmocka_run_group_tests_name("pki/selftest", tests, NULL, NULL);
}
