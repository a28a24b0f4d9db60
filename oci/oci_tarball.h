/* oci/oci_tarball.h - a folder as one .tar.gz whose bytes depend on names and contents alone.
 *
 * POSIX.1-2017 pax interchange format (ustar, with a pax record for a long path), RFC 1952. */
#ifndef WEFT_OCI_OCI_TARBALL_H
#define WEFT_OCI_OCI_TARBALL_H

#include "base/digest.h"
#include "base/text.h"

struct oci_tarball;
struct oci_tarball *oci_tarball_new(void);
void oci_tarball_free(struct oci_tarball *tarball);
AUTO_DEFINE(struct oci_tarball, oci_tarball_free)

/* Folders before what is in them, and all in the caller's order: it decides the bytes.  Paths are
 * relative, without a slash at the end. */
void oci_tarball_add_folder(struct oci_tarball *tarball, const char *path);
void oci_tarball_add_file(struct oci_tarball *tarball, const char *path, const char *bytes,
                          size_t len);
/* The whole file is in the tarball from now on; *plain is the digest of what gzip packs. */
const struct text *oci_tarball_end(struct oci_tarball *tarball, struct sha256 *plain);

#endif
