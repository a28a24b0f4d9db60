/* app/commands/graph.h - weft graph. */
#ifndef WEFT_APP_COMMANDS_GRAPH_H
#define WEFT_APP_COMMANDS_GRAPH_H

#include "app/options.h"

int graph_main(const struct options *options);

#endif
