/* rotation/emergency.h - what the shortest way away from a root would break.  Pure: no clock,
 * no files, no keys. */
#ifndef WEFT_ROTATION_EMERGENCY_H
#define WEFT_ROTATION_EMERGENCY_H

#include "rotation/rotation.h"

/* The shortest rotation away from a root that may be in wrong hands, and its price.  None: nothing
 * breaks. */
struct rotation_breakage *rotation_emergency(size_t *count, const struct rotation *rotation,
                                             const struct rotation_facts *facts,
                                             struct arena *arena);

#endif
