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

/* How far a cluster is.  Each stage begins when the one before it is over. */
enum restart_stage {
    RESTART_DELIVERY,      /* the new cacerts is not in the cluster yet */
    RESTART_CONTROL_PLANE, /* istiod loads it */
    RESTART_ROOTS,         /* istio-ca-root-cert follows in every namespace with workloads */
    RESTART_GATEWAYS,
    RESTART_WORKLOADS, /* namespace by namespace */
    RESTART_DONE       /* weft has nothing left to restart; .left may be more than 0 */
};
extern const struct enum_table restart_stages; /* "delivery", "control_plane", ... */

struct restart_workload { /* of the mesh */
    const char *kind;     /* "Deployment", "DaemonSet", "StatefulSet"; else it is left to people */
    const char *namespace, *name;
    bool gateway;
};

/* What the state remembers of a restart: one for each epoch, kind, namespace and name of a cluster.
 */
struct restart_record {
    const char *epoch, *kind, *namespace, *name;
    int64_t at;   /* seconds: when it was ordered */
    bool settled; /* its rollout was seen complete: it is not looked at again */
};

struct restart_cluster {
    /* in */
    struct kube *kube; /* NULL: it cannot be asked in this pass, and why says so */
    const char *cluster;
    const char *fleet;     /* clusters of the same fleet restart their gateways one after the other,
                              in the order of the array.  One with a gateway that was ordered and is
                              not seen rolled out holds the others: it fails, its cluster fell back
                              to an earlier stage, or cannot be reached.  One that cannot be reached
                              and began no gateway does not.  NULL: this one is alone */
    const char *namespace; /* of istiod */
    const char *epoch;     /* a mark over bundle and intermediate: the same for one issue */
    bool delivered;     /* the cacerts of this epoch is in the cluster, as far as anybody can tell.
                           An istiod that restarts before that loads the old one, and is not
                           restarted twice */
    bool control_plane; /* restart istiod; false with Vault, whose agent reloads by itself, and
                           where istiod runs in another cluster */
    const char *const *roots;         /* SHA-256 of DER, hex: what istio-ca-root-cert must hold */
    size_t root_count;                /* 0: not known, so nothing behind istiod is restarted */
    const struct pair *istiod_labels; /* of its pods; those with the label app=istiod are istiods
                                         anyway, whatever this says: they share cacerts */
    size_t istiod_label_count;
    const struct restart_workload *workloads;
    size_t workload_count;
    size_t batch;       /* of gateways and workloads that may be unfinished at a time; 0: 5 */
    int64_t now;        /* seconds */
    int64_t deadline_s; /* for one rollout; 0: 1800 */
    const struct restart_record *records; /* of this cluster; those of other epochs tell only, while
                                             it cannot be asked, that a gateway is on its way */
    size_t record_count;
    /* out */
    bool known;      /* false: why says what could not be asked or written, and the rest below but
                        for changed counts for nothing */
    const char *why; /* "" when known; in, too, when kube is NULL */
    const struct restart_record *changed; /* to be remembered whatever else happened: each replaces
                                             the record with the same key. Its texts are those
                                             of the caller, or in the arena */
    size_t changed_count;
    enum restart_stage stage;
    bool finished; /* everything of the mesh that exists was restarted for this epoch and is rolled
                      out */
    bool failed;   /* a rollout does not come to its end: nothing more is restarted in this cluster
                      until it does */
    size_t restarted, total; /* rolled out, of all that exist (istiods, too) */
    size_t left;             /* of total: cannot go on without a person; words names them */
    const char *words;       /* one line for people */
};

/* One look at each cluster, and at most one batch of restarts; all clusters at once, and one that
 * cannot be reached delays nobody.  Every kube must share one struct http.
 * The caller stores changed, and calls again in the next pass until finished.  A pass that is
 * killed in between loses nothing: the live pod templates tell what was ordered.
 * Rights: list and patch of deployments, daemonsets and statefulsets (apps) in the namespaces of
 * the mesh, list of the ConfigMaps named istio-ca-root-cert. */
void restart_step(struct restart_cluster *clusters, size_t count, struct arena *arena);

#endif
