/* tests/unit/translate/test_permission_text.c - each reason has its own text, with what limits it.
 */
#include "tests/lib/check.h"
#include "translate/permission_text.h"

static void each_reason_has_a_text_of_its_own(void **state)
{
    const struct permission_ruling rulings[] = {
        { .reason = PERMISSION_BY_POLICY, .by_source = true, .source = 3 },
        { .reason = PERMISSION_BY_POLICY },
        { .reason = PERMISSION_BY_POLICY, .limited_requests = true },
        { .reason = PERMISSION_BY_POLICY, .limited_tokens = true },
        { .reason = PERMISSION_BY_POLICY, .limited_requests = true, .limited_tokens = true },
        { .reason = PERMISSION_UNLIMITED },
        { .reason = PERMISSION_GATEWAY },
        { .reason = PERMISSION_GATEWAY, .limited_requests = true },
        { .reason = PERMISSION_NO_SOURCE, .policies = 1 },
        { .reason = PERMISSION_NO_SOURCE, .policies = 4 },
        { .reason = PERMISSION_NO_SOURCE, .policies = 1, .without_identity = true },
        { .reason = PERMISSION_GLOBAL },
        { .reason = PERMISSION_IN_DOUBT, .kind = "AccessPolicy" },
        { .reason = PERMISSION_IN_DOUBT },
        { .reason = PERMISSION_NO_DOMAIN, .kind = "Mesh" },
        { .reason = PERMISSION_PODS_DIFFER },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rulings); i++) {
        assert_string_not_equal(permission_text(&rulings[i], arena), "");
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(permission_text(&rulings[i], arena),
                                    permission_text(&rulings[k], arena));
    }
    assert_non_null(strstr(permission_text(&rulings[0], arena), "sourceSelector[3]"));
    assert_non_null(strstr(permission_text(&rulings[9], arena), "3 more"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_reason_has_a_text_of_its_own) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
