/* ci/graph_svg.c - places nodes in three layers, and draws them.
 *
 * Left are virtual meshes, in the middle the groups below each other with their nodes in rows,
 * right what has no group, such as policies.  Edges inside a group are not drawn.  Every other one
 * goes from the right side of a node to the left side of another one in a later layer, or is drawn
 * from right to right when it does not; a summary has no edges and puts the nodes of a group into
 * columns.  Nothing depends on the width of a font: texts are cut by characters, and their titles
 * have the whole. */
#include "ci/graph_svg.h"
#include "ci/html.h"
#include <string.h>

enum {
    ROW = 30,      /* from one node to the next */
    HEIGHT = 24,   /* of a node */
    WIDTH = 300,   /* of a node */
    SHOWN = 42,    /* bytes of a text that fit in it */
    PADDING = 10,  /* inside a group */
    TITLE = 24,    /* of a group */
    BETWEEN = 120, /* of layers, for edges */
    COLUMNS = 4    /* of a group of a summary */
};

struct placed {
    int x, y;
};

struct drawing {
    const struct graph *graph;
    struct placed *nodes, *groups;
    int *heights; /* of groups */
    int columns, group_width, width, height;
    struct arena *arena;
};

/* --- layers --- */

static int place_column(struct drawing *at, int x, bool left)
{
    int y = PADDING;

    for (size_t i = 0; i < at->graph->node_count; i++) {
        const struct graph_node *node = &at->graph->nodes[i];

        if (node->group != GRAPH_NO_GROUP || (node->kind == GRAPH_VIRTUAL_MESH) != left)
            continue;
        at->nodes[i] = (struct placed){ x, y };
        y += ROW;
    }
    return y;
}

static int place_group(struct drawing *at, size_t group, int x, int y)
{
    int count = 0, rows;

    at->groups[group] = (struct placed){ x, y };
    for (size_t i = 0; i < at->graph->node_count; i++)
        if (at->graph->nodes[i].group == group) {
            at->nodes[i] = (struct placed){ x + PADDING + count % at->columns * (WIDTH + PADDING),
                                            y + TITLE + count / at->columns * ROW };
            count++;
        }
    rows = (count + at->columns - 1) / at->columns;
    at->heights[group] = TITLE + rows * ROW + PADDING - (ROW - HEIGHT);
    return y + at->heights[group] + PADDING;
}

static int larger(int a, int b) { return a > b ? a : b; }

static void place(struct drawing *at)
{
    const int left = at->graph->summary ? 0 : WIDTH + BETWEEN;
    const int right = left + PADDING + at->group_width + BETWEEN;
    int y = PADDING;

    for (size_t group = 0; group < at->graph->group_count; group++)
        y = place_group(at, group, left + PADDING, y);
    at->height = larger(y, place_column(at, PADDING, true));
    at->height = larger(at->height, place_column(at, right, false)) + PADDING;
    at->width = right + WIDTH + PADDING;
}

/* --- drawing --- */

static void draw_group(struct text *out, const struct drawing *at, size_t group)
{
    const struct placed *where = &at->groups[group];

    text_addf(out,
              "<g class=\"group\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>",
              where->x, where->y, at->group_width, at->heights[group]);
    text_addf(out, "<text x=\"%d\" y=\"%d\">", where->x + PADDING, where->y + 16);
    html_text(out, at->graph->groups[group]);
    text_adds(out, "</text></g>\n");
}

static void draw_node(struct text *out, const struct drawing *at, size_t index)
{
    static const char *const classes[] = {
        [GRAPH_PLAIN] = "", [GRAPH_UNCOVERED] = " uncovered", [GRAPH_REFUSED] = " refused"
    };
    const struct graph_node *node = &at->graph->nodes[index];
    const struct placed *where = &at->nodes[index];
    const char *text = graph_node_text(node, at->arena);
    const size_t len = text_cut(text, SHOWN);

    text_addf(out, "<g class=\"%s%s\"><title>", enums_name(&graph_kinds, (int)node->kind),
              classes[node->state]);
    html_text(out, text);
    text_addf(out, "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>",
              where->x, where->y, WIDTH, HEIGHT, node->kind == GRAPH_GATEWAY ? HEIGHT / 2 : 3);
    text_addf(out, "<text x=\"%d\" y=\"%d\">", where->x + 8, where->y + 16);
    html_text(out, arena_bytes(at->arena, text, len));
    text_addf(out, "%s</text></g>\n", text[len] ? "\xe2\x80\xa6" : "");
}

