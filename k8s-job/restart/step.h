/* k8s-job/restart/step.h - rolling restarts after new certificates, for mtlsConfig.autoRestartPods:
 * in a safe order, a batch in each pass.  docs/kubernetes.md Nothing is ever deleted: a restart is
 * two annotations of a pod template, and Kubernetes replaces the pods by the rules of the workload
 * itself. */
#ifndef WEFT_K8S_JOB_RESTART_STEP_H
#define WEFT_K8S_JOB_RESTART_STEP_H

#include "base/decode.h"
#include "base/enums.h"
#include "k8s-job/client/kube.h"

#define RESTART_EPOCH "weft.dev/trust-epoch" /* annotation of the pod template: for which issue */

enum { RESTART_BATCH = 5, RESTART_DEADLINE_S = 1800 };

/* How far a cluster is.  Each stage begins when the one before it is complete. */
enum restart_stage {
    RESTART_DELIVERY,      /* the new cacerts is not in the cluster yet */
    RESTART_CONTROL_PLANE, /* istiod loads it */
    RESTART_ROOTS,         /* published in every namespace with workloads */
    RESTART_GATEWAYS,
    RESTART_WORKLOADS, /* namespace by namespace */
    RESTART_DONE       /* weft has nothing left to restart; .left may be more than 0 */
};
extern const struct enum_table restart_stages; /* "delivery", "control_plane", ... */

struct shared_read;

struct restart_workload { /* of the mesh */
    const char
        *kind; /* "Deployment", "DaemonSet", "StatefulSet"; any other kind is left to an operator */
    const char *namespace, *name;
    bool gateway;
};

/* What the state records of a restart: one for each epoch, kind, namespace and name of a cluster.
 */
struct restart_record {
    const char *epoch, *kind, *namespace, *name;
    int64_t at;   /* seconds: when it was issued */
    bool settled; /* its rollout was seen complete: it is not read again */
};

struct restart_cluster {
    /* in */
    struct kube *kube; /* NULL: no requests to it in this pass, for the reason in why */
    const char *cluster;
    const char *virtual_mesh; /* clusters of one virtual mesh restart their gateways one after the
                                 other, in the order of the array.  A cluster with a gateway that
                                 was restarted and is not seen rolled out holds the others, also
                                 when the rollout fails, the cluster fell back to an earlier stage
                                 or cannot be reached.  An unreachable cluster without such a
                                 gateway holds none.  NULL: this one waits for no other */
    const char *namespace;    /* of istiod */
    const char *epoch;        /* a digest of bundle and intermediate: it identifies one issue */
    bool delivered; /* the cacerts of this epoch is in the cluster, by the evidence there is.  An
                       istiod that restarts before that loads the old one, and is not restarted
                       twice */
    bool control_plane; /* restart istiod; false with Vault, whose agent reloads by itself, and
                           where istiod runs in another cluster */
    const char *const *roots;         /* SHA-256 of DER, hex: what its workloads must be given */
    size_t root_count;                /* 0: not known, so nothing behind istiod is restarted */
    const struct pair *istiod_labels; /* of its pods; those with the label app=istiod are istiods
                                         anyway, whatever this says: they share cacerts */
    size_t istiod_label_count;
    const struct restart_workload *workloads;
    size_t workload_count;
    struct shared_read *shared; /* what the pass has read of the cluster; NULL: nothing */
    size_t batch;       /* of gateways and workloads that may be unfinished at a time; 0: 5 */
    int64_t now;        /* seconds */
    int64_t deadline_s; /* for one rollout; 0: 1800 */
    const struct restart_record *records; /* of this cluster; those of other epochs are used only
                                             while it cannot be reached: they say that a gateway may
                                             be rolling out */
    size_t record_count;
    /* out */
    bool known; /* false: why says what could not be read or written, and of the rest below only
                   changed is valid */
    const char *why;                      /* "" when known; in, too, when kube is NULL */
    const struct restart_record *changed; /* to be stored whatever else failed: each replaces
                                             the record with the same key. Its texts are those
                                             of the caller, or in the arena */
    size_t changed_count;
    enum restart_stage stage;
    bool finished; /* everything of the mesh that exists was restarted for this epoch and is rolled
                      out */
    bool failed; /* a rollout does not complete: nothing more is restarted in this cluster until it
                    does */
    size_t restarted, total; /* rolled out, of all that exist (istiods, too) */
    size_t left;             /* of total: an operator has to act; text names them */
    const char *text;        /* one line for operators */
};

/* Reads each cluster once and issues at most one batch of restarts, in all clusters in parallel; an
 * unreachable one delays no other.  Every kube must share one struct http.  Failures are results
 * (known, failed), never errors.  Results live in arena.
 * The caller stores changed, and calls again in the next pass until finished.  A pass that is
 * killed in between loses nothing: the live pod templates show which restarts were issued.
 * Rights: list and patch of deployments, daemonsets and statefulsets (apps) in the namespaces of
 * the mesh, list of the ConfigMaps named istio-ca-root-cert, or of what istiod publishes instead.
 */
void restart_step(struct restart_cluster *clusters, size_t count, struct arena *arena);

#endif
