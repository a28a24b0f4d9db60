/* rotation/timeline_wait.h - how long each wait of a rotation can take, at least and at most. Pure.
 */
#ifndef WEFT_ROTATION_TIMELINE_WAIT_H
#define WEFT_ROTATION_TIMELINE_WAIT_H

#include "rotation/rotation.h"

/* It runs, and back. */
bool timeline_wait_goes_back(const struct rotation *r);
/* What the source of every cluster can show at best; EVIDENCE_NONE without meshes. */
enum evidence_level timeline_wait_weakest(const struct rotation_facts *facts);
/* At least one cluster has a source. */
bool timeline_wait_is_watched(const struct rotation_facts *facts);
/* From the commit of a step until every cluster has loaded it, in seconds of the gate clock.  The
 * longest is when weft gives up, where it watches any cluster and does not turn back by itself. */
int64_t timeline_wait_loaded_least(const struct rotation_facts *facts);
int64_t timeline_wait_loaded_most(const struct rotation *r, const struct rotation_facts *facts);
/* How long leaves of the step before can live once this one is loaded. */
int64_t timeline_wait_leaves(const struct rotation *r, const struct evidence_policy *policy,
                             int64_t leaf_ttl, int step);
/* The longest life of a leaf anywhere, by the configuration, the clusters and the record. */
int64_t timeline_wait_longest_leaf(const struct rotation *r, const struct rotation_facts *facts);
/* What no time opens: a pause, a cluster that does not answer, one that cannot be delivered to. */
bool timeline_wait_is_stuck(const struct rotation *r);

#endif
