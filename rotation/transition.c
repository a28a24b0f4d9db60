/* rotation/transition.c - the table of transitions, and the loop that takes them.  Pure: no clock,
 * no files, no keys.
 *
 * Rows are tried in order, so an earlier row has precedence: what stops a rotation comes before
 * what moves it, an operator before the specs, the specs before evidence.  A pass may take several
 * rows, but it commits at most one phase, and it never goes past VERIFIED or FINISHED: the next
 * pass looks at the evidence again before it commits. */
#include "rotation/transition.h"
#include "rotation/private.h"

#include <assert.h>

enum { ROUNDS_MAX = 8 }; /* more than a pass can go through */

static const char *const place_texts[] = {
    [PLACE_ANY] = "any",       [PLACE_RUNNING] = "running",     [PLACE_FORWARD] = "forward",
    [PLACE_BACK] = "back",     [PLACE_COMMITTED] = "committed", [PLACE_WAITING] = "waiting",
    [PLACE_LOADED] = "loaded", [PLACE_VERIFIED] = "verified",   [PLACE_RETURNING] = "returning",
    [PLACE_FAILED] = "failed", [PLACE_DONE] = "at rest",
};
static_assert(LENGTH(place_texts) == PLACE_DONE + 1, "every place has a name");
const struct enum_table transition_places = ENUM_TABLE(place_texts);

/* --- what an undisturbed rotation takes, for the timeline --- */

static bool expect_always(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)r;
    (void)facts;
    return true;
}

static bool expect_at_once(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)r;
    return facts->strategy == STRATEGY_NONE;
}

static bool expect_immediate(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)facts;
    return r->immediate;
}

static bool expect_end(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)facts;
    return r->at.phase == PHASE_NEW;
}

static bool expect_back_to(const struct rotation *r, enum phase phase)
{
    return (int)phase == (int)r->at.phase - 1;
}

static bool expect_old(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)facts;
    return expect_back_to(r, PHASE_OLD);
}

static bool expect_both(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)facts;
    return expect_back_to(r, PHASE_BOTH);
}

static bool expect_reissued(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)facts;
    return expect_back_to(r, PHASE_REISSUED);
}

static bool expect_rolled_back(const struct rotation *r, const struct rotation_facts *facts)
{
    (void)facts;
    return r->at.direction == DIRECTION_BACK && r->at.phase == PHASE_OLD;
}

/* --- the table --- */

