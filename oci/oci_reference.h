/* oci/oci_reference.h - names of artifacts in a registry, by the grammar of the OCI distribution
 * spec (1.1, "Pulling manifests"): REPOSITORY:TAG on a host. */
#ifndef WEFT_OCI_OCI_REFERENCE_H
#define WEFT_OCI_OCI_REFERENCE_H

#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>

/* Texts are in the arena. */
struct oci_reference {
    const char *base;       /* "https://registry.example.com:5000" */
    const char *host;       /* "registry.example.com:5000" */
    const char *repository; /* "mesh/eu-1" */
    const char *tag;
    const char *shown; /* "oci://registry.example.com:5000/mesh/eu-1:latest" */
};

/* What is wrong with the URL of a folder of repositories ("oci://HOST/PATH"), such as "has no
 * host"; NULL: nothing. */
const char *oci_reference_fault(const char *url, struct arena *arena);
bool oci_reference_is_tag(const char *text);
/* The artifact of one cluster below url, which oci_reference_fault accepts.  plain: http:// to a
 * registry on the loopback.  ERR_INPUT: the cluster's name cannot be part of a repository's name;
 * ERR_REFUSED: plain, and another machine. */
MUST_USE int oci_reference_make(struct oci_reference *out, const char *url, const char *cluster,
                                const char *tag, bool plain, struct arena *arena, struct err *err);
/* Both URLs have the same scheme, host and port, as libcurl connects to them, and no user. */
bool oci_reference_same_server(const char *a, const char *b, struct arena *arena);

#endif
