/* tests/unit/report/test_report_metrics.c - the samples of a report. */
#include "report/report_metrics.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct report_rotation rotations[] = {
    { "ns/us", ROTATION_VERIFYING, 2, 7 },
    { "ns/them", ROTATION_NOT_ROTATING, 0, 0 },
};
static const struct report_certificate certificates[] = {
    { "ns/us", "", "r1", 900, 800 },
    { "ns/us", "m.ns.", "i1", 500, 400 },
};
static const struct report_cluster clusters[] = {
    { "c1", true, false, 3 },
    { "c2", false, false, 0 },
    { "c3", true, true, 0 },
};
static const struct report_api_error api_errors[] = { { "https://api", 503, 2 } };
static const struct report_posts posts[] = { { "written", 1 }, { "unchanged", 0 } };
static const struct report_stage stages[] = { { "publish", 1.5 } };

static const struct report_inventory inventories[] = {
    { .cluster = "c1",
      .complete = true,
      .at = 990,
      .meshes = 1,
      .destinations = 12,
      .workloads = 3,
      .seconds = 1.25 },
    { .cluster = "c2", .stale = true, .at = 500, .destinations = 7, .held = 2 },
    { .cluster = "c3" },
};

static struct report full(struct findings *findings)
{
    return (struct report){
        .version = "1.2.3",
        .result = "converged",
        .finished = 1000,
        .last_success = 1000,
        .reached = REACHED_CLUSTERS,
        .committed = true,
        .findings = findings,
        .stages = stages,
        .stage_count = LENGTH(stages),
        .refused = { [KIND_MESH] = 4 },
        .states = { [APPROVAL_ACCEPTED] = 2 },
        .rotations = rotations,
        .rotation_count = LENGTH(rotations),
        .certificates = certificates,
        .certificate_count = LENGTH(certificates),
        .clusters = clusters,
        .cluster_count = LENGTH(clusters),
        .api_errors = api_errors,
        .api_error_count = LENGTH(api_errors),
        .posts = posts,
        .post_count = LENGTH(posts),
        .posts_wanted = true,
        .inventory_branch = "weft/inventory",
        .inventory_commit = "",
        .inventories = inventories,
        .inventory_count = LENGTH(inventories),
    };
}

static char *written(const struct report *report, const char *before, struct arena *arena)
{
    struct metrics *metrics = metrics_new(arena);
    AUTO_TEXT out = { 0 };

    report_metrics(metrics, report, arena);
    metrics_write(&out, metrics, before);
    return arena_bytes(arena, out.bytes, out.len);
}

static const char *const samples[] = {
    "weft_build_info{version=\"1.2.3\"} 1\n",
    "weft_last_pass_timestamp_seconds{result=\"converged\"} 1000\n",
    "weft_specs_refused{kind=\"Mesh\"} 4\n",
    "weft_specs_refused{kind=\"Workload\"} 0\n",
    "{state=\"ACCEPTED\"} 2\n",
    "{state=\"INVALID\"} 0\n",
    "{virtual_mesh=\"ns/us\",state=\"VERIFYING\"} 2\n",
    "{virtual_mesh=\"ns/us\"} 7\n",
    "{virtual_mesh=\"ns/us\",mesh=\"\",kind=\"root\",fingerprint=\"r1\"} 900\n",
    "{virtual_mesh=\"ns/us\",mesh=\"m.ns.\",kind=\"intermediate\",fingerprint=\"i1\"} 400\n",
    "reachable{cluster=\"c1\"} 1\n",
    "reachable{cluster=\"c2\"} 0\n",
    "reachable{cluster=\"c3\"} 1\n",
    "{server=\"https://api\",code=\"503\"} 2\n",
    "{result=\"written\"} 1\n",
    "{stage=\"publish\"} 1.5\n",
    "weft_inventory_timestamp_seconds{cluster=\"c1\"} 990\n",
    "weft_inventory_timestamp_seconds{cluster=\"c2\"} 500\n",
    "weft_inventory_complete{cluster=\"c1\"} 1\n",
    "weft_inventory_complete{cluster=\"c2\"} 0\n",
    "weft_inventory_objects{cluster=\"c1\",kind=\"Mesh\"} 1\n",
    "weft_inventory_objects{cluster=\"c2\",kind=\"Destination\"} 7\n",
    "weft_inventory_objects{cluster=\"c3\",kind=\"Workload\"} 0\n",
    "weft_inventory_stale{cluster=\"c1\"} 0\n",
    "weft_inventory_stale{cluster=\"c2\"} 1\n",
    "weft_inventory_held_removals{cluster=\"c2\"} 2\n",
    "weft_discovery_seconds{cluster=\"c1\"} 1.25\n",
};

