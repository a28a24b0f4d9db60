/* app/loading.h - since when the istiod of a mesh works with what it is to hold, as the records
 * of earlier passes say, for weft evidence --workloads.  Reads the ledger only. */
#ifndef WEFT_APP_LOADING_H
#define WEFT_APP_LOADING_H

#include "rotation/evidence.h"
#include "rotation/observation.h"
#include "state/ledger.h"

struct loading {
    const char *rotation; /* id of the one that runs; "" = none */
    int step;             /* 0 to 3, of that one */
    int64_t since;        /* a date, never too early: when a pass first knew that it was loaded; 0:
                             none did, or no rotation runs */
    int64_t issued;       /* when it was issued, or the rotation that brought it ended */
    bool assumed;         /* since is so by time alone */
    bool turned;          /* a source showed that every leaf was reissued */
    bool replaced;        /* the CA or the roots changed at once: an istiod takes that only when it
                             starts */
    bool settled; /* no rotation runs, and nothing from before can be alive, by the gates of the
                     last one or by time */
};

struct loading loading_of(const struct ledger *ledger, const struct observation *observation,
                          const struct evidence_policy *policy, int64_t now);

#endif
