/* tests/unit/app/test_explanation.c - messages by their id. */
#include "app/explanation.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_message_has_its_meaning_remedy_and_page(void **state)
{
    size_t count;
    const struct explanation *rows = explanation_rows(&count);

    (void)state;
    assert_true(count > 170);
    for (size_t i = 0; i < count; i++) {
        if (!explanation_is_id(rows[i].id) || !*rows[i].meaning || !*rows[i].remedy
            || !strstr(rows[i].page, "docs/") || strpbrk(rows[i].meaning, "`%\036"))
            fail_msg("%s: \"%s\", \"%s\", \"%s\"", rows[i].id, rows[i].meaning, rows[i].remedy,
                     rows[i].page);
        assert_ptr_equal(explanation_find(rows[i].id), &rows[i]);
        assert_null(strpbrk(rows[i].texts, "%\036"));
    }
}

static void ids_are_found_in_any_case_and_suggested(void **state)
{
    (void)state;
    assert_string_equal(explanation_find("k6")->id, "K6");
    assert_non_null(strstr(explanation_find("E2")->texts, "there is no Mesh"));
    assert_string_equal(explanation_near("w300"), "W30");
    assert_null(explanation_find("W300"));
    assert_true(explanation_is_id("w30"));
    assert_false(explanation_is_id("run"));
    assert_false(explanation_is_id("W"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_has_its_meaning_remedy_and_page),
        cmocka_unit_test(ids_are_found_in_any_case_and_suggested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
