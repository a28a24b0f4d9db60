/* rotation/rotation.h - when the trust of a virtual mesh moves on: its record, the facts of one
 * pass, and what that pass has to do.  Pure: no clock, no files, no keys, no randomness.
 *
 * rotation/transition.h lists every way in which a record changes; docs/rotation.md prints the same
 * list.  At most one phase is committed in a pass, and only when rotation/gate.h proves that
 * nothing alive would break. */
#ifndef WEFT_ROTATION_ROTATION_H
#define WEFT_ROTATION_ROTATION_H

#include "api/status.h"
#include "rotation/clock.h"
#include "rotation/gate.h"
#include "rotation/position.h"
#include "rotation/renewal.h"

/* --- facts --- */

/* A CA of the ledger. */
struct rotation_ca {
    const char *id;      /* ledger_root.id */
    const char *anchor;  /* id of the self-signed root at its end; id itself when it is one */
    const char *subject; /* whole name */
    int64_t not_before, not_after;
    int64_t signed_until; /* when the last certificate that it signed ends; 0: none */
    bool key;             /* its private key is available */
    bool generated;
};

enum target_kind {
    TARGET_CA,   /* the trust that the spec asks for is there: ca */
    TARGET_MAKE, /* it asks for a generated root that has to be made */
    TARGET_BAD,  /* it cannot be had: why */
};
struct rotation_target {
    enum target_kind kind;
    const char *ca;  /* id; TARGET_CA */
    const char *why; /* TARGET_BAD, and TARGET_MAKE: for people */
    const char
        *digest; /* of what the spec says about the authority: equal digests ask for the same */
};

struct rotation_member_input {
    const char *mesh, *cluster;
    struct evidence evidence;
    struct evidence former; /* of what is published, while something newer waits to be; level and
                               best alone, and unknown, leaf_ttl */
    const char *ca;         /* that signed the intermediate in use; "" when there is none */
    struct lifetime life;   /* of the intermediate in use */
    int64_t renewed_until;  /* when one issued now would end: renewing must gain something */
    bool options_differ;    /* it was issued with other options than the spec's */
};

enum rotation_request_kind {
    REQUEST_APPROVE,
    REQUEST_ROLLBACK,
    REQUEST_RETRY, /* out of FAILED; try a trust again that was rolled back */
    REQUEST_PAUSE, /* `weft rotation hold` */
    REQUEST_RESUME,
    REQUEST_START_COMPROMISED, /* the deployed root may be in wrong hands */
};
extern const struct enum_table rotation_requests; /* "approve", ... as on the command line */

struct rotation_request {
    enum rotation_request_kind kind;
    const char *rotation; /* id that it is meant for; "" = whatever runs */
    int step;             /* APPROVE: 1 to 3 */
    bool force; /* APPROVE: open a closed gate; needs a reason.  START_COMPROMISED: downtime is
                   accepted */
    const char *reason; /* "" = none */
    int64_t at;
};

struct rotation_facts {
    const char *virtual_mesh;
    enum rotation_strategy strategy;
    enum rotation_verification verification;
    struct rotation_target target;
    const char *trust;        /* shared trust of the spec as JSON */
    int64_t intermediate_ttl; /* of intermediateCertOptions, seconds */
    double intermediate_ratio;
    double root_ratio; /* of generated, for its renewal */
    const struct rotation_ca *cas;
    size_t ca_count;
    const struct rotation_member_input
        *meshes; /* those with an intermediate of their own, sorted by mesh key */
    size_t mesh_count;
    const char
        *approval; /* annotation weft.dev/rotation-approved: "<rotation id>/<step>"; NULL: none */
    const char *canary; /* mesh that gets step 2 first, or what names none: then no mesh gets it;
                           NULL: all at once */
    int branch_step; /* the step that the output branch says this very rotation has come to; 0: none
                      */
    bool reverted;   /* the output branch holds older files than weft pushed last */
    struct rotation_time time;
    const struct evidence_policy *policy;
};

/* --- the record --- */

struct rotation_approval { /* what an operator said about a phase of this rotation */
    bool approved;
    bool forced; /* and its gate was forced open */
};

struct rotation_retired {
    const char *ca;
    int64_t since;
};

