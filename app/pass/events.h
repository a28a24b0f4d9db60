/* app/pass/events.h - clusters that do not answer, for the status; transitions, for Events. */
#ifndef WEFT_APP_PASS_EVENTS_H
#define WEFT_APP_PASS_EVENTS_H

#include "app/pass/restart.h"
#include "k8s-job/apply/status.h"

struct kube_event;

/* Notes in the statuses which clusters do not answer. */
void pass_note_unreachable(struct session *session, const struct resolved_specs *resolved,
                           const struct observed *observed);
/* The transitions of posts as Events, in the pass's arena; returns how many. */
size_t pass_events(struct kube_event **out, struct session *session,
                   const struct observed *observed, const struct restarted *restarted,
                   const struct status_post *posts, size_t count);

#endif
