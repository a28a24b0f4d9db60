/* app/cluster_survey.h - what clusters show to the credentials of the configuration, and what weft
 * needs there: for the commands that add clusters and check them.  Reads only. */
#ifndef WEFT_APP_CLUSTER_SURVEY_H
#define WEFT_APP_CLUSTER_SURVEY_H

#include "app/server_pool.h"
#include "discovery/discovery.h"
#include "k8s-job/access/rights.h"

struct cluster_survey {
    const struct config_cluster *cluster;
    struct kube *kube;   /* NULL: it cannot be asked */
    bool answers;        /* its API server answered, whatever it granted */
    const char *why;     /* why it cannot be asked, or gave no answer; "" */
    const char *version; /* of Kubernetes, "v1.31.2"; "": not known */
    const struct facts *facts;
    struct discovery found;
    struct rights_wish wish; /* all but features: the names of this cluster */
};

struct cluster_surveys {
    struct config config; /* a copy, in which every cluster may be read */
    struct servers servers;
    struct cluster_survey *items; /* in the order of the configuration */
    size_t count;
    struct arena *arena;
};

/* Of the named clusters, or of all that have an API server; names must be in config.  *out needs
 * cluster_survey_close in any case. */
MUST_USE int cluster_survey_read(struct cluster_surveys *out, const struct config *config,
                                 const char *const *names, size_t count, int64_t now,
                                 struct arena *arena, struct err *err);
void cluster_survey_close(struct cluster_surveys *surveys);

/* What the configuration uses of a cluster: bits of enum feature. */
uint32_t cluster_survey_features(const struct config_cluster *cluster);
/* "1.31.2 (default) in istio-system"; "" when there is no istiod. */
const char *cluster_survey_istio(const struct cluster_survey *survey, struct arena *arena);
/* The Service of the first east-west gateway; NULL: there is none. */
const struct kube_service *cluster_survey_gateway(const struct cluster_survey *survey);
/* "istio-gateways/eastwest at 10.0.0.1": where it is reached; "" for NULL. */
const char *cluster_survey_gateway_text(const struct kube_service *gateway, struct arena *arena);
/* The Service of the sealed-secrets controller, in SEALING_NAMESPACE alone; NULL: not found, or
 * Services could not be read. */
#define SEALING_NAMESPACE "kube-system"
const struct fact_service *cluster_survey_sealing(const struct cluster_survey *survey);

#endif
