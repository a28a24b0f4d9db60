/* app/commands/graph.c - weft graph: the specs as a picture; no state, no keys, no cluster. */
#include "app/commands/graph.h"
#include "app/commands/command.h"
#include "app/commands/specs_view.h"
#include "ci/graph_dot.h"
#include "ci/graph_mermaid.h"
#include "ci/graph_svg.h"

static const struct {
    enum output_format format;
    size_t max; /* nodes that it is still readable, or drawn at all, with */
    void (*write)(struct text *out, const struct graph *graph, struct arena *arena);
} writers[] = {
    { FORMAT_MERMAID, 200, graph_mermaid_write }, /* Mermaid draws 500 edges at most */
    { FORMAT_DOT, 1000, graph_dot_write },
    { FORMAT_SVG, 400, graph_svg_write },
};

static void draw(struct text *out, const struct plan *plan, enum output_format format,
                 struct arena *arena)
{
    struct graph graph;

    for (size_t i = 0; i < LENGTH(writers); i++)
        if (writers[i].format == format) {
            graph_make(&graph, plan, writers[i].max, arena);
            writers[i].write(out, &graph, arena);
        }
}

int graph_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct specs_view view;
    AUTO_TEXT out = { 0 };
    int status;

    if (!specs_view_open(&view, options, arena, &status))
        return status;
    specs_view_warn(&view, options, arena);
    draw(&out, &view.plan, options->format, arena);
    return command_print(&out);
}
