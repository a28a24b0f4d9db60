/* tests/unit/app/test_proxy_survey.c - what evidence and records say of an istiod, and pods counted
 * by workload. */
#include "app/proxy_survey.h"
#include "base/compiler.h"
#include "tests/lib/check.h"

enum { NOW = 1800000000, HOUR = 3600, DAY = 24 * HOUR };

static const struct {
    const char *sentence;
    struct loading loading;
    enum seen roots, signer, applied;
    bool bundle_changed;
    enum proxy_loading is;
    int64_t since;
} rows[] = {
    { "at rest, long ago",
      { .rotation = "", .settled = true },
      SEEN_WANTED,
      SEEN_NOTHING,
      SEEN_NOTHING,
      true,
      PROXY_LOADING_SETTLED,
      0 },
    { "at rest, and it works with something else",
      { .rotation = "", .settled = true },
      SEEN_OTHER,
      SEEN_NOTHING,
      SEEN_WANTED,
      true,
      PROXY_LOADING_BEFORE,
      0 },
    { "at rest, a renewal is not applied yet: its root is the same",
      { .rotation = "", .settled = true },
      SEEN_WANTED,
      SEEN_NOTHING,
      SEEN_OTHER,
      true,
      PROXY_LOADING_SETTLED,
      0 },
    { "an earlier pass saw it",
      { .rotation = "r1", .step = 1, .since = NOW - HOUR },
      SEEN_WANTED,
      SEEN_NOTHING,
      SEEN_NOTHING,
      true,
      PROXY_LOADING_SINCE,
      NOW - HOUR },
    { "an earlier pass saw it, this one gets no answer",
      { .rotation = "r1", .step = 1, .since = NOW - HOUR },
      SEEN_UNKNOWN,
      SEEN_NOTHING,
      SEEN_NOTHING,
      true,
      PROXY_LOADING_SINCE,
      NOW - HOUR },
    { "an earlier pass saw it, and it went back",
      { .rotation = "r1", .step = 1, .since = NOW - HOUR },
      SEEN_OTHER,
      SEEN_NOTHING,
      SEEN_NOTHING,
      true,
      PROXY_LOADING_BEFORE,
      0 },
    { "seen for the first time",
      { .rotation = "r1", .step = 1 },
      SEEN_WANTED,
      SEEN_NOTHING,
      SEEN_NOTHING,
      true,
      PROXY_LOADING_SINCE,
      NOW },
    { "roots do not prove another signer",
      { .rotation = "r1", .step = 2 },
      SEEN_WANTED,
      SEEN_NOTHING,
      SEEN_NOTHING,
      false,
      PROXY_LOADING_UNKNOWN,
      0 },
    { "its own certificate proves it",
      { .rotation = "r1", .step = 2 },
      SEEN_WANTED,
      SEEN_WANTED,
      SEEN_NOTHING,
      false,
      PROXY_LOADING_SINCE,
      NOW },
    { "it signs with another one",
      { .rotation = "r1", .step = 2 },
      SEEN_WANTED,
      SEEN_OTHER,
      SEEN_WANTED,
      false,
      PROXY_LOADING_BEFORE,
      0 },
    { "the commit is not applied",
      { .rotation = "r1", .step = 2 },
      SEEN_NOTHING,
      SEEN_NOTHING,
      SEEN_OTHER,
      false,
      PROXY_LOADING_BEFORE,
      0 },
    { "a commit that was applied is no proof",
      { .rotation = "r1", .step = 2 },
      SEEN_NOTHING,
      SEEN_NOTHING,
      SEEN_WANTED,
      false,
      PROXY_LOADING_UNKNOWN,
      0 },
    { "every leaf was reissued",
      { .rotation = "r1", .step = 2, .turned = true },
      SEEN_NOTHING,
      SEEN_NOTHING,
      SEEN_NOTHING,
      false,
      PROXY_LOADING_SETTLED,
      0 },
};

static struct observation observation_of(enum seen roots, enum seen signer, enum seen applied)
{
    return (struct observation){ .virtual_mesh = "gloo-mesh/bookinfo",
                                 .cluster = "east",
                                 .namespace = "istio-system",
                                 .wanted = { .mark = "m", .root_count = 2, .bundle_changed = true },
                                 .shown = { [SOURCE_ROOTS] = { roots, "" },
                                            [SOURCE_SIGNER] = { signer, "" },
                                            [SOURCE_APPLIED] = { applied, "" } } };
}

static void evidence_says_since_when_istiod_works_with_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct observation observation =
            observation_of(rows[i].roots, rows[i].signer, rows[i].applied);
        struct proxy_issuer issuer;

        CASE(rows[i].sentence);
        observation.wanted.bundle_changed = rows[i].bundle_changed;
        issuer = proxy_survey_issuer(&observation, &rows[i].loading, &evidence_policy_default, NOW);
        assert_int_equal(issuer.loading, rows[i].is);
        assert_int_equal(issuer.since, rows[i].since);
        assert_true(issuer.several_roots);
        assert_int_equal(issuer.leaf_ttl, DAY);
    }
}

static void a_mesh_that_is_to_hold_nothing_is_unknown(void **state)
{
    struct observation observation = observation_of(SEEN_WANTED, SEEN_NOTHING, SEEN_NOTHING);
    const struct loading loading = { .rotation = "", .settled = true };

    (void)state;
    observation.wanted.mark = "";
    assert_int_equal(
        proxy_survey_issuer(&observation, &loading, &evidence_policy_default, NOW).loading,
        PROXY_LOADING_UNKNOWN);
}

/* --- counting --- */

static struct proxy web(const char *pod, int64_t started)
{
    return (struct proxy){
        "shop", pod, "Deployment", "web", false, "1.30.2", "istiod.istio-system.svc", started, 0
    };
}

