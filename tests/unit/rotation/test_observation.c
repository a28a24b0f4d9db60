/* tests/unit/rotation/test_observation.c - which evidence follows from what clusters show. */
#include "rotation/observation.h"
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
    { "no source is configured: time decides", true, NOT, NOT, NOT, EVIDENCE_NONE, EVIDENCE_NONE },
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

static void evidence_is_what_was_seen_and_no_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(verdicts); i++) {
        const struct observation seen = { .mesh = "m",
                                          .wanted.bundle_changed = verdicts[i].bundle_changed,
                                          .shown[SOURCE_APPLIED].seen = verdicts[i].applied,
                                          .shown[SOURCE_ROOTS].seen = verdicts[i].roots,
                                          .shown[SOURCE_SIGNER].seen = verdicts[i].signer };
        const struct evidence got = observation_weigh(&seen);

        if (got.best != verdicts[i].best || got.level != verdicts[i].level)
            fail_msg("%s: best %d, level %d", verdicts[i].name, got.best, got.level);
    }
}

/* Silence is no change: it closes gates and takes nothing back. */
static void silence_is_told_apart_from_change(void **state)
{
    struct observation seen = { .mesh = "m", .wanted.bundle_changed = true };

    (void)state;
    seen.shown[SOURCE_ROOTS].seen = SEEN_UNKNOWN;
    assert_true(observation_weigh(&seen).unknown);
    seen.shown[SOURCE_SIGNER].seen = SEEN_OTHER; /* one source does show something else */
    assert_false(observation_weigh(&seen).unknown);
    seen = (struct observation){ .mesh = "m", .shown[SOURCE_APPLIED].seen = SEEN_UNKNOWN };
    assert_true(observation_weigh(&seen).unknown);
    seen.shown[SOURCE_ROOTS].seen = SEEN_WANTED;
    seen.wanted.bundle_changed = true;
    assert_false(observation_weigh(&seen).unknown); /* proved by another */
    seen = (struct observation){ .mesh = "m", .shown[SOURCE_APPLIED].seen = SEEN_OTHER };
    assert_false(observation_weigh(&seen).unknown);
    seen = (struct observation){ .mesh = "m" };
    assert_false(observation_weigh(&seen).unknown); /* no source was asked */
}

static void leaves_live_as_long_as_istiod_says(void **state)
{
    struct observation seen = { .istiod = { .found = true, .leaf_ttl = 60, .max_leaf_ttl = 30 } };

    (void)state;
    assert_int_equal(observation_weigh(&seen).leaf_ttl, 60);
    seen.istiod.max_leaf_ttl = 90;
    assert_int_equal(observation_weigh(&seen).leaf_ttl, 90);
    seen.istiod.found = false;
    assert_int_equal(observation_weigh(&seen).leaf_ttl, 0);
}

static void one_root_only_is_told(void **state)
{
    struct observation seen = { .mesh = "m", .istiod = { .found = true, .multi_root = false } };

    (void)state;
    assert_true(observation_weigh(&seen).single_root);
    seen.istiod.multi_root = true;
    assert_false(observation_weigh(&seen).single_root);
    seen.istiod = (struct istiod_facts){ 0 };
    assert_false(observation_weigh(&seen).single_root); /* istiod was not read */
}

/* clang-format off */
static const struct {
    const char *name;
    struct applied items[2];
    size_t count;
    enum seen want;
    const char *text;
} tools[] = {
    { "no tool applies it", { { 0 } }, 0, SEEN_UNKNOWN, "clusters/a/trust" },
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
    { "not settled, and it is unknown why", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .unknown = true, .why = "between two" } }, 1,
      SEEN_UNKNOWN, "o: between two" },
    { "of one that is unknown and one that holds it", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .unknown = true, .why = "between two" },
                                    { .cluster = "a", .folder = "trust", .object = "p", .revision = "new", .settled = true } }, 2,
      SEEN_UNKNOWN, "o: between two" },
    { "of one that is unknown and one that does not", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .unknown = true, .why = "between two" },
                                    { .cluster = "a", .folder = "trust", .object = "p", .revision = "old", .settled = true } }, 2,
      SEEN_OTHER, "p is at old" },
    { "an older commit", { { .cluster = "a", .folder = "", .object = "o", .revision = "old", .settled = true } }, 1,
      SEEN_OTHER, "does not hold it yet" },
    { "of two the weaker counts", { { .cluster = "a", .folder = "", .object = "o", .revision = "new", .settled = true },
                                    { .cluster = "a", .folder = "trust", .object = "p", .revision = "old", .settled = true } }, 2,
      SEEN_OTHER, "p is at old" },
};
/* clang-format on */

