/* oci/oci_manifest.h - the manifest of an artifact as Flux makes and reads it (OCI image spec 1.1,
 * "Image Manifest"; fluxcd/pkg/oci).  Pure. */
#ifndef WEFT_OCI_OCI_MANIFEST_H
#define WEFT_OCI_OCI_MANIFEST_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"

#define OCI_MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define OCI_CONFIG_TYPE "application/vnd.cncf.flux.config.v1+json"
#define OCI_LAYER_TYPE "application/vnd.cncf.flux.content.v1.tar+gzip"

enum { OCI_DIGEST_SIZE = sizeof "sha256:" + 64 };

/* "sha256:" and hex. */
void oci_manifest_digest(char out[OCI_DIGEST_SIZE], const void *bytes, size_t len);

/* What an artifact says of itself. */
struct oci_origin {
    const char *source;   /* URL of the repository */
    const char *revision; /* "rendered@sha1:40 hex": branch and commit */
    const char *created;  /* RFC 3339: of the commit */
};

struct oci_blob {
    const char *bytes;
    size_t len;
    char digest[OCI_DIGEST_SIZE];
};

/* The config blob of a layer whose unpacked bytes have this digest. */
void oci_manifest_config(struct text *out, const struct sha256 *plain);
void oci_manifest_write(struct text *out, const struct oci_blob *config,
                        const struct oci_blob *layer, const struct oci_origin *origin);

/* Of one that was read; texts are in the arena. */
struct oci_manifest {
    const char *config, *layer; /* digests */
    const char *source, *revision;
};
/* False: not the manifest of an artifact with one layer, such as weft and Flux make it. */
bool oci_manifest_read(struct oci_manifest *out, const char *bytes, size_t len,
                       struct arena *arena);

#endif
