/* tests/unit/pki/test_rotation_input.c - what the state machine is given: from the ledger, the
 * request and the evidence, and nothing of what was not asked for. */
#include "api/annotation.h"
#include "base/text.h"
#include "pki/rotation_input.h"
#include "pki/rotation_record.h"
#include "tests/unit/pki/issued_test.h"

static int gather(struct rotation_facts *out, const bool *mine, const struct issue_options *options,
                  struct err *err)
{
    struct rotation record = rotation_none();
    struct rotation_input_source source = { .ledger = &fx->ledger,
                                            .request = request,
                                            .options = options,
                                            .record = &record,
                                            .given = "",
                                            .mine = mine,
                                            .arena = fx->arena };

    return rotation_input_gather(out, &source, err);
}

static struct rotation_facts gathered(const bool *mine, const struct issue_options *options)
{
    struct rotation_facts facts;
    struct err err;

    if (gather(&facts, mine, options, &err) < 0)
        fail_msg("%s", err.text);
    return facts;
}

static void meshes_come_sorted_with_what_is_known_of_them(void **state)
{
    static const bool mine[] = { true, true };
    const struct evidence evidence[] = {
        { .mesh = request->meshes[1].key, .best = EVIDENCE_LOADED, .since = NOW - 5 },
    };
    const struct issue_options options = {
        .key_type = KEY_EC_P256, .now = NOW, .evidence = evidence, .evidence_count = 1
    };
    const struct rotation_facts facts = gathered(mine, &options);

    (void)state;
    assert_string_equal(facts.virtual_mesh, request->name);
    assert_int_equal(facts.mesh_count, 2);
    assert_string_equal(facts.meshes[0].cluster, "eu-1");
    assert_string_equal(facts.meshes[0].ca, fx->ledger.roots->id);
    assert_int_equal(facts.meshes[0].life.not_after, NOW + 90 * DAY);
    assert_false(facts.meshes[0].options_differ);
    assert_int_equal(facts.meshes[1].evidence.since, NOW - 5);
    assert_int_equal(facts.intermediate_ttl, 90 * DAY);
    assert_int_equal(facts.time.local, NOW);
    assert_ptr_equal(facts.policy, &evidence_policy_default);
}

/* A mesh that shares the cacerts of another one takes no part of its own. */
static void a_mesh_that_takes_no_part_is_left_out(void **state)
{
    static const bool mine[] = { false, true };
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };
    const struct rotation_facts facts = gathered(mine, &options);

    (void)state;
    assert_int_equal(facts.mesh_count, 1);
    assert_string_equal(facts.meshes[0].cluster, "eu-2");
}

static void other_options_than_those_it_was_made_with_are_seen(void **state)
{
    static const bool mine[] = { true, true };
    struct shared_trust *shared =
        &((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.shared;
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };

    (void)state;
    shared->intermediate.org_name = "other";
    assert_true(gathered(mine, &options).meshes[0].options_differ);
    assert_string_not_equal(
        rotation_input_intermediate_options(request, &request->meshes[0], &options, fx->arena),
        rotation_input_intermediate_options(request, &request->meshes[1], &options, fx->arena));
}

/* Evidence that names other certificates than those that the ledger wants proves nothing of them.
 */
static void evidence_of_other_material_proves_nothing(void **state)
{
    static const bool mine[] = { true, true };
    const struct evidence evidence[] = {
        { .mesh = request->meshes[0].key, .level = EVIDENCE_LOADED, .mark = "of other material" },
        { .mesh = request->meshes[1].key, .level = EVIDENCE_LOADED, .mark = "" },
    };
    const struct issue_options options = {
        .key_type = KEY_EC_P256, .now = NOW, .evidence = evidence, .evidence_count = 2
    };
    const struct rotation_facts facts = gathered(mine, &options);

    (void)state;
    assert_int_equal(facts.meshes[0].evidence.level, EVIDENCE_NONE);
    assert_int_equal(facts.meshes[1].evidence.level, EVIDENCE_LOADED);
}

/* Rows of an older weft have no options: those of the certificate count.  A certificate that cannot
 * be read has none that could be compared, so the pass ends. */
static void options_of_an_older_row_are_read_from_its_certificate(void **state)
{
    static const bool mine[] = { true, true };
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };
    struct rotation_facts facts;
    struct err err;

    (void)state;
    for (struct ledger_intermediate *row = fx->ledger.intermediates; row; row = row->next)
        row->options = "";
    assert_false(gathered(mine, &options).meshes[0].options_differ);
    fx->ledger.intermediates->cert_pem = "nonsense";
    assert_int_equal(gather(&facts, mine, &options, &err), -1);
}

/* Either way: an RSA root is not what ec-p256 asks for, and the other way around. */
static void another_type_of_key_asks_for_another_root(void **state)
{
    static const bool mine[] = { true, true };
    const struct issue_options same = { .key_type = KEY_EC_P256, .now = NOW };
    const struct issue_options other = { .key_type = KEY_RSA, .now = NOW };
    struct rotation_facts facts = gathered(mine, &same);
    const char *digest = facts.target.digest;

    (void)state;
    assert_int_equal(facts.target.kind, TARGET_CA);
    assert_string_equal(facts.target.ca, fx->ledger.roots->id);
    facts = gathered(mine, &other);
    assert_int_equal(facts.target.kind, TARGET_MAKE);
    assert_string_not_equal(facts.target.digest, digest); /* a rollback of one does not bar it */
    assert_true(facts.meshes[0].options_differ);
}

