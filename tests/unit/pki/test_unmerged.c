/* tests/unit/pki/test_unmerged.c - what waits in a pull request while clusters have what it
 * replaces. */
#include "tests/lib/trust_fixture.h"

#include "base/clock.h"
#include "base/parse_json.h"
#include "pki/rotation_record.h"
#include "pki/unmerged.h"
#include "rotation/ca.h"
#include "rotation/renewal.h"
#include "rotation/rotation.h"
#include <string.h>

static struct ledger ledger;
static struct arena *arena;
static const struct object_ref ref = { "retail", "ns" };
static struct record published;

static void add_root(const char *id, int64_t not_after)
{
    struct ledger_root *root = ledger_add_root(&ledger);

    root->id = id;
    root->virtual_mesh = "ns/retail";
    root->state = KEY_ACTIVE;
    root->not_before = NOW - 365 * DAY;
    root->not_after = not_after;
}

static int setup(void **state)
{
    struct ledger_intermediate *row;

    (void)state;
    arena = arena_new();
    ledger = (struct ledger){ .arena = arena };
    published = (struct record){ .spec_digest = "" };
    row = ledger_add_intermediate(&ledger);
    row->id = "new";
    row->mesh = "m1";
    row->cluster = "eu-1";
    row->virtual_mesh = "ns/retail";
    row->state = KEY_ACTIVE;
    row->not_before = NOW;
    row->not_after = NOW + 90 * DAY;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* The output branch names one intermediate of 100 days. */
static void publish(const char *fingerprint, int64_t not_after)
{
    const char *json = arena_printf(
        arena,
        "{\"intermediates\": [{\"mesh\": \"m1\", \"cluster\": \"eu-1\", \"fingerprint\": \"%s\", "
        "\"notBefore\": \"%s\", \"notAfter\": \"%s\"}]}",
        fingerprint, clock_text(not_after - 100 * DAY, arena), clock_text(not_after, arena));
    struct err err;

    assert_int_equal(parse_json(&published.trust, json, strlen(json), arena, &err), 0);
}

static struct findings remarks_at(int64_t now)
{
    struct findings remarks = { .arena = arena };
    const struct unmerged in = { .ledger = &ledger,
                                 .virtual_mesh = ref,
                                 .published = &published,
                                 .where = "pull request #3",
                                 .since = NOW,
                                 .now = now,
                                 .policy = &evidence_policy_default };

    unmerged_remark(&remarks, &in);
    return remarks;
}

static void an_intermediate_that_ends_while_its_successor_waits(void **state)
{
    const int64_t end = NOW + 20 * DAY;
    struct findings remarks;

    (void)state;
    publish("old", end);
    assert_int_equal(remarks_at(end - 10 * DAY - 1).count, 0);
    remarks = remarks_at(end - 10 * DAY);
    assert_int_equal(remarks.count, 1);
    assert_string_equal(remarks.items[0].id, "T13");
    assert_int_equal(remarks.items[0].severity, SEVERITY_WARNING);
    assert_non_null(strstr(remarks.items[0].text, clock_text(end, arena)));
    assert_non_null(strstr(remarks.items[0].text, "pull request #3"));
    remarks = remarks_at(end - renewal_reserve(&evidence_policy_default));
    assert_int_equal(remarks.items[0].severity, SEVERITY_ERROR);
}

static void what_is_merged_or_has_no_successor_is_no_matter(void **state)
{
    (void)state;
    publish("new", NOW + DAY);
    assert_int_equal(remarks_at(NOW).count, 0);
    publish("old", NOW + DAY);
    ledger.intermediates->state = KEY_RETIRED;
    assert_int_equal(remarks_at(NOW).count, 0);
    published.trust = NULL;
    assert_int_equal(remarks_at(NOW).count, 0);
}

/* Step 2 of a rotation from a root that ends. */
static void begin_rotation(int64_t old_ends, bool is_published)
{
    struct rotation rotation = rotation_none();

    add_root("R1", old_ends);
    add_root("R2", NOW + 3650 * DAY);
    rotation.id = "r1-R2";
    rotation.count = 1;
    rotation.at = (struct position){ DIRECTION_FORWARD, PHASE_REISSUED, PROGRESS_COMMITTED };
    rotation.old = rotation.deployed = "R1";
    rotation.new = "R2";
    rotation.published = is_published;
    rotation_record_save(rotation_record_row(&ledger, "ns/retail"), &rotation, arena);
}

static void a_step_that_waits_for_too_long(void **state)
{
    const int64_t patience = evidence_policy_default.fail_after;
    struct findings remarks;

    (void)state;
    begin_rotation(NOW + 1000 * DAY, false);
    assert_int_equal(remarks_at(NOW + patience).count, 0);
    remarks = remarks_at(NOW + patience + 1);
    assert_int_equal(remarks.count, 1);
    assert_string_equal(remarks.items[0].id, "T14");
    assert_int_equal(remarks.items[0].severity, SEVERITY_WARNING);
}

static void a_step_that_the_old_root_cannot_wait_for(void **state)
{
    const int64_t needed = renewal_root_least(90 * DAY, &evidence_policy_default);
    struct findings remarks;

    (void)state;
    begin_rotation(NOW + needed + DAY, false);
    assert_int_equal(remarks_at(NOW).count, 0);
    remarks = remarks_at(NOW + DAY);
    assert_int_equal(remarks.count, 1);
    assert_string_equal(remarks.items[0].id, "T14");
    assert_int_equal(remarks.items[0].severity, SEVERITY_ERROR);
}

static void a_step_that_is_published_does_not_wait(void **state)
{
    (void)state;
    begin_rotation(NOW + DAY, true);
    assert_int_equal(remarks_at(NOW + 30 * DAY).count, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_intermediate_that_ends_while_its_successor_waits),
        CASE(what_is_merged_or_has_no_successor_is_no_matter),
        CASE(a_step_that_waits_for_too_long),
        CASE(a_step_that_the_old_root_cannot_wait_for),
        CASE(a_step_that_is_published_does_not_wait),
    };

    return cmocka_run_group_tests_name("pki/unmerged", tests, NULL, NULL);
}
