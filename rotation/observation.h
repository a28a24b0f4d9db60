/* rotation/observation.h - what the sources of evidence show of the cluster of one mesh, and which
 * evidence that is.  Plain data and pure functions.  docs/rotation.md  Unknown never counts as
 * passed. */
#ifndef WEFT_ROTATION_OBSERVATION_H
#define WEFT_ROTATION_OBSERVATION_H

#include "base/arena.h"
#include "rotation/bundle.h"
#include "rotation/evidence.h"

/* --- what a mesh is to hold --- */

/* What a mesh is to hold now, in what can be seen from outside; public.  All "" and 0 when nothing
 * is to be delivered to it now: it has no intermediate, or waits to join a rotation. */
struct trust_wanted {
    const char *mark; /* desired_material */
    const char
        *intermediate; /* id (SHA-256 of the DER, hex) of the certificate that signs leaves */
    const char *roots[BUNDLE_MAX]; /* ids of the roots of its bundle, in the order of the file */
    size_t root_count;
    const char *bundle; /* these roots as PEM, byte for byte as in root-cert.pem */
    /* No other material of ours that may still be alive there has these roots (in any order).  So
     * exactly these roots in every istio-ca-root-cert prove that istiod works with the wanted
     * material: EVIDENCE_LOADED.  False from step 1 to step 2, where only the signer changes: then
     * the bundle proves nothing, and a source that sees only the bundle shows at most
     * EVIDENCE_SYNCED.  At rest nothing else is alive, and it is true. */
    bool bundle_changed;
    /* The mesh had another intermediate under the same root before.  The bundle cannot tell which
     * of the two istiod signs with: no matter to a gate, for both are of one material, but no proof
     * that a renewal arrived. */
    bool renewed;
};

/* --- what the sources answer --- */

/* One object of a GitOps tool that applies "clusters/<cluster>" or a folder below it. */
struct applied {
    const char *cluster;
    const char *folder;   /* below clusters/<cluster>: "" = all of it, "trust", "imports/other" */
    const char *tool;     /* "Argo CD", "Flux" */
    const char *object;   /* "Application argocd/east" */
    const char *revision; /* commit id in hex; "" = it does not say.  Ask Git whether the wanted
                             commit is it or an ancestor. */
    bool settled;         /* compared, applied, healthy, nothing running */
    bool unknown;    /* not settled, and weft cannot know what is there now: another revision is
                        half applied, or what the object says is of another source */
    const char *why; /* what it waits for; "" when settled */
    int64_t at;      /* when it last looked; 0 = it does not say */
};

/* Namespaces whose istio-ca-root-cert, or what istiod publishes instead, holds the same set of
 * certificates. */
struct root_bundle {
    const char **roots; /* SHA-256 of each certificate's DER, hex, sorted; as the ids of roots in
                           the ledger */
    const char **pems;  /* the same certificates as PEM, parallel to roots */
    size_t count;       /* 0: the ConfigMap holds no certificate */
    size_t namespaces;
    const char *namespace; /* one of them, for messages; "" of a ClusterTrustBundle */
    const char *source;    /* name of a renamed ConfigMap, or "ClusterTrustBundle x"; NULL:
                              istio-ca-root-cert */
};

/* Of all revisions together (Deployments with the label app=istiod): the weakest one counts. */
struct istiod_facts {
    bool found;
    size_t deployments;
    const char *version;   /* tag of its image, "1.24.1, 1.26.0" of several; "" = a digest, or none
                            */
    bool multi_root;       /* ISTIO_MULTIROOT_MESH is true in every one */
    bool xds_agent;        /* PROXY_CONFIG_XDS_AGENT is true for every proxy: in each istiod's
                              MeshConfig (proxyMetadata).  False: no, or the ConfigMap "istio" may
                              not be read */
    bool rolled_out;       /* every replica is of the newest template and available */
    int64_t leaf_ttl;      /* DEFAULT_WORKLOAD_CERT_TTL, seconds, the longest; 0: not set */
    int64_t max_leaf_ttl;  /* MAX_WORKLOAD_CERT_TTL, likewise: an istiod that does not set it
                              counts with Istio's default of 90 days when another one does */
    bool any_trust_domain; /* PILOT_SKIP_VALIDATE_TRUST_DOMAIN: sidecars take peers of any */
    const char *trust_domain; /* of its MeshConfig; NULL: it may not be read, or two istiods differ
                               */
    const char **aliases;     /* trustDomainAliases there, those that every istiod has */
    size_t alias_count;
    const char *restarted; /* weft.dev/trust-epoch of the pod template, when all have the same; "" =
                              never by us */
};

/* What the API server of a cluster answered. */
struct observed_cluster {
    bool known; /* false: why says what could not be read, and only refused counts of the rest */
    const char *why;
    const char *refused; /* it answered, and does not grant what weft reads: what it lacks; NULL */
    const struct root_bundle *bundles;
    size_t bundle_count;
    struct istiod_facts istiod;
    int64_t at;     /* of the answer, by the cluster's own clock; 0 = it does not say */
    bool delivered; /* the mesh has an intermediate of this virtual mesh */
};

/* What istiod answered at its TLS port. */
struct observed_signer {
    bool known; /* false: why says what failed */
    const char *why;
    const char *address;
    bool wanted; /* its certificate comes from the wanted intermediate, or from a former one under
                    the same root: a renewal changes nothing that a gate waits for */
};

/* --- one observation --- */