/* A root that a library cannot read, for want of memory perhaps, is no reason for another one. */
static void a_root_that_cannot_be_read_starts_no_rotation(void **state)
{
    static const bool mine[] = { true, true };
    const struct issue_options same = { .key_type = KEY_EC_P256, .now = NOW };
    const char *pem = fx->ledger.roots->cert_pem;
    struct rotation_facts facts;
    struct err err;

    (void)state;
    fx->ledger.roots->cert_pem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    assert_int_equal(gather(&facts, mine, &same, &err), -1);
    fx->ledger.roots->cert_pem = pem;
    assert_int_equal(gather(&facts, mine, &same, &err), 0);
    assert_int_equal(facts.target.kind, TARGET_CA);
}

/* Nor is one that is kept beside it: which of the roots are there decides about the next step. */
static void a_second_root_that_cannot_be_read_is_an_error(void **state)
{
    static const bool mine[] = { true, true };
    const struct issue_options same = { .key_type = KEY_EC_P256, .now = NOW };
    struct ledger_root *second = ledger_add_root(&fx->ledger);
    struct ledger_root *next = second->next;
    struct rotation_facts facts;
    struct err err;

    (void)state;
    *second = *fx->ledger.roots;
    second->next = next;
    second->id = "the second";
    second->state = KEY_RETIRED;
    assert_int_equal(gather(&facts, mine, &same, &err), 0);
    assert_int_equal(facts.ca_count, 2);
    second->cert_pem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    assert_int_equal(gather(&facts, mine, &same, &err), -1);
}

/* The branch speaks for a rotation only when it names this very one. */
static void the_step_of_the_branch_belongs_to_one_rotation(void **state)
{
    const struct rotation record = { .id = "r2-0123", .new = "new" };
    const struct {
        const char *sentence;
        struct trust_branch branch;
        int step;
    } rows[] = {
        { "nothing is said", { .rotation = "", .deployed = "" }, 0 },
        { "another rotation", { .rotation = "r1-0123", .step = 2, .deployed = "new" }, 0 },
        { "this one, running", { .rotation = "r2-0123", .step = 2, .deployed = "old" }, 2 },
        { "this one, finished", { .rotation = "r2-0123", .step = 0, .deployed = "new" }, 3 },
        { "this one, rolled back", { .rotation = "r2-0123", .step = 0, .deployed = "old" }, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        assert_int_equal(rotation_input_branch_step(&record, &rows[i].branch), rows[i].step);
    }
}

/* An annotation in the specs says which clusters have loaded a step, of one rotation. */
static void an_acknowledgement_names_rotation_step_and_clusters(void **state)
{
    static const struct {
        const char *text;
        bool loaded[2];
    } rows[] = {
        { "r1-0123/1", { true, true } },
        { "r1-0123/1 eu-1", { true, false } },
        { "r1-0123/1 eu-3,eu-2", { false, true } },
        { "r1-0123/1 eu-11,xeu-2", { false, false } },
        { "r1-0123/2 eu-1", { false, false } },
        { "r2-0123/1 eu-1", { false, false } },
    };
    static const bool mine[] = { true, true };
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };
    struct meta *meta = &((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->meta;
    struct rotation record = rotation_none();
    const struct rotation_input_source source = { .ledger = &fx->ledger,
                                                  .request = request,
                                                  .options = &options,
                                                  .record = &record,
                                                  .given = "",
                                                  .mine = mine,
                                                  .arena = fx->arena };

    (void)state;
    record.id = "r1-0123";
    record.at.phase = 1;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct pair annotation = { ANNOTATION_ACKNOWLEDGED, rows[i].text };
        struct rotation_facts facts;
        struct err err;

        print_message("%s\n", rows[i].text);
        meta->annotations = &annotation;
        meta->annotation_count = 1;
        assert_int_equal(rotation_input_gather(&facts, &source, &err), 0);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(facts.meshes[k].evidence.best,
                             rows[i].loaded[k] ? EVIDENCE_LOADED : EVIDENCE_NONE);
        meta->annotation_count = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(meshes_come_sorted_with_what_is_known_of_them),
        CASE(a_mesh_that_takes_no_part_is_left_out),
        CASE(other_options_than_those_it_was_made_with_are_seen),
        CASE(evidence_of_other_material_proves_nothing),
        CASE(options_of_an_older_row_are_read_from_its_certificate),
        CASE(another_type_of_key_asks_for_another_root),
        CASE(a_root_that_cannot_be_read_starts_no_rotation),
        CASE(a_second_root_that_cannot_be_read_is_an_error),
        CASE(the_step_of_the_branch_belongs_to_one_rotation),
        CASE(an_acknowledgement_names_rotation_step_and_clusters),
    };

    return cmocka_run_group_tests_name("pki/rotation_input", tests, NULL, NULL);
}