static void draw_edge(struct text *out, const struct drawing *at, const struct graph_edge *edge)
{
    const struct placed *from = &at->nodes[edge->from], *to = &at->nodes[edge->to];
    const int y1 = from->y + HEIGHT / 2, y2 = to->y + HEIGHT / 2;
    const bool ahead = from->x + WIDTH < to->x, back = to->x + WIDTH < from->x;
    const int x1 = back ? from->x : from->x + WIDTH, x2 = ahead ? to->x : to->x + WIDTH;
    const int bend = ahead || back ? (x2 - x1) / 2 : BETWEEN / 2;

    text_addf(out,
              "<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"M%d %dC%d %d %d %d %d %d\">", x1,
              y1, x1 + bend, y1, ahead || back ? x2 - bend : x2 + bend, y2, x2, y2);
    text_adds(out, "<title>");
    html_text(out, graph_node_text(&at->graph->nodes[edge->from], at->arena));
    text_adds(out, *edge->text ? " imports " : " \xe2\x86\x92 ");
    html_text(out, edge->text);
    text_adds(out, *edge->text ? " through " : "");
    html_text(out, graph_node_text(&at->graph->nodes[edge->to], at->arena));
    text_adds(out, "</title></path>\n");
}

/* The frame of a cluster shows what is behind its gateway. */
static bool is_inside(const struct graph *graph, const struct graph_edge *edge)
{
    const size_t group = graph->nodes[edge->from].group;

    return group != GRAPH_NO_GROUP && group == graph->nodes[edge->to].group;
}

static const char head[] =
    "<title>Topology of the virtual meshes</title>\n"
    "<style>\n"
    "svg.weft{background:#fff;font:12px sans-serif}\n"
    ".weft rect{fill:#f6f8fa;stroke:#57606a}.weft text{fill:#1f2328}\n"
    ".weft .group rect{fill:none;stroke:#8c959f;stroke-dasharray:4 2}.weft .group "
    "text{font-weight:bold}\n"
    ".weft .edge{fill:none;stroke:#8c959f}.weft #arrow path{fill:#8c959f}\n"
    ".weft .uncovered rect{fill:#d0d0d0}.weft .refused "
    "rect{fill:#ffdddd;stroke:#b00000;stroke-width:2}\n"
    ".weft .refused text{fill:#800000}\n"
    "@media(prefers-color-scheme:dark){svg.weft{background:#0d1117}.weft "
    "rect{fill:#161b22;stroke:#8b949e}\n"
    ".weft text{fill:#e6edf3}.weft .uncovered rect{fill:#484f58}\n"
    ".weft .refused rect{fill:#490202;stroke:#ff7b72}.weft .refused text{fill:#ffdcd7}}\n"
    "</style>\n"
    "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
    "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n";

static void draw(struct text *out, const struct drawing *at)
{
    text_addf(out,
              "<svg class=\"weft\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" "
              "height=\"%d\" viewBox=\"0 0 %d %d\">\n%s",
              at->width, at->height, at->width, at->height, head);
    for (size_t group = 0; group < at->graph->group_count; group++)
        draw_group(out, at, group);
    for (size_t i = 0; i < at->graph->edge_count; i++)
        if (!is_inside(at->graph, &at->graph->edges[i]))
            draw_edge(out, at, &at->graph->edges[i]);
    for (size_t i = 0; i < at->graph->node_count; i++)
        draw_node(out, at, i);
    text_adds(out, "</svg>\n");
}

void graph_svg_write(struct text *out, const struct graph *graph, struct arena *arena)
{
    struct drawing at = { .graph = graph,
                          .nodes = ARENA_NEW(arena, struct placed, graph->node_count + 1),
                          .groups = ARENA_NEW(arena, struct placed, graph->group_count + 1),
                          .heights = ARENA_NEW(arena, int, graph->group_count + 1),
                          .columns = graph->summary ? COLUMNS : 1,
                          .arena = arena };

    at.group_width = 2 * PADDING + at.columns * WIDTH + (at.columns - 1) * PADDING;
    place(&at);
    draw(out, &at);
}
