/* pki/certificate.h - CA certificates: made by one profile, written as PEM once, read, named.
 * Profile of docs/rotation.md (RFC 5280). */
#ifndef WEFT_PKI_CERTIFICATE_H
#define WEFT_PKI_CERTIFICATE_H

#include "base/arena.h"
#include "base/err.h"
#include <openssl/types.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    CA_BACKDATE = 3600, /* seconds: clocks of clusters differ */
    CA_PATH_UNLIMITED = -1,
    CA_NAME_MAX =
        64 /* characters of O and CN (RFC 5280, appendix A: ub-organization-name, ub-common-name) */
};

/* What differs between a root, an intermediate and a bridge.  Everything else is the same: version
 * 3, critical basicConstraints CA:TRUE, critical keyUsage keyCertSign and cRLSign, no extended key
 * usage (istiod would refuse it), subject and authority key identifiers (key id only: an issuer and
 * serial there would block cross-signing), random serial of 20 octets, SHA-256. */
struct ca_profile {
    const char *org, *common_name; /* UTF-8, 1 to CA_NAME_MAX characters */
    const char *uri;               /* subjectAltName, not critical; NULL: none */
    int path_length;               /* CA_PATH_UNLIMITED: not given */
    const char *csr; /* a request that the owner of the key signed, when only the public key is
                        here; NULL: a remote issuer gets one that is made here */
    int64_t not_before, not_after; /* seconds */
};

/* PEM as libcrypto writes it: 64 columns, LF, one newline at the end, no comments.  Written once
 * when a certificate is made and kept: older istiods compare bundles as bytes (docs/rotation.md).
 */
MUST_USE int certificate_pem(const char **out, const X509 *certificate, struct arena *arena,
                             struct err *err);
/* The first certificate of a PEM text.  what names the text in the err. */
MUST_USE int certificate_read(X509 **out, const char *what, const char *pem, size_t len,
                              struct err *err);
/* When that certificate ends, seconds. */
MUST_USE int certificate_end(int64_t *not_after, const char *what, const char *pem,
                             struct err *err);
/* All certificates of a PEM text, 1 to max.  Anything between them is skipped, as PEM readers do; a
 * damaged one is an error. */
MUST_USE int certificate_read_all(STACK_OF(X509) * *out, const char *what, const char *pem,
                                  size_t len, size_t max, struct err *err);

/* Public facts, in the arena. */
struct certificate_facts {
    const char *id;      /* SHA-256 of the DER, hex */
    const char *spki;    /* SHA-256 of the SubjectPublicKeyInfo, hex */
    const char *serial;  /* hex, lower case, even number of digits */
    const char *name;    /* CN, or O when there is none, or "" */
    const char *org;     /* O, or "" */
    const char *subject; /* whole subject, RFC 2253 */
    const char *uri;     /* the first URI in the subjectAltName, or "" */
    const char *key;     /* "RSA 4096", "EC P-256", or libcrypto's name */
    int64_t not_before, not_after;
    bool ca, self_signed;
};
MUST_USE int certificate_facts(struct certificate_facts *out, X509 *certificate,
                               struct arena *arena, struct err *err);

#endif
