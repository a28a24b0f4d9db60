/* rotation/messages.h - every sentence about a rotation, under the id that statuses, tests and docs
 * use.  A format is used with condition() or note() of rotation/private.h, which take the id from
 * the name of the macro: R5 of R5_OVERDUE.  Decisions are made from positions and ids, never from
 * these texts. */
#ifndef WEFT_ROTATION_MESSAGES_H
#define WEFT_ROTATION_MESSAGES_H

/* --- the machine's clock --- */
#define R1_CLOCK_BEHIND "the clock of this machine is behind that of others by more than %d minutes"
#define R2_CLOCK_JUMPED                                                                            \
    "the clock jumped: that of this machine is %s; no certificate is issued and no rotation "      \
    "begins or goes on until it is set right (if it is right, set evidence.trustClock: true "      \
    "for a pass)"
#define R3_SLOW_TEXT "%s"
#define R3_SLOW                                                                                    \
    "waits of rotations are slow: passes are %s apart (evidence.period), and each "                \
    "counts %s of that at most, for no second clock confirms this machine's; set "                 \
    "evidence.trustClock where its clock is synchronized, reach a Git server by "                  \
    "HTTP(S) or a management cluster, or run passes at most %s apart"

/* --- forward --- */
#define R4_LATE "step %d of rotation %s is overdue in: %s"
#define R5_FAILED                                                                                  \
    "rotation %s stands in step %d; what clusters hold stays valid, and it goes on by "            \
    "itself when they have loaded it"
#define R5_FAILED_ERROR "not loaded for %s by: %s"
#define R6_STILL_FAILED "rotation %s failed in step %d: not loaded by %s"
#define R7_RECOVERED "rotation %s goes on in step %d"
#define R8_LOADED "all %zu clusters hold step %d of rotation %s%s"
#define R8_LOADED_FORCED                                                                           \
    "step %d of rotation %s goes on although not all %zu clusters are known to "                   \
    "hold it: FORCED: %s"
#define R9_VERIFIED "step %d of rotation %s is verified%s"
#define R10_GATE_CLOSED "step %d of rotation %s is verified anew: %s"
#define R11_STARTED "rotation %s: root %s is added beside %s"
#define R11_STARTED_AT_ONCE                                                                        \
    "rotation %s: root %s takes the place of %s at once; workloads "                               \
    "refuse each other until all clusters have loaded it and all "                                 \
    "leaves are new, up to %s; istiods need a restart"
#define R12_PHASE_BOTH "rotation %s: root %s is added"
#define R12_PHASE_REISSUED "rotation %s: intermediates under root %s go out"
#define R12_PHASE_NEW "rotation %s: root %s is trusted alone"
#define R13_FOLLOWERS "rotation %s: the canary holds step %d, the others follow"
#define R14_CANARY_MISSING                                                                         \
    "the canary %s takes no part in rotation %s, so step 2 waits: name another cluster in "        \
    "the annotation weft.dev/rotation-canary, or none"
#define R15_FINISHED "rotation %s is done: root %s is trusted alone"
#define R16_EMERGENCY "rotation %s: EMERGENCY, root %s is trusted alone at once"
#define R17_KEY_MISSING "the key of root %.8s is not at hand, so nothing can be signed under it"

/* --- back --- */
#define R20_TURNED_BACK "rotation %s goes back from step %d: %s"
#define R21_NO_WAY_BACK "a way back was asked for: %s"
#define R21_NO_WAY_BACK_ERROR "cannot roll back, old key unavailable: forward is the only way"
#define R22_BACK "rotation %s: back to step %d"
#define R23_WAY_BACK_ENDS "rotation %s stays in step 2"
#define R23_WAY_BACK_ENDS_PAUSE                                                                    \
    "the way back ends here, for the old root's key is gone; weft rotation resume goes "           \
    "forward again"
#define R24_ROLLED_BACK "rotation %s was rolled back: root %s is trusted alone again"

/* --- the trust that the specs ask for --- */
#define R30_UNUSABLE "the trust that the spec asks for cannot be used"
#define R30_UNUSABLE_WHY "%s"
#define R31_FIRST "first certificates under root %s"
#define R32_SAME_ROOT "CA %s signs under the same root from now on"
#define R33_WAITS_FOR_ADOPTIONS                                                                    \
    "the rotation that the spec asks for starts when no cluster needs a root of its own "          \
    "any more: %s"
#define R34_SINGLE_ROOT                                                                            \
    "istiod of cluster %s runs without ISTIO_MULTIROOT_MESH=true: it "                             \
    "would drop each change of the bundle until it is restarted; set "                             \
    "it, or acknowledge the restarts"
#define R35_WAS_ROLLED_BACK                                                                        \
    "the trust that the spec asks for was rolled back; change the spec, or try it "                \
    "again with weft rotation retry"
#define R36_QUEUED "rotation %s is finished first; then comes %s"
#define R37_SUPERSEDED "rotation %s takes over: root %s is added"
#define R38_RENEWAL_ROLLED_BACK                                                                    \
    "root %.8s ends at %s, and its renewal was rolled back: weft rotation retry"
#define R39_GIVEN_ROOT_ENDS "the given root %.8s ends at %s: give the spec a new one in time"
#define R40_GIVEN_ROOT_COMPROMISED                                                                 \
    "a given root is replaced by giving the spec another one: do that now"