static void each_fact_has_its_sample(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    const struct report report = full(&findings);
    const char *text = written(&report, NULL, arena);

    (void)state;
    for (size_t i = 0; i < LENGTH(samples); i++)
        if (!strstr(text, samples[i]))
            fail_msg("no sample %s in:\n%s", samples[i], text);
    assert_null(strstr(text, "weft_inventory_timestamp_seconds{cluster=\"c3\"}"));
    assert_null(strstr(text, "weft_discovery_seconds{cluster=\"c3\"}"));
    assert_null(strstr(text, "since_timestamp_seconds{virtual_mesh=\"ns/them\"}"));
    arena_free(arena);
}

/* What a pass that ended early has not seen keeps its former value. */
static const struct {
    enum report_reach reached;
    const char *part;
} kept[] = {
    { REACHED_NOTHING, "{state=\"ACCEPTED\"} 2\n" },
    { REACHED_STATE, "weft_specs_refused{kind=\"Mesh\"} 4\n" },
    { REACHED_SPECS, "reachable{cluster=\"c1\"} 1\n" },
    { REACHED_CLUSTERS, "{result=\"written\"} 1\n" },
    { REACHED_SPECS, "weft_inventory_timestamp_seconds{cluster=\"c2\"} 500\n" },
};

/* A pass that renders an inventory and reads no cluster keeps them; one without discovery does not.
 */
static void samples_of_the_inventory_last_as_long_as_discovery(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    const struct report before = full(&findings);
    struct report now = full(&findings);
    const char *text;

    (void)state;
    now.inventory_count = 0;
    text = written(&now, written(&before, NULL, arena), arena);
    assert_non_null(strstr(text, "weft_inventory_held_removals{cluster=\"c2\"} 2\n"));
    now.inventory_branch = NULL;
    text = written(&now, written(&before, NULL, arena), arena);
    assert_null(strstr(text, "weft_inventory_"));
}

static void what_was_not_seen_keeps_its_former_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(kept); i++) {
        struct arena *arena = arena_new();
        struct findings findings = { .arena = arena };
        const struct report before = full(&findings);
        const struct report now = { .version = "1.2.3",
                                    .result = "failed",
                                    .finished = 2000,
                                    .reached = kept[i].reached,
                                    .findings = &findings,
                                    .posts_wanted = true };
        const char *text = written(&now, written(&before, NULL, arena), arena);

        if (!strstr(text, kept[i].part))
            fail_msg("row %zu: no sample %s in:\n%s", i, kept[i].part, text);
        assert_non_null(strstr(text, "{result=\"failed\"} 2000\n"));
        arena_free(arena);
    }
}

/* The state was read, and the specs were not: what the state says is new. */
static void what_was_seen_has_its_new_value(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    const struct report before = full(&findings);
    struct report now = { .version = "1.2.3",
                          .result = "failed",
                          .finished = 2000,
                          .reached = REACHED_STATE,
                          .states = { [APPROVAL_ACCEPTED] = 5 },
                          .findings = &findings };

    (void)state;
    assert_non_null(
        strstr(written(&now, written(&before, NULL, arena), arena), "{state=\"ACCEPTED\"} 5\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_has_its_sample),
        cmocka_unit_test(what_was_not_seen_keeps_its_former_value),
        cmocka_unit_test(what_was_seen_has_its_new_value),
        cmocka_unit_test(samples_of_the_inventory_last_as_long_as_discovery),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
