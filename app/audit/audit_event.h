/* app/audit/audit_event.h - a commit of the output branch with what it changed: a row of weft log.
 */
#ifndef WEFT_APP_AUDIT_AUDIT_EVENT_H
#define WEFT_APP_AUDIT_AUDIT_EVENT_H

#include "app/audit/audit_entry.h"
#include "app/audit/audit_trust.h"

struct audit_event {
    struct audit_entry entry;
    size_t added, changed, removed; /* files below output.path */
    const char **clusters;          /* whose files changed; sorted */
    size_t cluster_count;
    const char **records; /* virtual meshes whose record changed */
    size_t record_count;
    struct audit_certificate *issued; /* that the records have since this commit */
    size_t issued_count;
};

/* What is asked for; NULL, 0 or -1: anything. */
struct audit_filter {
    const char *virtual_mesh, *namespace, *cluster;
    const char *serial;   /* or fingerprint: how it begins, in hexadecimal */
    const char *request;  /* a part of what an operator asked for */
    int step;             /* -1: any */
    int64_t since, until; /* until 0: no end */
};

/* Compares the commit of an entry with its first parent, as far as both are in the clone. */
MUST_USE int audit_event_read(struct audit_event *out, struct clone *clone, const char *folder,
                              const struct audit_entry *entry, struct arena *arena,
                              struct err *err);
/* What can be decided without reading trees: time, step and operator. */
bool audit_event_may_match(const struct audit_entry *entry, const struct audit_filter *filter);
bool audit_event_matches(const struct audit_event *event, const struct audit_filter *filter);

#endif
