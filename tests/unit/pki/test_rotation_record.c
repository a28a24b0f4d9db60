/* tests/unit/pki/test_rotation_record.c - records of rotations as rows of the ledger. */
#include "pki/rotation_record.h"
#include "tests/unit/rotation/fleet_test.h"

static void records_survive_the_ledger(void **state)
{
    struct ledger ledger = { .arena = f->arena };
    struct ledger_rotation *row = rotation_record_row(&ledger, "ns/vm");
    struct rotation back;
    struct err err;

    (void)state;
    fleet_want(f, 2);
    for (int i = 0; i < 130; i++) {
        fleet_run(f, 1);
        if (i == 20)
            fleet_command(f, (struct rotation_request){ .kind = REQUEST_PAUSE, .reason = "\"x\"" });
        if (i == 22)
            fleet_command(f, (struct rotation_request){ .kind = REQUEST_RESUME });
        rotation_record_save(row, &f->record, f->arena);
        assert_int_equal(rotation_record_load(&back, row, f->arena, &err), 0);
        row->changed = false;
        rotation_record_save(row, &back, f->arena);
        assert_false(row->changed);
        f->record = back; /* and continues from what was read */
    }
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->record.deployed, "R2");
    assert_string_equal(row->deployed_root, "R2");
}

/* States of earlier versions have conditions without the id of their message: those stay as they
 * are. */
static void conditions_without_an_id_are_read(void **state)
{
    static const char earlier[] =
        "[{\"timestamp\":\"2026-11-23T11:00:00Z\",\"state\":\"ADDING_NEW_ROOT\","
        "\"message\":\"begun\"},{\"timestamp\":\"2026-11-23T11:01:00Z\",\"state\":\"FAILED\","
        "\"errors\":[\"late\"]}]";
    struct ledger_rotation row = { .virtual_mesh = "ns/vm" };
    struct rotation rotation;
    struct err err;

    (void)state;
    rotation_record_save(&row, &f->record, f->arena);
    row.conditions = earlier;
    assert_int_equal(rotation_record_load(&rotation, &row, f->arena, &err), 0);
    assert_int_equal(rotation.condition_count, 2);
    assert_string_equal(rotation.conditions[0].id, "");
    assert_string_equal(rotation_record_conditions(&rotation, f->arena), earlier);
}

static void a_damaged_record_is_an_error(void **state)
{
    struct ledger_rotation row = { .virtual_mesh = "ns/vm", .detail = "{\"count\":1" };
    struct rotation rotation;
    struct err err;

    (void)state;
    assert_int_equal(rotation_record_load(&rotation, &row, f->arena, &err), -1);
    assert_non_null(strstr(err.text, "ns/vm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(records_survive_the_ledger),
        CASE(conditions_without_an_id_are_read),
        CASE(a_damaged_record_is_an_error),
    };

    return cmocka_run_group_tests_name("pki/rotation_record", tests, NULL, NULL);
}
