/* tests/unit/discovery/test_left_out.c - Services that are no Destinations. */
#include "discovery/left_out.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_the_file_has_those_with_pods_of_a_mesh(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct left_out items[] = { { "a", "x", LEFT_OUT_AMBIENT, true },
                                { "a", "y", LEFT_OUT_NO_SELECTOR, false },
                                { "b", "z", LEFT_OUT_EXPORT_TO, true } };
    AUTO_TEXT out = { 0 };

    (void)unused;
    left_out_write(&out, &(struct left_out_list){ items, 3 });
    assert_string_equal(out.bytes, "a\tx\tambient\nb\tz\texport-to\n");
    (void)arena;
}

static void test_every_reason_has_a_text(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (int i = 0; i < LEFT_OUT_COUNT; i++) {
        assert_true(*left_out_text((enum left_out_reason)i));
        assert_true(*enums_name(&left_out_reasons, i));
    }
    (void)arena;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_file_has_those_with_pods_of_a_mesh),
        cmocka_unit_test(test_every_reason_has_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
