/* tests/unit/app/pass/test_observation.c - which evidence follows from what clusters show. */
#include "app/pass/observation.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOT SEEN_NOTHING
#define HUH SEEN_UNKNOWN
#define OLD SEEN_OTHER
#define YES SEEN_WANTED

/* clang-format off */
static const struct {
    const char *name;
    bool bundle_changed;
    enum seen applied, roots, signer;
    enum evidence_level best, level;
} verdicts[] = {
    { "nobody looks: time decides", true, NOT, NOT, NOT, EVIDENCE_NONE, EVIDENCE_NONE },
    { "the tool applied it", true, YES, NOT, NOT, EVIDENCE_SYNCED, EVIDENCE_SYNCED },
    { "the tool did not yet", true, OLD, NOT, NOT, EVIDENCE_SYNCED, EVIDENCE_NONE },
    { "the tool does not answer: unknown is not passed", true, HUH, NOT, NOT, EVIDENCE_SYNCED, EVIDENCE_NONE },
    { "new roots are there", true, NOT, YES, NOT, EVIDENCE_LOADED, EVIDENCE_LOADED },
    { "new roots are there, though the tool says nothing", true, HUH, YES, NOT, EVIDENCE_LOADED, EVIDENCE_LOADED },
    { "applied, but istiod did not load it", true, YES, OLD, NOT, EVIDENCE_LOADED, EVIDENCE_NONE },
    { "applied, but the cluster does not answer", true, YES, HUH, NOT, EVIDENCE_LOADED, EVIDENCE_NONE },
    { "roots that did not change prove nothing", false, NOT, YES, NOT, EVIDENCE_NONE, EVIDENCE_NONE },
    { "and leave it to the tool", false, YES, YES, NOT, EVIDENCE_SYNCED, EVIDENCE_SYNCED },
    { "wrong roots are a veto all the same", false, YES, OLD, NOT, EVIDENCE_LOADED, EVIDENCE_NONE },
    { "the new signer proves it", false, NOT, YES, YES, EVIDENCE_LOADED, EVIDENCE_LOADED },
    { "the new signer alone, too", false, NOT, NOT, YES, EVIDENCE_LOADED, EVIDENCE_LOADED },
    { "the old signer does not", false, YES, YES, OLD, EVIDENCE_LOADED, EVIDENCE_NONE },
    { "istiod does not answer", false, YES, YES, HUH, EVIDENCE_LOADED, EVIDENCE_NONE },
    { "a signer that did not change proves no new roots", true, NOT, NOT, YES, EVIDENCE_NONE, EVIDENCE_NONE },
    { "but a wrong one is a veto", true, NOT, YES, OLD, EVIDENCE_LOADED, EVIDENCE_NONE },
};
/* clang-format on */

static void sight__evidence_is_what_was_seen_and_no_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(verdicts); i++) {
        const struct observation sight = { .mesh = "m",
                                           .wanted.bundle_changed = verdicts[i].bundle_changed,
                                           .applied.seen = verdicts[i].applied,
                                           .roots.seen = verdicts[i].roots,
                                           .signer.seen = verdicts[i].signer };
        const struct evidence got = observation_weigh(&sight);

        if (got.best != verdicts[i].best || got.level != verdicts[i].level)
            fail_msg("%s: best %d, level %d", verdicts[i].name, got.best, got.level);
    }
}

/* Silence is no change: it closes gates and takes nothing back. */
static void sight__silence_is_told_apart_from_change(void **state)
{
    struct observation sight = { .mesh = "m", .wanted.bundle_changed = true };

    (void)state;
    sight.roots.seen = SEEN_UNKNOWN;
    assert_true(observation_weigh(&sight).unknown);
    sight.signer.seen = SEEN_OTHER; /* somebody does say something else */
    assert_false(observation_weigh(&sight).unknown);
    sight = (struct observation){ .mesh = "m", .applied.seen = SEEN_UNKNOWN };
    assert_true(observation_weigh(&sight).unknown);
    sight.roots.seen = SEEN_WANTED;
    sight.wanted.bundle_changed = true;
    assert_false(observation_weigh(&sight).unknown); /* proved by another */
    sight = (struct observation){ .mesh = "m", .applied.seen = SEEN_OTHER };
    assert_false(observation_weigh(&sight).unknown);
    sight = (struct observation){ .mesh = "m" };
    assert_false(observation_weigh(&sight).unknown); /* nobody was asked */
}

