/* rotation/private.h - what the files of the state machine share while they make one plan. */
#ifndef WEFT_ROTATION_PRIVATE_H
#define WEFT_ROTATION_PRIVATE_H

#include "rotation/messages.h"
#include "rotation/rotation.h"
#include "rotation/transition.h"

/* One pass over one virtual mesh.  Guards get it const: what they read is *r and *facts. */
struct work {
    struct rotation_plan *out;
    struct rotation *r; /* &out->next: the record as the transitions so far made it */
    const struct rotation_facts *facts;
    struct arena *arena;
    struct gate_clock clock;
    bool start_compromised, retry, rollback; /* requests of this pass */
    enum phase requested_in;                 /* the phase that they were made in */
    bool paused, standstill;                 /* in which ROLLBACK and RETRY cannot be followed */
    const char *rollback_reason;
    bool caught_up;    /* the output branch was further than the record */
    bool members_seen; /* the evidence of this pass was weighed */
    bool formers_seen; /* likewise, of what is published while a step waits */
    bool *waits;       /* for each mesh of facts: it gets nothing yet; NULL: none waits */
};

/* What a guard leaves for the summary. */
struct obstacle {
    bool judged;         /* gate was looked at; open or closed, this is the newest answer */
    struct gate gate;    /* what a commit waits for */
    const char *keyless; /* anchor under which nothing can be signed; NULL: none */
};
void obstacle_judge(struct obstacle *left, struct gate gate);

/* --- text.c: conditions, notes, texts --- */
/* Adds a condition of the present state, or of another.  A message begins with a format of
 * messages.h, whose id the condition gets. */
