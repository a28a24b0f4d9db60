/* app/pass/inventory_memory.h - what the state records of the inventory. */
#ifndef WEFT_APP_PASS_INVENTORY_MEMORY_H
#define WEFT_APP_PASS_INVENTORY_MEMORY_H

#include "app/pass/session.h"
#include "discovery/fleet.h"
#include "sync/clone.h"

struct inventory_memory {
    const char *commit;         /* that this state pushed or saw last; "": none */
    const char *branch;         /* where that is; NULL: not known */
    bool here;                  /* it is of the branch that the configuration names, */
    bool near;                  /* or of another one of that repository */
    const struct node *missing; /* by cluster, what damping keeps; NULL: nothing */
    const struct node *read;    /* by cluster, when it was last read as a whole; NULL: not known */
};

struct inventory_memory inventory_memory_read(const struct session *session);
/* The inventory that a pass begins with. */
struct inventory_last {
    char commit[41]; /* "": there is none yet */
    char tip[41];    /* of the branch; "": it does not exist */
    bool remembered; /* commit is that of the state, not the tip */
};
/* Fetches the inventory branch.  The commit that the state records counts, which a writer of the
 * branch cannot exchange; the tip only where the state has none or the repository lost it.
 * Another branch of the same repository takes over the inventory of the one before. */
MUST_USE int inventory_memory_last(struct inventory_last *out,
                                   const struct inventory_memory *memory, struct clone *clone,
                                   const struct config *config, struct err *err);
/* What damping keeps of one cluster. */
const struct damping_entry *inventory_memory_seen(const struct inventory_memory *memory,
                                                  const char *cluster, size_t *count,
                                                  struct arena *arena);
/* When a cluster was last read as a whole, seconds since 1970; 0: not known. */
int64_t inventory_memory_read_at(const struct inventory_memory *memory, const char *cluster);
/* Into the ledger; store_save stores it. */
void inventory_memory_write(struct session *session, const char *commit, const struct fleet *fleet);

#endif
