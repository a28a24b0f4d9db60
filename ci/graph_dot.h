/* ci/graph_dot.h - a graph in the language of Graphviz (https://graphviz.org/doc/info/lang.html).
 */
#ifndef WEFT_CI_GRAPH_DOT_H
#define WEFT_CI_GRAPH_DOT_H

#include "base/text.h"
#include "translate/graph.h"

void graph_dot_write(struct text *out, const struct graph *graph, struct arena *arena);

#endif