#define condition(w, error, ...)                                                                   \
    condition_add((w), rotation_shown((w)->r), (error), #__VA_ARGS__, __VA_ARGS__)
#define condition_of(w, state, error, ...)                                                         \
    condition_add((w), (state), (error), #__VA_ARGS__, __VA_ARGS__)
void condition_add(struct work *w, enum rotation_state state, const char *error, const char *source,
                   const char *fmt, ...) PRINTF_LIKE(5, 6);
/* Adds a note about a mesh; "": about the virtual mesh. */
#define note(w, error, mesh, ...) note_add((w), (error), (mesh), #__VA_ARGS__, __VA_ARGS__)
void note_add(struct work *w, bool error, const char *mesh, const char *source, const char *fmt,
              ...) PRINTF_LIKE(5, 6);
const char *text_of_ca(const struct work *w, const char *ca); /* its name, for people */
/* "a, b and 3 more": clusters of the members that are meant; "": none. */
const char *text_of_clusters(const struct work *w,
                             bool (*which)(const struct work *w, const struct member *member));
void describe(struct work *w); /* out->summary */

/* --- request.c: what operators ask for --- */
void requests_take(struct work *w);
void requests_drop(struct work *w); /* after all transitions: those that were followed */
/* Nothing moves now: the rotation is paused, or what it asked for last is not out yet. */
bool stands_still(const struct rotation *r);

/* --- ca.c: CAs and materials --- */
const struct rotation_ca *find_ca(const struct rotation_facts *facts,
                                  const char *id);           /* NULL: not known */
const char *anchor_of(const struct work *w, const char *ca); /* "" when ca is "" or not known */
/* The CA that signs for an anchor in rotation r; NULL: none that can. */
const struct rotation_ca *signing_ca(const struct work *w, const struct rotation *r,
                                     const char *anchor);
/* What a member whose present signer is signer holds in a phase of rotation r. */
struct material phase_material(const struct work *w, const struct rotation *r, enum phase phase,
                               const char *signer);

/* --- member.c --- */
const struct rotation_member_input *find_mesh(const struct work *w,
                                              const char *mesh); /* NULL: it left */
/* Weighs the evidence about a member: proven, or not any more. */
void member_see(struct work *w, struct member *member, const struct evidence *evidence);
/* Members after a reset of the output branch: older files may be loaded, and what was dead may be
 * alive again. */
void member_resurrect(struct member *member);
void member_set_committed(struct member *member, const struct material *next,
                          struct gate_clock clock); /* whatever may be alive */
/* A source shows something else than what the evidence is about.  An answer that is missing shows
 * nothing. */
bool evidence_is_against(const struct evidence *evidence);
bool member_left(const struct work *w, struct obstacle *left);
void members_drop(struct work *w);
bool evidence_regressed(const struct work *w, struct obstacle *left);
bool evidence_counts(const struct work *w, struct obstacle *left);
void members_see(struct work *w);

/* --- commit.c: the one place that commits a phase --- */
/* Whether a phase of candidate can be committed for all its members: signed, and proved safe unless
 * forced. */
bool commit_fits(const struct work *w, const struct rotation *candidate, enum phase phase,
                 bool forced, struct obstacle *left);
/* Commits it for all members of w->r.  The message, which begins with a format of messages.h,
 * becomes the condition. */
#define commit_phase(w, phase, forced, ...)                                                        \
    commit_phase_as((w), (phase), (forced), #__VA_ARGS__, __VA_ARGS__)
void commit_phase_as(struct work *w, enum phase phase, bool forced, const char *source,
                     const char *fmt, ...) PRINTF_LIKE(5, 6);
/* next[i] for each member i, without a proof. */
void commit_materials(struct work *w, const struct material *next);
bool member_at_phase(const struct work *w, const struct member *member);

/* --- branch.c: an output branch that is not as this state left it --- */
bool branch_is_ahead(const struct work *w, struct obstacle *left);
void branch_catch_up(struct work *w);
bool intent_is_unsafe(const struct work *w, struct obstacle *left);
void intent_withdraw(struct work *w);
bool branch_was_reset(const struct work *w, struct obstacle *left);
void branch_push_again(struct work *w);

/* --- waiting.c: a step that is not published yet --- */
void waiting_forget(struct rotation *r); /* its gate is not asked any more */
bool former_counts(const struct work *w, struct obstacle *left);
void formers_see(struct work *w);
bool published_closed(const struct work *w, struct obstacle *left);
void name_published_closed(struct work *w);
/* After all transitions, or none of them: whether the step that waits may still go out; out->check,
 * and a note. */
void step_check(struct work *w);

/* --- window.c: when rotation.windows and freeze let something go out --- */
/* From `at` on: when a step can go out; `at` itself where it cannot wait.  CALENDAR_NEVER: at no
 * moment that can be seen. */
int64_t window_opens(const struct rotation *r, const struct rotation_facts *facts, int64_t at,
                     struct arena *arena);
/* The same, from now on, for an intermediate of one cluster, whatever it can wait for. */
int64_t window_opens_for(const struct work *w, const struct rotation_member_input *mesh);
bool window_holds_start(const struct work *w, struct obstacle *left);
bool window_holds_followers(const struct work *w, struct obstacle *left);
bool window_holds_step(const struct work *w, struct obstacle *left);
void window_note(struct work *w);
bool window_yields_to_start(const struct work *w, struct obstacle *left);
bool window_yields_to_step(const struct work *w, struct obstacle *left);
void window_note_urgent(struct work *w);

/* --- forward.c --- */
bool is_paused(const struct work *w, struct obstacle *left);
bool is_unpublished(const struct work *w, struct obstacle *left);
bool wants_emergency(const struct work *w, struct obstacle *left);
void commit_new_at_once(struct work *w);
bool canary_is_gone(const struct work *w, struct obstacle *left);
bool canary_is_missing(const struct work *w, struct obstacle *left);
void name_missing_canary(struct work *w);
bool followers_can_follow(const struct work *w, struct obstacle *left);
void commit_followers(struct work *w);
bool all_loaded(const struct work *w, struct obstacle *left);
void mark_loaded(struct work *w);
bool gate_is_open(const struct work *w, struct obstacle *left);
void mark_verified(struct work *w);
bool gate_has_closed(const struct work *w, struct obstacle *left);
void verify_again(struct work *w);
bool next_phase_fits(const struct work *w, struct obstacle *left);
void commit_next(struct work *w);
bool can_finish_at_once(const struct work *w, struct obstacle *left);
bool can_finish(const struct work *w, struct obstacle *left);
void finish(struct work *w);

/* --- deadline.c --- */
bool some_are_late(const struct work *w, struct obstacle *left);
void name_late(struct work *w);
bool deadline_turns_back(const struct work *w, struct obstacle *left);
void turn_back_late(struct work *w);
bool deadline_cannot_turn_back(const struct work *w, struct obstacle *left);
void refuse_back_late(struct work *w);
bool deadline_passed(const struct work *w, struct obstacle *left);
void fail(struct work *w);
bool still_failed(const struct work *w, struct obstacle *left);
void name_failed(struct work *w);
bool can_recover(const struct work *w, struct obstacle *left);
void recover(struct work *w);

/* --- rollback.c --- */
bool can_turn_back(const struct work *w);
void turn_back(struct work *w, const char *why);
void refuse_back(struct work *w, const char *why);
bool rollback_requested(const struct work *w, struct obstacle *left);
void turn_back_requested(struct work *w);
bool rollback_impossible(const struct work *w, struct obstacle *left);
void refuse_rollback(struct work *w);
bool way_back_ends(const struct work *w, struct obstacle *left);
void stop_way_back(struct work *w);
bool can_go_back_to_old(const struct work *w, struct obstacle *left);
void go_back_to_old(struct work *w);
bool can_go_back_to_both(const struct work *w, struct obstacle *left);
void go_back_to_both(struct work *w);
bool can_go_back_to_reissued(const struct work *w, struct obstacle *left);
void go_back_to_reissued(struct work *w);
bool is_rolled_back(const struct work *w, struct obstacle *left);
void finish_back(struct work *w);

/* --- candidate.c: the CA that is to become the new one --- */
/* Why a CA may not become the new one; NULL: it may. */
const char *candidate_unfit(const struct work *w, const struct rotation_ca *ca);
const char *candidate_unusable_first(const struct work *w, const struct rotation_ca *ca);
void note_unusable(struct work *w, const char *why);
void make_root(struct work *w, const char *why);
/* r with the identity of a new rotation to ca. */
void name_rotation(const struct work *w, struct rotation *r, const struct rotation_ca *ca);

/* --- target.c: what the specs ask for while a rotation runs --- */
bool queued_on_way_back(const struct work *w, struct obstacle *left);
bool target_is_bad(const struct work *w, struct obstacle *left);
void note_bad_target(struct work *w);
bool target_agrees(const struct work *w, struct obstacle *left);
void forget_pending(struct work *w);
bool target_returned(const struct work *w, struct obstacle *left);
void turn_back_returned(struct work *w);
bool target_returned_in_vain(const struct work *w, struct obstacle *left);
void refuse_returned(struct work *w);
bool target_must_queue(const struct work *w, struct obstacle *left);
void queue_target(struct work *w);
bool next_root_missing(const struct work *w, struct obstacle *left);
void make_target_root(struct work *w);
bool next_root_unfit(const struct work *w, struct obstacle *left);
void note_target_unfit(struct work *w);
bool can_supersede(const struct work *w, struct obstacle *left);
void supersede(struct work *w);

/* --- rest.c: what the specs ask for while no rotation runs --- */
bool is_finished(const struct work *w, struct obstacle *left);
void settle(struct work *w);
bool rejected_is_retried(const struct work *w, struct obstacle *left);
void forget_rejected(struct work *w);
bool first_is_bad(const struct work *w, struct obstacle *left);
bool first_root_missing(const struct work *w, struct obstacle *left);
void make_first_root(struct work *w);
bool first_is_unfit(const struct work *w, struct obstacle *left);
void note_first_unfit(struct work *w);
bool first_is_fit(const struct work *w, struct obstacle *left);
void deploy_first(struct work *w);
bool rest_target_is_bad(const struct work *w, struct obstacle *left);
void note_rest_target_bad(struct work *w);
bool emergency_needs_root(const struct work *w, struct obstacle *left);
void make_emergency_root(struct work *w);
bool emergency_needs_specs(const struct work *w, struct obstacle *left);
void note_emergency_needs_specs(struct work *w);
bool renewal_was_rolled_back(const struct work *w, struct obstacle *left);
void note_renewal_rolled_back(struct work *w);
bool root_renewal_due(const struct work *w, struct obstacle *left);
void make_renewed_root(struct work *w);
bool given_root_ends(const struct work *w, struct obstacle *left);
void note_given_root_ends(struct work *w);
bool rest_is_unpublished(const struct work *w, struct obstacle *left);
bool target_was_rejected(const struct work *w, struct obstacle *left);
void note_rejected(struct work *w);
bool target_is_to_be_made(const struct work *w, struct obstacle *left);

/* --- start.c: the first commit of a rotation --- */
bool start_is_unfit(const struct work *w, struct obstacle *left);
bool start_keeps_root(const struct work *w, struct obstacle *left);
void change_ca(struct work *w);
bool start_waits_for_adoptions(const struct work *w, struct obstacle *left);
void note_waits_for_adoptions(struct work *w);
bool start_meets_single_root(const struct work *w, struct obstacle *left);
void note_single_root(struct work *w);
bool can_start_at_once(const struct work *w, struct obstacle *left);
void start_at_once(struct work *w);
bool can_start(const struct work *w, struct obstacle *left);
void start(struct work *w);

/* --- adoption_wait.c: clusters that came with a root of their own, and cannot change yet --- */
bool is_foreign(const struct work *w, const struct rotation_member_input *mesh);
/* Whether a mesh without an intermediate has to wait because of its root; why is noted. */
bool adoption_waits(struct work *w, const struct rotation_member_input *mesh);

/* --- adoption.c: those that can --- */
/* The root of its own that a member trusts, or did when it was listed; NULL: none any more. */
const char *own_root(const struct work *w, const struct member *member);
/* Its operator prepared it, and weft has not given it anything yet. */
bool is_candidate(const struct work *w, const struct member *member);
/* weft signs for it already: a rotation has to wait. */
bool adoption_under_way(const struct work *w, const struct member *member);
bool branch_was_reset_at_rest(const struct work *w, struct obstacle *left);
void note_reset_at_rest(struct work *w);
bool candidate_left(const struct work *w, struct obstacle *left);
void candidates_drop(struct work *w);
bool adoption_was_reset(const struct work *w, struct obstacle *left);
void adoptions_push_again(struct work *w);
bool adoption_evidence_counts(const struct work *w, struct obstacle *left);
void adoptions_see(struct work *w);
bool own_root_is_kept(const struct work *w, struct obstacle *left);
void note_own_root_kept(struct work *w);
bool adoption_is_over(const struct work *w, struct obstacle *left);
void adoptions_end(struct work *w);
bool adoption_can_move(const struct work *w, struct obstacle *left);
void adoptions_move(struct work *w);

/* --- adoption_join.c --- */
bool own_roots_concern(const struct work *w, struct obstacle *left);
void adoptions_join(struct work *w); /* fills w->waits */

/* --- member_join.c --- */
bool newcomers_wait(const struct work *w, struct obstacle *left);
void members_join(struct work *w);

/* --- retention.c: keys that are no longer needed --- */
void retire_ca(struct work *w, const char *ca);
bool retention_is_over(const struct work *w, struct obstacle *left);
void keys_destroy(struct work *w);

/* --- action.c: what has to be issued; warnings --- */
void plan_issues(struct work *w);
void plan_warnings(struct work *w);

#endif
