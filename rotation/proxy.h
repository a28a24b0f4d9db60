/* rotation/proxy.h - whether a proxy (a sidecar, a gateway, ztunnel) still works with what its
 * istiod issued before it loaded the material that it is to hold, and whether it can get out of
 * that without a restart.  Plain data and pure functions.  docs/rotation.md */
#ifndef WEFT_ROTATION_PROXY_H
#define WEFT_ROTATION_PROXY_H

#include "base/enums.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the pod of a proxy says of it. */
struct proxy {
    const char *namespace, *pod;
    const char *kind, *workload; /* what controls the pod: "Deployment", "web"; "Pod" and its own
                                    name when nothing does */
    bool ztunnel;                /* it holds the certificates of the ambient pods of its node */
    const char *version;         /* tag of its image; "" = a digest, or none */
    const char *ca;              /* host of CA_ADDR: "istiod-1-30.istio-system.svc"; "" = not set */
    int64_t started; /* when the container started, by the cluster's clock; 0: it does not run now,
                        and begins with a new certificate when it does */
    int64_t life;    /* SECRET_TTL: the life of a certificate that it asks for, seconds; 0: not set
                      */
};

enum proxy_loading {
    PROXY_LOADING_UNKNOWN, /* no source shows whether istiod has loaded the wanted material */
    PROXY_LOADING_BEFORE,  /* a source shows that it has not */
    PROXY_LOADING_SINCE,   /* it has, and proxies may still be as they were before */
    PROXY_LOADING_SETTLED  /* it has for so long that nothing from before can be alive */
};
extern const struct enum_table proxy_loadings; /* "unknown", "not loaded", "loaded", "settled" */

/* What is known of the istiod of its cluster. */
struct proxy_issuer {
    const char *namespace;
    const char *const *revisions; /* those that run a pod of istiod; "" of a pod without one */
    size_t revision_count;        /* 0: istiod runs elsewhere, or was not seen */
    enum proxy_loading loading;
    int64_t since; /* SINCE: when it was first seen with it, or later; 0: not known */
    bool replaced; /* the roots, or the CA, were replaced at once: peers under different ones refuse
                      each other */
    bool several_roots; /* the bundle holds more than one */
    int64_t leaf_ttl;   /* the longest life that the gates count with, seconds */
    int64_t life_max;   /* MAX_WORKLOAD_CERT_TTL, seconds; 0: Istio's default, 90 days */
    int64_t skew, now;  /* now: by the cluster's clock */
};

enum proxy_age {
    PROXY_CURRENT, /* it got certificate and roots from an istiod with the wanted material */
    PROXY_MAYBE,   /* it started before that, and may not have renewed since */
    PROXY_FORMER,  /* its istiod has not loaded the wanted material yet */
    PROXY_UNKNOWN
};
extern const struct enum_table proxy_ages; /* "current", "may be former", "former", "unknown" */

/* Why waiting is not enough. */
enum proxy_need {
    PROXY_NEED_NOTHING,
    PROXY_NEED_OTHER_CA,   /* its certificates do not come from istiod: weft cannot judge them */
    PROXY_NEED_NO_ISTIOD,  /* no pod of its revision of istiod runs: it cannot renew */
    PROXY_NEED_LONG_LIFE,  /* it asks for a longer life than the gates count with */
    PROXY_NEED_FIRST_ROOT, /* a ztunnel that trusts only the first root of a bundle */
    PROXY_NEED_REPLACED    /* until it renews it refuses its peers, and they refuse it */
};
extern const struct enum_table proxy_needs; /* as in JSON: "", "otherCA", "noIstiod", ... */
/* What to do about it, for people; "". */
const char *proxy_need_text(enum proxy_need need);

struct proxy_verdict {
    enum proxy_age age;
    int64_t until; /* MAYBE: when its certificate from before ends at the latest */
    enum proxy_need need;
};

/* Whether this istiod is the one of the proxy, as far as it says; a proxy without CA_ADDR belongs
 * to any. */
bool proxy_belongs(const struct proxy *proxy, const char *namespace);
struct proxy_verdict proxy_judge(const struct proxy *proxy, const struct proxy_issuer *issuer);

#endif
