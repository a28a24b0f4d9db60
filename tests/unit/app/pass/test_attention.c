/* tests/unit/app/pass/test_attention.c - what waits for a person, out of a ledger. */
#include "app/pass/attention.h"
#include "pki/rotation_record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct config config = { .trust_clock = true };
static const struct options all = { .target = NULL };

static struct finding warning(const char *remedy)
{
    struct finding finding =
        finding_of_virtual_mesh((struct object_ref){ "vm", "ns" }, SEVERITY_WARNING);

    finding.text = "text";
    finding.remedy = remedy;
    return finding;
}

static const struct {
    const char *name;
    const char *remedies[2];   /* of warnings; NULL: there is no more */
    enum approval_state state; /* of the virtual mesh */
    enum run_result result;
    bool error;
    bool needed;
    enum exit_status exit;
    const char *says;
} rows[] = {
    { "nothing",
      { NULL },
      APPROVAL_ACCEPTED,
      RUN_CONVERGED,
      false,
      false,
      EXIT_CONVERGED,
      "No action needed" },
    { "a warning without a remedy",
      { "" },
      APPROVAL_ACCEPTED,
      RUN_CONVERGED,
      false,
      false,
      EXIT_CONVERGED,
      "; 1 warning" },
    { "one with a remedy",
      { "do it", "" },
      APPROVAL_ACCEPTED,
      RUN_CONVERGED,
      false,
      true,
      EXIT_CONVERGED,
      "1 warning with a remedy; 1 other warning" },
    { "an error",
      { NULL },
      APPROVAL_ACCEPTED,
      RUN_CONVERGED,
      true,
      true,
      EXIT_REFUSED,
      "1 error;" },
    { "a virtual mesh that is not accepted",
      { NULL },
      APPROVAL_FAILED,
      RUN_CONVERGED,
      false,
      true,
      EXIT_REFUSED,
      "1 virtual mesh not ACCEPTED" },
    { "specs were refused",
      { NULL },
      APPROVAL_ACCEPTED,
      RUN_REFUSED,
      false,
      true,
      EXIT_REFUSED,
      "refused" },
    { "the pass failed",
      { "do it" },
      APPROVAL_ACCEPTED,
      RUN_FAILED,
      false,
      true,
      EXIT_FAILED,
      "failed: why" },
};

static void everything_with_a_remedy_is_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct findings findings = { .arena = arena };
        struct ledger_status status = { .virtual_mesh = "ns/vm", .state = rows[i].state };
        struct ledger_run run = { .result = rows[i].result, .message = "why" };
        const struct ledger ledger = { .statuses = &status, .runs = &run };
        struct finding error = warning("");
        struct attention attention;

        for (size_t k = 0; k < 2 && rows[i].remedies[k]; k++) {
            findings_add(&findings, warning(rows[i].remedies[k]));
        }
        error.severity = SEVERITY_ERROR;
        if (rows[i].error)
            findings_add(&findings, error);
        attention = attention_of(&ledger, &findings, &config, &all, arena);
        print_message("%s: %s\n", rows[i].name, attention.text);
        assert_int_equal(attention.needed, rows[i].needed);
        assert_int_equal(attention.exit, rows[i].exit);
        assert_non_null(strstr(attention.text, rows[i].says));
        arena_free(arena);
    }
}

/* Loaded everywhere, the leaves of before are gone: only a person is missing. */
static struct rotation loaded(struct member *member)
{
    *member = (struct member){
        .mesh = "m", .cluster = "c", .held_count = 1, .committed = 1, .proven = 1, .turned = true
    };
    return (struct rotation){
        .id = "r1-00000000",
        .at = { .direction = DIRECTION_FORWARD, .phase = 1, .progress = PROGRESS_LOADED },
        .published = true,
        .pause = "",
        .force = "",
        .clock = { .local = 1000000, .gate = 1000000 },
        .members = member,
        .member_count = 1
    };
}

static void a_step_waits_for_an_approval_when_nothing_else_is_missing(void **state)
{
    struct member member;
    struct rotation rotation = loaded(&member);

    (void)state;
    assert_int_equal(attention_approval(&rotation, &config), 1);
    rotation.approval[1].approved = true;
    assert_int_equal(attention_approval(&rotation, &config), 0);
    rotation = loaded(&member);
    rotation.pause = "an audit";
    assert_int_equal(attention_approval(&rotation, &config), 0);
    rotation = loaded(&member);
    member.proven = 0;
    assert_int_equal(attention_approval(&rotation, &config), 0);
    rotation = loaded(&member);
    rotation.at.direction = DIRECTION_BACK;
    assert_int_equal(attention_approval(&rotation, &config), 0);
}

/* A rotation that runs by itself waits for no person. */
static void only_rotations_that_wait_for_an_approval_are_counted(void **state)
{
    static const char *const says[] = { "1 rotation to approve", "No action needed" };
    struct arena *arena = arena_new();
    const struct findings none = { .arena = arena };
    struct member member;
    struct rotation rotation = loaded(&member);
    struct ledger_rotation row = { .virtual_mesh = "ns/vm", .detail = "" };
    const struct ledger ledger = { .rotations = &row };

    (void)state;
    row.parsed = &rotation;
    row.parsed_from = row.detail;
    for (size_t i = 0; i < LENGTH(says); i++) {
        const struct attention attention = attention_of(&ledger, &none, &config, &all, arena);

        assert_int_equal(attention.needed, i == 0);
        if (!strstr(attention.text, says[i]))
            fail_msg("%s", attention.text);
        member.proven = 0; /* not loaded any more */
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_with_a_remedy_is_counted),
        cmocka_unit_test(a_step_waits_for_an_approval_when_nothing_else_is_missing),
        cmocka_unit_test(only_rotations_that_wait_for_an_approval_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
