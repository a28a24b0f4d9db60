/* tests/unit/rotation/test_adoption.c - clusters that ran with a root of their own before weft
 * came: none of their workloads may ever refuse another one of the same root. */
#include "pki/profile.h"
#include "pki/publication.h"
#include "tests/unit/rotation/adoption_test.h"

#include "base/text.h"
#include "delivery/receipt.h"
#include "pki/cacerts.h"
#include "pki/certificate.h"
#include "pki/desired.h"
#include "pki/key.h"
#include "pki/rotation_record.h"
#include <string.h>

/* --- the way of one cluster --- */

static void the_whole_way(void **state)
{
    size_t at = arrive();

    (void)state;
    fleet_pass(f);
    assert_string_equal(f->meshes[at].ca, "");
    evidence_of(at)->foreign_ready = true;
    fleet_pass(f);
    assert_int_equal(f->plan.adoption_count, 1);
    assert_string_equal(f->plan.adoptions[0].root, "R0");
    assert_string_equal(f->plan.adoptions[0].pem, "PEM of R0");
    assert_true(fleet_noted(f, "R87", "after 1d"));
    pass_hours(24);
    assert_string_equal(f->meshes[at].ca, ""); /* leaves that do not know our root may live */
    f->stuck[at] = true;
    pass_hours(1);
    assert_true(f->plan.moved);
    assert_string_equal(f->meshes[at].ca, "R1");
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
    assert_true(fleet_reported(f, R88_TAKEN_OVER, f->meshes[at].cluster, "R1 (CN=R1)", "R0"));
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    evidence_of(at)->foreign_root = NULL; /* no source is asked any more */
    pass_hours(100);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1"); /* it was never loaded */
    f->stuck[at] = false;
    fleet_load(f);
    pass_hours(1);
    pass_hours(24);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1"); /* leaves may live, clocks differ */
    pass_hours(1);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
    assert_int_equal(f->record.member_count, 1);
    assert_true(fleet_reported(f, R89_OWN_ROOT_DROPPED, "R0", f->meshes[at].cluster));
    pass_hours(3);
    assert_int_equal(f->record.member_count, 0);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
    assert_string_equal(f->plan.summary, "at rest");
    assert_string_equal(f->meshes[at].ca, "R1");
}

static void time_alone_needs_its_allowance_and_the_leaves(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    pass_hours(1);
    f->watched = false;
    pass_hours(25);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
    pass_hours(1);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
}

/* An intermediate that could not be made is none that a cluster could have loaded. */
static void what_was_not_issued_is_not_assumed(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    f->watched = false;
    pass_hours(1);
    f->meshes[at].ca = "";
    for (int i = 0; i < 50; i++) {
        pass_hours(1);
        f->meshes[at].ca = "";
    }
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
    assert_int_equal(f->plan.issue_count, 1);
    pass_hours(25);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
    pass_hours(2);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
}

static void a_push_that_fails_starts_no_wait(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    f->watched = false;
    f->push_fails = true;
    pass_hours(60);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
}

static void a_cluster_that_goes_back_starts_again(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    pass_hours(20);
    f->loaded[at] = false;
    f->stuck[at] = true;
    pass_hours(1);
    assert_true(fleet_reported(f, R51_EVIDENCE_LOST_AT_REST, f->meshes[at].cluster));
    f->stuck[at] = false;
    fleet_load(f);
    pass_hours(24);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
    pass_hours(3);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
}

static void a_reset_branch_starts_again(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    pass_hours(20);
    f->facts.reverted = true;
    fleet_pass(f);
    f->facts.reverted = false;
    pass_hours(24);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
    pass_hours(2);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
}

static void without_multi_root_it_waits_for_an_acknowledgement(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    evidence_of(at)->single_root = true;
    pass_hours(60);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R0,R1");
    assert_true(fleet_noted(f, "R90", ""));
    f->policy.restart_acknowledged = true;
    pass_hours(1);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
}

/* --- several clusters of one old root --- */

