/* tests/unit/report/test_junit.c - suites, cases, failures, and words that try to be XML. */
#include "report/junit.h"
#include "tests/lib/check.h"
#include "tests/unit/report/hostile_findings.h"

static const struct junit_object objects[] = {
    { "VirtualMesh", { "retail", "gloo-mesh" }, "specs/vm.yaml" },
    { "AccessPolicy", { "reads", "shop" }, "specs/p.yaml" },
    { "AccessPolicy", { "all", "shop" }, "specs/p.yaml" },
};

#define WANT                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
    "<testsuites name=\"weft validate\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"  \
    "  <testsuite name=\"a b/x:1,%.yaml\" tests=\"1\" failures=\"0\" errors=\"0\" "                \
    "skipped=\"0\">\n"                                                                             \
    "    <testcase classname=\"a b/x:1,%.yaml\" name=\"a b/x:1,%.yaml\" "                          \
    "file=\"a b/x:1,%.yaml\">\n"                                                                   \
    "      <system-out>a b/x:1,%.yaml:7:5: spec.x: warning: is &quot;{0}&quot; ]]&gt; "            \
    "&lt;/failure&gt; [here](http://x) 100%\\n::error::no\xef\xbf\xbd\\001 (V6)\n"                 \
    "</system-out>\n"                                                                              \
    "    </testcase>\n"                                                                            \
    "  </testsuite>\n"                                                                             \
    "  <testsuite name=\"specs/p.yaml\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"  \
    "    <testcase classname=\"specs/p.yaml\" name=\"AccessPolicy shop/all\" "                     \
    "file=\"specs/p.yaml\"/>\n"                                                                    \
    "    <testcase classname=\"specs/p.yaml\" name=\"AccessPolicy shop/reads\" "                   \
    "file=\"specs/p.yaml\">\n"                                                                     \
    "      <failure type=\"A2\" message=\"there is no Destination (and 1 more error)\">"           \
    "specs/p.yaml:3: AccessPolicy shop/reads: there is no Destination (A2)\n"                      \
    "cluster east: Service shop/cart: AccessPolicy shop/reads, destination gloo-mesh/cart: no "    \
    "id\n"                                                                                         \
    "</failure>\n"                                                                                 \
    "    </testcase>\n"                                                                            \
    "  </testsuite>\n"                                                                             \
    "  <testsuite name=\"specs/vm.yaml\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n" \
    "    <testcase classname=\"specs/vm.yaml\" name=\"VirtualMesh gloo-mesh/retail\" "             \
    "file=\"specs/vm.yaml\"/>\n"                                                                   \
    "  </testsuite>\n"                                                                             \
    "</testsuites>\n"

static void each_object_is_a_case_and_each_finding_is_in_one(void **state)
{
    struct arena *arena = arena_new();
    const struct findings findings = hostile_findings(arena);
    AUTO_TEXT out = { 0 };

    (void)state;
    junit_write(&out, &findings, objects, LENGTH(objects));
    assert_string_equal(out.bytes, WANT);
    arena_free(arena);
}

static void no_findings_and_no_objects(void **state)
{
    struct arena *arena = arena_new();
    const struct findings findings = { .arena = arena };
    AUTO_TEXT out = { 0 };

    (void)state;
    junit_write(&out, &findings, NULL, 0);
    assert_non_null(strstr(out.bytes, "tests=\"0\" failures=\"0\""));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_object_is_a_case_and_each_finding_is_in_one),
        cmocka_unit_test(no_findings_and_no_objects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
