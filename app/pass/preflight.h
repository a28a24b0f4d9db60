/* app/pass/preflight.h - the facts of a pass for the list of rotation/preflight.h. */
#ifndef WEFT_APP_PASS_PREFLIGHT_H
#define WEFT_APP_PASS_PREFLIGHT_H

#include "app/pass/observe.h"
#include "rotation/preflight.h"

/* For the virtual mesh "namespace/name", after pass_observe; in the pass's arena.  Reads only. */
struct preflight *pass_preflight(size_t *count, struct session *session,
                                 const struct observed *observed, const char *virtual_mesh);

#endif
