/* tests/unit/pki/test_transfer.c - a virtual mesh that is renamed keeps its root, its
 * intermediates and its record; who may take over, and from whom. */
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include "pki/rotation_record.h"
#include "pki/transfer.h"
#include <string.h>

static struct fixture fixture_of_test;
static struct fixture *const fx = &fixture_of_test;
static struct trust_request *old, *new;

static int setup(void **state)
{
    const struct trust_request *list;
    struct ledger_delivery *delivery;

    (void)state;
    fixture_open(fx);
    list = old = fixture_request(fx, "old", "eu-", 2);
    new = fixture_request(fx, "new", "eu-", 2);
    fixture_issue(fx, &list, 1, NOW);
    delivery = ledger_add_delivery(&fx->ledger);
    delivery->path = "clusters/eu-1/trust/istio-system.cacerts.yaml";
    delivery->virtual_mesh = old->name;
    delivery->digest = "of the file";
    delivery->changed = false;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(fx);
    return 0;
}

/* kept: a virtual mesh that keeps what it has; "": none. */
static size_t find(struct transfer **out, const struct trust_request *request, const char *kept,
                   int64_t now)
{
    const struct transfer_specs specs = { &request, 1, &kept, 1, false };

    return transfer_find(out, &fx->ledger, &specs, now);
}

static void assert_owner(const char *name)
{
    assert_string_equal(fx->ledger.roots->virtual_mesh, name);
    for (const struct ledger_intermediate *row = fx->ledger.intermediates; row; row = row->next)
        assert_string_equal(row->virtual_mesh, name);
    assert_string_equal(fx->ledger.rotations->virtual_mesh, name);
    assert_string_equal(fx->ledger.deliveries->virtual_mesh, name);
}

static void everything_goes_on_under_the_new_name(void **state)
{
    const char *root = fx->ledger.roots->id;
    struct rotation rotation;
    struct transfer *heirs;
    struct err err;

    (void)state;
    fx->ledger.rotations->changed = false;
    assert_int_equal(find(&heirs, new, "", NOW + 60), 1);
    assert_string_equal(heirs[0].from, old->name);
    assert_string_equal(heirs[0].to, new->name);
    assert_owner(new->name);
    assert_string_equal(fx->ledger.roots->id, root);
    /* The save renames the rows, and writes those whose content changed. */
    assert_string_equal(fx->ledger.renames->from, old->name);
    assert_string_equal(fx->ledger.renames->to, new->name);
    assert_null(fx->ledger.renames->next);
    assert_true(fx->ledger.rotations->changed);
    assert_true(fx->ledger.deliveries->changed);
    assert_string_equal(fx->ledger.deliveries->digest, ""); /* the file names its owner */
    assert_int_equal(rotation_record_load(&rotation, fx->ledger.rotations, fx->arena, &err), 0);
    assert_string_equal(rotation.deployed, root);
    assert_string_equal(rotation.conditions[rotation.condition_count - 1].id, "T12");
    assert_non_null(strstr(rotation.conditions[rotation.condition_count - 1].message, old->name));
    /* And only once. */
    assert_int_equal(find(&heirs, new, "", NOW + 120), 0);
    assert_null(fx->ledger.renames->next);
}

static void the_next_pass_issues_nothing(void **state)
{
    const struct trust_request *list = new;
    struct transfer *heirs;
    size_t before = 0, after = 0;

    (void)state;
    for (const struct ledger_intermediate *row = fx->ledger.intermediates; row; row = row->next)
        before++;
    assert_int_equal(find(&heirs, new, "", NOW + 60), 1);
    fixture_issue(fx, &list, 1, NOW + 60);
    for (const struct ledger_intermediate *row = fx->ledger.intermediates; row; row = row->next)
        after++;
    assert_int_equal(after, before);
    assert_null(fx->ledger.roots->next);
}

