/* k8s-job/apply/events.h - Events (events.k8s.io/v1) on transitions, with stable names: a repeat
 * increments a count instead of making another Event.  docs/kubernetes.md  A lost Event is not an
 * error. */
#ifndef WEFT_K8S_JOB_APPLY_EVENTS_H
#define WEFT_K8S_JOB_APPLY_EVENTS_H

#include "k8s-job/apply/status.h"

struct kube_event {
    const char *kind, *api_version, *namespace, *name, *uid,
        *resource_version; /* of the object that it is about */
    bool warning;
    const char *reason; /* "Accepted", "RotationStep" */
    const char *action; /* what weft did: "Reconcile", "Rotate" */
    const char *note;   /* for people, at most 1 kB */
};

/* Where events come from: the pod's name (or another name of this instance), and the time. */
struct event_source {
    const char *instance;
    int64_t now;
};

/* Events for posts that were written and changed the state or the rotation step; returns how many
 * (at most two a post). */
size_t events_of_posts(struct kube_event *out, const struct status_post *posts, size_t count,
                       struct arena *arena);
/* An event about the object of a post (whose live object gives the uid). */
struct kube_event events_of_post(const struct status_post *post, bool warning, const char *reason,
                                 const char *action, const char *note);
/* "RestartIssued": what was restarted ("Deployment istio-system/istiod") in which cluster, and why
 * ("it has to load a changed bundle"). */
struct kube_event events_restart(const struct status_post *post, const char *cluster,
                                 const char *what, const char *why, struct arena *arena);
/* "ClusterUnreachable" (a warning, why says the cause), or "ClusterReachable" again (why NULL).
 * For transitions only: the caller knows what was. */
struct kube_event events_reach(const struct status_post *post, const char *cluster, const char *why,
                               struct arena *arena);
/* Posts them; returns how many arrived. */
size_t events_post(struct kube *kube, const struct kube_event *events, size_t count,
                   const struct event_source *source, struct arena *arena);

/* The pure parts. */
const char *events_name(const struct kube_event *event, struct arena *arena);
struct node *events_object(const struct kube_event *event, const struct event_source *source,
                           struct arena *arena);
/* The merge patch that counts a repeat of live. */
struct node *events_series(const struct node *live, int64_t now, struct arena *arena);

#endif
