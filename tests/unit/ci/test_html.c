/* tests/unit/ci/test_html.c - texts in a page are texts. */
#include "ci/html.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_character_of_markup_is_escaped(void **state)
{
    AUTO_TEXT out = { 0 };

    (void)state;
    html_text(&out, "<a b=\"c\" d='e'>&amp;\xc3\xa9");
    assert_string_equal(out.bytes, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;\xc3\xa9");
}

static void names_in_titles_and_cells_are_texts(void **state)
{
    static const char odd[] = "\"><script>";
    static const struct html_section section = { "one", "One" };
    const char *const cells[] = { odd, odd };
    AUTO_TEXT out = { 0 };

    (void)state;
    html_begin(&out, odd, &section, 1);
    html_section_begin(&out, &section);
    html_table_begin(&out, odd, cells, 2);
    html_table_row(&out, cells, 2);
    html_table_end(&out);
    html_section_end(&out);
    html_end(&out);
    assert_null(strstr(out.bytes, odd));
    /* The page's own is the only script. */
    assert_non_null(strstr(out.bytes, "<script>"));
    assert_null(strstr(strstr(out.bytes, "<script>") + 1, "<script>"));
    assert_non_null(strstr(out.bytes, "<a href=\"#one\">One</a>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_of_markup_is_escaped),
        cmocka_unit_test(names_in_titles_and_cells_are_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
