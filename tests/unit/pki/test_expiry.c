/* tests/unit/pki/test_expiry.c - when certificates end, when they are renewed, and which of them
 * end unseen. */
#include "tests/lib/trust_fixture.h"

#include "pki/expiry.h"
#include "rotation/renewal.h"

static struct ledger ledger;
static struct arena *arena;
static const struct object_ref ref = { "retail", "ns" };

static void add_intermediate(const char *mesh, enum key_state state, int64_t not_after)
{
    struct ledger_intermediate *row = ledger_add_intermediate(&ledger);

    row->id = row->mesh = mesh;
    row->cluster = "eu-1";
    row->virtual_mesh = "ns/retail";
    row->state = state;
    row->not_before = NOW - 30 * DAY;
    row->not_after = not_after;
}

static int setup(void **state)
{
    struct ledger_root *root;
    struct ledger_rotation *rotation;

    (void)state;
    arena = arena_new();
    ledger = (struct ledger){ .arena = arena };
    root = ledger_add_root(&ledger);
    root->id = "root-id";
    root->virtual_mesh = "ns/retail";
    root->state = KEY_ACTIVE;
    root->not_before = NOW - 365 * DAY;
    root->not_after = NOW + 365 * DAY;
    rotation = ledger_add_rotation(&ledger);
    rotation->virtual_mesh = "ns/retail";
    rotation->deployed_root = "root-id";
    ledger_set_deployed(
        rotation, "{\"intermediateCertOptions\":{\"secretRotationGracePeriodRatio\":0.5}}", arena);
    ledger_add_status(&ledger)->virtual_mesh = "ns/retail";
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void times_follow_the_deployed_options(void **state)
{
    struct expiry *list;
    size_t count;

    (void)state;
    add_intermediate("m1", KEY_ACTIVE, NOW + 60 * DAY);
    add_intermediate("m2", KEY_RETIRED, NOW + 10 * DAY);
    count = expiry_list(&list, &ledger, &evidence_policy_default, arena);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].fingerprint, "root-id");
    assert_string_equal(list[0].mesh, "");
    assert_int_equal(list[0].not_after, NOW + 365 * DAY);
    assert_true(list[0].renewal
                < list[0].not_after - 45 * DAY); /* half of an intermediate's life */
    assert_string_equal(list[1].mesh, "m1");
    assert_int_equal(list[1].renewal,
                     renewal_time((struct lifetime){ NOW - 30 * DAY, NOW + 60 * DAY, 0.5 },
                                  &evidence_policy_default, "m1"));
}

/* No alert is due for a virtual mesh that was taken out of the specs. */
static void what_was_removed_is_not_watched(void **state)
{
    struct expiry *list;

    (void)state;
    assert_true(expiry_watched(&ledger, "ns/retail"));
    assert_false(expiry_watched(&ledger, "ns/other"));
    ledger.statuses->gone = true;
    assert_false(expiry_watched(&ledger, "ns/retail"));
    assert_int_equal(expiry_list(&list, &ledger, &evidence_policy_default, arena), 0);
}

static void what_ends_soon_unrenewed_is_an_error(void **state)
{
    struct findings remarks = { .arena = arena };

    (void)state;
    add_intermediate("m1", KEY_ACTIVE, NOW + 60 * DAY); /* a tenth of its life is 9 days */
    add_intermediate("m2", KEY_RETIRED, NOW + DAY);
    expiry_remark_unusable(&remarks, &ledger, ref, &evidence_policy_default, NOW);
    assert_int_equal(remarks.count, 0);
    expiry_remark_unusable(&remarks, &ledger, ref, &evidence_policy_default, NOW + 51 * DAY - 1);
    assert_int_equal(remarks.count, 0);
    expiry_remark_unusable(&remarks, &ledger, ref, &evidence_policy_default, NOW + 51 * DAY);
    assert_int_equal(remarks.count, 1);
    assert_string_equal(remarks.items[0].id, "T10");
    assert_int_equal(remarks.items[0].severity, SEVERITY_ERROR);
    assert_int_equal(remarks.items[0].state, APPROVAL_PENDING);
    expiry_remark_unusable(&remarks, &ledger, ref, &evidence_policy_default, NOW + 360 * DAY);
    assert_int_equal(remarks.count, 3); /* the root, too */
}

static void the_first_end_of_unmanaged_certificates_is_a_warning(void **state)
{
    struct findings remarks = { .arena = arena };

    (void)state;
    expiry_remark_unmanaged(&remarks, &ledger, ref, NOW);
    assert_int_equal(remarks.count, 0); /* there are none */
    add_intermediate("m1", KEY_ACTIVE, NOW + 60 * DAY);
    add_intermediate("m2", KEY_ACTIVE, NOW - DAY);
    expiry_remark_unmanaged(&remarks, &ledger, ref, NOW);
    assert_int_equal(remarks.count, 1);
    assert_string_equal(remarks.items[0].id, "T11");
    assert_int_equal(remarks.items[0].severity, SEVERITY_WARNING);
    assert_non_null(strstr(remarks.items[0].text, "2027-01-22T11:00:00Z"));
    expiry_remark_unmanaged(&remarks, &ledger, ref, NOW + 61 * DAY); /* all have ended */
    assert_int_equal(remarks.count, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(times_follow_the_deployed_options),
        CASE(what_was_removed_is_not_watched),
        CASE(what_ends_soon_unrenewed_is_an_error),
        CASE(the_first_end_of_unmanaged_certificates_is_a_warning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
