/* delivery/agent_step.h - what the agent in a cluster does next, from what it reads there.  Pure.
 */
#ifndef WEFT_DELIVERY_AGENT_STEP_H
#define WEFT_DELIVERY_AGENT_STEP_H

#include "base/enums.h"
#include "delivery/issuance.h"

struct agent_facts {
    const char *cluster;             /* by the agent's own configuration */
    const char *spare, *current;     /* SPKI of the keys in its Secret, hex; "": none */
    int64_t renewed_for;             /* the issuance that the spare was last replaced because of */
    const struct issuance *issuance; /* NULL: there is none yet */
    const char *unfit;               /* why its files may not be put in place; NULL: they may */
    int64_t held;                    /* serial of the issuance that cacerts is from; 0: of none */
    bool equal; /* cacerts holds the files of the issuance, with the current key */
};

/* Each is one write, after which the agent looks again: killed between two of them, the next run
 * finds the same facts and goes on. */
enum agent_step {
    AGENT_REST,       /* nothing but the request is to be published */
    AGENT_MAKE_SPARE, /* no spare key, or weft cannot have signed the one that is there, or never
                         will sign it */
    AGENT_PROMOTE, /* the spare is certified: it becomes the current key, and a new one is made */
    AGENT_WRITE    /* cacerts: the current key, and the files of the issuance */
};
extern const struct enum_table agent_steps;

/* Begins what is said of an issuance for a key that is not in the cluster; weft replaces the
 * certificate for it. */
#define AGENT_NO_KEY "no key for "

struct agent_plan {
    enum agent_step step;
    const char *cannot; /* why the issuance is not taken; "": it is, or there is none */
};

/* cannot lives in arena, or as long as the facts. */
struct agent_plan agent_step_next(const struct agent_facts *facts, struct arena *arena);

#endif