static void a_tool_counts_for_what_it_applies(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(tools); i++) {
        struct arena *arena = arena_new();
        struct observation seen = { .cluster = "a" };
        const struct applied *objects[2];
        bool holds[2];
        size_t count = 0;

        for (size_t k = 0; k < tools[i].count; k++)
            if (observation_covers(&seen, &tools[i].items[k])) {
                objects[count] = &tools[i].items[k];
                holds[count++] = strcmp(tools[i].items[k].revision, "new") == 0;
            }
        observation_set_applied(&seen, objects, holds, count, arena);
        if (seen.shown[SOURCE_APPLIED].seen != tools[i].want
            || !strstr(seen.shown[SOURCE_APPLIED].text, tools[i].text))
            fail_msg("%s: %d, %s", tools[i].name, seen.shown[SOURCE_APPLIED].seen,
                     seen.shown[SOURCE_APPLIED].text);
        arena_free(arena);
    }
}

static struct observed_cluster facts_of(struct root_bundle *bundles, size_t count)
{
    return (struct observed_cluster){
        .known = true, .bundles = bundles, .bundle_count = count, .at = 7, .delivered = true
    };
}

static void roots_must_be_right_in_every_namespace(void **state)
{
    const char *ours[] = { "r1" }, *both[] = { "r1", "r2" };
    struct root_bundle good = { .roots = ours, .count = 1, .namespaces = 3, .namespace = "shop" };
    struct root_bundle late = { .roots = both, .count = 2, .namespaces = 2, .namespace = "bank" };
    struct root_bundle bundles[] = { good, late };
    struct observed_cluster facts = facts_of(bundles, 1);
    struct arena *arena = arena_new();
    struct observation seen = { .wanted = { .roots = { "r1" }, .root_count = 1 }, .deployed = "" };

    (void)state;
    observation_set_cluster(&seen, &facts, arena);
    assert_int_equal(seen.shown[SOURCE_ROOTS].seen, SEEN_WANTED);
    assert_int_equal(seen.at, 7);
    facts.bundle_count = 2;
    observation_set_cluster(&seen, &facts, arena);
    assert_int_equal(seen.shown[SOURCE_ROOTS].seen, SEEN_OTHER);
    assert_non_null(
        strstr(seen.shown[SOURCE_ROOTS].text, "namespace bank and of 1 more holds 2 roots"));
    facts.bundle_count = 0;
    observation_set_cluster(&seen, &facts, arena);
    assert_int_equal(seen.shown[SOURCE_ROOTS].seen, SEEN_UNKNOWN);
    facts.known = false;
    facts.why = "connection refused";
    observation_set_cluster(&seen, &facts, arena);
    assert_int_equal(seen.shown[SOURCE_ROOTS].seen, SEEN_UNKNOWN);
    assert_string_equal(seen.shown[SOURCE_ROOTS].text, "connection refused");
    arena_free(arena);
}