static void sight__leaves_live_as_long_as_istiod_says(void **state)
{
    struct observation sight = { .istiod = { .found = true, .leaf_ttl = 60, .max_leaf_ttl = 30 } };

    (void)state;
    assert_int_equal(observation_weigh(&sight).leaf_ttl, 60);
    sight.istiod.max_leaf_ttl = 90;
    assert_int_equal(observation_weigh(&sight).leaf_ttl, 90);
    sight.istiod.found = false;
    assert_int_equal(observation_weigh(&sight).leaf_ttl, 0);
}

static void sight__one_root_only_is_told(void **state)
{
    struct observation sight = { .mesh = "m", .istiod = { .found = true, .multi_root = false } };

    (void)state;
    assert_true(observation_weigh(&sight).single_root);
    sight.istiod.multi_root = true;
    assert_false(observation_weigh(&sight).single_root);
    sight.istiod = (struct istiod_facts){ 0 };
    assert_false(observation_weigh(&sight).single_root); /* nobody looked */
}

static bool holds_new(void *context, const char *revision, const struct observation *sight)
{
    (void)context, (void)sight;
    return strcmp(revision, "new") == 0;
}

/* clang-format off */
static const struct {
    const char *name;
    struct applied items[2];
    size_t count;
    enum seen want;
    const char *text;
} tools[] = {
    { "nobody applies it", { { 0 } }, 0, SEEN_UNKNOWN, "clusters/a/trust" },
    { "another cluster's does not count", { { .cluster = "b", .folder = "", .revision = "new", .settled = true } }, 1,
      SEEN_UNKNOWN, "clusters/a/trust" },
    { "another folder's does not count", { { .cluster = "a", .folder = "mesh", .revision = "new", .settled = true } }, 1,
      SEEN_UNKNOWN, "clusters/a/trust" },
    { "the whole cluster", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .settled = true } }, 1,
      SEEN_WANTED, "o at new" },
    { "the trust folder", { { .cluster = "a", .folder = "trust", .object = "o", .revision = "new", .settled = true } }, 1,
      SEEN_WANTED, "o at new" },
    { "not settled", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .why = "it is Progressing" } }, 1,
      SEEN_OTHER, "o: it is Progressing" },
    { "not settled, and nobody can tell", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .unknown = true, .why = "between two" } }, 1,
      SEEN_UNKNOWN, "o: between two" },
    { "of one that nobody can tell of and one that holds it", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .unknown = true, .why = "between two" },
                                    { .cluster = "a", .folder = "trust", .object = "p", .revision = "new", .settled = true } }, 2,
      SEEN_UNKNOWN, "o: between two" },
    { "of one that nobody can tell of and one that does not", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .unknown = true, .why = "between two" },
                                    { .cluster = "a", .folder = "trust", .object = "p", .revision = "old", .settled = true } }, 2,
      SEEN_OTHER, "p is at old" },
    { "an older commit", { { .cluster = "a", .folder = "", .object = "o", .revision = "old", .settled = true } }, 1,
      SEEN_OTHER, "does not hold it yet" },
    { "of two the weaker counts", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .settled = true },
                                    { .cluster = "a", .folder = "trust", .object = "p", .revision = "old", .settled = true } }, 2,
      SEEN_OTHER, "p is at old" },
};
/* clang-format on */

static void sight__a_tool_counts_for_what_it_applies(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(tools); i++) {
        struct arena *arena = arena_new();
        struct observation sight = { .cluster = "a" };
        struct applied items[2] = { tools[i].items[0], tools[i].items[1] };
        struct applied_list list = { items, tools[i].count };

        observation_applied(&sight, &list, holds_new, NULL, arena);
        if (sight.applied.seen != tools[i].want || !strstr(sight.applied.text, tools[i].text))
            fail_msg("%s: %d, %s", tools[i].name, sight.applied.seen, sight.applied.text);
        arena_free(arena);
    }
}

