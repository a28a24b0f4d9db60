/* tests/unit/pki/test_rotation_preview.c - what is shown of a rotation before it runs, without
 * changing a row. */
#include "base/text.h"
#include "pki/rotation_preview.h"
#include "rotation/timeline.h"
#include "tests/unit/pki/issued_test.h"

static struct trust_outlook outlook(int64_t now)
{
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = now };
    struct trust_outlook out;
    struct err err;

    if (rotation_preview_make(&out, &fx->ledger, request, &options, fx->arena, &err) < 0)
        fail_msg("%s", err.text);
    return out;
}

static void assert_untouched(void)
{
    assert_false(fx->ledger.roots->changed);
    assert_null(fx->ledger.roots->next);
    for (const struct ledger_rotation *row = fx->ledger.rotations; row; row = row->next)
        assert_false(row->changed);
}

static void forget_changes(void)
{
    fx->ledger.roots->changed = false;
    for (struct ledger_rotation *row = fx->ledger.rotations; row; row = row->next)
        row->changed = false;
}

/* At rest the timeline is that of a rotation that would start now. */
static void at_rest_nothing_comes_and_the_steps_are_shown(void **state)
{
    struct trust_outlook out;

    (void)state;
    forget_changes();
    out = outlook(NOW + DAY);
    assert_false(out.coming);
    assert_true(out.milestone_count > 0);
    assert_false(text_empty(out.summary));
    assert_untouched();
}

/* Another root in the spec: the next pass begins with it, and this one only says so. */
static void a_rotation_that_the_spec_asks_for_comes(void **state)
{
    struct shared_trust *shared =
        &((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.shared;

    (void)state;
    forget_changes();
    shared->generated.org_name = "other";
    assert_true(outlook(NOW + DAY).coming);
    assert_untouched();
}

/* A given CA that cannot be read is part of what is to be said, not an error of the command. */
static void a_given_ca_that_is_missing_is_no_error(void **state)
{
    struct shared_trust *shared =
        &((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.shared;

    (void)state;
    forget_changes();
    shared->source = ROOT_SECRET;
    shared->secret = (struct object_ref){ "my-ca", "gloo-mesh" };
    assert_true(outlook(NOW + DAY).note_count > 0);
    assert_untouched();
}

static void a_record_that_cannot_be_read_is_an_error(void **state)
{
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };
    const struct rotation_condition *conditions;
    struct trust_outlook out;
    size_t count;
    struct err err;

    (void)state;
    fx->ledger.rotations->detail = "nonsense";
    assert_int_equal(rotation_preview_make(&out, &fx->ledger, request, &options, fx->arena, &err),
                     -1);
    assert_non_null(strstr(err.text, request->name));
    assert_int_equal(
        rotation_preview_conditions(&conditions, &count, fx->ledger.rotations, fx->arena, &err),
        -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(at_rest_nothing_comes_and_the_steps_are_shown),
        CASE(a_rotation_that_the_spec_asks_for_comes),
        CASE(a_given_ca_that_is_missing_is_no_error),
        CASE(a_record_that_cannot_be_read_is_an_error),
    };

    return cmocka_run_group_tests_name("pki/rotation_preview", tests, NULL, NULL);
}
