/* k8s-job/status.h - the status of VirtualMeshes on the management cluster.  kubernetes.md 2 and 3. */
#ifndef WEFT_KUBE_STATUS_H
#define WEFT_KUBE_STATUS_H

#include "api/specs.h"
#include "api/status.h"
#include "k8s-job/kube.h"

enum post_result { POST_WRITTEN, POST_UNCHANGED, POST_NO_CRD, POST_NO_OBJECT, POST_GONE, POST_FOREIGN, POST_FORBIDDEN, POST_FAILED };
extern const struct enum_table post_results;

struct status_post {
    const struct virtual_mesh *virtual_mesh;
    const struct vm_status *status;
    const char *commit;        /* output commit */
    const char *specs_commit;
    int64_t now;
    enum post_result result;   /* out */
    const char *text;          /* out: for people, when it was not written */
};
/* Applies each to /status, only when it differs from what is there.  Rendering and pushing never depend on it: failures are results. */
void status_apply(struct kube *kube, struct status_post *posts, size_t count, struct arena *arena);

#endif
