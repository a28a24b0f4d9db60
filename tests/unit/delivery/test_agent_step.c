/* tests/unit/delivery/test_agent_step.c - what the agent does next; and that a run that is killed
 * between any two of its writes loses no key and leaves no cacerts that fits no key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "delivery/agent_step.h"
#include <string.h>

static const struct issuance for_spare = { .cluster = "east", .serial = 7, .spki = "s1" };
static const struct issuance for_current = { .cluster = "east", .serial = 7, .spki = "c1" };
static const struct issuance for_none = { .cluster = "east", .serial = 7, .spki = "x" };
static const struct issuance refuses_spare = {
    .cluster = "east", .serial = 8, .spki = "c1", .refused = "s1"
};
static const struct issuance refuses_former = {
    .cluster = "east", .serial = 8, .spki = "c1", .refused = "s0"
};
static const struct issuance refuses_current = {
    .cluster = "east", .serial = 8, .spki = "c1", .refused = "c1"
};
static const struct issuance refuses_its_own = {
    .cluster = "east", .serial = 8, .spki = "s1", .refused = "s1"
};
static const struct issuance refuses_in_west = {
    .cluster = "west", .serial = 8, .spki = "c1", .refused = "s1"
};
static const struct issuance for_west = { .cluster = "west", .serial = 7, .spki = "s1" };

/* clang-format off */
static const struct {
    const char *sentence;
    struct agent_facts facts;
    enum agent_step step;
    bool cannot;
} rows[] = {
    { "no keys yet", { .spare = "", .current = "" }, AGENT_MAKE_SPARE, false },
    { "no keys, and an issuance", { .spare = "", .current = "", .issuance = &for_spare }, AGENT_MAKE_SPARE, false },
    { "the spare was removed by an operator", { .spare = "", .current = "c1", .issuance = &for_current, .held = 7, .equal = true },
      AGENT_MAKE_SPARE, false },
    { "no issuance yet", { .spare = "s1", .current = "" }, AGENT_REST, false },
    { "the spare is certified", { .spare = "s1", .current = "", .issuance = &for_spare }, AGENT_PROMOTE, false },
    { "the spare is certified by files that may not be used",
      { .spare = "s1", .current = "c1", .issuance = &for_spare, .unfit = "no root" }, AGENT_REST, true },
    { "other files for the current key", { .spare = "s1", .current = "c1", .issuance = &for_current, .held = 6 },
      AGENT_WRITE, false },
    { "cacerts is gone", { .spare = "s1", .current = "c1", .issuance = &for_current }, AGENT_WRITE, false },
    { "files for the current key that may not be used",
      { .spare = "s1", .current = "c1", .issuance = &for_current, .unfit = "expired" }, AGENT_REST, true },
    { "all is as it should be", { .spare = "s1", .current = "c1", .issuance = &for_current, .held = 7, .equal = true },
      AGENT_REST, false },
    { "an older issuance than cacerts is from", { .spare = "s1", .current = "c1", .issuance = &for_spare, .held = 8 },
      AGENT_REST, true },
    { "an issuance of another cluster", { .spare = "s1", .current = "c1", .issuance = &for_west }, AGENT_REST, true },
    { "a key that is not here", { .spare = "s1", .current = "c1", .issuance = &for_none }, AGENT_MAKE_SPARE, true },
    { "a key that is not here, and the spare was replaced for that",
      { .spare = "s1", .current = "c1", .issuance = &for_none, .renewed_for = 7 }, AGENT_REST, true },
    { "the spare is refused", { .spare = "s1", .current = "c1", .issuance = &refuses_spare, .held = 7, .equal = true },
      AGENT_MAKE_SPARE, false },
    { "the spare is refused, before the files are looked at",
      { .spare = "s1", .current = "c1", .issuance = &refuses_spare, .held = 7, .unfit = "expired" }, AGENT_MAKE_SPARE, false },
    { "a former spare is refused", { .spare = "s1", .current = "c1", .issuance = &refuses_former, .held = 8, .equal = true },
      AGENT_REST, false },
    { "a former spare is refused, and files are to be put in place",
      { .spare = "s1", .current = "c1", .issuance = &refuses_former, .held = 7 }, AGENT_WRITE, false },
    { "the current key is named as refused", { .spare = "s1", .current = "c1", .issuance = &refuses_current, .held = 8, .equal = true },
      AGENT_REST, false },
    { "the key that the issuance is for is named as refused", { .spare = "s1", .current = "c1", .issuance = &refuses_its_own },
      AGENT_PROMOTE, false },
    { "the spare is refused by an older issuance", { .spare = "s1", .current = "c1", .issuance = &refuses_spare, .held = 9 },
      AGENT_REST, true },
    { "the spare is refused in another cluster", { .spare = "s1", .current = "c1", .issuance = &refuses_in_west }, AGENT_REST, true },
};
/* clang-format on */

