/* rotation/private.h - what the files of the state machine share while they make one plan.
 * Included by rotation*.c only. */
#ifndef WEFT_ROTATION_PRIVATE_H
#define WEFT_ROTATION_PRIVATE_H

#include "rotation/rotation.h"

struct work {
    struct rotation_plan *out;
    struct rotation *r; /* &out->next */
    const struct rotation_facts *facts;
    struct arena *arena;
    struct gate_clock clock;
    bool start_compromised, retry, rollback; /* commands of this pass */
    int said_at;                             /* the step that they were said in */
    bool deaf;                               /* and none of the last two can be followed in it */
    const char *rollback_reason;
    bool *waits; /* for each mesh of facts: it gets nothing yet; NULL: all do */
};

/* --- rotation_words.c: conditions, notes, texts --- */
void add_condition(struct work *w, enum rotation_state state, const char *error, const char *fmt,
                   ...) PRINTF_LIKE(4, 5);
void add_note(struct work *w, bool error, const char *mesh, const char *fmt, ...) PRINTF_LIKE(4, 5);
const char *ca_words(const struct work *w, const char *ca); /* its name, for people */
const char *cluster_words(const struct work *w,
                          bool (*which)(const struct work *w,
                                        const struct member *member)); /* "a, b and 3 more" */
void describe(struct work *w);                                         /* out->words */

/* --- rotation_commands.c: an operator's words --- */
void commands_take(struct work *w);
void commands_drop(struct work *w); /* after all transitions: those that were followed */
bool step_forced(const struct rotation *r, int step); /* its gate was forced open */
/* Nothing moves now: an operator holds it, or what it asked for last is not out yet. */
bool stands_still(const struct rotation *r);

/* --- rotation_cas.c: CAs and materials --- */
const struct rotation_ca *find_ca(const struct work *w, const char *id); /* NULL: not known */
const char *anchor_of(const struct work *w, const char *ca); /* "" when ca is "" or not known */
/* The CA that signs for an anchor in this rotation; NULL: none that can. */
const struct rotation_ca *signing_ca(const struct work *w, const char *anchor);
/* What a member whose present signer is signer holds at a step. */
struct material step_material(const struct work *w, int step, const char *signer);
enum rotation_state step_state(int step);

/* --- member.c, member_join.c --- */
void members_list(struct work *w);   /* at the start of a rotation: everybody at rest */
void members_update(struct work *w); /* while rotating: leave, revert, evidence, drift */
void members_join(struct work *w);   /* after all transitions */
/* What evidence says of a member: proven, or not any more. */
void member_see(struct work *w, struct member *member, const struct evidence *evidence);
/* Somebody reset the output branch: older files may be with it, what was dead may live again. */
void member_resurrect(struct member *member);
const struct rotation_member_input *find_mesh(const struct work *w,
                                              const char *mesh);              /* NULL: it left */
const struct member *find_member(const struct rotation *r, const char *mesh); /* NULL: none */
bool member_at_step(const struct work *w, const struct member *member);
/* Commits a step for all when it is proved safe, or when force; state is entered with the message.
 * False: the gate (out->gate) is closed, or a key is missing. */
bool commit_step(struct work *w, int step, bool force, const char *message);

/* --- adoption.c: clusters that came with a root of their own --- */
/* Whether a mesh without an intermediate has to wait because of that; why is noted. */
bool adoption_waits(struct work *w, const struct rotation_member_input *mesh);
void adoptions_update(struct work *w); /* at rest, as members_update */
void adoptions_join(struct work *w);   /* at rest, as members_join; fills waits */
/* weft signs for it already: a rotation has to wait. */
bool adoption_under_way(const struct work *w, const struct member *member);
bool adoptions_next(struct work *w); /* at rest: own roots whose leaves are gone are dropped */

/* --- rotation_target.c --- */
bool target_changed(
    struct work *w); /* while rotating: roll back, supersede or queue; true: something moved */
bool rest_next(struct work *w); /* NOT_ROTATING, FINISHED */

/* --- rotation_back.c --- */
bool begin_back(struct work *w, const char *why);
bool back_next(struct work *w); /* the next step back, when there is one that is safe */
void finish_back(struct work *w);

/* --- rotation_issues.c: what has to be issued, destroyed; warnings --- */
void plan_issues(struct work *w);
void plan_disposal(struct work *w);
void plan_warnings(struct work *w);
void retire_ca(struct work *w, const char *ca);

#endif
