/* pki/identity.h - for whom the CA of a cluster issues certificates: its workloads, and istiod
 * itself. */
#ifndef WEFT_PKI_IDENTITY_H
#define WEFT_PKI_IDENTITY_H

#include "base/arena.h"

/* "spiffe://td/ns/..." -> "td"; anything else, NULL too: Istio's own default "cluster.local". */
const char *identity_trust_domain(const char *spiffe_id, struct arena *arena);

enum { IDENTITY_NAMES_MAX = 4 };

/* Name constraints of a given CA are judged by these. */
struct identity {
    const char *workload; /* URI of a SPIFFE ID: "spiffe://<trust domain>/ns/default/sa/default" */
    const char *istiod[IDENTITY_NAMES_MAX]; /* DNS names, as istiod asks for its own certificate
                                               (getDNSNames in pilot/pkg/bootstrap) */
    size_t istiod_count;
};

/* spiffe_id: of istiod's account, whose trust domain counts; namespace: of istiod; revision: "" or
 * NULL when the default one.  In the arena. */
struct identity identity_of(const char *spiffe_id, const char *namespace, const char *revision,
                            struct arena *arena);

#endif
