/* tests/unit/ci/test_graph_dot.c - names that could be markup, written as DOT. */
#include "ci/graph_dot.h"
#include "tests/lib/graph_hostile.h"

static void names_are_text(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *out = graph_hostile_written(graph_dot_write, arena);

    (void)state;
    assert_non_null(strstr(out, "label=\"a\\\"]; end <script>alert(1)</script> & #quot; \\\\N "
                                "|x| `y` \xc3\xa9\";\n"));
    assert_non_null(strstr(out, "#bb0000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_are_text) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
