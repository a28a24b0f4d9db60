/* app/audit/attestation.h - what a commit of weft was made from, as an in-toto Statement v1 with
 * the predicate SLSA provenance v1 in a DSSE envelope.  Pure.  docs/audit.md
 *
 * https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md,
 * https://slsa.dev/spec/v1.0/provenance, https://github.com/secure-systems-lab/dsse */
#ifndef WEFT_APP_AUDIT_ATTESTATION_H
#define WEFT_APP_AUDIT_ATTESTATION_H

#include "app/audit/audit_entry.h"
#include "base/text.h"

#define ATTESTATION_REF "refs/notes/weft-attestations"
/* Not that of commits: neither signature can pass for the other. */
#define ATTESTATION_NAMESPACE "attestation@weft.dev"
#define ATTESTATION_TYPE "application/vnd.in-toto+json" /* of the payload */

/* Appends the statement about a commit and its tree: one line of JSON, which follows from the
 * commit alone. */
void attestation_statement(struct text *out, const struct audit_entry *entry, const char *tree,
                           const char *branch, struct arena *arena);
/* Appends what is signed: the type and the payload with their lengths (DSSE, "PAE"). */
void attestation_signed(struct text *out, const char *payload, size_t len);
/* Appends the envelope; signature is armored (SSHSIG), and goes in as base64. */
void attestation_envelope(struct text *out, const char *payload, size_t len, const char *keyid,
                          const char *signature, struct arena *arena);

/* A note taken apart.  Without a signature it is the statement itself. */
struct attestation {
    const char *payload; /* in the arena */
    size_t len;
    const char *signature; /* armored; NULL: it has none */
};
/* False: it is neither. */
bool attestation_read(struct attestation *out, const char *bytes, size_t len, struct arena *arena);

#endif
