/* tests/unit/app/pass/test_reach.c - which clusters answer, and which did not before. */
#include "app/pass/reach.h"
#include "app/pass/remark.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    struct observation seen;
    enum reach reach;
    const char *id; /* of the remark; NULL: there is none */
} rows[] = {
    { "no API server is configured", { .watched = false }, REACH_UNWATCHED, NULL },
    { "it answered", { .watched = true, .at = 1 }, REACH_ANSWERS, NULL },
    { "it did not answer", { .watched = true }, REACH_UNREACHABLE, "K7" },
    { "it refused", { .watched = true, .refused = "list of ConfigMaps" }, REACH_REFUSES, "K8" },
};

static void each_observation_has_its_reach(void **state)
{
    static const struct trust_request trust = { .name = "ns/us" };
    struct planned_virtual_mesh meshes[] = { { .trust = &trust }, { .trust = NULL } };
    const struct plan plan = { .virtual_meshes = meshes, .virtual_mesh_count = LENGTH(meshes) };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct findings remarks = { .arena = arena };
        struct observation seen = rows[i].seen;
        const struct observed observed = { .observations = &seen, .count = 1 };

        print_message("%s\n", rows[i].name);
        seen.virtual_mesh = "ns/us";
        seen.cluster = "c1";
        meshes[0].status.ref = (struct object_ref){ "us", "ns" };
        assert_int_equal(reach_of(&seen), rows[i].reach);
        reach_remark(&remarks, &plan, &observed);
        assert_int_equal(remarks.count, rows[i].id ? 1 : 0);
        assert_int_equal(remarks.warnings, remarks.count);
        if (rows[i].id)
            assert_string_equal(remarks.items[0].id, rows[i].id);
        arena_free(arena);
    }
}

static void remember(struct ledger *ledger, struct observation *list, size_t count)
{
    const struct observed observed = { .observations = list, .count = count };

    reach_remember(ledger, &observed, ledger->arena);
}

static void silence_is_remembered_until_the_cluster_answers(void **state)
{
    struct ledger ledger = { .arena = arena_new() };
    struct observation list[] = {
        { .virtual_mesh = "ns/us", .cluster = "c1", .watched = true },
        { .virtual_mesh = "ns/them", .cluster = "c1", .watched = true },
        { .virtual_mesh = "ns/us", .cluster = "c2", .watched = true, .at = 1 },
    };

    (void)state;
    assert_false(reach_was_unreachable(&ledger, "ns/us", "c1", ledger.arena));
    remember(&ledger, list, LENGTH(list));
    assert_true(reach_was_unreachable(&ledger, "ns/us", "c1", ledger.arena));
    assert_true(reach_was_unreachable(&ledger, "ns/them", "c1", ledger.arena));
    assert_false(reach_was_unreachable(&ledger, "ns/us", "c2", ledger.arena));
    assert_false(reach_was_unreachable(&ledger, "ns/us", "c", ledger.arena));
    list[0].at = list[1].at = 2;
    list[2].at = 0;
    remember(&ledger, list, LENGTH(list));
    assert_false(reach_was_unreachable(&ledger, "ns/us", "c1", ledger.arena));
    assert_true(reach_was_unreachable(&ledger, "ns/us", "c2", ledger.arena));
    arena_free(ledger.arena);
}

static void a_state_does_not_change_while_nothing_changes(void **state)
{
    struct ledger ledger = { .arena = arena_new() };
    struct observation seen = {
        .virtual_mesh = "ns/us", .cluster = "c1", .watched = true, .at = 1
    };

    (void)state;
    remember(&ledger, &seen, 1);
    assert_null(ledger_find_fact(&ledger, FACT_UNREACHABLE));
    seen.at = 0;
    remember(&ledger, &seen, 1);
    ledger_find_fact(&ledger, FACT_UNREACHABLE)->changed = false;
    remember(&ledger, &seen, 1);
    assert_false(ledger_find_fact(&ledger, FACT_UNREACHABLE)->changed);
    arena_free(ledger.arena);
}

/* Before clusters were a fact of the state, a warning of the status said it. */
static void the_warning_of_an_older_version_is_read(void **state)
{
    struct ledger ledger = { .arena = arena_new() };
    struct ledger_status *row = ledger_add_status(&ledger);
    struct observation seen = { .virtual_mesh = "ns/us", .cluster = "c2", .watched = true };

    (void)state;
    row->virtual_mesh = "ns/us";
    row->json = "{\"state\":\"ACCEPTED\",\"warnings\":[\"before\",\"cluster c1 does not answer\"]}";
    assert_true(reach_was_unreachable(&ledger, "ns/us", "c1", ledger.arena));
    assert_false(reach_was_unreachable(&ledger, "ns/us", "c", ledger.arena));
    assert_false(reach_was_unreachable(&ledger, "ns/us", "c2", ledger.arena));
    assert_false(reach_was_unreachable(&ledger, "ns/them", "c1", ledger.arena));
    remember(&ledger, &seen, 1); /* from then on the fact counts */
    assert_false(reach_was_unreachable(&ledger, "ns/us", "c1", ledger.arena));
    assert_true(reach_was_unreachable(&ledger, "ns/us", "c2", ledger.arena));
    arena_free(ledger.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_observation_has_its_reach),
        cmocka_unit_test(silence_is_remembered_until_the_cluster_answers),
        cmocka_unit_test(a_state_does_not_change_while_nothing_changes),
        cmocka_unit_test(the_warning_of_an_older_version_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
