/* app/pass/observation.h - what is seen of the cluster of one mesh, and which evidence that is.
 * Plain data; judging is pure.  docs/rotation.md  Unknown is never taken for passed. */
#ifndef WEFT_APP_PASS_OBSERVATION_H
#define WEFT_APP_PASS_OBSERVATION_H

#include "k8s-job/observe/cluster.h"
#include "k8s-job/observe/gitops.h"
#include "pki/desired.h"
#include "rotation/evidence.h"

enum seen {
    SEEN_NOTHING, /* nobody was asked */
    SEEN_UNKNOWN, /* asked, but there was no answer to go by */
    SEEN_OTHER,   /* the cluster holds something else than it is to hold */
    SEEN_WANTED,
};
extern const struct enum_table seen_names; /* "not watched", "unknown", "waiting", "yes" */

struct observed_value {
    enum seen seen;
    const char *text; /* for people: what is waited for, or what was seen; "" */
};

struct observation {
    const char *virtual_mesh; /* "namespace/name" */
    const char *mesh;         /* key of the Mesh object */
    const char *cluster, *namespace;
    const char *path; /* of its cacerts on the output branch */
    struct trust_wanted wanted;
    const char *
        *ours; /* ids of all roots that the virtual mesh ever trusted, as bundles list them */
    size_t our_count;
    const char *deployed;          /* the one that it trusts at rest; "" = none yet */
    struct observed_value applied; /* a GitOps tool applied the commit that holds it */
    struct observed_value roots;   /* istio-ca-root-cert of every namespace has the roots */
    struct observed_value signer;  /* istiod's own certificate comes from the intermediate */
    bool watched;                  /* the cluster has an API server that was asked */
    struct istiod_facts istiod;    /* found: its Deployment was read */
    int64_t at;                    /* when the cluster was seen, by its own clock; 0: it was not */
    const char *refused;           /* it answered, and does not let us look: what it lacks; NULL */
    const char *foreign_root; /* a root of its own that it trusts, before weft came; NULL: none */
    const char *foreign_pem;
    bool foreign_ready; /* and it trusts the virtual mesh's, too, and no third */
};

/* Weighs what was seen: one that says "something else" outweighs all others. */
struct evidence observation_weigh(const struct observation *sight);

/* The longest life of a leaf that its istiod issues, seconds; 0: not known. */
int64_t observation_leaf_ttl(const struct observation *sight);

/* What each source says of what is wanted; the rest of *sight is set by the caller before. */
void observation_applied(struct observation *sight, const struct applied_list *list,
                         bool (*holds)(void *context, const char *revision,
                                       const struct observation *sight),
                         void *context, struct arena *arena);
void observation_cluster(struct observation *sight, const struct cluster_facts *facts,
                         bool delivered, struct arena *arena);

#endif
