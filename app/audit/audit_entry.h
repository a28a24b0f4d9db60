/* app/audit/audit_entry.h - what a commit of weft says of itself: its trailers, decoded.  Names and
 * forms are in docs/audit.md. */
#ifndef WEFT_APP_AUDIT_AUDIT_ENTRY_H
#define WEFT_APP_AUDIT_AUDIT_ENTRY_H

#include "sync/history.h"

#define TRAILER_SOURCE "Weft-Source"
#define TRAILER_SIGNER "Weft-Source-Signer"
#define TRAILER_INVENTORY "Weft-Inventory-Commit" /* absent: no inventory was rendered */
#define TRAILER_VERSION "Weft-Version"
#define TRAILER_DIGEST "Weft-Plan-Digest"
#define TRAILER_VIRTUAL_MESHES "Weft-Virtual-Meshes"
#define TRAILER_STATE "Weft-State"       /* id of the state that a commit was made with */
#define TRAILER_INSTANCE "Weft-Instance" /* pod or host that made it: for people */
#define TRAILER_COUNTER "Weft-Counter"   /* unique on the branch, and growing */
#define TRAILER_CERTIFICATES "Weft-Certificate-Log" /* size and root hash (certificate_log.h) */
#define TRAILER_ARTIFACT "Weft-Artifact"            /* of the commit before: cluster and digest */
#define TRAILER_ATTESTATION "Weft-Attestation"      /* "note": one is promised (attestation.h) */
#define TRAILER_ROTATION "Weft-Rotation"
#define TRAILER_OPERATOR "Weft-Operator"

struct audit_rotation {
    const char *virtual_mesh, *id;
    int step;
    const char *state, *message;
};
struct audit_operator { /* of operators */
    const char *virtual_mesh, *text;
};

/* Texts are "" where a trailer is missing. */
struct audit_entry {
    const struct history_commit *commit;
    const char *source, *source_commit, *signer, *inventory, *version, *digest, *state, *instance;
    const char *certificates, *previous, *chain, *attestation;
    uint64_t counter; /* 0: none */
    struct audit_rotation *rotations;
    size_t rotation_count;
    struct audit_operator *requests;
    size_t request_count;
    const char *malformed; /* the first trailer of weft that has not its form or appears twice, with
                              what is wrong; NULL: none */
};

/* Of any commit; those that are not of weft have no trailers of weft. */
void audit_entry_read(struct audit_entry *out, const struct history_commit *commit,
                      struct arena *arena);

#endif