static void a_root_of_its_own_is_found_before_the_first_delivery(void **state)
{
    const char *own[] = { "r0" }, *pems[] = { "PEM" }, *both[] = { "r0", "r1" };
    const char *both_pems[] = { "PEM", "OURS" }, *ours[] = { "r1" };
    struct root_bundle bundle = { .roots = own, .pems = pems, .count = 1, .namespaces = 1 };
    struct observed_cluster facts = facts_of(&bundle, 1);
    struct arena *arena = arena_new();
    struct observation seen = { .ours = ours, .our_count = 1, .deployed = "r1" };

    (void)state;
    facts.delivered = false;
    observation_set_cluster(&seen, &facts, arena);
    assert_string_equal(seen.foreign_root, "r0");
    assert_string_equal(seen.foreign_pem, "PEM");
    assert_false(seen.foreign_ready);
    bundle = (struct root_bundle){ .roots = both, .pems = both_pems, .count = 2, .namespaces = 1 };
    facts.delivered = false;
    observation_set_cluster(&seen, &facts, arena);
    assert_string_equal(seen.foreign_root, "r0");
    assert_true(seen.foreign_ready);
    assert_true(observation_weigh(&seen).foreign_ready);
    assert_string_equal(observation_weigh(&seen).foreign_pem, "PEM");
    const char *third[] = { "r3", "r1" };
    struct root_bundle mixed[] = {
        bundle, { .roots = third, .pems = both_pems, .count = 2, .namespaces = 1 }
    };
    facts = facts_of(mixed, 2);
    facts.delivered = false;
    observation_set_cluster(&seen, &facts, arena);
    assert_false(seen.foreign_ready); /* two roots that are not ours */
    facts = facts_of(&bundle, 1);
    seen = (struct observation){ .ours = ours, .our_count = 1, .deployed = "r1" };
    bundle = (struct root_bundle){ .roots = ours, .pems = both_pems, .count = 1, .namespaces = 1 };
    facts.delivered = false;
    observation_set_cluster(&seen, &facts, arena);
    assert_null(seen.foreign_root);
    facts = facts_of(&bundle, 0); /* no namespace has roots yet: nothing trusts ours */
    facts.delivered = false;
    observation_set_cluster(&seen, &facts, arena);
    assert_false(seen.foreign_ready);
    arena_free(arena);
}

static void a_signer_is_judged_by_the_wanted_intermediate(void **state)
{
    struct arena *arena = arena_new();
    struct observation seen = { .wanted.intermediate = "0123456789" };
    struct observed_signer signer = { .why = "connection refused", .address = "a:15012" };
    const struct observed_value *shown = &seen.shown[SOURCE_SIGNER];

    (void)state;
    observation_set_signer(&seen, &signer, arena);
    assert_int_equal(shown->seen, SEEN_UNKNOWN);
    assert_string_equal(shown->text, "connection refused");
    signer.known = true;
    observation_set_signer(&seen, &signer, arena);
    assert_int_equal(shown->seen, SEEN_OTHER);
    assert_non_null(strstr(shown->text, "a:15012"));
    assert_non_null(strstr(shown->text, "01234567 "));
    signer.wanted = true;
    observation_set_signer(&seen, &signer, arena);
    assert_int_equal(shown->seen, SEEN_WANTED);
    arena_free(arena);
}

/* Weighing and every table of sources rely on it. */
static void each_source_has_a_whole_row(void **state)
{
    (void)state;
    for (int i = 0; i < SOURCE_COUNT; i++) {
        const struct observation_source *source = &observation_sources[i];

        assert_non_null(source->name);
        assert_non_null(source->column);
        assert_true(source->proves > EVIDENCE_NONE);
        assert_true(source->on_new_roots || source->on_same_roots);
    }
}

static void the_strongest_doubt_is_named_first(void **state)
{
    struct observation seen = { .shown[SOURCE_ROOTS].seen = SEEN_WANTED };

    (void)state;
    assert_null(observation_doubt(&seen));
    seen.shown[SOURCE_APPLIED].seen = SEEN_OTHER;
    assert_ptr_equal(observation_doubt(&seen), &seen.shown[SOURCE_APPLIED]);
    seen.shown[SOURCE_SIGNER].seen = SEEN_UNKNOWN;
    assert_ptr_equal(observation_doubt(&seen), &seen.shown[SOURCE_SIGNER]);
    seen.shown[SOURCE_ROOTS].seen = SEEN_OTHER;
    assert_ptr_equal(observation_doubt(&seen), &seen.shown[SOURCE_ROOTS]);
}

