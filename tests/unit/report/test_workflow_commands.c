/* tests/unit/report/test_workflow_commands.c - annotations, and words that try to be commands. */
#include "report/workflow_commands.h"
#include "tests/lib/check.h"
#include "tests/unit/report/hostile_findings.h"

#define WANT                                                                                       \
    "::error title=A2%3A AccessPolicy shop/reads,file=specs/p.yaml,line=3::"                       \
    "there is no Destination\n"                                                                    \
    "::error title=weft%3A AccessPolicy shop/reads::no id\n"                                       \
    "::warning title=V6,file=a b/x%3A1%2C%25.yaml,line=7,col=5::"                                  \
    "spec.x: is \"{0}\" ]]> </failure> [here](http://x) 100%25\\n::error::no\xef\xbf\xbf\\001\n"

static void each_finding_is_one_escaped_line(void **state)
{
    struct arena *arena = arena_new();
    const struct findings findings = hostile_findings(arena);
    AUTO_TEXT out = { 0 };

    (void)state;
    workflow_commands_write(&out, &findings);
    assert_string_equal(out.bytes, WANT);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_finding_is_one_escaped_line) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
