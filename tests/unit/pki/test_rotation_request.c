/* tests/unit/pki/test_rotation_request.c - between two passes: which of an operator's words make
 * sense, and what wakes the next one. */
#include "pki/publication.h"
#include "pki/rotation_record.h"
#include "pki/rotation_request.h"
#include "pki/trust.h"
#include "rotation/ca.h"
#include "rotation/rotation.h"
#include "tests/lib/trust_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *sentence;
    enum rotation_state state;
    int step;
    const char *hold, *rejected;
    bool back, at_once, given;
    int queued; /* a command that no pass has seen yet, -1: none */
    struct rotation_request command;
    const char *refusal; /* NULL: it is noted */
} rows[] = {
    { "the step that is out is approved", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_APPROVE, .step = 1 } },
    { "a later one is not", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_APPROVE, .step = 2 }, .refusal = "only the published step can be approved" },
    { "nor a former one", ROTATION_VERIFYING, 2, "", "", .queued = -1, .command = { .kind = REQUEST_APPROVE, .step = 1 }, .refusal = "only the published step can be approved" },
    { "the way back to step 0 needs no approval", ROTATION_PREVIOUS_CA, 0, "", "", .back = true, .queued = -1, .command = { .kind = REQUEST_APPROVE, .step = 0 }, .refusal = "only the published step can be approved" },
    { "force needs a reason", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_APPROVE, .step = 1, .force = true }, .refusal = "--force needs a --reason" },
    { "at rest nothing is approved", ROTATION_NOT_ROTATING, 0, "", "", .queued = -1, .command = { .kind = REQUEST_APPROVE, .step = 1 }, .refusal = "no rotation runs" },
    { "another rotation's word", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_APPROVE, .rotation = "r9-other", .step = 1 }, .refusal = "not the rotation that runs" },
    { "a rotation goes back", ROTATION_VERIFYING, 2, "", "", .queued = -1, .command = { .kind = REQUEST_ROLLBACK } },
    { "not twice", ROTATION_ROLLING_BACK, 2, "", "", .back = true, .queued = -1, .command = { .kind = REQUEST_ROLLBACK }, .refusal = "on its way back already" },
    { "not when it skips all waits", ROTATION_DELETING_OLD_ROOT, 3, "", "", .at_once = true, .queued = -1, .command = { .kind = REQUEST_ROLLBACK }, .refusal = "has no way back" },
    { "not while it is held", ROTATION_VERIFYING, 1, "freeze", "", .queued = -1, .command = { .kind = REQUEST_ROLLBACK }, .refusal = "weft rotation resume comes first" },
    { "nor when it will be held", ROTATION_VERIFYING, 1, "", "", .queued = REQUEST_PAUSE, .command = { .kind = REQUEST_ROLLBACK }, .refusal = "weft rotation resume comes first" },
    { "but when it will be resumed", ROTATION_VERIFYING, 1, "freeze", "", .queued = REQUEST_RESUME, .command = { .kind = REQUEST_ROLLBACK } },
    { "a failed one is not tried again while it is held", ROTATION_FAILED, 1, "freeze", "", .queued = -1, .command = { .kind = REQUEST_RETRY }, .refusal = "weft rotation resume comes first" },
    { "but else it is", ROTATION_FAILED, 1, "", "", .queued = -1, .command = { .kind = REQUEST_RETRY } },
    { "so is what was rolled back", ROTATION_NOT_ROTATING, 0, "", "digest", .queued = -1, .command = { .kind = REQUEST_RETRY } },
    { "and nothing else", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_RETRY }, .refusal = "nothing failed" },
    { "a hold", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_PAUSE } },
    { "not at rest", ROTATION_NOT_ROTATING, 0, "", "", .queued = -1, .command = { .kind = REQUEST_PAUSE }, .refusal = "no rotation runs" },
    { "is taken back", ROTATION_VERIFYING, 1, "freeze", "", .queued = -1, .command = { .kind = REQUEST_RESUME } },
    { "also before a pass has seen it", ROTATION_VERIFYING, 1, "", "", .queued = REQUEST_PAUSE, .command = { .kind = REQUEST_RESUME } },
    { "nothing else is", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_RESUME }, .refusal = "it is not held" },
    { "an emergency at rest", ROTATION_NOT_ROTATING, 0, "", "", .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "theft" } },
    { "needs a reason", ROTATION_NOT_ROTATING, 0, "", "", .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true }, .refusal = "--accept-downtime needs a --reason" },
    { "on the way", ROTATION_VERIFYING, 1, "", "", .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "theft" } },
    { "on the way back", ROTATION_ROLLING_BACK, 1, "", "", .back = true, .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "theft" } },
    { "not while it is held", ROTATION_VERIFYING, 1, "freeze", "", .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "theft" }, .refusal = "weft rotation resume comes first" },
    { "not twice", ROTATION_DELETING_OLD_ROOT, 3, "", "", .at_once = true, .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "theft" }, .refusal = "skips all waits already" },
    { "a given root is exchanged in the specs", ROTATION_NOT_ROTATING, 0, "", "", .given = true, .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "theft" }, .refusal = "only the specs can name another" },
    { "and the rotation to it is hurried", ROTATION_VERIFYING, 1, "", "", .given = true, .queued = -1, .command = { .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "theft" } },
};
/* clang-format on */

