/* k8s-job/observe/tls_probe.h - the certificates that istiod presents on its TLS port, as proof of
 * what it has loaded.  docs/rotation.md  Sends no request after the TLS handshake (RFC 8446). */
#ifndef WEFT_K8S_JOB_OBSERVE_TLS_PROBE_H
#define WEFT_K8S_JOB_OBSERVE_TLS_PROBE_H

#include "base/http.h"

#define HELLO_NAME "istiod.istio-system.svc"

struct hello {
    /* in */
    const char *address;     /* "host:port", an IPv6 host in brackets; istiod's is port 15012 */
    const char *server_name; /* NULL: HELLO_NAME */
    const char *roots_pem;   /* only these roots are trusted */
    /* out */
    bool known;         /* false: why gives the reason, and nothing below is valid */
    const char *why;    /* ""; for people */
    const char **chain; /* SHA-256 of each certificate's DER as it was sent, hex; the leaf first */
    size_t count;
};

/* All handshakes in parallel, each with 10 s to connect and 30 s in all; an unreachable address
 * delays no other. */
void tls_probe_all(struct http *http, struct hello *hellos, size_t count, struct arena *arena);
/* The certificate with this digest (hex) is among those presented. */
bool tls_probe_shows(const struct hello *hello, const char *digest);

#endif