static void one_that_comes_later_keeps_the_root_alive(void **state)
{
    size_t one = arrive(), two;

    (void)state;
    made_ready(one);
    pass_hours(10);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R0,R1");
    two = arrive();
    pass_hours(60);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R0,R1");
    assert_string_equal(f->meshes[two].ca, "");
    made_ready(two);
    pass_hours(30);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R1");
    assert_string_equal(held(f->meshes[two].mesh), "R1/R1");
}

/* --- beside rotations --- */

static void a_rotation_waits_for_it(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    pass_hours(1);
    fleet_want(f, 2);
    pass_hours(5);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_true(fleet_noted(f, "R33", "old-3"));
    fleet_until(f, ROTATION_ADDING_NEW_ROOT, 1, 3);
    assert_int_equal(f->record.member_count, 4);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1,R2");
}

static void an_emergency_does_not_wait(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    pass_hours(1);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED,
                                                .rotation = "",
                                                .force = true,
                                                .reason = "stolen" });
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(held(f->meshes[at].mesh), "R2/R2");
}

static void who_leaves_is_forgotten(void **state)
{
    size_t at = arrive();

    (void)state;
    evidence_of(at)->foreign_ready = true;
    fleet_pass(f);
    assert_int_equal(f->record.member_count, 1);
    f->facts.mesh_count--;
    fleet_pass(f);
    assert_int_equal(f->record.member_count, 0);
}

/* --- with certificates, a ledger and a record that is saved --- */

struct world {
    struct fixture fixture;
    struct trust_request *request;
    struct evidence evidence;
    struct issue_result result;
    const char *root_id;
};

static void own_root(struct world *world)
{
    const struct ca_profile profile = { .org = "before",
                                        .common_name = "an old root",
                                        .path_length = CA_PATH_UNLIMITED,
                                        .not_before = NOW - DAY,
                                        .not_after = NOW + 900 * DAY };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *cert = NULL;
    struct certificate_facts facts;
    struct err err;

    assert_int_equal(profile_certificate_make(&cert, &profile, key, NULL, key, &err), 0);
    assert_int_equal(certificate_facts(&facts, cert, world->fixture.arena, &err), 0);
    assert_int_equal(
        certificate_pem(&world->evidence.foreign_pem, cert, world->fixture.arena, &err), 0);
    world->evidence.foreign_root = world->root_id = facts.id;
    world->evidence.mesh = world->request->meshes[0].key;
}

