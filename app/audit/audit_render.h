/* app/audit/audit_render.h - renders a commit again from its sources, and compares. */
#ifndef WEFT_APP_AUDIT_AUDIT_RENDER_H
#define WEFT_APP_AUDIT_AUDIT_RENDER_H

#include "app/audit/audit_entry.h"
#include "app/audit/audit_report.h"
#include "app/config.h"
#include "sync/snapshot.h"

/* What is rendered from.  specs NULL: they could not be fetched, and why says so. */
struct audit_sources {
    const struct config *config;
    struct clone *output, *inventory, *specs; /* inventory: output, where that has it */
    const char *why;
    bool specs_asked; /* the server of the specs was asked for a commit that is not here */
};

/* Appends what is wrong or could not be checked.  before NULL: the commit is the first one.
 * Compares the manifests: everything of weft below clusters/ but the trust.  -1: the clone cannot
 * be read. */
MUST_USE int audit_render(struct audit_report *out, struct audit_sources *sources,
                          const struct audit_entry *entry, struct snapshot *before,
                          struct snapshot *after, struct err *err);

#endif
