/* tests/unit/rotation/test_adoption.c - clusters that ran with a root of their own before weft came
 * (rotation.h, row 2): none of their workloads may ever refuse another one of the same root. */
#include "pki/profile.h"
#include "pki/publication.h"
#include "rotation/ca.h"
#include "rotation/messages.h"
#include "tests/lib/rotation_fleet.h"

#include "base/text.h"
#include "delivery/receipt.h"
#include "pki/cacerts.h"
#include "pki/certificate.h"
#include "pki/desired.h"
#include "pki/key.h"
#include "pki/rotation_record.h"
#include <string.h>

static struct fleet fleet;
static struct fleet *const f = &fleet;

static int setup(void **state)
{
    (void)state;
    fleet_open(f, 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fleet_close(f);
    return 0;
}

static struct evidence *evidence_of(size_t i) { return &f->meshes[i].evidence; }

/* One more cluster, with the root R0 of its own. */
static size_t arrive(void)
{
    size_t i = f->facts.mesh_count++;

    f->meshes[i] = (struct rotation_member_input){ .mesh = arena_printf(f->arena, "x%zu", i),
                                                   .cluster = arena_printf(f->arena, "old-%zu", i),
                                                   .ca = "",
                                                   .evidence = { .foreign_root = "R0",
                                                                 .foreign_pem = "PEM of R0" },
                                                   .life = { NOW - HOUR, NOW + 90 * DAY, 0.1 } };
    return i;
}

static const char *held(const char *mesh)
{
    struct material wanted;
    const char *ca, *text;

    if (!rotation_wanted(&wanted, &ca, &f->record, f->cas, FLEET_CAS, mesh))
        return "nothing";
    text = arena_printf(f->arena, "%s/", wanted.signer);
    for (size_t i = 0; i < wanted.bundle.count; i++)
        text = arena_printf(f->arena, "%s%s%s", text, i ? "," : "", wanted.bundle.roots[i]);
    return text;
}

static void pass_hours(int hours) { fleet_run(f, hours); }

/* --- who waits --- */

/* clang-format off */
static const struct {
    const char *sentence;
    struct evidence evidence;
    enum rotation_strategy strategy;
    const char *served; /* what it holds then; NULL: it waits */
    bool error;
    const char *said;
} rows[] = {
    { "no root of its own", { .best = EVIDENCE_LOADED }, STRATEGY_MULTI_ROOT, "R1/R1", false, NULL },
    { "nobody looks at it", { .best = EVIDENCE_NONE }, STRATEGY_MULTI_ROOT, "R1/R1", false, NULL },
    { "it trusts our root alone", { .foreign_root = "R1" }, STRATEGY_MULTI_ROOT, "R1/R1", false, NULL },
    { "a root of its own", { .foreign_root = "R0", .foreign_pem = "PEM" }, STRATEGY_MULTI_ROOT, NULL, true, "R82" },
    { "a former root of ours is one of its own, too", { .foreign_root = "R5", .foreign_pem = "PEM" }, STRATEGY_MULTI_ROOT, NULL, true, "R82" },
    { "its operator added ours", { .foreign_root = "R0", .foreign_pem = "PEM", .foreign_ready = true }, STRATEGY_MULTI_ROOT, NULL, false, "R87" },
    { "ready, but its certificate is not known", { .foreign_root = "R0", .foreign_ready = true }, STRATEGY_MULTI_ROOT, NULL, true, "R83" },
    { "it could not be asked", { .foreign_unknown = true }, STRATEGY_MULTI_ROOT, NULL, true, "R86" },
    { "NONE: at once", { .foreign_root = "R0" }, STRATEGY_NONE, "R1/R1", false, "R80" },
    { "NONE: at once, also when it is ready", { .foreign_root = "R0", .foreign_pem = "PEM", .foreign_ready = true }, STRATEGY_NONE, "R1/R1", false, "R80" },
    { "NONE: unasked", { .foreign_unknown = true }, STRATEGY_NONE, "R1/R1", false, NULL },
};
/* clang-format on */

static const struct rotation_note *note_of(const char *mesh)
{
    for (size_t i = 0; i < f->plan.note_count; i++)
        if (text_equal(f->plan.notes[i].mesh, mesh))
            return &f->plan.notes[i];
    return NULL;
}

static void judge(size_t row, size_t at)
{
    const struct rotation_note *note = note_of(f->meshes[at].mesh);

    print_message("%s\n", rows[row].sentence);
    if (rows[row].served) {
        assert_string_equal(f->meshes[at].ca, "R1");
        assert_string_equal(held(f->meshes[at].mesh), rows[row].served);
    } else {
        assert_string_equal(f->meshes[at].ca, ""); /* no intermediate, so nothing is delivered */
        assert_int_equal(f->record.member_count,
                         rows[row].evidence.foreign_ready && rows[row].evidence.foreign_pem);
        assert_int_equal(f->plan.adoption_count, f->record.member_count);
        assert_false(f->plan.moved);
    }
    assert_int_equal(note != NULL, rows[row].said != NULL);
    if (note) {
        assert_int_equal(note->error, rows[row].error);
        assert_string_equal(note->id, rows[row].said);
    }
}

static void at_rest(void **state)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t at;

        setup(state);
        at = arrive();
        f->watched = false;
        *evidence_of(at) = rows[i].evidence;
        f->facts.strategy = rows[i].strategy;
        fleet_pass(f);
        judge(i, at);
        assert_string_equal(held("a00"), "R1/R1"); /* the others are served as ever */
        teardown(state);
    }
}

