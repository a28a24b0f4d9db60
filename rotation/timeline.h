/* rotation/timeline.h - what is still to come of a rotation.  Pure: no clock, no files, no keys.
 *
 * Two walks over the passes to come, by the clock that the gates use (rotation_clock.h):
 *   earliest  the next pass is now, clusters show each step as soon as their source can, and a pass
 *             is there when a gate opens
 *   latest    the next pass is up to a whole period away, a cluster shows each step just before it
 * would count as failed, and a gate is seen open by the first pass after it A pass adds `gain` to
 * the gate clock and takes `period`.  Where gain is less than period, waits are so many passes
 * long, whatever they say in hours.  Steps follow rotation.c: a pass that sees the gate open
 * verifies the step, the pass after it commits the next one. */
#ifndef WEFT_ROTATION_TIMELINE_H
#define WEFT_ROTATION_TIMELINE_H

#include "rotation/rotation.h"

/* From its position (or from a start now) to FINISHED.  In the arena. */
struct rotation_milestone *rotation_timeline(size_t *count, const struct rotation *rotation,
                                             const struct rotation_facts *facts,
                                             struct arena *arena);

/* Why waits take longer than they say, and how to make them shorter; NULL: they do not. */
const char *rotation_slow(const struct rotation_facts *facts, struct arena *arena);

#endif