/* --- why a CA may not become the new one --- */
#define R41_CA_UNKNOWN "the CA that the spec asks for is not known"
#define R41_CA_WITHOUT_KEY "the key of CA %.8s is not at hand"
#define R41_CA_NOT_YET_VALID "CA %.8s is not valid before %s"
#define R41_CA_EXPIRED "CA %.8s expired at %s"
#define R41_CA_ENDS_TOO_SOON "CA %.8s ends at %s; a rotation and an intermediate's life need %s"
#define R41_CA_NAME_TAKEN                                                                          \
    "CA %.8s has the same name as one that is in use (%s): two roots of "                          \
    "one name hide each other"

/* --- members --- */
#define R50_LEFT                                                                                   \
    "cluster %s left during rotation %s; it keeps a CA key under the shared root "                 \
    "until a later rotation takes its power away"
#define R51_EVIDENCE_LOST "cluster %s no longer holds step %d of rotation %s; all waits begin anew"
#define R51_EVIDENCE_LOST_AT_REST                                                                  \
    "cluster %s no longer holds what it was given; all waits begin anew"
#define R52_JOINED "cluster %s joined in step %d of rotation %s"
#define R53_JOIN_WITHOUT_KEY                                                                       \
    "cluster %s cannot join during step %d of rotation %s, for the key of root %.8s "              \
    "is gone; it joins with the next step"
#define R54_JOIN_LATER "cluster %s joins when older leaves are gone"

/* --- the output branch --- */
#define R60_BRANCH_RESET                                                                           \
    "the output branch does not hold what was pushed last; step %d is pushed again, "              \
    "and all waits begin anew (a revert of that branch is no way back: use weft "                  \
    "rotation rollback)"
#define R61_BRANCH_AHEAD                                                                           \
    "the output branch says that step %d of rotation %s is out, so this state is an "              \
    "older one: it goes on from there, and all waits begin anew"
#define R62_BRANCH_RESET_AT_REST                                                                   \
    "the output branch does not hold what was pushed last: certificates are pushed "               \
    "again; clusters that loaded others meanwhile may have been refused"

/* --- requests of operators --- */
#define R70_APPROVED "step %d of rotation %s is approved by an operator%s"
#define R71_FORCE_WITHOUT_REASON "a closed gate is only forced open with a reason"
#define R72_FORCED "GATE OF STEP %d FORCED OPEN: %s"
#define R73_PAUSED "held by an operator: %s"
#define R74_RESUMED "resumed by an operator"
#define R75_REQUEST_WAITS "%s, asked for by an operator, waits until %s"

/* --- clusters that came with a root of their own --- */
#define R80_OUTAGE                                                                                 \
    "cluster %s changes from %s root %.8s at once, as strategy NONE asks: its "                    \
    "workloads refuse each other until all have new leaves, up to %s"
#define R81_FORMER_MEMBER                                                                          \
    "cluster %s has certificates under root %.8s of %s%s: with another root at once its "          \
    "workloads would refuse each other until istiod and all of them are restarted; %s, or "        \
    "choose rotationStrategy NONE until it has joined and accept that outage there"
#define R82_NOT_READY                                                                              \
    "cluster %s trusts a root of its own (%.8s) whose key weft does not have: first put "          \
    "its root and the one of `weft trust root %s`, in this order, into root-cert.pem of "          \
    "its Secret cacerts, or choose rotationStrategy NONE and accept an outage there"
#define R83_ROOT_UNREADABLE                                                                        \
    "cluster %s trusts a root of its own (%.8s) whose certificate weft could not "                 \
    "read, so it cannot keep it in the bundle until its leaves are gone"
#define R84_WAITS_FOR_CLUSTER                                                                      \
    "cluster %s waits for cluster %s, which trusts the same root %.8s and not ours yet"
#define R85_WAITS_FOR_ROTATION                                                                     \
    "cluster %s, which came with a root of its own (%.8s), joins when rotation %s is "             \
    "done"
#define R86_ROOTS_UNKNOWN                                                                          \
    "cluster %s could not be asked which roots it trusts; it gets certificates when "              \
    "it answers, for another root would break what runs there"
#define R87_PREPARED                                                                               \
    "cluster %s trusts our root beside its own (%.8s) now; weft signs for it when "                \
    "the leaves from before that are gone in all clusters of that root, after %s"
#define R88_TAKEN_OVER                                                                             \
    "cluster %s signs under root %s from now on; it trusts its own root %.8s, "                    \
    "too, until the leaves under that are gone"
#define R89_OWN_ROOT_DROPPED "no leaf under root %.8s is left: cluster %s drops it"
#define R90_OWN_ROOT_KEPT                                                                          \
    "cluster %s goes on trusting its own root %.8s: its istiod runs without "                      \
    "ISTIO_MULTIROOT_MESH=true and would not drop it until it is restarted; set it, or "           \
    "acknowledge the restarts"

/* --- certificates --- */
#define R95_CANNOT_SIGN                                                                            \
    "cluster %s needs an intermediate (%s), but CA %.8s cannot sign: its key is not "              \
    "at hand or it has expired"
#define R96_ROOT_LOST "the state does not hold the deployed root %.8s any more"
#define R97_ROOT_SHORT                                                                             \
    "root %.8s lives %s, less than three times an intermediate's %s: intermediates "               \
    "are cut short; lower ttlDays of intermediateCertOptions, or raise that of the "               \
    "root, which "                                                                                 \
    "begins a rotation to a new one"
#define R98_INTERMEDIATE_ENDS                                                                      \
    "the intermediate of cluster %s ends at %s: leaves are cut short, and fail "                   \
    "after that"

#endif
