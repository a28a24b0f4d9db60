/* tests/lib/failing_objects.h - an object store of a clone that fails from the n-th read on, as a
 * disk does that dies, or in that read alone. */
#ifndef WEFT_TESTS_LIB_FAILING_OBJECTS_H
#define WEFT_TESTS_LIB_FAILING_OBJECTS_H

#include "sync/private.h"
#include <git2/sys/odb_backend.h>

/* Lives on the caller's stack. */
struct failing_objects {
    git_odb_backend backend; /* first: libgit2 hands it back */
    struct clone *clone;
    git_odb *real;
    bool healed, once;
    int fails_from, calls;
};

/* The clone is not made again meanwhile, as if it had been once. */
void failing_objects_begin(struct failing_objects *failing, struct clone *clone, int fails_from);
/* Puts the real store back; the number of reads that were asked for. */
int failing_objects_end(struct failing_objects *failing);

#endif