/* The first pass over a virtual mesh: its root is there, so that its operator can trust it. */
static void at_the_first_apply(void **state)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        setup(state);
        f->record = rotation_none();
        f->watched = false;
        for (size_t k = 0; k < 3; k++)
            f->meshes[k].ca = "";
        *evidence_of(1) = rows[i].evidence;
        f->facts.strategy = rows[i].strategy;
        fleet_pass(f);
        judge(i, 1);
        assert_string_equal(f->record.deployed, "R1");
        assert_string_equal(f->meshes[0].ca, "R1");
        assert_string_equal(f->meshes[2].ca, "R1");
        teardown(state);
    }
}

/* --- the way of one cluster --- */

/* Its operator makes it ready, and the leaves from before that are gone after a day and the skew:
 * the next pass takes it over. */
static void made_ready(size_t at)
{
    evidence_of(at)->foreign_ready = true;
    fleet_pass(f);
    pass_hours(24);
    assert_string_equal(f->meshes[at].ca, "");
}

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

static void not_ready_any_more(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    evidence_of(at)->foreign_ready = false;
    pass_hours(1);
    assert_int_equal(f->record.member_count, 0);
    made_ready(at); /* all over again */
    pass_hours(1);
    assert_string_equal(f->meshes[at].ca, "R1");
}

static void silence_keeps_its_place_and_goes_no_further(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    *evidence_of(at) = (struct evidence){ .foreign_unknown = true };
    pass_hours(10);
    *evidence_of(at) = (struct evidence){ .since = 0 }; /* nor does anybody look */
    pass_hours(10);
    assert_string_equal(f->meshes[at].ca, "");
    *evidence_of(at) = (struct evidence){ .foreign_root = "R0",
                                          .foreign_pem = "PEM of R0",
                                          .foreign_ready = true };
    pass_hours(1);
    assert_string_equal(f->meshes[at].ca, "R1");
}

/* The cluster was observed to trust our root alone: its operator did the rest. */
static void the_old_root_is_gone_already(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    *evidence_of(at) = (struct evidence){ .since = f->now };
    pass_hours(1);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
    assert_string_equal(f->meshes[at].ca, "R1");
}