static struct proxy_cluster cluster_of(const struct observation *observation,
                                       const struct loading *loading)
{
    return (struct proxy_cluster){ .observation = observation,
                                   .loading = *loading,
                                   .issuer = proxy_survey_issuer(observation, loading,
                                                                 &evidence_policy_default, NOW) };
}

static void pods_are_counted_by_workload_and_named_where_they_are_not_current(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct observation observation = observation_of(SEEN_WANTED, SEEN_NOTHING, SEEN_NOTHING);
    const struct loading loading = { .rotation = "r1", .step = 1, .since = NOW - 2 * HOUR };
    struct proxy_cluster cluster = cluster_of(&observation, &loading);
    struct proxy proxies[] = { web("web-b", NOW - DAY),
                               web("web-new", NOW - HOUR),
                               web("web-a", NOW - DAY),
                               { "a", "db-0", "StatefulSet", "db", false, "", "", NOW - HOUR, 0 },
                               { "other", "x", "Deployment", "x", false, "", "istiod.istio-two.svc",
                                 NOW - DAY, 0 } };
    const struct proxy_pods pods = {
        .known = true, .why = "", .items = proxies, .count = LENGTH(proxies)
    };

    (void)state;
    proxy_survey_add(&cluster, &pods, false, arena);
    assert_true(cluster.known);
    assert_int_equal(cluster.counts[PROXY_CURRENT], 2); /* the pod of another istiod is left out */
    assert_int_equal(cluster.counts[PROXY_MAYBE], 2);
    assert_int_equal(cluster.workload_count, 1);
    assert_string_equal(cluster.workloads[0].name, "web");
    assert_int_equal(cluster.workloads[0].counts[PROXY_CURRENT], 1);
    assert_int_equal(cluster.workloads[0].counts[PROXY_MAYBE], 2);
    assert_int_equal(cluster.workloads[0].pod_count, 2);
    assert_string_equal(cluster.workloads[0].pods[0], "web-a");
    assert_string_equal(cluster.workloads[0].pods[1], "web-b");
    assert_int_equal(cluster.workloads[0].until, NOW - 2 * HOUR + DAY + 600);
}

/* By its own clock, an hour ahead, the pod started after istiod had loaded it; by ours before. */
static void a_cluster_with_another_clock_is_judged_by_its_own(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct observation observation = observation_of(SEEN_WANTED, SEEN_NOTHING, SEEN_NOTHING);
    const struct loading loading = { .rotation = "r1", .step = 1, .since = NOW - 2 * HOUR };
    struct proxy_cluster cluster = cluster_of(&observation, &loading);
    struct proxy_cluster rehearsed = cluster;
    struct proxy proxies[] = { web("web-a", NOW - 90 * 60) };
    const struct proxy_pods pods = {
        .known = true, .why = "", .items = proxies, .count = 1, .at = NOW + HOUR
    };

    (void)state;
    proxy_survey_add(&cluster, &pods, false, arena);
    assert_int_equal(cluster.counts[PROXY_MAYBE], 1);
    assert_int_equal(cluster.workloads[0].until, NOW - 2 * HOUR + DAY + 600);
    proxy_survey_add(&rehearsed, &pods, true, arena);
    assert_int_equal(rehearsed.counts[PROXY_CURRENT], 1);
}

static void roots_that_were_replaced_count_from_the_start_of_istiod(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct observation observation = observation_of(SEEN_WANTED, SEEN_NOTHING, SEEN_NOTHING);
    const struct loading loading = { .rotation = "", .replaced = true, .issued = NOW - 5 * HOUR };
    struct proxy_cluster cluster = cluster_of(&observation, &loading);
    struct proxy proxies[] = { web("web-old", NOW - 4 * HOUR), web("web-new", NOW - HOUR) };
    struct proxy_istiod istiods[] = { { "istio-system", "", NOW - 6 * HOUR },
                                      { "istio-system", "", NOW - 3 * HOUR },
                                      { "istio-two", "", NOW } };
    const struct proxy_pods pods = { .known = true,
                                     .why = "",
                                     .items = proxies,
                                     .count = LENGTH(proxies),
                                     .istiods = istiods,
                                     .istiod_count = LENGTH(istiods) };

    (void)state;
    proxy_survey_add(&cluster, &pods, false, arena);
    assert_int_equal(cluster.issuer.since, NOW - 3 * HOUR);
    assert_int_equal(cluster.counts[PROXY_CURRENT], 1);
    assert_string_equal(cluster.workloads[0].pods[0], "web-old");
    assert_int_equal(cluster.workloads[0].need, PROXY_NEED_REPLACED);
}

static void pods_that_could_not_be_read_leave_nothing(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct observation observation = observation_of(SEEN_WANTED, SEEN_NOTHING, SEEN_NOTHING);
    const struct loading loading = { .rotation = "", .settled = true };
    struct proxy_cluster cluster = cluster_of(&observation, &loading);
    const struct proxy_pods pods = { .known = false, .why = "no right" };

    (void)state;
    proxy_survey_add(&cluster, &pods, false, arena);
    assert_false(cluster.known);
    assert_string_equal(cluster.why, "no right");
    assert_int_equal(cluster.counts[PROXY_CURRENT], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_says_since_when_istiod_works_with_it),
        cmocka_unit_test(a_mesh_that_is_to_hold_nothing_is_unknown),
        cmocka_unit_test(pods_are_counted_by_workload_and_named_where_they_are_not_current),
        cmocka_unit_test(a_cluster_with_another_clock_is_judged_by_its_own),
        cmocka_unit_test(roots_that_were_replaced_count_from_the_start_of_istiod),
        cmocka_unit_test(pods_that_could_not_be_read_leave_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
