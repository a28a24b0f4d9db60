/* k8s-job/apply/status_object.h - the status of one VirtualMesh as it is applied: conditions,
 * sizes, comparison. docs/kubernetes.md  Pure. */
#ifndef WEFT_K8S_JOB_APPLY_STATUS_OBJECT_H
#define WEFT_K8S_JOB_APPLY_STATUS_OBJECT_H

#include "k8s-job/apply/status.h"

#define VIRTUAL_MESH_API "networking.mesh.gloo.solo.io/v1"

#define ACCESS_POLICY_API VIRTUAL_MESH_API

struct post_kind {
    const char *kind, *plural, *api_version;
};
/* What the object of a post is, its name, and what is said of it. */
const struct post_kind *post_kind(const struct status_post *post);
struct object_ref status_object_ref(const struct status_post *post);
enum approval_state status_object_state(const struct status_post *post);
const struct messages *status_object_errors(const struct status_post *post);

/* How the spec on the cluster relates to the one that was processed. */
enum live_spec {
    LIVE_SAME,
    LIVE_BEHIND, /* Git is ahead: the newer spec is not applied yet */
    LIVE_AHEAD,  /* edited on the cluster, or applied from elsewhere */
    LIVE_OTHER   /* never the one that was processed: which of the two is newer is unknown */
};
enum live_spec status_object_compare_spec(const struct status_post *post, const struct node *live,
                                          struct arena *arena);

/* The object to apply: names, resourceVersion as guard, status.  Of an object whose spec was never
 * processed observedGeneration is 0, not absent: kstatus, Argo CD and kubectl wait take an absent
 * one for "as it should be".  reduced: only the fields that
 * every known CRD has. */
struct node *status_object(const struct status_post *post, const struct node *live, bool reduced,
                           struct arena *arena);
/* The status alone, for where there is no object: no generation, as if the spec there were the one
 * that was processed.  was: the status as it was reported before (NULL: never). */
struct node *status_object_report(const struct status_post *post, const struct node *was,
                                  struct arena *arena);
/* Nothing but commit ids differs between two statuses. */
bool status_object_same(const struct node *a, const struct node *b, struct arena *arena);
/* Nothing but commit ids differs between the live object and the one to apply. */
bool status_object_unchanged(const struct node *live, const struct node *object,
                             struct arena *arena);
/* The manager other than us that owns fields of the status; NULL: none. */
const char *status_object_foreign_owner(const struct node *live);

/* What the conditions say, by the table of docs/kubernetes.md */
struct verdict {
    const char *ready, *reconciling, *stalled; /* "True", "False", "Unknown" */
    const char *reason;                        /* of Ready */
};

/* Sizes: 1.5 MiB is etcd's limit of a request (docs/kubernetes.md). */
struct status_extent {
    size_t errors;      /* texts in each list of errors or warnings, at least 1 */
    size_t error_bytes; /* of each text */
    size_t targets;     /* meshes, and Destinations, at most */
    bool accepted;      /* Destinations that are simply accepted, too */
};
enum { STATUS_BYTES_MAX = 1024 * 1024, STATUS_ALL_DESTINATIONS = 5000 };

#endif