enum seen {
    SEEN_NOTHING, /* the source was not asked */
    SEEN_UNKNOWN, /* asked, but there was no answer to go by */
    SEEN_OTHER,   /* the cluster holds something else than it is to hold */
    SEEN_WANTED,
};
extern const struct enum_table seen_names; /* "not watched", "unknown", "waiting", "yes" */

struct observed_value {
    enum seen seen;
    const char *text; /* for people: what is waited for, or what was seen; "" */
};

/* A new source is a value here, a row of observation_sources, and the code of app/pass/observe.c
 * that asks it. */
enum evidence_source {
    SOURCE_APPLIED, /* a GitOps tool applied the commit that holds the cacerts */
    SOURCE_ROOTS,   /* istio-ca-root-cert of every namespace has the roots */
    SOURCE_SIGNER,  /* istiod's own certificate comes from the intermediate */
    SOURCE_COUNT
};

struct observation_source {
    const char *name;                 /* its key in weft evidence -o json */
    const char *column;               /* of the table of weft evidence */
    enum evidence_level proves;       /* when it shows what is wanted */
    bool on_new_roots, on_same_roots; /* whether it proves that where the roots of the bundle
                                         changed, and where they did not.  Something else than
                                         what is wanted counts either way */
    const char *check;                /* its line of the preflight list; NULL: none */
    bool git;                         /* it sees only deliveries that go through Git */
};
extern const struct observation_source observation_sources[SOURCE_COUNT];

struct observation {
    const char *virtual_mesh; /* "namespace/name" */
    const char *mesh;         /* key of the Mesh object */
    const char *cluster, *namespace;
    const char *path; /* of its cacerts on the output branch */
    struct trust_wanted wanted;
    const char **ours; /* ids of all roots that the virtual mesh ever trusted, as bundles list them
                        */
    size_t our_count;
    const char *deployed; /* the one that it trusts at rest; "" = none yet */
    struct observed_value shown[SOURCE_COUNT];
    bool watched;               /* the cluster has an API server that was asked */
    struct istiod_facts istiod; /* found: its Deployment was read */
    int64_t at;                 /* when the cluster was seen, by its own clock; 0: it was not */
    const char *refused;        /* it answered, and does not let us look: what it lacks; NULL */
    const char *foreign_root;   /* a root of its own that it trusts, before weft came; NULL: none */
    const char *foreign_pem;
    bool foreign_ready; /* and it trusts the virtual mesh's, too, and no third */
};

/* --- what each source shows; the rest of *out is set before --- */

/* The object applies the folder with the cacerts of this mesh. */
bool observation_covers(const struct observation *observation, const struct applied *applied);
/* The objects that cover it, and for each whether the commit that it applied holds the cacerts. */
void observation_set_applied(struct observation *out, const struct applied *const *objects,
                             const bool *holds, size_t count, struct arena *arena);
/* Sets SOURCE_ROOTS, what istiod's Deployment says, and the foreign root. */
void observation_set_cluster(struct observation *out, const struct observed_cluster *cluster,
                             struct arena *arena);
void observation_set_signer(struct observation *out, const struct observed_signer *signer,
                            struct arena *arena);
/* Each bundle has exactly these roots (any order), and there is at least one of both. */
bool observation_roots_equal(const struct root_bundle *bundles, size_t count,
                             const char *const *roots, size_t root_count);

/* --- weighing: only this decides what counts as evidence --- */

/* The strongest level that a source can prove or disprove counts, and there a source that shows
 * something else outweighs all others. */
struct evidence observation_weigh(const struct observation *observation);
/* The sources show at least this level. */
bool observation_proves(const struct observation *observation, enum evidence_level level);
/* What needs attention first: the strongest source that is unknown or shows something else; NULL:
 * none. */
const struct observed_value *observation_doubt(const struct observation *observation);

/* What is known beside that, from Git and the ledger. */
struct evidence_claims {
    bool other_material; /* the evidence bears the mark of other material than the wanted one */
    enum evidence_level receipt_proves; /* evidence_receipt_level; EVIDENCE_NONE: deliveries leave
                                           no receipt */
    bool receipt;                       /* the mesh was given what it is to hold now */
    bool acknowledged;  /* an operator says in the specs that the cluster has loaded this step */
    const char *former; /* id of the root that weft gave this istiod last, where the mesh has no
                           intermediate of this virtual mesh yet; NULL or "": none */
};
/* Adds them to what the sources showed. */
void observation_add_claims(struct evidence *evidence, const struct evidence_claims *claims);

/* What is known of the certificates that were made for a cluster last. */
struct delivery_claims {
    const char *mark;  /* of their material, as trust_wanted.mark */
    bool receipts;     /* weft writes them itself, and a receipt says so */
    bool receipt;      /* it is there */
    bool issued;       /* there are any */
    int64_t since;     /* when they were issued, seconds since 1970 */
    int64_t allowance; /* how long a GitOps tool may take, seconds */
};
/* They are in the cluster, so that an istiod that is restarted now loads them and not the former
 * ones.  observation NULL: the cluster was not looked at, and time decides. */
bool observation_delivered(const struct observation *observation,
                           const struct delivery_claims *claims, int64_t now);

/* The longest life of a leaf that its istiod issues, seconds; 0: not known. */
int64_t observation_leaf_ttl(const struct observation *observation);
/* The policy, with a longer leaf where an istiod issues one: a leaf that lives longer than the
 * configuration says would outlive the root that it needs.  *cluster: of that istiod; NULL: none.
 */
struct evidence_policy observation_policy(const struct evidence_policy *policy,
                                          const struct observation *list, size_t count,
                                          const char **cluster);

#endif