static void issue(struct world *world, int64_t now)
{
    const struct trust_request *request = world->request;
    const struct issue_options options = {
        .key_type = KEY_EC_P256, .now = now, .evidence = &world->evidence, .evidence_count = 1
    };
    struct err err;

    if (fixture_pass(&world->result, &world->fixture, &request, 1, &options, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(publication_done(&world->fixture.ledger, now, NULL, &err), 0);
}

static struct trust_wanted wanted(const struct world *world)
{
    struct trust_wanted out;

    desired_trust(&out, &world->fixture.ledger, world->request->name, world->request->meshes[0].key,
                  world->fixture.arena);
    return out;
}

static void world_open(struct world *world)
{
    *world = (struct world){ .root_id = "" };
    fixture_open(&world->fixture);
    world->request = fixture_request(&world->fixture, "retail", "eu-", 2);
    own_root(world);
}

static void with_real_certificates(void **state)
{
    struct world world;
    const struct ledger_root *row;

    (void)state;
    world_open(&world);
    issue(&world, NOW);
    assert_int_equal(world.result.roots, 1); /* so that its operator can trust it */
    assert_int_equal(world.result.intermediates, 1);
    assert_int_equal(world.result.remarks.failures.count, 1);
    assert_string_equal(
        object_ref_key(world.result.remarks.failures.items[0].target, world.fixture.arena),
        world.evidence.mesh);
    assert_string_equal(wanted(&world).mark, "");
    world.evidence.foreign_ready = true;
    issue(&world, NOW + HOUR);
    assert_true(publication_next_due(&world.fixture.ledger, NULL, NOW + HOUR) <= NOW + HOUR);
    row = ledger_find_root(&world.fixture.ledger, world.root_id);
    assert_int_equal(row->origin, ORIGIN_ADOPTED);
    assert_string_equal(row->virtual_mesh, ""); /* none of the roots of the virtual mesh */
    assert_int_equal(row->key.len, 0);
    for (int i = 2; i < 145; i++) /* no second clock: each counts as ten minutes */
        issue(&world, NOW + i * HOUR);
    assert_string_equal(wanted(&world).mark, "");
    for (int i = 145; i < 155; i++)
        issue(&world, NOW + i * HOUR);
    assert_int_equal(world.result.remarks.notes.count, 0); /* the self-test passed */
    assert_string_equal(wanted(&world).bundle,
                        arena_printf(world.fixture.arena, "%s%s", row->cert_pem,
                                     world.fixture.ledger.roots->cert_pem));
    assert_string_equal(wanted(&world).roots[0], world.root_id);
    assert_false(wanted(&world).bundle_changed); /* its operator had made this very bundle */
    world.evidence.foreign_root = NULL;
    for (int i = 155; i < 320; i++)
        issue(&world, NOW + i * HOUR);
    assert_string_equal(wanted(&world).bundle, world.fixture.ledger.roots->cert_pem);
    assert_true(wanted(&world).bundle_changed);
    assert_true(publication_next_due(&world.fixture.ledger, NULL, NOW + 320 * HOUR)
                > NOW + 320 * HOUR);
    fixture_close(&world.fixture);
}

/* Its operator gives the old root to a virtual mesh: that row counts. */
static void a_root_of_no_virtual_mesh_may_become_one_of_another(void **state)
{
    struct world world;
    struct ledger_root *row;

    (void)state;
    world_open(&world);
    issue(&world, NOW);
    world.evidence.foreign_ready = true;
    issue(&world, NOW + HOUR);
    assert_string_equal(ledger_find_root(&world.fixture.ledger, world.root_id)->virtual_mesh, "");
    row = ledger_add_root(&world.fixture.ledger);
    row->id = world.root_id;
    row->virtual_mesh = "gloo-mesh/other";
    assert_ptr_equal(ledger_find_root(&world.fixture.ledger, world.root_id), row);
    fixture_close(&world.fixture);
}

/* clang-format off */
static const struct {
    const char *sentence;
    const char *pem; /* NULL: that of another root */
} doubtful[] = {
    { "no certificate", "PEM" },
    { "a damaged certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" },
    { "another certificate than its fingerprint says", NULL },
};
/* clang-format on */

static void doubtful_certificates_are_not_trusted(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(doubtful); i++) {
        struct world world;

        print_message("%s\n", doubtful[i].sentence);
        world_open(&world);
        issue(&world, NOW);
        world.evidence.foreign_ready = true;
        world.evidence.foreign_pem =
            doubtful[i].pem ? doubtful[i].pem : world.fixture.ledger.roots->cert_pem;
        issue(&world, NOW + HOUR);
        assert_int_equal(world.result.intermediates, 0);
        assert_int_equal(world.result.remarks.failures.count, 1);
        assert_string_equal(world.result.remarks.failures.items[0].id, "R83");
        assert_null(ledger_find_root(&world.fixture.ledger, world.root_id));
        fixture_close(&world.fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_whole_way),
        CASE(time_alone_needs_its_allowance_and_the_leaves),
        CASE(what_was_not_issued_is_not_assumed),
        CASE(a_push_that_fails_starts_no_wait),
        CASE(a_cluster_that_goes_back_starts_again),
        CASE(a_reset_branch_starts_again),
        CASE(without_multi_root_it_waits_for_an_acknowledgement),
        CASE(one_that_comes_later_keeps_the_root_alive),
        CASE(a_rotation_waits_for_it),
        CASE(an_emergency_does_not_wait),
        CASE(who_leaves_is_forgotten),
        cmocka_unit_test(with_real_certificates),
        cmocka_unit_test(a_root_of_no_virtual_mesh_may_become_one_of_another),
        cmocka_unit_test(doubtful_certificates_are_not_trusted),
    };

    return cmocka_run_group_tests_name("rotation/adoption", tests, NULL, NULL);
}
