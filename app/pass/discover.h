/* app/pass/discover.h - the stage that reads the clusters: from their API servers to a commit on
 * the inventory branch, and the objects that the pass renders beside the specs.
 * docs/discovery.md */
#ifndef WEFT_APP_PASS_DISCOVER_H
#define WEFT_APP_PASS_DISCOVER_H

#include "app/pass/inputs.h"
#include "discovery/fleet.h"
#include "sync/publish.h"

enum discover_how {
    DISCOVER_READ, /* ask the clusters, and commit what changed */
    DISCOVER_LAST  /* take the last inventory as it is */
};

struct discovered {
    bool used;            /* false: the pass renders the specs alone */
    char commit[41];      /* of the inventory that is rendered; "": none yet, or it differs from the
                             branch and this pass is dry */
    struct specs found;   /* its objects, until resolve_join */
    struct arena *memory; /* of found; NULL: that of the session */
    struct fleet fleet;   /* what was read; no clusters when none was asked */
    struct publish_result result; /* of the inventory branch */
    struct findings remarks;
};

/* specs: those of this pass, for what they rely on.  A cluster that cannot be read keeps what it
 * had; -1 when the branch cannot be read or written. */
MUST_USE int pass_discover(struct discovered *out, struct session *session, struct inputs *inputs,
                           const struct specs *specs, enum discover_how how, struct err *err);
/* Releases found. */
void pass_discover_close(struct discovered *discovered);
/* A person has to act: a cluster was refused, or removals are held. */
bool discovered_waits(const struct discovered *discovered);

#endif
