/* tests/unit/ci/test_graph_svg.c - names that could be markup, written as SVG. */
#include "ci/graph_svg.h"
#include "tests/lib/graph_hostile.h"

static void names_are_text(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *out = graph_hostile_written(graph_svg_write, arena);

    (void)state;
    assert_null(strstr(out, "<script"));
    assert_non_null(strstr(out, "a&quot;]; end &lt;script&gt;alert(1)&lt;/script&gt; &amp; #quot; "
                                "\\N |x| `y` \xc3\xa9</text>"));
    assert_non_null(strstr(out, "class=\"service refused\""));
    assert_null(strstr(out, "href"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_are_text) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
