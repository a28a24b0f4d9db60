/* tests/unit/pki/test_rotation_detail.c - records as the state stores them: the present version,
 * and the one before it as that weft wrote it (rotation_records_1.tsv, one line for each scenario).
 */
#include "base/parse_json.h"
#include "base/text.h"
#include "pki/rotation_detail.h"
#include "pki/rotation_record.h"
#include "tests/unit/pki/rotation_scenarios.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fleet fleet;

enum { FIELDS = 13, LINE_MAX_LEN = 16384 };

/* Splits a line at its tabs; empty fields count. */
static void split(char *fields[FIELDS], char *line)
{
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < FIELDS; i++) {
        assert_non_null(line);
        fields[i] = strsep(&line, "\t");
    }
}

static struct ledger_rotation row_of(char *fields[FIELDS])
{
    int state = rotation_state_find(fields[1]);

    assert_true(state >= 0);
    return (struct ledger_rotation){
        .virtual_mesh = "ns/vm",
        .state = (enum rotation_state)state,
        .step = atoi(fields[2]),
        .entered = atoll(fields[3]),
        .deadline = atoll(fields[4]),
        .id = fields[5],
        .old_root = fields[6],
        .new_root = fields[7],
        .pending_root = fields[8],
        .deployed_root = fields[9],
        .deployed_trust = fields[10],
        .detail = fields[11],
        .conditions = fields[12],
    };
}

/* Decisions come from a record and facts alone: equal records decide the same. */
static void assert_same_record(const struct rotation *a, const struct rotation *b)
{
    assert_string_equal(rotation_detail_write(a, true, fleet.arena),
                        rotation_detail_write(b, true, fleet.arena));
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->old, b->old);
    assert_string_equal(a->new, b->new);
    assert_string_equal(a->pending, b->pending);
    assert_string_equal(a->deployed, b->deployed);
    assert_string_equal(a->deployed_trust, b->deployed_trust);
    assert_int_equal(a->entered, b->entered);
    assert_int_equal(a->deadline, b->deadline);
}

static const char *mark_of(const char *detail, const char *key)
{
    const struct node *node;
    struct err err;

    assert_int_equal(parse_json(&node, detail, strlen(detail), fleet.arena, &err), 0);
    return node_get(node, key, NULL) ? node_get(node, key, NULL) : "";
}

/* A weft of the previous version that opens the state again sees what it would have stored. */
static void assert_same_marks(const char *now, const char *previous)
{
    static const char *const keys[] = { "back", "atOnce", "failedIn", "approved" };

    for (size_t i = 0; i < LENGTH(keys); i++)
        assert_string_equal(mark_of(now, keys[i]), mark_of(previous, keys[i]));
}

/* The record as the previous version stored it is the one that this version comes to by itself, and
 * what is saved next is the same, in the present version. */
