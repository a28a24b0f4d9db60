/* ci/graph_dot.c - Graphviz' DOT.  A label is a quoted escString: quotes and backslashes get a
 * backslash, so no name ends the string or becomes an escape of its own. */
#include "ci/graph_dot.h"

static void add_string(struct text *out, const char *text)
{
    text_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            text_addc(out, '\\');
        text_addc(out, *text);
    }
    text_addc(out, '"');
}

static void add_node(struct text *out, const struct graph *graph, size_t index, const char *indent,
                     struct arena *arena)
{
    static const char *const shapes[] = {
        [GRAPH_VIRTUAL_MESH] = "oval", [GRAPH_MESH] = "box",    [GRAPH_GATEWAY] = "hexagon",
        [GRAPH_SERVICE] = "box",       [GRAPH_POLICY] = "note", [GRAPH_OBJECT] = "box",
        [GRAPH_CLUSTER] = "box",
    };
    static const char *const colors[] = {
        [GRAPH_PLAIN] = "",
        [GRAPH_UNCOVERED] = ", style=filled, fillcolor=\"#dddddd\"",
        [GRAPH_REFUSED] = (", style=filled, fillcolor=\"#ffdddd\", color=\"#bb0000\", "
                           "fontcolor=\"#770000\""),
    };
    const struct graph_node *node = &graph->nodes[index];

    text_addf(out, "%sn%zu [shape=%s, label=", indent, index, shapes[node->kind]);
    add_string(out, graph_node_text(node, arena));
    text_addf(out, "%s];\n", colors[node->state]);
}

static void add_edge(struct text *out, const struct graph_edge *edge)
{
    text_addf(out, "  n%zu -> n%zu", edge->from, edge->to);
    if (*edge->text) {
        text_adds(out, " [label=");
        add_string(out, edge->text);
        text_addc(out, ']');
    }
    text_adds(out, ";\n");
}

void graph_dot_write(struct text *out, const struct graph *graph, struct arena *arena)
{
    text_adds(out, "digraph weft {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for (size_t group = 0; group < graph->group_count; group++) {
        text_addf(out, "  subgraph cluster_%zu {\n    label=", group);
        add_string(out, graph->groups[group]);
        text_adds(out, ";\n");
        for (size_t i = 0; i < graph->node_count; i++)
            if (graph->nodes[i].group == group)
                add_node(out, graph, i, "    ", arena);
        text_adds(out, "  }\n");
    }
    for (size_t i = 0; i < graph->node_count; i++)
        if (graph->nodes[i].group == GRAPH_NO_GROUP)
            add_node(out, graph, i, "  ", arena);
    for (size_t i = 0; i < graph->edge_count; i++)
        add_edge(out, &graph->edges[i]);
    text_adds(out, "}\n");
}
