/* k8s-job/apply/status.h - the status of VirtualMeshes and AccessPolicies on the management
 * cluster. docs/kubernetes.md
 */
#ifndef WEFT_K8S_JOB_APPLY_STATUS_H
#define WEFT_K8S_JOB_APPLY_STATUS_H

#include "api/specs.h"
#include "api/status.h"
#include "k8s-job/client/kube.h"

enum post_result {
    POST_WRITTEN,
    POST_UNCHANGED,
    POST_NO_CRD,
    POST_NO_OBJECT,
    POST_GONE,
    POST_FOREIGN,
    POST_FORBIDDEN,
    POST_FAILED,
    POST_REPORTED,          /* no CRD or no object: it is in a ConfigMap (report_configmap.h) */
    POST_REPORTED_UNCHANGED /* the same, and the ConfigMap had it already */
};
extern const struct enum_table
    post_results; /* "written", "unchanged", "no_crd", ...: also the label of the metric */

struct status_post {
    const struct virtual_mesh
        *virtual_mesh; /* NULL: its spec could not be decoded; status->ref names it */
    const struct vm_status *status;
    const struct access_policy *access_policy; /* the same of an AccessPolicy, */
    const struct policy_status *policy;        /* whose status this is when it is not NULL */
    const char *remark; /* appended to the messages of Ready and Stalled; NULL: none */
    const char *commit; /* output commit; NULL: none yet */
    const char *specs_commit;
    const char *reason; /* of the condition Ready when the state is INVALID or FAILED:
                           "MeshNotFound", "PushFailed"; NULL: a general one */
    bool take_over; /* take the status from its field manager; only when the configuration asks for
                       it */
    int64_t now;
    const struct node *live; /* out: the object as it was before; NULL: not read */
    enum post_result result; /* out */
    const char *text; /* out: why it was not written, or not all of it; NULL: all of it was written.
                         In the arena of status_apply */
    const char *id;   /* out: of text, in k8s-job/messages.h; "": no text */
};
/* Applies each status to /status of its object by server-side apply, in parallel, and only when it
 * differs from the live one (commit ids alone are no difference).  Another field manager's status
 * is left alone.  Failures are results, never errors: rendering and pushing do not depend on them.
 * Kubernetes API: status subresource, server-side apply. */
void status_apply(struct kube *kube, struct status_post *posts, size_t count, struct arena *arena);

#endif