static void add_row(struct ledger *ledger, size_t i)
{
    struct rotation_request queued = { .kind = (enum rotation_request_kind)rows[i].queued,
                                       .rotation = "",
                                       .reason = "" };
    struct rotation rotation = rotation_none();
    struct ledger_root *root = ledger_add_root(ledger);

    *root = (struct ledger_root){ .id = "root-1",
                                  .virtual_mesh = "a/b",
                                  .origin = rows[i].given ? ORIGIN_GIVEN : ORIGIN_GENERATED };
    rotation.failed = rows[i].state == ROTATION_FAILED;
    assert_true(position_from_state(&rotation.at,
                                    rotation.failed ? ROTATION_VERIFYING : rows[i].state,
                                    rows[i].step, rows[i].back));
    rotation.id = rotation_running(&rotation) ? "r1-root" : "";
    rotation.deployed = "root-1";
    rotation.pause = rows[i].hold;
    rotation.rejected = rows[i].rejected;
    rotation.immediate = rows[i].at_once;
    rotation.requests = &queued;
    rotation.request_count = rows[i].queued >= 0;
    rotation_record_save(rotation_record_row(ledger, "a/b"), &rotation, ledger->arena);
}

static void words_make_sense_or_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ledger ledger = { .arena = arena_new() };
        struct rotation_request command = rows[i].command;
        struct rotation after;
        struct err err = { .text = "" };
        int result;

        command.rotation = command.rotation ? command.rotation : "";
        command.reason = command.reason ? command.reason : "";
        add_row(&ledger, i);
        result = rotation_request_add(&ledger, "a/b", &command, &err);
        if ((result == 0) != (rows[i].refusal == NULL)
            || (rows[i].refusal && !strstr(err.text, rows[i].refusal)))
            fail_msg("%s: %d, \"%s\"", rows[i].sentence, result, err.text);
        assert_int_equal(rotation_record_load(&after, ledger.rotations, ledger.arena, &err), 0);
        assert_int_equal(after.request_count, (rows[i].queued >= 0) + (result == 0));
        arena_free(ledger.arena);
    }
}

static void a_request_without_shared_trust_is_refused(void **state)
{
    struct ledger ledger = { .arena = arena_new() };
    struct err err = { .text = "" };

    (void)state;
    assert_int_equal(rotation_request_add(&ledger, "a/b",
                                          &(struct rotation_request){
                                              .kind = REQUEST_PAUSE, .rotation = "", .reason = "" },
                                          &err),
                     -1);
    assert_non_null(strstr(err.text, "a/b has no shared trust"));
    arena_free(ledger.arena);
}

/* A pass with the same inputs does nothing unless something asks for it. */
static void what_is_left_wakes_the_next_pass(void **state)
{
    struct ledger ledger = { .arena = arena_new() };
    struct rotation rotation = rotation_none();
    struct ledger_rotation *row = rotation_record_row(&ledger, "a/b");

    (void)state;
    rotation.deployed = "root-1";
    rotation_record_save(row, &rotation, ledger.arena);
    assert_true(publication_next_due(&ledger, NULL, 1000) == INT64_MAX);
    rotation.more = true;
    rotation_record_save(row, &rotation, ledger.arena);
    assert_int_equal(publication_next_due(&ledger, NULL, 1000), 1000);
    rotation.more = false;
    rotation.published = false;
    rotation_record_save(row, &rotation, ledger.arena);
    assert_int_equal(publication_next_due(&ledger, NULL, 1000), 1000);
    assert_false(publication_is_current(&ledger, "a/b"));
    arena_free(ledger.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_wakes_the_next_pass),
        cmocka_unit_test(words_make_sense_or_are_refused),
        cmocka_unit_test(a_request_without_shared_trust_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
