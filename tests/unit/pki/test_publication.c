/* tests/unit/pki/test_publication.c - what a push and time do to the records of rotations. */
#include "tests/lib/trust_fixture.h"

#include "pki/publication.h"
#include "pki/rotation_record.h"
#include "rotation/renewal.h"

static struct fixture fx;
static const struct trust_request *request;

static bool nothing_is_out(void *context, const char *virtual_mesh, const char *mesh)
{
    (void)context, (void)virtual_mesh, (void)mesh;
    return false;
}

static int setup(void **state)
{
    struct rotation record;
    struct err err;

    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 1);
    fixture_issue(&fx, &request, 1, NOW);
    assert_int_equal(rotation_record_load(&record, fx.ledger.rotations, fx.arena, &err), 0);
    record.published = false; /* something is asked of the clusters */
    rotation_record_save(fx.ledger.rotations, &record, fx.arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(&fx);
    return 0;
}

static void only_what_is_out_counts_as_published(void **state)
{
    const struct trust_delivered none = { nothing_is_out, NULL };
    struct err err;

    (void)state;
    assert_false(publication_is_current(&fx.ledger, request->name));
    assert_int_equal(publication_done(&fx.ledger, NOW, &none, &err), 0);
    assert_false(publication_is_current(&fx.ledger, request->name));
    assert_int_equal(publication_done(&fx.ledger, NOW, NULL, &err), 0);
    assert_true(publication_is_current(&fx.ledger, request->name));
    assert_false(publication_is_immediate(&fx.ledger, request->name));
}

/* The ratio is that of the trust that is deployed. */
static void the_next_pass_is_due_at_the_first_renewal(void **state)
{
    const struct ledger_intermediate *row = fx.ledger.intermediates;
    const struct lifetime life = { row->not_before, row->not_after, 0.5 };
    struct err err;

    (void)state;
    assert_int_equal(publication_next_due(&fx.ledger, NULL, NOW), NOW); /* not pushed yet */
    assert_int_equal(publication_done(&fx.ledger, NOW, NULL, &err), 0);
    ledger_set_deployed(fx.ledger.rotations,
                        "{\"intermediateCertOptions\":{\"secretRotationGracePeriodRatio\":0.5}}",
                        fx.arena);
    assert_int_equal(publication_next_due(&fx.ledger, NULL, NOW),
                     renewal_time(life, &evidence_policy_default, row->mesh));
}

/* A step of which the record cannot be read must not count as noted. */
static void a_record_that_cannot_be_read_is_an_error(void **state)
{
    struct err err;

    (void)state;
    fx.ledger.rotations->detail = "{";
    assert_int_equal(publication_done(&fx.ledger, NOW, NULL, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_what_is_out_counts_as_published, setup, teardown),
        cmocka_unit_test_setup_teardown(a_record_that_cannot_be_read_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(the_next_pass_is_due_at_the_first_renewal, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
