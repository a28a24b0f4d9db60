/* tests/lib/restart_world.h - a server that plays one cluster: its workloads, and what patches meet
 * there. */
#ifndef WEFT_TESTS_LIB_RESTART_WORLD_H
#define WEFT_TESTS_LIB_RESTART_WORLD_H

#include "k8s-job/restart/step.h"
#include "tests/lib/workplace.h"

enum { NOW = 1795431600, THINGS_MAX = 16 };
#define EPOCH "0123456789abcdef"
/* The two roots that a cluster is to hold, as its ConfigMaps write them. */
#define J_A "-----BEGIN CERTIFICATE-----\\nAAEC\\n-----END CERTIFICATE-----\\n"
#define J_B "-----BEGIN CERTIFICATE-----\\nAwQF\\n-----END CERTIFICATE-----\\n"

/* A workload on a played cluster. */
struct thing {
    const char *resource, *namespace, *name;
    const char *app;       /* its label; NULL: none */
    const char *env;       /* of its container, in JSON; NULL: none */
    const char *more_spec; /* members of its spec, each with a comma before; NULL: none */
    bool gone, leaving;    /* leaving: it is being deleted */
    /* what the next patches meet */
    int conflicts;         /* so many are answered 409 */
    const char *meanwhile; /* with the first conflict another client restarts it for this epoch */
    bool gone_meanwhile, hidden_meanwhile; /* with the first conflict: deleted, or out of sight */
    int status;                            /* they are refused with this; 0: not */
    const char *message;                   /* of the refusal */
    bool cut;                              /* the first is done, but its answer is lost */
    bool gone_by_then;                     /* it is deleted between the look and the patch */
    /* how it is */
    int version, generation, seen;
    char epoch[32], at[32];
    int patches; /* that were done */
};

struct world {
    struct arena *arena;
    struct thing things[THINGS_MAX];
    size_t count;
    const char *maps_roots;      /* PEM in JSON, of istio-ca-root-cert everywhere; NULL: 403 */
    const char *renamed_roots;   /* the same of ConfigMaps "mesh-roots"; NULL: there are none */
    const char *bundle_roots;    /* of the ClusterTrustBundle of istiod; NULL: there is none */
    const char *stale_namespace; /* a namespace that has J_A only */
    const char *unlisted;        /* a namespace whose lists are refused */
    int lists, patches, looks;   /* requests so far */
    char body[2048];             /* of the last patch */
    char type[128];
    struct server *server;
};

/* One cluster: its server, and what a caller hands in and remembers. */
struct fixture {
    struct workplace place;
    struct world world;
    struct restart_cluster cluster;
    struct restart_workload workloads[THINGS_MAX];
    struct restart_record records[4 * THINGS_MAX];
};

/* A cluster with an istiod that is not restarted yet, and with the wanted roots. */
void open_fixture(struct fixture *fixture);
/* ... whose istiod is restarted already. */
void open_ready(struct fixture *fixture);
void close_fixture(struct fixture *fixture);
/* Something that exists; add_workload: and is of the mesh. */
struct thing *add(struct world *world, const char *resource, const char *namespace,
                  const char *name);
struct thing *add_workload(struct fixture *fixture, const char *resource, const char *namespace,
                           const char *name, bool gateway);
struct thing *thing_of(struct world *world, const char *name);
/* As a patch does it. */
void annotate(struct thing *thing, const char *epoch, const char *at);
/* Everything that was ordered is rolled out. */
void roll_out(struct world *world);
/* One pass, a minute, and what it says is remembered. */
void step(struct fixture *fixture);
void expect_text(const struct restart_cluster *cluster, const char *text);

#endif
