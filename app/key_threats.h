/* app/key_threats.h - every key that a configuration makes or uses: where it is stored, who can
 * read it, until when, and what a leak costs.  Opens no private key. */
#ifndef WEFT_APP_KEY_THREATS_H
#define WEFT_APP_KEY_THREATS_H

#include "app/config.h"
#include "state/ledger.h"

enum key_threat_kind {
    THREAT_STATE_KEY,
    THREAT_ROOT,
    THREAT_ESCROW, /* the copy of a root */
    THREAT_INTERMEDIATE,
    THREAT_RECIPIENT, /* the private half of what deliveries are encrypted for */
    THREAT_CREDENTIAL,
    THREAT_SIGNING_KEY
};
extern const struct enum_table key_threat_kinds; /* "state-key", "root", ... */

struct key_threat {
    enum key_threat_kind kind;
    const char *of;      /* virtual mesh, cluster, or the field of the configuration */
    const char *where;   /* "; " between places */
    const char *readers; /* likewise */
    int64_t until;       /* seconds; 0: until it is replaced */
    const char *cost;    /* of a leak */
    bool exposed;        /* other users of this machine can read its file */
};
struct key_threats {
    struct key_threat *list;
    size_t count;
};

/* Of the configuration, the ledger, and the modes of the files that are there; in the arena. */
void key_threats_find(struct key_threats *out, const struct config *config,
                      const struct ledger *ledger, struct arena *arena);

#endif