static struct cluster_facts facts_of(struct root_bundle *bundles, size_t count)
{
    return (
        struct cluster_facts){ .known = true, .bundles = bundles, .bundle_count = count, .at = 7 };
}

static void sight__roots_must_be_right_in_every_namespace(void **state)
{
    const char *ours[] = { "r1" }, *both[] = { "r1", "r2" };
    struct root_bundle good = { .roots = ours, .count = 1, .namespaces = 3, .namespace = "shop" };
    struct root_bundle late = { .roots = both, .count = 2, .namespaces = 2, .namespace = "bank" };
    struct root_bundle bundles[] = { good, late };
    struct cluster_facts facts = facts_of(bundles, 1);
    struct arena *arena = arena_new();
    struct observation sight = { .wanted = { .roots = { "r1" }, .root_count = 1 }, .deployed = "" };

    (void)state;
    observation_cluster(&sight, &facts, true, arena);
    assert_int_equal(sight.roots.seen, SEEN_WANTED);
    assert_int_equal(sight.at, 7);
    facts.bundle_count = 2;
    observation_cluster(&sight, &facts, true, arena);
    assert_int_equal(sight.roots.seen, SEEN_OTHER);
    assert_non_null(strstr(sight.roots.text, "namespace bank and of 1 more holds 2 roots"));
    facts.bundle_count = 0;
    observation_cluster(&sight, &facts, true, arena);
    assert_int_equal(sight.roots.seen, SEEN_UNKNOWN);
    facts.known = false;
    facts.why = "connection refused";
    observation_cluster(&sight, &facts, true, arena);
    assert_int_equal(sight.roots.seen, SEEN_UNKNOWN);
    assert_string_equal(sight.roots.text, "connection refused");
    arena_free(arena);
}

static void sight__a_root_of_its_own_is_found_before_the_first_delivery(void **state)
{
    const char *own[] = { "r0" }, *pems[] = { "PEM" }, *both[] = { "r0", "r1" };
    const char *both_pems[] = { "PEM", "OURS" }, *ours[] = { "r1" };
    struct root_bundle bundle = { .roots = own, .pems = pems, .count = 1, .namespaces = 1 };
    struct cluster_facts facts = facts_of(&bundle, 1);
    struct arena *arena = arena_new();
    struct observation sight = { .ours = ours, .our_count = 1, .deployed = "r1" };

    (void)state;
    observation_cluster(&sight, &facts, false, arena);
    assert_string_equal(sight.foreign_root, "r0");
    assert_string_equal(sight.foreign_pem, "PEM");
    assert_false(sight.foreign_ready);
    bundle = (struct root_bundle){ .roots = both, .pems = both_pems, .count = 2, .namespaces = 1 };
    observation_cluster(&sight, &facts, false, arena);
    assert_string_equal(sight.foreign_root, "r0");
    assert_true(sight.foreign_ready);
    assert_true(observation_weigh(&sight).foreign_ready);
    assert_string_equal(observation_weigh(&sight).foreign_pem, "PEM");
    const char *third[] = { "r3", "r1" };
    struct root_bundle mixed[] = {
        bundle, { .roots = third, .pems = both_pems, .count = 2, .namespaces = 1 }
    };
    facts = facts_of(mixed, 2);
    observation_cluster(&sight, &facts, false, arena);
    assert_false(sight.foreign_ready); /* two roots that are not ours */
    facts = facts_of(&bundle, 1);
    sight = (struct observation){ .ours = ours, .our_count = 1, .deployed = "r1" };
    bundle = (struct root_bundle){ .roots = ours, .pems = both_pems, .count = 1, .namespaces = 1 };
    observation_cluster(&sight, &facts, false, arena);
    assert_null(sight.foreign_root);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sight__evidence_is_what_was_seen_and_no_more),
        cmocka_unit_test(sight__silence_is_told_apart_from_change),
        cmocka_unit_test(sight__leaves_live_as_long_as_istiod_says),
        cmocka_unit_test(sight__one_root_only_is_told),
        cmocka_unit_test(sight__a_tool_counts_for_what_it_applies),
        cmocka_unit_test(sight__roots_must_be_right_in_every_namespace),
        cmocka_unit_test(sight__a_root_of_its_own_is_found_before_the_first_delivery),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
