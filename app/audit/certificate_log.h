/* app/audit/certificate_log.h - the certificates that the records of an output branch ever had, in
 * the order of their commits, as a Merkle tree of RFC 9162.  docs/audit.md has the form of an
 * entry. */
#ifndef WEFT_APP_AUDIT_CERTIFICATE_LOG_H
#define WEFT_APP_AUDIT_CERTIFICATE_LOG_H

#include "app/audit/audit_trust.h"
#include "base/digest.h"

#define CERTIFICATE_LOG_PATH "weft/certificates.jsonl" /* below output.path */
/* With this begins each line: how the file is known as one of weft's. */
extern const char certificate_log_first[];

/* A line is an entry, whatever it says, so a log that was damaged can be continued. */
struct certificate_log {
    const char **entries; /* lines without their ends */
    size_t count;
    struct map *known; /* entries */
    struct arena *arena;
};

/* bytes NULL: it has not begun. */
void certificate_log_read(struct certificate_log *out, const char *bytes, size_t len,
                          struct arena *arena);
/* The log of an output branch, by a reader below output.path. */
MUST_USE int certificate_log_load(struct certificate_log *out, const struct tree_reader *branch,
                                  struct arena *arena, struct err *err);
/* A log of its own with the same entries. */
void certificate_log_copy(struct certificate_log *out, const struct certificate_log *log,
                          struct arena *arena);
/* The entry of a certificate in its place: one line of JSON. */
const char *certificate_log_entry(const struct audit_certificate *certificate, struct arena *arena);
bool certificate_log_has(const struct certificate_log *log, const char *entry);
/* How many entries both begin with. */
size_t certificate_log_common(const struct certificate_log *a, const struct certificate_log *b);
/* Appends what it does not have yet, by when it is valid from, roots before intermediates; sorts
 * the certificates.  The same certificates in any order give the same log. */
void certificate_log_append(struct certificate_log *log, struct audit_certificate *certificates,
                            size_t count);
/* The file; nothing for a log without entries. */
void certificate_log_write(struct text *out, const struct certificate_log *log);

/* One for each entry; in the arena of the log. */
struct sha256 *certificate_log_leaves(const struct certificate_log *log);
/* "SIZE sha256:ROOT": the value of TRAILER_CERTIFICATES. */
const char *certificate_log_summary(const struct certificate_log *log, struct arena *arena);

#endif
