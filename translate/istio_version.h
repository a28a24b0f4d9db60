/* translate/istio_version.h - what an Istio version understands, so that each mesh gets manifests
 * that it serves. */
#ifndef WEFT_TRANSLATE_ISTIO_VERSION_H
#define WEFT_TRANSLATE_ISTIO_VERSION_H

#include <stdbool.h>

/* One dialect for all versions that read the same manifests; compared by address. */
struct dialect {
    const char *networking;      /* apiVersion of Gateway, ServiceEntry, DestinationRule */
    const char *security;        /* apiVersion of AuthorizationPolicy, PeerAuthentication */
    bool known;                  /* false: the version was not understood */
    bool thrift;                 /* a port may have the protocol Thrift */
    bool gateway_opens_pod_port; /* a Gateway's port number is the container's, not the Service's */
    bool coredns;                /* comes with a resolver for *.global, so needs no smart DNS */
    bool peer_authentication;    /* the kind exists */
    bool path_templates;         /* AuthorizationPolicies read {*} and {**} in paths */
    bool entry_selects_pods; /* a ServiceEntry's workloadSelector finds pods, and its ports have a
                                targetPort */
};

/* The dialect of an istiod image tag such as "1.22.3", "v1.20.0-distroless", "1.11-alpha.1".
 * Anything else ("latest", a digest, "") gives the newest dialect that every version since 1.11
 * reads, with known = false. */
const struct dialect *istio_version_dialect(const char *version);

#endif
