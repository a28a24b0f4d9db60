/* discovery/damping_record.h - the memory of damping between passes, as a tree for JSON. */
#ifndef WEFT_DISCOVERY_DAMPING_RECORD_H
#define WEFT_DISCOVERY_DAMPING_RECORD_H

#include "base/node.h"
#include "discovery/damping.h"

/* The entries of one cluster: a map from key to [since, reads]. */
struct node *damping_record_node(const struct damping_entry *entries, size_t count,
                                 struct arena *arena);
/* The inverse; what is no entry is skipped, so that the wait begins again.  In the arena. */
const struct damping_entry *damping_record_read(const struct node *node, size_t *count,
                                                struct arena *arena);

#endif
