/* oci/oci_challenge.h - how a registry asks for credentials: WWW-Authenticate (RFC 9110, 11.6.1),
 * with Basic (RFC 7617) or the Bearer of the distribution token specification.  Pure. */
#ifndef WEFT_OCI_OCI_CHALLENGE_H
#define WEFT_OCI_OCI_CHALLENGE_H

#include "base/arena.h"
#include <stdbool.h>

enum oci_scheme { OCI_SCHEME_NONE, OCI_SCHEME_BASIC, OCI_SCHEME_BEARER };

/* Texts are in the arena; "" where the registry gives none. */
struct oci_challenge {
    enum oci_scheme scheme;
    const char *realm, *service, *scope; /* of Bearer */
};

/* The first challenge of a header's value that weft can meet; false: there is none, or a Bearer
 * without a realm. */
bool oci_challenge_read(struct oci_challenge *out, const char *value, struct arena *arena);

#endif
