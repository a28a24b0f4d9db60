/* k8s-job/observe/shared_read.h - what discovery, evidence and restarts all need of one cluster:
 * the Deployments of its istiods, their MeshConfigs, and the roots that its namespaces have.  A
 * pass asks for each once, at the first stage that needs it.  Facts only.  docs/kubernetes.md A
 * failure is kept as an answer is: a list that was refused is not asked for again. */
#ifndef WEFT_K8S_JOB_OBSERVE_SHARED_READ_H
#define WEFT_K8S_JOB_OBSERVE_SHARED_READ_H

#include "base/decode.h"
#include "k8s-job/client/kube.h"
#include "k8s-job/observe/root_source.h"
#include "rotation/observation.h"

/* How one list ended. */
struct shared_list {
    bool asked;                /* false: nothing below counts */
    const struct err *failure; /* NULL: it came whole */
    int64_t at; /* of its first page, by the cluster's clock, seconds; 0: it does not say */
};

/* Deployments of one list. */
struct shared_istiods {
    struct shared_read *shared;
    struct shared_list list;
    const char *namespace; /* NULL: the list is of all namespaces */
    bool labelled;         /* the list is of those with the label app=istiod alone */
    size_t label_sets;     /* labels of shared that it was read with */
    /* Copies (without what list_cut.h leaves out): of a list of one namespace all of them, of a
     * list of all namespaces those that may be istiods. */
    const struct node **items;
    size_t count;
    size_t seen; /* that would have been kept; above SHARED_DEPLOYMENTS_MAX the list counts as
                    failed */
};
enum { SHARED_DEPLOYMENTS_MAX = 2000 };

/* A ConfigMap with a MeshConfig. */
struct shared_config {
    struct shared_read *shared;
    struct shared_list list;
    const char *namespace, *name;
    struct istiod_facts says; /* what istiod_read_mesh_config found; no such ConfigMap: nothing */
};

/* One cluster in one pass.  {.arena = arena}: nothing is read yet. */
struct shared_read {
    struct arena *arena; /* of everything here */
    struct shared_labels {
        const struct pair *pairs;
        size_t count;
    } * labels; /* other labels of istiods' pods than app=istiod, as Meshes of the specs give them
                 */
    size_t label_count;
    struct shared_istiods **istiods;
    size_t istiod_count;
    struct shared_config **configs;
    size_t config_count;
    struct shared_roots **roots;
    size_t root_count;
};

/* What one source of roots has. */
struct shared_roots {
    struct shared_read *shared;
    struct shared_list list;
    struct root_source source;
    size_t seen; /* objects */
    struct root_bundle *bundles;
    size_t bundle_count;
    bool by_namespace; /* namespaces are kept: of a large cluster they are much more than bundles */
    struct shared_namespace { /* which of the bundles each has */
        const char *name;
        size_t bundle;
    } * namespaces;
    size_t namespace_count;
};

/* Labels by which a later reader will know istiods; before the Deployments are read. */
void shared_read_add_labels(struct shared_read *shared, const struct pair *labels, size_t count);

/* --- for who reads a list itself --- */

/* A list of Deployments that is read now; namespace NULL: of all. */
struct shared_istiods *shared_istiods_begin(struct shared_read *shared, const char *namespace);
/* An item, which is copied; NULL: forget the items so far. */
void shared_istiods_take(struct shared_istiods *istiods, const struct node *deployment);
/* failure NULL: the list came whole. */
void shared_istiods_end(struct shared_istiods *istiods, const struct err *failure, int64_t at);
struct shared_config *shared_config_begin(struct shared_read *shared, const char *namespace,
                                          const char *name);
void shared_config_take(struct shared_config *config, const struct node *config_map);
/* failure NULL: it came whole. */
void shared_list_end(struct shared_list *list, const struct err *failure, int64_t at,
                     struct arena *arena);

/* --- for who needs it --- */

struct shared_want {
    struct shared_read *shared;
    struct kube *kube;
    const char *namespace;           /* whose Deployments; NULL: none */
    const struct root_source *roots; /* NULL: none */
    /* All Deployments that istiod_is, and which namespaces have which roots; false: those with the
     * label app=istiod, and the bundles, are enough. */
    bool all;
    const struct pair *labels; /* of istiods' pods, with all */
    size_t label_count;
};

/* Asks for what is not known yet, side by side. */
void shared_read_fetch(const struct shared_want *wants, size_t count);
/* The list with the Deployments that are wanted, after shared_read_fetch. */
const struct shared_istiods *shared_read_istiods(const struct shared_want *want);
/* Whether an item of a list is in that namespace. */
bool shared_istiods_in(const struct shared_istiods *istiods, size_t item, const char *namespace);
const struct shared_roots *shared_read_roots(const struct shared_read *shared,
                                             const struct root_source *source);
/* The list that has all Deployments of a namespace; NULL: there is none. */
const struct shared_istiods *shared_read_deployments(const struct shared_read *shared,
                                                     const char *namespace);
/* NULL: not asked for, or it could not be read. */
const struct shared_config *shared_read_config(const struct shared_read *shared,
                                               const char *namespace, const char *name);

#endif