static void test_previous_version(void **state)
{
    char line[LINE_MAX_LEN];
    FILE *file = fopen(RECORDS, "r");

    (void)state;
    assert_non_null(file);
    for (size_t i = 0; i < LENGTH(scenarios); i++) {
        char *fields[FIELDS];
        struct ledger_rotation row;
        struct rotation stored, again;
        struct err err;

        print_message("%s\n", scenarios[i].name);
        assert_non_null(fgets(line, sizeof line, file));
        split(fields, line);
        assert_string_equal(fields[0], scenarios[i].name);
        fleet_open(&fleet, 3);
        scenarios[i].reach(&fleet);
        for (size_t k = 0; k < fleet.record.member_count; k++)
            fleet.record.members[k].former = 0; /* it did not prove a step again that waits */
        row = row_of(fields);
        assert_null(strstr(row.detail, "\"version\""));
        if (rotation_record_load(&stored, &row, fleet.arena, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(rotation_shown(&stored), row.state);
        assert_same_record(&stored, &fleet.record);
        row.detail = rotation_detail_write(&stored, true, fleet.arena);
        assert_same_marks(row.detail, fields[11]);
        assert_non_null(strstr(row.detail, "\"version\":2"));
        assert_int_equal(rotation_record_load(&again, &row, fleet.arena, &err), 0);
        assert_same_record(&again, &fleet.record);
        fleet_close(&fleet);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
}

/* A record at rest is not written again because its version is an old one: a state that nothing
 * happened to keeps its bytes. */
static void test_rest_is_not_rewritten(void **state)
{
    char line[LINE_MAX_LEN], *fields[FIELDS];
    FILE *file = fopen(RECORDS, "r");
    struct ledger_rotation row;
    struct rotation stored;
    struct err err;

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    split(fields, line);
    fleet_open(&fleet, 3);
    row = row_of(fields);
    assert_int_equal(rotation_record_load(&stored, &row, fleet.arena, &err), 0);
    rotation_record_save(&row, &stored, fleet.arena);
    assert_false(row.changed);
    assert_ptr_equal(row.detail, fields[11]);
    fleet_close(&fleet);
}

/* clang-format off */
static const struct {
    const char *sentence, *detail;
    enum rotation_state state;
    int step;
    const char *error; /* NULL: it is read */
} damaged[] = {
    { "nothing was stored yet", "", ROTATION_NOT_ROTATING, 0, NULL },
    { "no JSON", "{\"count\":1", ROTATION_NOT_ROTATING, 0, "read the rotation of virtual mesh ns/vm" },
    { "a version that does not exist yet", "{\"version\":3}", ROTATION_NOT_ROTATING, 0, "version 3" },
    { "a position without a phase", "{\"version\":2,\"direction\":\"forward\",\"progress\":\"done\"}", ROTATION_NOT_ROTATING, 0, "no rotation can be in" },
    { "a position that no rotation has", "{\"version\":2,\"direction\":\"back\",\"phase\":\"new\",\"progress\":\"done\"}", ROTATION_FINISHED, 3, "no rotation can be in" },
    { "at rest, and failed", "{\"version\":2,\"direction\":\"forward\",\"phase\":\"old\",\"progress\":\"done\",\"failed\":true}", ROTATION_FAILED, 0, "no rotation can be in" },
    { "version 1: a step that there is not", "{\"count\":1}", ROTATION_VERIFYING, 4, "state VERIFYING at step 4" },
    { "version 1: a step that the state does not have", "{\"count\":1}", ROTATION_ADDING_NEW_ROOT, 2, "state ADDING_NEW_ROOT at step 2" },
};
/* clang-format on */

static void test_damaged(void **state)
{
    (void)state;
    fleet_open(&fleet, 1);
    for (size_t i = 0; i < LENGTH(damaged); i++) {
        const struct ledger_rotation row = { .virtual_mesh = "ns/vm",
                                             .state = damaged[i].state,
                                             .step = damaged[i].step,
                                             .detail = damaged[i].detail };
        struct rotation rotation = rotation_none();
        struct err err = { .text = "" };
        int result = rotation_detail_read(&rotation, &row, fleet.arena, &err);

        print_message("%s\n", damaged[i].sentence);
        assert_int_equal(result, damaged[i].error ? -1 : 0);
        if (damaged[i].error && !strstr(err.text, damaged[i].error))
            fail_msg("%s", err.text);
    }
    fleet_close(&fleet);
}

/* clang-format off */
static const struct {
    const char *stored;
    size_t held, dead;
} dead_rows[] = { /* materials as stored, the mark "dead", and what is read of both */
    { "\"held\":[[0,0],[1,0,1]],\"dead\":1", 2, 1 },
    { "\"held\":[[0,0],[1,0,1]]", 2, 0 },
    { "\"held\":[[0,0],[1,0,1]],\"dead\":2", 2, 0 }, /* the newest is never dead */
    { "\"held\":[[0,0],[1,0,1]],\"dead\":9223372036854775807", 2, 0 },
    { "\"held\":[[0,0],[1,0,1]],\"dead\":-1", 2, 0 },
    { "\"held\":[],\"dead\":1", 0, 0 },
};
/* clang-format on */

/* A mark out of range counts nothing as dead, so that no gate opens for it. */
static void test_dead_is_bounded(void **state)
{
    (void)state;
    fleet_open(&fleet, 1);
    for (size_t i = 0; i < LENGTH(dead_rows); i++) {
        const struct ledger_rotation row = {
            .virtual_mesh = "ns/vm",
            .detail = arena_printf(fleet.arena,
                                   "{\"version\":2,\"direction\":\"forward\",\"phase\":\"old\","
                                   "\"progress\":\"done\",\"roots\":[\"a\",\"b\"],"
                                   "\"members\":[{\"mesh\":\"ns/m\",\"cluster\":\"c\",%s}]}",
                                   dead_rows[i].stored),
        };
        struct rotation rotation = rotation_none();
        struct err err;

        print_message("%s\n", dead_rows[i].stored);
        assert_int_equal(rotation_detail_read(&rotation, &row, fleet.arena, &err), 0);
        assert_int_equal(rotation.member_count, 1);
        assert_int_equal(rotation.members[0].held_count, dead_rows[i].held);
        assert_int_equal(rotation.members[0].dead_count, dead_rows[i].dead);
    }
    fleet_close(&fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_previous_version),
        cmocka_unit_test(test_rest_is_not_rewritten),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_dead_is_bounded),
    };

    return cmocka_run_group_tests_name("pki/rotation_detail", tests, NULL, NULL);
}