static void none_ends_the_wait(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    f->facts.strategy = STRATEGY_NONE;
    pass_hours(1);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
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

static void a_cluster_that_goes_back_starts_anew(void **state)
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

static void a_reset_branch_starts_anew(void **state)
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

static void without_multi_root_it_waits_for_a_word(void **state)
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

static void clusters_of_one_root_go_together(void **state)
{
    size_t one = arrive(), two = arrive();

    (void)state;
    evidence_of(one)->foreign_ready = true;
    pass_hours(60);
    assert_string_equal(f->meshes[one].ca, ""); /* the other would refuse its new leaves */
    assert_true(fleet_noted(f, "R84", "cluster old-4"));
    evidence_of(two)->foreign_ready = true;
    fleet_pass(f);
    pass_hours(24);
    assert_string_equal(f->meshes[one].ca, ""); /* leaves of the other, too */
    f->stuck[two] = true;
    pass_hours(1);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R0,R1");
    assert_string_equal(held(f->meshes[two].mesh), "R1/R0,R1");
    pass_hours(60); /* the second has leaves of R0 that the first must go on trusting */
    assert_string_equal(held(f->meshes[one].mesh), "R1/R0,R1");
    f->stuck[two] = false;
    fleet_load(f);
    pass_hours(30);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R1");
    assert_string_equal(held(f->meshes[two].mesh), "R1/R1");
}

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

static void clusters_of_other_roots_do_not_wait(void **state)
{
    size_t one = arrive(), two = arrive();

    (void)state;
    evidence_of(two)->foreign_root = "R00";
    made_ready(one);
    pass_hours(30);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R1");
    assert_string_equal(f->meshes[two].ca, "");
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

/* It may wait for others for months: nothing of it was committed. */
static void a_rotation_does_not_wait_for_candidates(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    fleet_want(f, 2);
    evidence_of(at)->foreign_unknown = true;
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_int_equal(f->record.member_count, 3);
}

static void it_waits_for_a_rotation(void **state)
{
    size_t at;

    (void)state;
    fleet_want(f, 2);
    fleet_pass(f);
    at = arrive();
    pass_hours(1);
    assert_true(fleet_noted(f, "R82", ""));
    evidence_of(at)->foreign_ready = true;
    pass_hours(1);
    assert_true(fleet_noted(f, "R85", "r1-R2"));
    assert_int_equal(f->record.member_count, 3);
    fleet_until(f, ROTATION_FINISHED, 3, 9);
    assert_string_equal(f->meshes[at].ca, "");
    pass_hours(1);
    assert_int_equal(f->record.member_count, 1);
    pass_hours(25);
    assert_string_equal(held(f->meshes[at].mesh), "R2/R0,R2");
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
static void nobodys_root_may_become_somebodys(void **state)
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_rest),
        cmocka_unit_test(at_the_first_apply),
        CASE(the_whole_way),
        CASE(not_ready_any_more),
        CASE(silence_keeps_its_place_and_goes_no_further),
        CASE(the_old_root_is_gone_already),
        CASE(none_ends_the_wait),
        CASE(time_alone_needs_its_allowance_and_the_leaves),
        CASE(what_was_not_issued_is_not_assumed),
        CASE(a_push_that_fails_starts_no_wait),
        CASE(a_cluster_that_goes_back_starts_anew),
        CASE(a_reset_branch_starts_anew),
        CASE(without_multi_root_it_waits_for_a_word),
        CASE(clusters_of_one_root_go_together),
        CASE(one_that_comes_later_keeps_the_root_alive),
        CASE(clusters_of_other_roots_do_not_wait),
        CASE(a_rotation_waits_for_it),
        CASE(a_rotation_does_not_wait_for_candidates),
        CASE(it_waits_for_a_rotation),
        CASE(an_emergency_does_not_wait),
        CASE(who_leaves_is_forgotten),
        cmocka_unit_test(with_real_certificates),
        cmocka_unit_test(nobodys_root_may_become_somebodys),
        cmocka_unit_test(doubtful_certificates_are_not_trusted),
    };

    return cmocka_run_group_tests_name("pki/adopt", tests, NULL, NULL);
}
