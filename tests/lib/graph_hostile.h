/* tests/lib/graph_hostile.h - a graph whose every text could be markup in DOT, Mermaid and SVG. */
#ifndef WEFT_TESTS_LIB_GRAPH_HOSTILE_H
#define WEFT_TESTS_LIB_GRAPH_HOSTILE_H

#include "tests/lib/check.h"

#include "base/text.h"
#include "translate/graph.h"

#define GRAPH_HOSTILE_TEXT "a\"]; end <script>alert(1)</script> & #quot; \\N |x| `y` \xc3\xa9"

typedef void graph_hostile_writer(struct text *out, const struct graph *graph, struct arena *arena);

/* What write makes of a refused Service in a group and of a policy outside it, with an edge
 * between them.  Fails the test unless a second call writes the same bytes. */
static inline const char *graph_hostile_written(graph_hostile_writer *write, struct arena *arena)
{
    const char *groups[] = { GRAPH_HOSTILE_TEXT };
    struct graph_node nodes[] = { { GRAPH_SERVICE, GRAPH_REFUSED, GRAPH_HOSTILE_TEXT, 0 },
                                  { GRAPH_POLICY, GRAPH_PLAIN, GRAPH_HOSTILE_TEXT,
                                    GRAPH_NO_GROUP } };
    struct graph_edge edges[] = { { 1, 0, GRAPH_HOSTILE_TEXT } };
    const struct graph graph = { .groups = groups,
                                 .group_count = 1,
                                 .nodes = nodes,
                                 .node_count = 2,
                                 .edges = edges,
                                 .edge_count = 1 };
    AUTO_TEXT out = { 0 }, again = { 0 };

    write(&out, &graph, arena);
    write(&again, &graph, arena);
    assert_string_equal(out.bytes, again.bytes);
    return arena_text(arena, out.bytes);
}

#endif
