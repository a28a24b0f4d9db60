/* app/pass/events.h - which Events a pass is worth: transitions only. */
#ifndef WEFT_APP_PASS_EVENTS_H
#define WEFT_APP_PASS_EVENTS_H

#include "app/pass/observe.h"
#include "app/pass/restart.h"
#include "k8s-job/apply/events.h"

struct event_facts {
    const struct ledger *ledger;       /* as the pass before left statuses and clusters */
    const struct observed *observed;   /* clusters in this pass */
    const struct restarted *restarted; /* what this pass restarted */
    int64_t now;                       /* seconds; restarts of this time are new */
};

/* The transitions of posts as Events, in the arena; returns how many. */
size_t pass_events(struct kube_event **out, const struct event_facts *facts,
                   const struct status_post *posts, size_t count, struct arena *arena);

#endif