/* clang-format off */
static const struct {
    const char *name;
    enum evidence_level best, level; /* of the sources */
    struct evidence_claims claims;
    enum evidence_level want_best, want_level;
} claims[] = {
    { "nothing is claimed", EVIDENCE_SYNCED, EVIDENCE_SYNCED, { .receipt = true }, EVIDENCE_SYNCED, EVIDENCE_SYNCED },
    { "other material is no evidence", EVIDENCE_LOADED, EVIDENCE_LOADED, { .other_material = true },
      EVIDENCE_LOADED, EVIDENCE_NONE },
    { "a receipt proves what its policy says", EVIDENCE_NONE, EVIDENCE_NONE,
      { .receipt_proves = EVIDENCE_SYNCED, .receipt = true }, EVIDENCE_SYNCED, EVIDENCE_SYNCED },
    { "no receipt, no wait", EVIDENCE_NONE, EVIDENCE_NONE, { .receipt_proves = EVIDENCE_SYNCED },
      EVIDENCE_SYNCED, EVIDENCE_NONE },
    { "no receipt outweighs the GitOps tool", EVIDENCE_SYNCED, EVIDENCE_SYNCED, { .receipt_proves = EVIDENCE_SYNCED },
      EVIDENCE_SYNCED, EVIDENCE_NONE },
    { "a receipt makes good no wrong roots", EVIDENCE_LOADED, EVIDENCE_NONE,
      { .receipt_proves = EVIDENCE_SYNCED, .receipt = true }, EVIDENCE_LOADED, EVIDENCE_NONE },
    { "a missing receipt takes nothing from what istiod shows", EVIDENCE_LOADED, EVIDENCE_LOADED,
      { .receipt_proves = EVIDENCE_SYNCED }, EVIDENCE_LOADED, EVIDENCE_LOADED },
    { "an acknowledgement counts as loaded", EVIDENCE_NONE, EVIDENCE_NONE, { .acknowledged = true },
      EVIDENCE_LOADED, EVIDENCE_LOADED },
    { "also where the tool did not apply it", EVIDENCE_SYNCED, EVIDENCE_NONE, { .acknowledged = true },
      EVIDENCE_LOADED, EVIDENCE_LOADED },
    { "an acknowledgement makes good no wrong roots", EVIDENCE_LOADED, EVIDENCE_NONE, { .acknowledged = true },
      EVIDENCE_LOADED, EVIDENCE_NONE },
    { "no acknowledgement before weft wrote", EVIDENCE_NONE, EVIDENCE_NONE,
      { .receipt_proves = EVIDENCE_SYNCED, .acknowledged = true }, EVIDENCE_SYNCED, EVIDENCE_NONE },
    { "but after it", EVIDENCE_NONE, EVIDENCE_NONE,
      { .receipt_proves = EVIDENCE_SYNCED, .receipt = true, .acknowledged = true }, EVIDENCE_LOADED, EVIDENCE_LOADED },
};
/* clang-format on */

static void receipts_and_acknowledgements_are_weighed(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(claims); i++) {
        struct evidence got = { .best = claims[i].best, .level = claims[i].level };

        observation_add_claims(&got, &claims[i].claims);
        if (got.best != claims[i].want_best || got.level != claims[i].want_level)
            fail_msg("%s: best %d, level %d", claims[i].name, got.best, got.level);
    }
}

/* clang-format off */
static const struct {
    const char *name;
    const char *mark; /* of the observation; NULL: none was made */
    enum seen applied, roots;
    struct delivery_claims claims;
    int64_t now;
    bool delivered;
} deliveries[] = {
    { "time has passed, and no source was asked", NULL, NOT, NOT, { .issued = true, .since = 100, .allowance = 50 }, 150, true },
    { "too early", NULL, NOT, NOT, { .issued = true, .since = 100, .allowance = 50 }, 149, false },
    { "nothing was issued", NULL, NOT, NOT, { .since = 100, .allowance = 50 }, 999, false },
    { "istiod shows it: no wait", "m1", NOT, YES, { .issued = true, .since = 100, .allowance = 50 }, 100, true },
    { "istiod shows other material", "m0", NOT, YES, { .issued = true, .since = 100, .allowance = 50 }, 100, false },
    { "the tool applied it, and time has passed", "m1", YES, NOT, { .issued = true, .since = 100, .allowance = 50 }, 150, true },
    { "the tool applied it just now", "m1", YES, NOT, { .issued = true, .since = 100, .allowance = 50 }, 149, false },
    { "the tool has applied other material", "m0", YES, NOT, { .issued = true, .since = 100, .allowance = 50 }, 999, false },
    { "the tool is behind, however long", "m1", OLD, NOT, { .issued = true, .since = 100, .allowance = 50 }, 999, false },
    { "the tool does not answer", "m1", HUH, NOT, { .issued = true, .since = 100, .allowance = 50 }, 999, false },
    { "weft wrote it", NULL, NOT, NOT, { .receipts = true, .receipt = true, .issued = true, .since = 100, .allowance = 50 }, 100, true },
    { "weft did not write it, whatever else is shown", "m1", YES, YES, { .receipts = true, .issued = true, .since = 100, .allowance = 50 }, 999, false },
};
/* clang-format on */

