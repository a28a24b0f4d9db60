/* tests/unit/discovery/test_pod_owner.c - which workload a pod belongs to, by its name. */
#include "discovery/pod_owner.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct facts *facts_of(struct arena *arena)
{
    return DISCOVERY_SAMPLE(
        arena, SAMPLE_NAMESPACES,
        { FACT_DEPLOYMENTS,
          "[" SAMPLE_DEPLOYMENT("shop", "web", "app: web, version: v1") ", " SAMPLE_DEPLOYMENT(
              "shop", "web-v2", "app: web, version: v2") ", " SAMPLE_DEPLOYMENT("shop", "batch",
                                                                                "app: batch") "]" },
        { FACT_STATEFUL_SETS, "[" SAMPLE_DEPLOYMENT("shop", "db", "app: web") "]" },
        { FACT_DAEMON_SETS, "[" SAMPLE_DEPLOYMENT("shop", "web-d", "app: web") "]" });
}

static const char *owner(const struct scan *scan, const char *pod)
{
    static const struct pair selector = { "app", "web" };
    const struct fact_service service = {
        .namespace = "shop", .name = "web", .selector = &selector, .selector_count = 1
    };
    const struct fact_workload *found = pod_owner_find(scan, &service, pod);

    return found ? found->name : "";
}

static void test_the_whole_rest_of_a_name_decides(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct scan *scan = discovery_sample_scan(arena, facts_of(arena));

    (void)unused;
    assert_string_equal(owner(scan, "web-5b89c4d7f6-x7k2p"), "web");
    assert_string_equal(owner(scan, "web-v2-5b89c4d7f6-x7k2p"), "web-v2");
    assert_string_equal(owner(scan, "db-0"), "db");
    assert_string_equal(owner(scan, "db-x"), "");
    assert_string_equal(owner(scan, "web-5b89c4d7f6"), "");
    assert_string_equal(owner(scan, "web-5b89c4d7f6-x7k2pq"), "");
    assert_string_equal(owner(scan, "web"), "");
    assert_string_equal(owner(scan, "batch-5b89c4d7f6-x7k2p"), ""); /* not behind the Service */
    assert_string_equal(owner(scan, "web-d-x7k2p"), "");            /* of web, or of web-d */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_whole_rest_of_a_name_decides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
