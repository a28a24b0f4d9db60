/* ci/graph_mermaid.c - Mermaid's flowcharts.
 *
 * Labels become HTML in a browser under the name of the forge, so they hold no character but
 * letters, digits and a few marks without a meaning; all others are Mermaid's entity codes of their
 * code points.  Ids are made by us, so no name can be a keyword. */
#include "ci/graph_mermaid.h"
#include "base/names.h"
#include <string.h>

static void add_label(struct text *out, const char *text)
{
    const char *end = text + strlen(text);

    text_addc(out, '"');
    while (text < end) {
        uint32_t code;
        const size_t len = names_code_point(&code, text, (size_t)(end - text));

        if (code < 0x80 && (is_alnum(*text) || strchr(" ./-_:,()", *text)))
            text_addc(out, *text);
        else
            text_addf(out, "#%u;", (unsigned)code);
        text += len ? len : 1;
    }
    text_addc(out, '"');
}

static void add_node(struct text *out, const struct graph *graph, size_t index, const char *indent,
                     struct arena *arena)
{
    /* Brackets are the shape of a node. */
    static const char *const shapes[][2] = {
        [GRAPH_VIRTUAL_MESH] = { "([", "])" }, [GRAPH_MESH] = { "[", "]" },
        [GRAPH_GATEWAY] = { "{{", "}}" },      [GRAPH_SERVICE] = { "(", ")" },
        [GRAPH_POLICY] = { ">", "]" },         [GRAPH_OBJECT] = { "[", "]" },
        [GRAPH_CLUSTER] = { "[", "]" },
    };
    static const char *const classes[] = {
        [GRAPH_PLAIN] = "", [GRAPH_UNCOVERED] = ":::uncovered", [GRAPH_REFUSED] = ":::refused"
    };
    const struct graph_node *node = &graph->nodes[index];

    text_addf(out, "%sn%zu%s", indent, index, shapes[node->kind][0]);
    add_label(out, graph_node_text(node, arena));
    text_addf(out, "%s%s\n", shapes[node->kind][1], classes[node->state]);
}

static void add_edge(struct text *out, const struct graph_edge *edge)
{
    text_addf(out, "  n%zu -->", edge->from);
    if (*edge->text) {
        text_addc(out, '|');
        add_label(out, edge->text);
        text_addc(out, '|');
    }
    text_addf(out, " n%zu\n", edge->to);
}

void graph_mermaid_write(struct text *out, const struct graph *graph, struct arena *arena)
{
    text_adds(out, "flowchart LR\n"
                   "  classDef refused fill:#fdd,stroke:#b00,color:#700,stroke-width:2px\n"
                   "  classDef uncovered fill:#ddd,stroke:#777,color:#333\n");
    for (size_t group = 0; group < graph->group_count; group++) {
        text_addf(out, "  subgraph g%zu [", group);
        add_label(out, graph->groups[group]);
        text_adds(out, "]\n");
        for (size_t i = 0; i < graph->node_count; i++)
            if (graph->nodes[i].group == group)
                add_node(out, graph, i, "    ", arena);
        text_adds(out, "  end\n");
    }
    for (size_t i = 0; i < graph->node_count; i++)
        if (graph->nodes[i].group == GRAPH_NO_GROUP)
            add_node(out, graph, i, "  ", arena);
    for (size_t i = 0; i < graph->edge_count; i++)
        add_edge(out, &graph->edges[i]);
}
