/* oci/oci_push.h - what a tag holds, and an artifact under a tag (OCI distribution spec 1.1,
 * "Pulling manifests", "Push"). */
#ifndef WEFT_OCI_OCI_PUSH_H
#define WEFT_OCI_OCI_PUSH_H

#include "oci/oci_client.h"
#include "oci/oci_manifest.h"
#include "oci/oci_reference.h"

/* What is at a tag. */
struct oci_current {
    char digest[OCI_DIGEST_SIZE]; /* of the bytes that the registry gave; "": there is nothing */
    bool readable;                /* manifest is filled: weft or Flux made it */
    struct oci_manifest manifest;
};
MUST_USE int oci_push_look(struct oci_current *out, struct oci_client *client,
                           const struct oci_reference *at, struct arena *arena, struct err *err);

/* Sends the blobs that the repository lacks, then the manifest, and reads it back: digest is that
 * of the manifest.  Killed in between, the tag is as before. */
MUST_USE int oci_push(char digest[OCI_DIGEST_SIZE], struct oci_client *client,
                      const struct oci_reference *to, const struct oci_blob *config,
                      const struct oci_blob *layer, const struct oci_origin *origin,
                      struct arena *arena, struct err *err);

#endif
