/* k8s-job/observe/tls_probe.h - which certificates istiod itself shows on its TLS port: proof of
 * what it works with.  docs/rotation.md  Sends nothing but the TLS hello. */
#ifndef WEFT_K8S_JOB_OBSERVE_TLS_PROBE_H
#define WEFT_K8S_JOB_OBSERVE_TLS_PROBE_H

#include "base/http.h"

#define HELLO_NAME "istiod.istio-system.svc"

struct hello {
    /* in */
    const char *address;     /* "host:port", an IPv6 host in brackets; istiod's is port 15012 */
    const char *server_name; /* NULL: HELLO_NAME */
    const char *roots_pem;   /* only these roots are believed */
    /* out */
    bool known;         /* false: why says what is in the way, and nothing below counts */
    const char *why;    /* ""; for people */
    const char **chain; /* SHA-256 of each certificate's DER as it was sent, hex; the leaf first */
    size_t count;
};

/* Asks all at once, each with 10 s to connect and 30 s in all; a dead address delays nobody. */
void tls_probe_all(struct http *http, struct hello *hellos, size_t count, struct arena *arena);
/* The certificate with this digest (hex) is among those that were shown. */
bool tls_probe_shows(const struct hello *hello, const char *digest);

#endif
