/* app/pass/artifact_memory.h - what the state remembers of the artifacts in the registry. */
#ifndef WEFT_APP_PASS_ARTIFACT_MEMORY_H
#define WEFT_APP_PASS_ARTIFACT_MEMORY_H

#include "app/pass/session.h"

enum { ARTIFACT_FORMER_MAX = 8 }; /* of a cluster */

/* One that was at the tag before. */
struct artifact_former {
    const char *digest, *commit;
};

/* One that was pushed, or found in place.  Texts are in the session's arena. */
struct artifact {
    const char *cluster;
    const char *tree;                     /* Git tree that it was made of, hex */
    const char *commit;                   /* of the output branch, that it says it is of */
    const char *created;                  /* when that was made, RFC 3339 */
    const char *digest;                   /* of its manifest: "sha256:..." */
    const struct artifact_former *former; /* the newest first, none with this digest */
    size_t former_count;
};

struct artifact_memory {
    const char *commit; /* of the branch, whose artifacts are all in place; "": none is known */
    const struct artifact *items; /* by cluster */
    size_t count;
};

/* Of the registry, tag and branch that the configuration names; never fails: what cannot be read
 * counts as none. */
struct artifact_memory artifact_memory_read(const struct ledger *ledger,
                                            const struct config *config, struct arena *arena);
const struct artifact *artifact_memory_find(const struct artifact_memory *memory,
                                            const char *cluster); /* NULL: absent */
/* Fills the formers of an artifact whose digest is known; before: what the state had of its cluster
 * until now, or NULL. */
void artifact_memory_follow(struct artifact *artifact, const struct artifact *before,
                            struct arena *arena);
/* Into the ledger; it is not saved yet. */
void artifact_memory_write(struct session *session, const struct artifact_memory *memory);
/* Artifacts are configured, and those of this commit are not known to be in place. */
bool artifact_memory_lacks(const struct session *session, const char *commit);

#endif
