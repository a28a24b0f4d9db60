/* sync/notes.h - notes on commits, as git notes reads and writes them: a ref whose tree has a file
 * for each commit (git-notes(1)). */
#ifndef WEFT_SYNC_NOTES_H
#define WEFT_SYNC_NOTES_H

#include "sync/clone.h"

struct note {
    char commit[41];
    const char *bytes;
    size_t len;
};

/* The note on a commit: NUL-terminated, in the arena; *bytes NULL: it has none, or tip is "".
 * Folders that git makes of many notes are followed. */
MUST_USE int notes_read(const char **bytes, size_t *len, struct clone *clone, const char *tip,
                        const char *commit, struct arena *arena, struct err *err);

struct notes_request {
    const char *ref; /* full name: "refs/notes/weft-attestations" */
    const struct note *notes;
    size_t count;
    const char *author_name, *author_email;
    int64_t now; /* of the commit that is made */
    const char *subject;
};

/* Puts notes on commits that have none and pushes the ref, never forced; notes that are there stay,
 * whatever they say.  After a lost race the notes are put on what the other writer pushed.  Nothing
 * to add, no commit. */
MUST_USE int notes_publish(struct clone *clone, const struct notes_request *request,
                           struct arena *arena, struct err *err);

#endif