static void each_row_of_facts_has_its_step(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct agent_facts facts = rows[i].facts;
        struct agent_plan plan;

        facts.cluster = "east";
        plan = agent_step_next(&facts, arena);
        if (plan.step != rows[i].step || !*plan.cannot == rows[i].cannot)
            fail_msg("%s: %s, %s", rows[i].sentence, enums_name(&agent_steps, (int)plan.step),
                     plan.cannot);
    }
    arena_free(arena);
}

/* A cluster as the agent reads it; keys are numbers, 0 for none. */
struct cluster {
    int spare, current, made; /* in its Secret, and how many were made */
    int64_t renewed_for;
    int key; /* in cacerts */
    int64_t held;
};

static const char *name(int key, struct arena *arena)
{
    return key ? arena_printf(arena, "k%d", key) : "";
}

/* One look and one write; false: there was nothing to write. */
static bool act(struct cluster *c, const struct issuance *issuance, struct arena *arena)
{
    const char *current = name(c->current, arena);
    const struct agent_facts facts = {
        .cluster = "east",
        .spare = name(c->spare, arena),
        .current = current,
        .renewed_for = c->renewed_for,
        .issuance = issuance,
        .held = c->held,
        .equal = issuance && text_equal(issuance->spki, current) && c->key == c->current
                 && c->held == issuance->serial,
    };

    switch (agent_step_next(&facts, arena).step) {
    case AGENT_MAKE_SPARE:
        c->spare = ++c->made;
        c->renewed_for = issuance ? issuance->serial : 0;
        return true;
    case AGENT_PROMOTE:
        c->current = c->spare;
        c->spare = ++c->made;
        return true;
    case AGENT_WRITE:
        c->key = c->current;
        c->held = issuance->serial;
        return true;
    case AGENT_REST:
        break;
    }
    return false;
}

/* Each third run weft signs the spare that it finds. */
static void a_run_may_end_after_any_write(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (unsigned kills = 0; kills < 1024; kills++) { /* bit n: the n-th run ends after one write */
        struct cluster c = { .made = 0 };
        struct issuance issuance = { .cluster = "east" };
        int last = 0;

        for (unsigned round = 0; round < 10; round++) {
            const struct issuance *there = issuance.serial ? &issuance : NULL;
            bool more = act(&c, there, arena);

            while (more && !(kills & (1u << round)))
                more = act(&c, there, arena);
            if (round % 3 == 2 && c.spare > last) { /* a renewal */
                last = c.spare;
                issuance.serial++;
                issuance.spki = name(last, arena);
            }
        }
        for (int i = 0; i < 6; i++)
            act(&c, &issuance, arena);
        assert_int_equal(c.key, last);
        assert_int_equal(c.current, last);
        assert_int_equal(c.held, issuance.serial);
        assert_true(c.spare > last);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_of_facts_has_its_step),
        cmocka_unit_test(a_run_may_end_after_any_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