/* clang-format off */
#define OBSERVE(name, place, guard, action, when, what) \
    { name, TRANSITION_OBSERVE, PLACE_##place, guard, action, THEN_ON, NULL, when, what }
#define MOVE(name, place, guard, action, then, when, what) \
    { name, TRANSITION_MOVE, PLACE_##place, guard, action, THEN_##then, NULL, when, what }
#define EXPECTED(name, place, guard, action, then, expected, when, what) \
    { name, TRANSITION_MOVE, PLACE_##place, guard, action, THEN_##then, expected, when, what }

const struct transition transitions[] = {
    /* what happened since the last pass, while a rotation runs */
    OBSERVE("member left", RUNNING, member_left, members_drop,
        "a member is no longer part of the virtual mesh",
        "it is dropped; gates no longer wait for it"),
    OBSERVE("branch ahead", RUNNING, branch_is_ahead, branch_catch_up,
        "the output branch already holds the last phase, and no intermediate has to be signed for it",
        "the phase of the branch is taken over: this state was restored from a backup"),
    OBSERVE("intent withdrawn", RUNNING, intent_is_unsafe, intent_withdraw,
        "the branch was reset before a commit was pushed, and the commit no longer fits what may be alive",
        "the phase before it is loaded again"),
    OBSERVE("branch reset", RUNNING, branch_was_reset, branch_push_again,
        "the branch no longer holds what was pushed last",
        "it is pushed again; all waits start again"),
    OBSERVE("published closed", RUNNING, published_closed, name_published_closed,
        "a step was published that was held back",
        "it is reported; its waits count from now"),
    OBSERVE("evidence while waiting", RUNNING, former_counts, formers_see,
        "what was committed is not published yet",
        "members that lost what is published close its gate"),
    OBSERVE("evidence regressed", RUNNING, evidence_regressed, members_see,
        "evidence shows that a member no longer holds what it had loaded",
        "all waits start again"),
    OBSERVE("evidence", RUNNING, evidence_counts, members_see,
        "what was committed is published",
        "members that have loaded it count from now on"),

    /* the same, while no rotation runs */
    OBSERVE("branch reset at rest", DONE, branch_was_reset_at_rest, note_reset_at_rest,
        "the branch no longer holds what was pushed last",
        "it is pushed again"),
    OBSERVE("candidate left", DONE, candidate_left, candidates_drop,
        "a cluster with a root of its own left, or is no longer prepared",
        "it is prepared from the start"),
    OBSERVE("adoption reset", DONE, adoption_was_reset, adoptions_push_again,
        "the branch was reset while clusters keep a root of their own",
        "their waits start again"),
    OBSERVE("adoption evidence", DONE, adoption_evidence_counts, adoptions_see,
        "what adopted clusters were given is published",
        "those that have loaded it count from now on"),

    /* what stops a rotation */
    MOVE("paused", RUNNING, is_paused, NULL, STOP,
        "an operator paused the rotation",
        "nothing moves"),

    /* what operators and the specs ask for */
    MOVE("emergency", RUNNING, wants_emergency, commit_new_at_once, AGAIN,
        "an operator declared the old root compromised and accepts downtime",
        "the new root alone is committed at once"),
    MOVE("target queued on the way back", BACK, queued_on_way_back, queue_target, ON,
        "the specs ask for a third root while the rotation goes back",
        "the root waits until this rotation is done"),
    MOVE("rollback requested", FORWARD, rollback_requested, turn_back_requested, AGAIN,
        "an operator asks for a rollback, and the old root can sign where it has to",
        "the rotation turns around"),
    MOVE("rollback impossible", FORWARD, rollback_impossible, refuse_rollback, ON,
        "an operator asks for a rollback, and the key of the old root is gone",
        "the request is refused"),
    MOVE("target unusable", FORWARD, target_is_bad, note_bad_target, ON,
        "the root that the specs ask for cannot be used",
        "the running rotation continues"),
    MOVE("target agrees", FORWARD, target_agrees, forget_pending, ON,
        "the specs ask for the new root again",
        "a queued root is dropped"),
    MOVE("target returned", FORWARD, target_returned, turn_back_returned, AGAIN,
        "the specs ask for the old root again, and it can sign where it has to",
        "the rotation turns around"),
    MOVE("target returned in vain", FORWARD, target_returned_in_vain, refuse_returned, ON,
        "the specs ask for the old root again, and its key is gone",
        "the running rotation continues"),
    MOVE("target queued", FORWARD, target_must_queue, queue_target, ON,
        "the specs ask for a root that cannot be added any more",
        "the root waits until this rotation is done"),
    MOVE("next root missing", FORWARD, next_root_missing, make_target_root, ON,
        "the specs ask for a generated root that does not exist",
        "it is made; the next look decides"),
    MOVE("next root unfit", FORWARD, next_root_unfit, note_target_unfit, ON,
        "the specs ask for a root that is unfit for a rotation",
        "the running rotation continues"),
    MOVE("superseded", FORWARD, can_supersede, supersede, AGAIN,
        "the specs ask for a third root, and it fits everything alive",
        "it is added to the bundle, and all gates are waited for again"),

    /* only what takes the last commit back, or adds to it, does not wait for its publication */
    MOVE("awaiting push", RUNNING, is_unpublished, NULL, STOP,
        "the last commit is not published yet",
        "nothing moves"),

    /* members that do not load the phase */
    MOVE("late", WAITING, some_are_late, name_late, ON,
        "a member has not loaded the phase after evidence.syncAllowance",
        "its name is reported"),
    MOVE("late, turned back", WAITING, deadline_turns_back, turn_back_late, AGAIN,
        "the same, where that is to roll back",
        "the rotation turns around"),
    MOVE("late, no way back", WAITING, deadline_cannot_turn_back, refuse_back_late, STOP,
        "the same, and the key of the old root is gone",
        "the rotation waits"),
    MOVE("overdue", WAITING, deadline_passed, fail, AGAIN,
        "a watched member has not loaded the phase after evidence.failAfter",
        "the rotation failed; what is deployed stays"),

    /* the phase is asked for */
    EXPECTED("rolled back", COMMITTED, is_rolled_back, finish_back, AGAIN, expect_rolled_back,
        "every member holds the old root alone again",
        "the rotation is over, and its target is not tried again"),
    EXPECTED("finished at once", COMMITTED, can_finish_at_once, finish, AGAIN, expect_immediate,
        "every member has loaded the new root alone, without gates",
        "the new root is the deployed one; others are retired"),
    MOVE("canary gone", COMMITTED, canary_is_gone, name_missing_canary, STOP,
        "members wait for a canary that is no member any more",
        "the rotation waits"),
    MOVE("followers wait", COMMITTED, window_holds_followers, window_note, STOP,
        "the canary has loaded the phase, and rotation.windows or freeze close",
        "the rotation waits"),
    MOVE("followers", COMMITTED, followers_can_follow, commit_followers, AGAIN,
        "the canary has loaded the phase, and it fits everything alive",
        "the phase is committed for the other members"),
    EXPECTED("loaded", COMMITTED, all_loaded, mark_loaded, AGAIN, expect_always,
        "every member has loaded the phase, or its gate is forced open",
        "the gate of the phase is waited for"),

    /* the phase is loaded, then verified */
    EXPECTED("verified", LOADED, gate_is_open, mark_verified, STOP, expect_always,
        "the gate of the phase is open or forced, and the phase is approved where the specs want that",
        "the next pass continues"),
    MOVE("gate closed again", VERIFIED, gate_has_closed, verify_again, STOP,
        "the gate is no longer open",
        "the phase is verified again"),
    EXPECTED("finished", VERIFIED, can_finish, finish, AGAIN, expect_end,
        "the last phase is verified",
        "the new root is the deployed one; others are retired"),
    MOVE("canary missing", VERIFIED, canary_is_missing, name_missing_canary, STOP,
        "intermediates under the new root come next, and the canary is no member",
        "the rotation waits"),
    MOVE("step waits", VERIFIED, window_holds_step, window_note, STOP,
        "the next phase fits everything alive, and rotation.windows or freeze close",
        "the rotation waits"),
    MOVE("step cannot wait", VERIFIED, window_yields_to_step, window_note_urgent, ON,
        "the same, and the old root is about to expire",
        "the rotation continues"),
    EXPECTED("next phase", VERIFIED, next_phase_fits, commit_next, AGAIN, expect_always,
        "the next phase fits everything alive, or its gate is forced open",
        "it is committed, with a canary for the canary alone first"),

    /* on the way back */
    MOVE("way back ends", RETURNING, way_back_ends, stop_way_back, AGAIN,
        "both roots are trusted again, and the key of the old one is gone",
        "the rotation is paused there"),
    EXPECTED("back to old", RETURNING, can_go_back_to_old, go_back_to_old, AGAIN, expect_old,
        "the old root alone fits everything alive",
        "it is committed"),
    EXPECTED("back to both", RETURNING, can_go_back_to_both, go_back_to_both, AGAIN, expect_both,
        "both roots, signed by the old one, fit everything alive",
        "they are committed"),
    EXPECTED("back to reissued", RETURNING, can_go_back_to_reissued, go_back_to_reissued, AGAIN, expect_reissued,
        "both roots, signed by the new one, fit everything alive",
        "they are committed"),

    /* failed */
    MOVE("still failed", FAILED, still_failed, name_failed, STOP,
        "a member still has not loaded the phase, and no operator asks to retry",
        "its name is reported"),
    MOVE("recovered", FAILED, can_recover, recover, AGAIN,
        "every member has loaded the phase, or an operator asks to retry",
        "the rotation continues where it failed"),

    /* no rotation runs */
    MOVE("settled", DONE, is_finished, settle, ON,
        "a pass has shown FINISHED",
        "the virtual mesh is at rest"),
    MOVE("retry", DONE, rejected_is_retried, forget_rejected, ON,
        "an operator asks to try a target again that was rolled back",
        "it may start again"),
    MOVE("first target unusable", DONE, first_is_bad, note_bad_target, STOP,
        "no certificates were issued yet, and the root that the specs ask for cannot be used",
        "nothing is issued"),
    MOVE("first root missing", DONE, first_root_missing, make_first_root, STOP,
        "no certificates were issued yet, and the generated root does not exist",
        "it is made; the next look decides"),
    MOVE("first root unfit", DONE, first_is_unfit, note_first_unfit, STOP,
        "no certificates were issued yet, and the root cannot sign",
        "nothing is issued"),
    MOVE("first certificates", DONE, first_is_fit, deploy_first, STOP,
        "no certificates were issued yet",
        "the root is deployed"),
    MOVE("adoption over", DONE, adoption_is_over, adoptions_end, ON,
        "an adopted cluster has loaded our root alone",
        "it is like every other cluster"),
    MOVE("own root kept", DONE, own_root_is_kept, note_own_root_kept, ON,
        "an istiod without ISTIO_MULTIROOT_MESH would not drop its own root",
        "its name is reported"),
    MOVE("adoption moves", DONE, adoption_can_move, adoptions_move, AGAIN,
        "a prepared cluster can be signed for, or no leaf under its own root is alive",
        "weft signs for it, or drops its own root"),
    MOVE("target unusable at rest", DONE, rest_target_is_bad, note_rest_target_bad, STOP,
        "the root that the specs ask for cannot be used",
        "the deployed one stays"),
    MOVE("emergency needs root", DONE, emergency_needs_root, make_emergency_root, STOP,
        "an operator declared the deployed root compromised, and it is generated",
        "another root is made; the next look starts"),
    MOVE("emergency needs specs", DONE, emergency_needs_specs, note_emergency_needs_specs, ON,
        "an operator declared the deployed root compromised, and it was given",
        "the specs have to name another one"),
    MOVE("renewal rolled back", DONE, renewal_was_rolled_back, note_renewal_rolled_back, STOP,
        "the generated root nears its end, and its renewal was rolled back",
        "an operator has to ask to retry"),
    MOVE("root renewal due", DONE, root_renewal_due, make_renewed_root, STOP,
        "the generated root nears its end",
        "another root is made; the next look starts"),
    MOVE("given root ends", DONE, given_root_ends, note_given_root_ends, STOP,
        "the given root nears its end",
        "the specs have to name another one"),
    MOVE("awaiting push at rest", DONE, rest_is_unpublished, NULL, STOP,
        "the specs ask for another root, and what was issued is not pushed yet",
        "nothing starts"),
    MOVE("target was rolled back", DONE, target_was_rejected, note_rejected, STOP,
        "the specs ask for a target that was rolled back",
        "an operator has to ask to retry"),
    MOVE("root missing", DONE, target_is_to_be_made, make_target_root, STOP,
        "the specs ask for a generated root that does not exist",
        "it is made; the next look starts"),
    MOVE("root unfit", DONE, start_is_unfit, note_target_unfit, STOP,
        "the specs ask for a root that is unfit for a rotation",
        "the deployed one stays"),
    MOVE("same root", DONE, start_keeps_root, change_ca, STOP,
        "the specs ask for another CA under the deployed root",
        "intermediates are issued under it; no bundle changes"),
    MOVE("waits for adoptions", DONE, start_waits_for_adoptions, note_waits_for_adoptions, STOP,
        "the specs ask for another root while a cluster keeps a root of its own",
        "the rotation starts after the adoption"),
    MOVE("single-root istiod", DONE, start_meets_single_root, note_single_root, STOP,
        "the specs ask for another root, and an istiod runs without ISTIO_MULTIROOT_MESH",
        "the deployed root stays"),
    MOVE("start waits", DONE, window_holds_start, window_note, STOP,
        "the specs ask for another root, and rotation.windows or freeze close",
        "the deployed root stays"),
    MOVE("start cannot wait", DONE, window_yields_to_start, window_note_urgent, ON,
        "the same, and the deployed root is about to expire",
        "the rotation starts"),
    EXPECTED("started at once", DONE, can_start_at_once, start_at_once, AGAIN, expect_at_once,
        "the specs ask for another root with strategy NONE, or in an emergency",
        "the new root alone is committed"),
    EXPECTED("started", DONE, can_start, start, AGAIN, expect_always,
        "the specs ask for another root, and it fits everything alive",
        "it is added to the bundle"),

    /* members that came */
    { "newcomers", TRANSITION_JOIN, PLACE_RUNNING, newcomers_wait, members_join, THEN_ON, NULL,
        "a cluster is no member yet",
        "it joins in the present phase as soon as that is safe" },
    { "own roots", TRANSITION_JOIN, PLACE_DONE, own_roots_concern, adoptions_join, THEN_ON, NULL,
        "a cluster has no intermediate yet, or keeps a root of its own",
        "it waits until it is prepared" },

    /* keys that are no longer needed */
    { "retention over", TRANSITION_CLOSE, PLACE_ANY, retention_is_over, keys_destroy, THEN_ON, NULL,
        "evidence.keyRetention is over for a retired CA, and everything that it signed has expired",
        "its private key is destroyed" },
};
/* clang-format on */
const size_t transition_count = LENGTH(transitions);
static_assert(LENGTH(transitions) <= ROTATION_ROWS, "rotation_plan.taken has room for each row");

/* --- taking them --- */

bool transition_at(enum transition_place place, const struct rotation *r)
{
    bool running = position_is_running(r->at), sound = running && !r->failed;
    bool forward = r->at.direction == DIRECTION_FORWARD;

    switch (place) {
    case PLACE_ANY:
        return true;
    case PLACE_RUNNING:
        return running;
    case PLACE_FORWARD:
        return running && forward;
    case PLACE_BACK:
        return running && !forward;
    case PLACE_COMMITTED:
        return sound && r->at.progress == PROGRESS_COMMITTED;
    case PLACE_WAITING:
        return sound
               && (r->at.progress == PROGRESS_COMMITTED
                   || (forward && r->at.progress == PROGRESS_LOADED));
    case PLACE_LOADED:
        return sound && forward && r->at.progress == PROGRESS_LOADED;
    case PLACE_VERIFIED:
        return sound && forward && r->at.progress == PROGRESS_VERIFIED;
    case PLACE_RETURNING:
        return sound && !forward && r->at.progress != PROGRESS_COMMITTED;
    case PLACE_FAILED:
        return running && r->failed;
    case PLACE_DONE:
        break;
    }
    return !running;
}

/* A key that is missing is said; of gates the last one that was looked at counts. */
static bool holds(struct work *w, const struct transition *row)
{
    struct obstacle left = { .keyless = NULL };
    bool holds = transition_at(row->place, w->r) && row->guard(w, &left);

    if (left.judged)
        w->out->gate = left.gate;
    if (left.keyless)
        note(w, true, "", R17_KEY_MISSING, left.keyless);
    return holds;
}

/* One look at all rows of a stage.  True: look again. */
static bool take_rows(struct work *w, enum transition_stage stage)
{
    for (size_t i = 0; i < transition_count; i++) {
        const struct transition *row = &transitions[i];

        if (row->stage != stage || !holds(w, row))
            continue;
        w->out->taken[i] = true;
        if (row->action)
            row->action(w);
        assert(position_is_legal(w->r->at));
        if (row->then != THEN_ON)
            return row->then == THEN_AGAIN;
    }
    return false;
}

/* FINISHED is shown for a pass before it is settled. */
void transition_run(struct work *w, enum transition_stage stage)
{
    for (int round = 0; round < ROUNDS_MAX; round++)
        if (!take_rows(w, stage) || w->out->moved || !position_is_running(w->r->at))
            break;
}
