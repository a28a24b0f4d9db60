/* tests/unit/ci/test_graph_mermaid.c - names that could be markup, written as MERMAID. */
#include "ci/graph_mermaid.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {
    "a\"]; end <script>alert(1)</script> & #quot; \\N |x| `y` \xc3\xa9"
};

static void names_are_text(void **state)
{
    struct arena *arena = arena_new();
    const char *groups[] = { names[0] };
    struct graph_node nodes[] = { { GRAPH_SERVICE, GRAPH_REFUSED, names[0], 0 },
                                  { GRAPH_POLICY, GRAPH_PLAIN, names[0], GRAPH_NO_GROUP } };
    struct graph_edge edges[] = { { 1, 0, names[0] } };
    const struct graph graph = { .groups = groups,
                                 .group_count = 1,
                                 .nodes = nodes,
                                 .node_count = 2,
                                 .edges = edges,
                                 .edge_count = 1 };
    AUTO_TEXT out = { 0 }, again = { 0 };

    (void)state;
    graph_mermaid_write(&out, &graph, arena);
    graph_mermaid_write(&again, &graph, arena);
    assert_string_equal(out.bytes, again.bytes);
    assert_null(strpbrk(strstr(out.bytes, "subgraph"), "<`&\\"));
    assert_null(strstr(out.bytes, "script>"));
    assert_non_null(strstr(out.bytes,
                           "subgraph g0 [\"a#34;#93;#59; end #60;script#62;alert(1)#60;/script#62; "
                           "#38; #35;quot#59; #92;N #124;x#124; #96;y#96; #233;\"]\n"));
    assert_non_null(strstr(out.bytes, "(refused)\"):::refused\n"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_are_text) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
