/* k8s-job/apply/report_configmap.h - statuses for clusters without the CRD or the object: one
 * ConfigMap for each, in weft's own namespace.  docs/kubernetes.md */
#ifndef WEFT_K8S_JOB_APPLY_REPORT_CONFIGMAP_H
#define WEFT_K8S_JOB_APPLY_REPORT_CONFIGMAP_H

#include "k8s-job/apply/status.h"

/* For each post that ended as POST_NO_CRD or POST_NO_OBJECT: the ConfigMap
 * "weft-report-<namespace>.<name>" in namespace, its status as JSON under "status.json", written by
 * server-side apply and only when it changed (commit ids alone are no change).  The
 * result of such a post becomes POST_REPORTED or POST_REPORTED_UNCHANGED, with a text that says
 * where the status is and what is missing; when the ConfigMap cannot be written the result stays
 * and the text gets the cause.  Other posts are left alone. */
void report_configmap_apply(struct kube *kube, const char *namespace, struct status_post *posts,
                            size_t count, struct arena *arena);

/* The pure parts. */
/* At most 253 bytes: a name that is too long ends with a digest. */
const char *report_configmap_name(const struct object_ref *ref, struct arena *arena);
/* The ConfigMap to apply; live: as it is there (NULL: it is not).  *changed: it differs from
 * live. */
struct node *report_configmap_object(const struct status_post *post, const char *namespace,
                                     const struct node *live, bool *changed, struct arena *arena);

#endif
