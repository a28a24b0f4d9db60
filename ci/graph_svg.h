/* ci/graph_svg.h - a graph as a drawing: SVG 1.1, without script, font or link. */
#ifndef WEFT_CI_GRAPH_SVG_H
#define WEFT_CI_GRAPH_SVG_H

#include "base/text.h"
#include "translate/graph.h"

/* Appends one svg element, readable in light and dark, and by screen readers through titles. */
void graph_svg_write(struct text *out, const struct graph *graph, struct arena *arena);

#endif