struct rotation {
    const char *id; /* "r<count>-<first 8 digits of the new CA's id>"; "" = none ran yet */
    unsigned count; /* rotations so far */
    struct position at;
    bool failed;          /* a member missed the deadline: shown as FAILED */
    bool immediate;       /* strategy NONE, or an emergency: no gates */
    const char *deployed; /* CA whose trust clusters hold at rest; "" = nothing was issued yet */
    const char *deployed_trust; /* JSON; "" */
    const char *old, *new;      /* CAs of the rotation; "" */
    const char *pending;        /* what waits until this rotation is done, for people; "" */
    struct bundle bundle;       /* of steps 1 and 2 */
    const char *trust;          /* JSON of the trust that it goes to; "" */
    const char *digest;         /* of the target that it goes to; "" */
    const char *
        rejected; /* digest of a target that was rolled back and is not tried again by itself; "" */
    const char *pause;    /* why an operator stopped it; "" */
    const char *force;    /* why a gate was forced open in this rotation; "" */
    const char *announce; /* requests of operators that no commit has announced yet; "" */
    struct rotation_approval approval[PHASES];
    bool published; /* what it asks for was pushed */
    bool more;      /* intermediates wait for their turn: there were too many for one pass */
    int64_t entered, deadline;   /* of its own clock */
    struct rotation_clock clock; /* of the last pass */
    struct member *members; /* sorted by mesh; during a rotation all meshes, at rest those that keep
                               a root of their own for a while (adoption) */
    size_t member_count;
    struct rotation_retired *retired;
    size_t retired_count;
    struct rotation_request *requests; /* asked for by an operator, not seen yet by a pass */
    size_t request_count;
    struct rotation_condition *conditions; /* oldest first */
    size_t condition_count;
};

/* --- what comes out --- */

struct rotation_issue { /* an intermediate that has to be there before next is true */
    const char *mesh;
    const char *ca; /* that signs */
    const char *why;
    bool needed; /* without it the whole pass leaves the record as it was; else only this mesh goes
                    without */
};

struct rotation_adoption { /* the root of its own that a cluster came with: kept in its bundle until
                               its leaves are gone */
    const char *root;      /* id */
    const char *pem;
};

struct rotation_note { /* for status: what a person should know now */
    const char *id;    /* of rotation/messages.h, "R5" */
    bool error;
    const char *mesh; /* "" = about the virtual mesh */
    const char *text;
    const char *remedy; /* the part of the text that says what to do; NULL or "": none */
};

/* Of a step that was committed and is not published yet: whether it may still go out. */
enum step_check {
    STEP_NOT_ASKED,   /* none waits, or its gate was forced */
    STEP_OPEN,        /* its gate is open by the evidence of this pass */
    STEP_UNCONFIRMED, /* nothing speaks against it, and a cluster that was to confirm it is silent
                       */
    STEP_CLOSED,      /* its gate has closed again: it must not be published now */
};

enum { ROTATION_ROWS = 80 }; /* at least the rows of the table of transitions */

struct rotation_plan {
    struct rotation next;
    bool moved;     /* materials changed: a commit will carry them */
    bool forced;    /* a closed gate was forced for that */
    bool make_root; /* make the generated root of the spec, then ask again */
    const char *make_why;
    struct rotation_issue *issues; /* sorted by mesh */
    size_t issue_count;
    struct rotation_adoption *adoptions; /* to be in the ledger before next is true; begun in this
                                            pass */
    size_t adoption_count;
    const char **destroy; /* CAs whose private key is to be destroyed now */
    size_t destroy_count;
    const char **retire; /* CAs that no longer sign */
    size_t retire_count;
    struct rotation_note *notes;
    size_t note_count;
    struct gate gate;          /* what the next step waits for, while there is one */
    enum step_check check;     /* of the step that waits to be published */
    const char *check_why;     /* STEP_UNCONFIRMED, STEP_CLOSED: for people; else "" */
    const char *summary;       /* one line: where it stands and what it waits for */
    bool taken[ROTATION_ROWS]; /* transitions[i] of rotation/transition.h was taken in this pass */
};

/* was stays as it is; everything that comes out lives in arena (texts of facts and was are shared).
 */
void rotation_next(struct rotation_plan *out, const struct rotation *was,
                   const struct rotation_facts *facts, struct arena *arena);
/* A record for a VirtualMesh that never had trust. */
struct rotation rotation_none(void);
/* After a push: what was asked for is now out there.  Timers start. */
struct rotation_delivered { /* what was delivered is out, mesh by mesh */
    bool (*is_out)(void *context, const char *mesh);
    void *context;
};
/* delivered NULL: everything is out. */
void rotation_published(struct rotation *rotation, int64_t now,
                        const struct rotation_delivered *delivered);

/* A commit has announced the requests of operators. */
void rotation_announced(struct rotation *rotation);

/* What was pushed is on the branch no more: nothing is known to be loaded, and whatever was given
 * once may be loaded again. */
void rotation_withdrawn(struct rotation *rotation);

/* --- looking ahead --- */

struct rotation_milestone {
    int step;
    const char *what;  /* "commit step 2: all clusters sign with the new root" */
    const char *waits; /* what for, and on whom */
    int64_t earliest;  /* when everything goes well */
    int64_t latest;    /* when passes are a period apart, the clocks are what they are now, and a
                          cluster    that lags comes just before it counts as failed; 0: no limit, for
                          a    person    decides or a cluster is silent */
    bool person;       /* waits for an approval */
};

struct rotation_breakage { /* who refuses whom, and for how long, when a root is thrown out at once
                            */
    const char *who;
    int64_t seconds; /* at most */
    const char *why;
};

#endif
