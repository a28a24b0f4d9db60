/* rotation/waiting.h - a step that was committed and is not published yet.  Pure. */
#ifndef WEFT_ROTATION_WAITING_H
#define WEFT_ROTATION_WAITING_H

#include "rotation/rotation.h"

/* Such a step waits, and its gate is asked again until it is published: it was not forced. */
bool waiting_is_asked(const struct rotation *rotation);

#endif
