/* discovery/fact_node.h - a Node (core/v1): where node ports are reached, and where it is. */
#ifndef WEFT_DISCOVERY_FACT_NODE_H
#define WEFT_DISCOVERY_FACT_NODE_H

#include "discovery/read.h"

struct fact_node {
    const char *name;
    const struct pair *labels;
    size_t label_count;
    const char *const *external; /* addresses of type ExternalIP */
    const char *const *internal; /* of type InternalIP */
    size_t external_count, internal_count;
    const char *region, *zone; /* "": not known */
    bool usable;               /* ready, not cordoned, and not excluded from load balancers */
    bool kind;                 /* a container of kind (kubernetes-sigs/kind) */
};

struct fact_node fact_node_read(const struct reader *reader, const struct node *item);

#endif
