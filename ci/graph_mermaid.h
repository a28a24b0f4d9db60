/* ci/graph_mermaid.h - a graph as Mermaid (https://mermaid.js.org), which forges draw in Markdown.
 */
#ifndef WEFT_CI_GRAPH_MERMAID_H
#define WEFT_CI_GRAPH_MERMAID_H

#include "base/text.h"
#include "translate/graph.h"

/* Appends a flowchart.  What Mermaid or HTML could take for markup is written as "#NUMBER;". */
void graph_mermaid_write(struct text *out, const struct graph *graph, struct arena *arena);

#endif
