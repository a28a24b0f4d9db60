/* k8s-job/observe/gitops.h - which commit of the output branch Argo CD and Flux have applied to
 * which folder. docs/architecture.md  No proof that a cluster works with it
 * (docs/rotation.md).
 */
#ifndef WEFT_K8S_JOB_OBSERVE_GITOPS_H
#define WEFT_K8S_JOB_OBSERVE_GITOPS_H

#include "k8s-job/client/kube.h"
#include "rotation/observation.h"

/* What was pushed to a registry of one cluster, last or before. */
struct output_artifact {
    const char *cluster;
    const char *digest; /* "sha256:..." */
    const char *commit; /* of the branch, with the same files of that cluster */
};

/* The branch that weft writes, and its artifacts. */
struct output_place {
    const char *url, *branch;
    const char *path; /* output.path; "" = the root */
    /* What is before and after the name of a cluster in that of its own branch; NULL: there is
     * none. */
    const char *cluster_before, *cluster_after;
    const struct output_artifact *artifacts;
    size_t artifact_count;
};

struct applied_list {
    struct applied *items;
    size_t count;
};

/* Reads the objects of both tools.  A tool that is not installed adds nothing; -1 when one could
 * not be read: then nothing is known. */
MUST_USE int gitops_read(struct applied_list *out, struct kube *kube,
                         const struct output_place *place, struct arena *arena, struct err *err);

/* The pure parts: objects as the API gives them. */
void gitops_argo(struct applied_list *out, const struct node *application,
                 const struct output_place *place, struct arena *arena);
void gitops_flux(struct applied_list *out, const struct node *kustomization,
                 const struct node *repository, const struct output_place *place,
                 struct arena *arena);
/* A Kustomization of an OCIRepository, by the digest that it applied: no repository is read. */
void gitops_flux_artifact(struct applied_list *out, const struct node *kustomization,
                          const struct output_place *place, struct arena *arena);

#endif
