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
    POST_REPORTED,          /* no CRD or no object: it is in a ConfigMap (reportmap.h) */
    POST_REPORTED_UNCHANGED /* and was there before */
};
extern const struct enum_table
    post_results; /* "written", "unchanged", "no_crd", ...: also the label of the metric */

struct status_post {
    const struct virtual_mesh
        *virtual_mesh; /* NULL: its spec could not be decoded; status->ref names it */
    const struct vm_status *status;
    const struct access_policy *access_policy; /* the same of an AccessPolicy, */
    const struct policy_status *policy;        /* whose status this is when it is not NULL */
    const char *remark; /* behind the messages of Ready and Stalled; NULL: none */
    const char *commit; /* output commit; NULL: none yet */
    const char *specs_commit;
    const char *reason; /* of the condition Ready when the state is INVALID or FAILED:
                           "MeshNotFound", "PushFailed"; NULL: a general one */
    bool take_over;     /* write although another manager owns the status: on purpose only */
    int64_t now;
    const struct node *live; /* out: the object as it was before; NULL: not read */
    enum post_result result; /* out */
    const char *text; /* out: for people, when it was not written, or not all of it; else NULL */
};
/* Applies each to /status, only when it differs from what is there (commit ids alone are no
 * difference). Rendering and pushing never depend on it: failures are results. */
void status_apply(struct kube *kube, struct status_post *posts, size_t count, struct arena *arena);

#endif
