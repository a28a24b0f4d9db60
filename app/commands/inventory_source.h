/* app/commands/inventory_source.h - the inventory of a command that reads no cluster: the one that
 * --inventory names, else the last one of the configuration.  docs/discovery.md */
#ifndef WEFT_APP_COMMANDS_INVENTORY_SOURCE_H
#define WEFT_APP_COMMANDS_INVENTORY_SOURCE_H

#include "api/finding.h"
#include "api/specs.h"
#include "app/config.h"
#include "app/pass/inventory_memory.h"

enum inventory_origin {
    INVENTORY_UNUSED, /* discovery is off, and none was named: the specs alone */
    INVENTORY_STATE,  /* the commit that the state records, as a pass uses it */
    INVENTORY_BRANCH, /* the tip of discovery.branch: the state records none */
    INVENTORY_REF,    /* --inventory: a commit, branch or tag of the output repository */
    INVENTORY_DIR,    /* --inventory: a folder */
    INVENTORY_NONE    /* no pass has made one yet */
};
extern const struct enum_table inventory_origins;

struct inventory_source {
    enum inventory_origin origin;
    char commit[41];                /* "": a folder, or none */
    const char *text;               /* "inventory 0123456789ab of the state"; "": unused */
    struct specs found;             /* its objects */
    struct inventory_memory memory; /* of the state, for INVENTORY_STATE */
};

/* The one that named names, a folder where there is one by this name, else a ref; named NULL: the
 * last one, or with discovery off none.  Changes nothing: the state is read, and must not be
 * damaged.  config NULL: only a folder can be read. */
MUST_USE int inventory_source_find(struct inventory_source *out, const struct config *config,
                                   const char *named, struct arena *arena, struct err *err);
/* The specs become what a pass would render of them and the inventory. */
void inventory_source_join(const struct inventory_source *source, struct specs *specs,
                           struct findings *findings, struct arena *arena);

#endif
