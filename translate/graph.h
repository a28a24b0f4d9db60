/* translate/graph.h - a plan as a picture to be drawn: clusters with their gateways and federated
 * Services, virtual meshes and policies.  Pure; says what the specs say. */
#ifndef WEFT_TRANSLATE_GRAPH_H
#define WEFT_TRANSLATE_GRAPH_H

#include "base/enums.h"
#include "translate/translate.h"

enum graph_kind {
    GRAPH_VIRTUAL_MESH,
    GRAPH_MESH,
    GRAPH_GATEWAY,
    GRAPH_SERVICE, /* federated */
    GRAPH_POLICY,
    GRAPH_OBJECT, /* of another kind, that decoding refused */
    GRAPH_CLUSTER /* of a summary: what is in it is counted */
};
extern const struct enum_table graph_kinds; /* "virtualMesh", "mesh", ... */

enum graph_state {
    GRAPH_PLAIN,
    GRAPH_UNCOVERED, /* a Service that no AccessPolicy selects */
    GRAPH_REFUSED    /* the object, or what it asks for there, is INVALID or FAILED */
};
extern const struct enum_table graph_states; /* "", "no policy", "refused" */

#define GRAPH_NO_GROUP ((size_t)-1)

/* Texts are in visible form and one line. */
struct graph_node {
    enum graph_kind kind;
    enum graph_state state;
    const char *text;
    size_t group; /* index of its cluster, in a summary of its virtual mesh; GRAPH_NO_GROUP */
};
struct graph_edge {
    size_t from, to;  /* indices of nodes */
    const char *text; /* "": what it means follows from both kinds */
};
struct graph {
    const char **groups;
    size_t group_count;
    struct graph_node *nodes;
    size_t node_count;
    struct graph_edge *edges;
    size_t edge_count;
    bool summary; /* clusters are nodes, and virtual meshes are groups */
};

/* Same plan, same graph: everything is in the order of keys.  Edges go from a virtual mesh to its
 * meshes, from a gateway to the Services behind it, from a policy to the Services that it selects,
 * and from a mesh to the gateways of others, with the number of Services that it imports there.
 * With more than max nodes, or twice as many edges, it is a summary. */
void graph_make(struct graph *out, const struct plan *plan, size_t max, struct arena *arena);
/* What a node is and what is wrong with it, for people: "Service shop/cart (no policy)". */
const char *graph_node_text(const struct graph_node *node, struct arena *arena);

#endif
