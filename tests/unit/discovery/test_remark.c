/* tests/unit/discovery/test_remark.c - the catalogue of findings. */
#include "discovery/remark.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_ids_are_in_order(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (int i = 0; i < REMARK_COUNT; i++)
        assert_string_equal(remark_id((enum remark)i), arena_printf(arena, "I%d", i + 1));
}

static void test_arguments_get_into_the_text(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };

    (void)unused;
    remark_add(&findings, REMARK_GATEWAY_NO_PORT, "Service", (struct object_ref){ "s", "n" },
               15443U);
    remark_add(&findings, REMARK_HELD, "Mesh", (struct object_ref){ "m", "g" }, "what", "k", "k");
    assert_non_null(strstr(findings.items[0].text, "no port 15443"));
    assert_int_equal(findings.items[0].severity, SEVERITY_WARNING);
    assert_non_null(strstr(findings.items[1].text, "--allow-removals k"));
    assert_int_equal(findings.errors, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_are_in_order),
        cmocka_unit_test(test_arguments_get_into_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
