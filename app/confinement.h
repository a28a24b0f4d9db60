/* app/confinement.h - what this process may still do once its configuration is known: see
 * base/confine.h for the walls, docs/architecture.md for what they leave open. */
#ifndef WEFT_APP_CONFINEMENT_H
#define WEFT_APP_CONFINEMENT_H

#include "app/config.h"
#include "app/options.h"
#include "base/confine.h"
#include "base/confine_calls.h"

/* All paths that a command with this configuration opens, and whether it may start programs. */
struct confinement {
    struct confine_path *paths;
    size_t count;
    enum confine_calls calls;
};

/* config NULL: a command that works on files of its command line alone. */
struct confinement confinement_plan(const struct config *config, const struct options *options,
                                    struct arena *arena);
/* Builds the walls.  One that this machine does not allow is logged, and the process continues
 * without it. */
void confinement_enter(const struct confinement *confinement, const struct options *options);

#endif
