/* tests/unit/rotation/test_transition.c - the table of transitions itself: well formed, and the one
 * that docs/rotation.md prints. */
#include "base/text.h"
#include "rotation/transition.h"
#include "tests/lib/rotation_fleet.h"
#include <stdio.h>
#include <string.h>

static const char *const stages[] = {
    [TRANSITION_OBSERVE] = "observe",
    [TRANSITION_MOVE] = "move",
    [TRANSITION_JOIN] = "join",
    [TRANSITION_CLOSE] = "close",
};

static void names_are_different(void **state)
{
    (void)state;
    for (size_t i = 0; i < transition_count; i++)
        for (size_t k = i + 1; k < transition_count; k++)
            assert_string_not_equal(transitions[i].name, transitions[k].name);
}

static void stages_follow_each_other(void **state)
{
    (void)state;
    for (size_t i = 1; i < transition_count; i++)
        assert_true(transitions[i - 1].stage <= transitions[i].stage);
}

/* A row whose action is nothing only makes sense where it keeps later rows from being tried. */
static void rows_do_something(void **state)
{
    (void)state;
    for (size_t i = 0; i < transition_count; i++) {
        assert_non_null(transitions[i].guard);
        assert_true(transitions[i].action || transitions[i].then == THEN_STOP);
    }
}

static const char *text_of(const struct transition *row, struct arena *arena)
{
    return arena_printf(arena, "| %s | %s | %s | %s | %s |\n", stages[row->stage], row->name,
                        enums_name(&transition_places, (int)row->place), row->when, row->what);
}

/* The rows of the document between its two marks are those of the table, in the same order. */
static void the_document_prints_them(void **state)
{
    struct arena *arena = arena_new();
    FILE *file = fopen(DOCUMENT, "r");
    char line[1024];
    size_t at = 0;
    bool within = false;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strstr(line, "| stage | name |"))
            within = true;
        if (!within || strstr(line, "| stage | name |") || strstr(line, "| --- |"))
            continue;
        if (line[0] != '|')
            break;
        assert_true(at < transition_count);
        assert_string_equal(line, text_of(&transitions[at], arena));
        at++;
    }
    for (size_t i = at; i < transition_count; i++)
        print_message("missing: %s", text_of(&transitions[i], arena));
    assert_int_equal(at, transition_count);
    fclose(file);
    arena_free(arena);
}

/* clang-format off */
static const struct {
    const char *sentence;
    struct position at;
    bool failed;
    unsigned places; /* bits */
} rows[] = {
#define BIT(place) (1u << PLACE_##place)
    { "at rest", { DIRECTION_FORWARD, PHASE_OLD, PROGRESS_DONE }, false, BIT(DONE) },
    { "finished", { DIRECTION_FORWARD, PHASE_NEW, PROGRESS_DONE }, false, BIT(DONE) },
    { "committed", { DIRECTION_FORWARD, PHASE_BOTH, PROGRESS_COMMITTED }, false, BIT(RUNNING) | BIT(FORWARD) | BIT(COMMITTED) | BIT(WAITING) },
    { "loaded", { DIRECTION_FORWARD, PHASE_BOTH, PROGRESS_LOADED }, false, BIT(RUNNING) | BIT(FORWARD) | BIT(LOADED) | BIT(WAITING) },
    { "verified", { DIRECTION_FORWARD, PHASE_BOTH, PROGRESS_VERIFIED }, false, BIT(RUNNING) | BIT(FORWARD) | BIT(VERIFIED) },
    { "failed", { DIRECTION_FORWARD, PHASE_BOTH, PROGRESS_LOADED }, true, BIT(RUNNING) | BIT(FORWARD) | BIT(FAILED) },
    { "committed on the way back", { DIRECTION_BACK, PHASE_BOTH, PROGRESS_COMMITTED }, false, BIT(RUNNING) | BIT(BACK) | BIT(COMMITTED) | BIT(WAITING) },
    { "loaded on the way back", { DIRECTION_BACK, PHASE_BOTH, PROGRESS_LOADED }, false, BIT(RUNNING) | BIT(BACK) | BIT(RETURNING) },
    { "turned around", { DIRECTION_BACK, PHASE_BOTH, PROGRESS_VERIFIED }, false, BIT(RUNNING) | BIT(BACK) | BIT(RETURNING) },
    { "failed on the way back", { DIRECTION_BACK, PHASE_OLD, PROGRESS_COMMITTED }, true, BIT(RUNNING) | BIT(BACK) | BIT(FAILED) },
};
/* clang-format on */

static void places(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct rotation record = { .at = rows[i].at, .failed = rows[i].failed };
        unsigned found = 0;

        print_message("%s\n", rows[i].sentence);
        for (int place = PLACE_ANY + 1; place <= PLACE_DONE; place++)
            if (transition_at((enum transition_place)place, &record))
                found |= 1u << place;
        assert_int_equal(found, rows[i].places);
        assert_true(transition_at(PLACE_ANY, &record));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_different),
        cmocka_unit_test(stages_follow_each_other),
        cmocka_unit_test(rows_do_something),
        cmocka_unit_test(the_document_prints_them),
        cmocka_unit_test(places),
    };

    return cmocka_run_group_tests_name("rotation/transition", tests, NULL, NULL);
}