static void who_does_not_take_over(void **state)
{
    const struct trust_request *list = fixture_request(fx, "settled", "us-", 1);
    const struct trust_request *request = new;
    struct transfer *heirs;

    (void)state;
    assert_int_equal(find(&heirs, new, old->name, NOW + 60), 0); /* the old one keeps what it has */
    assert_int_equal(find(&heirs, list, "", NOW + 60), 0);       /* clusters of its own */
    assert_int_equal(transfer_find(&heirs, &fx->ledger,
                                   &(struct transfer_specs){ &request, 1, NULL, 0, true },
                                   NOW + 60),
                     0); /* the specs may hold the old one */
    assert_int_equal(find(&heirs, new, "", NOW + 4000 * DAY), 0); /* all has expired */
    assert_owner(old->name);
    rotation_record_row(&fx->ledger, new->name);
    assert_int_equal(find(&heirs, new, "", NOW + 60), 0); /* a record of its own */
    assert_null(fx->ledger.renames);
    assert_string_equal(fx->ledger.deliveries->digest, "of the file");
}

/* What it waits for would never come true again, so it has to wait in full when it is back. */
static void the_record_of_one_that_is_absent_proves_nothing(void **state)
{
    struct rotation rotation;
    struct err err;

    (void)state;
    ((struct shared_trust *)(uintptr_t)old->shared)->generated.org_name = "other";
    fixture_issue(fx, &(const struct trust_request *){ old }, 1, NOW + 60);
    assert_int_equal(rotation_record_load(&rotation, fx->ledger.rotations, fx->arena, &err), 0);
    rotation_published(&rotation, NOW + 60, NULL);
    rotation_record_save(fx->ledger.rotations, &rotation, fx->ledger.arena);
    assert_true(rotation.member_count > 0 && rotation.members[0].committed != 0);
    assert_int_equal(transfer_absent(&fx->ledger, "ns/none", &err), 0);
    fx->ledger.rotations->changed = false;
    assert_int_equal(transfer_absent(&fx->ledger, old->name, &err), 0);
    assert_true(fx->ledger.rotations->changed);
    assert_int_equal(rotation_record_load(&rotation, fx->ledger.rotations, fx->arena, &err), 0);
    for (size_t i = 0; i < rotation.member_count; i++)
        assert_true(rotation.members[i].committed == 0 && rotation.members[i].proven == 0);
    fx->ledger.rotations->changed = false;
    assert_int_equal(transfer_absent(&fx->ledger, old->name, &err), 0); /* and only once */
    assert_false(fx->ledger.rotations->changed);
}

/* A record that cannot be read stays where it is. */
static void a_damaged_record_is_not_renamed(void **state)
{
    struct transfer *heirs;

    (void)state;
    fx->ledger.rotations->detail = "{";
    assert_int_equal(find(&heirs, new, "", NOW + 60), 0);
    assert_owner(old->name);
    assert_null(fx->ledger.renames);
}

/* What a pass does: it reports the successor, and a record that waits in vain. */
static void settling_says_which_trust_goes_on(void **state)
{
    const struct trust_request *request = new;
    const struct transfer_specs specs = { &request, 1, NULL, 0, false };
    struct findings remarks = { .arena = fx->arena };
    struct err err;

    (void)state;
    assert_int_equal(transfer_settle(&remarks, &fx->ledger, &specs, NOW + 60, &err), 0);
    assert_int_equal(remarks.count, 1);
    assert_string_equal(remarks.items[0].id, "T12");
    assert_string_equal(remarks.items[0].ref.name, "new");
    assert_int_equal(remarks.items[0].severity, SEVERITY_WARNING);
    assert_owner(new->name);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(everything_goes_on_under_the_new_name),
        CASE(the_next_pass_issues_nothing),
        CASE(who_does_not_take_over),
        CASE(the_record_of_one_that_is_absent_proves_nothing),
        CASE(a_damaged_record_is_not_renamed),
        CASE(settling_says_which_trust_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