static void restarts_wait_for_the_delivery(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(deliveries); i++) {
        const struct observation seen = {
            .mesh = "m",
            .wanted = { .mark = deliveries[i].mark, .bundle_changed = true },
            .shown[SOURCE_APPLIED].seen = deliveries[i].applied,
            .shown[SOURCE_ROOTS].seen = deliveries[i].roots,
        };
        struct delivery_claims made = deliveries[i].claims;

        made.mark = "m1";
        print_message("%s\n", deliveries[i].name);
        assert_int_equal(
            observation_delivered(deliveries[i].mark ? &seen : NULL, &made, deliveries[i].now),
            deliveries[i].delivered);
    }
}

/* An operator cannot know more than a source that was asked and gave no answer. */
static void an_acknowledgement_leaves_unknown_what_is_unknown(void **state)
{
    struct evidence got = { .best = EVIDENCE_SYNCED, .unknown = true };

    (void)state;
    observation_add_claims(&got, &(struct evidence_claims){ .acknowledged = true });
    assert_true(got.unknown);
}

static void the_root_given_last_counts_where_no_source_looks(void **state)
{
    const struct evidence_claims former = { .former = "r0" };
    struct evidence got = { .foreign_unknown = true };

    (void)state;
    observation_add_claims(&got, &former);
    assert_string_equal(got.foreign_root, "r0");
    assert_false(got.foreign_unknown);
    got = (struct evidence){ .foreign_root = "r9" };
    observation_add_claims(&got, &former);
    assert_string_equal(got.foreign_root, "r9"); /* the cluster shows its own */
    got = (struct evidence){ .best = EVIDENCE_LOADED };
    observation_add_claims(&got, &former);
    assert_null(got.foreign_root); /* a source looked, and saw none */
}

static void the_longest_leaf_of_the_fleet_counts(void **state)
{
    const struct evidence_policy configured = { .leaf_ttl = 50, .skew = 7 };
    const struct observation list[] = {
        { .cluster = "a", .istiod = { .found = true, .leaf_ttl = 40 } },
        { .cluster = "b", .istiod = { .found = true, .leaf_ttl = 60 } },
        { .cluster = "c", .istiod = { .found = true, .leaf_ttl = 55 } },
    };
    const char *cluster;
    struct evidence_policy got = observation_policy(&configured, list, LENGTH(list), &cluster);

    (void)state;
    assert_int_equal(got.leaf_ttl, 60);
    assert_int_equal(got.skew, 7);
    assert_string_equal(cluster, "b");
    got = observation_policy(&configured, list, 1, &cluster);
    assert_int_equal(got.leaf_ttl, 50);
    assert_null(cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_is_what_was_seen_and_no_more),
        cmocka_unit_test(silence_is_told_apart_from_change),
        cmocka_unit_test(leaves_live_as_long_as_istiod_says),
        cmocka_unit_test(one_root_only_is_told),
        cmocka_unit_test(a_tool_counts_for_what_it_applies),
        cmocka_unit_test(roots_must_be_right_in_every_namespace),
        cmocka_unit_test(a_root_of_its_own_is_found_before_the_first_delivery),
        cmocka_unit_test(a_signer_is_judged_by_the_wanted_intermediate),
        cmocka_unit_test(each_source_has_a_whole_row),
        cmocka_unit_test(the_strongest_doubt_is_named_first),
        cmocka_unit_test(receipts_and_acknowledgements_are_weighed),
        cmocka_unit_test(restarts_wait_for_the_delivery),
        cmocka_unit_test(an_acknowledgement_leaves_unknown_what_is_unknown),
        cmocka_unit_test(the_root_given_last_counts_where_no_source_looks),
        cmocka_unit_test(the_longest_leaf_of_the_fleet_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
