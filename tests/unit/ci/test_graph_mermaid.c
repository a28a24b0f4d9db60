/* tests/unit/ci/test_graph_mermaid.c - names that could be markup, written as Mermaid. */
#include "ci/graph_mermaid.h"
#include "tests/lib/graph_hostile.h"

static void names_are_text(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *out = graph_hostile_written(graph_mermaid_write, arena);

    (void)state;
    assert_null(strpbrk(strstr(out, "subgraph"), "<`&\\"));
    assert_null(strstr(out, "script>"));
    assert_non_null(strstr(out,
                           "subgraph g0 [\"a#34;#93;#59; end #60;script#62;alert(1)#60;/script#62; "
                           "#38; #35;quot#59; #92;N #124;x#124; #96;y#96; #233;\"]\n"));
    assert_non_null(strstr(out, "(refused)\"):::refused\n"));
}

/* Each node once: in the frame of its group, or below all of them. */
static void nodes_are_where_they_belong(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *out = graph_hostile_written(graph_mermaid_write, arena);
    const char *end = strstr(out, "\n  end\n");

    (void)state;
    assert_non_null(end);
    assert_true(strstr(out, "\n    n0(") < end);
    assert_null(strstr(end, "n0("));
    assert_true(strstr(out, "n1>") > end);
    assert_non_null(strstr(end, "\n  n1 -->|"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_are_text),
                                        cmocka_unit_test(nodes_are_where_they_belong) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
