/* rotation/messages.h - every sentence about a rotation, under the id that statuses, tests and docs
 * use.  A format is used with condition() or note() of rotation/private.h, which take the id from
 * the name of the macro: R5 of R5_OVERDUE.  Decisions are made from positions and ids, never from
 * these texts. */
#ifndef WEFT_ROTATION_MESSAGES_H
#define WEFT_ROTATION_MESSAGES_H

/* --- the machine's clock --- */
#define R1_CLOCK_BEHIND                                                                            \
    "the local clock is more than %d minutes behind that of the Git server or the API "            \
    "server; synchronize it"
#define R2_CLOCK_JUMPED                                                                            \
    "the clock jumped: the local clock is %s; weft issues no certificate and neither starts "      \
    "nor continues a rotation until the clock is corrected (if it is correct, set "                \
    "evidence.trustClock: true for one pass)"
#define R3_SLOW_TEXT "%s"
#define R3_SLOW                                                                                    \
    "the waits of rotations take longer than configured: passes are %s apart "                     \
    "(evidence.period), and each counts at most %s, because no second clock confirms the "         \
    "local one; set evidence.trustClock if the local clock is synchronized, reach a Git "          \
    "server over HTTP(S) or configure a management cluster, or run passes at most %s apart"

/* --- forward --- */
#define R4_LATE "step %d of rotation %s is overdue in: %s"
#define R5_FAILED                                                                                  \
    "rotation %s failed in step %d; the deployed certificates stay valid, and the rotation "       \
    "continues once those clusters have loaded the step"
#define R5_FAILED_ERROR "not loaded within %s by: %s"
#define R6_STILL_FAILED "rotation %s is still failed in step %d: not loaded by %s"
#define R7_RECOVERED "rotation %s continues in step %d"
#define R8_LOADED "all %zu clusters have loaded step %d of rotation %s%s"
#define R8_LOADED_FORCED                                                                           \
    "step %d of rotation %s continues without evidence that all %zu clusters have loaded it: "     \
    "FORCED: %s"
#define R9_VERIFIED "step %d of rotation %s is verified%s"
#define R10_GATE_CLOSED                                                                            \
    "the gate of step %d of rotation %s closed again, and the step is verified again: %s"
#define R11_STARTED "rotation %s started: root %s is added beside %s"
#define R11_STARTED_AT_ONCE                                                                        \
    "rotation %s started: root %s replaces %s at once; workloads refuse each other until "         \
    "every cluster has loaded it and every workload certificate is reissued, for up to %s; "       \
    "restart every istiod"
#define R12_PHASE_BOTH "rotation %s: clusters trust both roots; root %s is added"
#define R12_PHASE_REISSUED "rotation %s: clusters get intermediates under root %s"
#define R12_PHASE_NEW "rotation %s: clusters trust root %s alone"
#define R13_FOLLOWERS "rotation %s: the canary has loaded step %d, and the other clusters follow"
#define R14_CANARY_MISSING                                                                         \
    "the canary %s is not a member of rotation %s, so step 2 waits" REMEDY                         \
    "name another cluster in "                                                                     \
    "the annotation weft.dev/rotation-canary, or remove the annotation"
#define R15_FINISHED "rotation %s is finished: root %s is trusted alone"
#define R16_EMERGENCY "rotation %s: EMERGENCY: root %s is trusted alone at once"
#define R17_KEY_MISSING                                                                            \
    "the private key of root %.8s is not available, so weft can sign nothing under it"

/* --- back --- */
#define R20_TURNED_BACK "rotation %s rolls back from step %d: %s"
#define R21_NO_WAY_BACK "a rollback was requested and is not possible: %s"
#define R21_NO_WAY_BACK_ERROR                                                                      \
    "cannot roll back: the private key of the old root is not available; the rotation can "        \
    "only continue forward"
#define R22_BACK "rotation %s: rolled back to step %d"
#define R23_WAY_BACK_ENDS "rotation %s stays in step 2"
#define R23_WAY_BACK_ENDS_PAUSE                                                                    \
    "the rollback cannot continue: the private key of the old root is gone; weft rotation "        \
    "resume continues forward"
#define R24_ROLLED_BACK "rotation %s was rolled back: root %s is trusted alone again"

/* --- the trust that the specs ask for --- */
#define R30_UNUSABLE "the root that the spec requests cannot be used"
#define R30_UNUSABLE_WHY "%s"
#define R31_FIRST "first certificates issued under root %s"
#define R32_SAME_ROOT "CA %s, under the same root, now signs the intermediates"
#define R33_WAITS_FOR_ADOPTIONS                                                                    \
    "the rotation that the spec requests starts once no cluster trusts a root of its own: %s"
#define R34_SINGLE_ROOT                                                                            \
    "istiod of cluster %s runs without ISTIO_MULTIROOT_MESH=true and would ignore every "          \
    "change of the bundle until it is restarted; set the variable, or acknowledge the "            \
    "restarts"
#define R35_WAS_ROLLED_BACK                                                                        \
    "the rotation to the root that the spec requests was rolled back; change the spec, or "        \
    "run weft rotation retry"
#define R36_QUEUED "rotation %s finishes first; then follows %s"
#define R37_SUPERSEDED "rotation %s supersedes the running one: root %s is added"
#define R38_RENEWAL_ROLLED_BACK                                                                    \
    "root %.8s expires at %s, and its renewal was rolled back; run weft rotation retry"
#define R39_GIVEN_ROOT_ENDS                                                                        \
    "the given root %.8s expires at %s; reference another root in the spec before then"
#define R40_GIVEN_ROOT_COMPROMISED                                                                 \
    "weft cannot replace a given root by itself; reference another root in the spec now"

/* --- why a CA may not become the new one --- */
#define R41_CA_UNKNOWN "weft does not know the CA that the spec requests"
#define R41_CA_WITHOUT_KEY "the private key of CA %.8s is not available"
#define R41_CA_NOT_YET_VALID "CA %.8s is not valid before %s"
#define R41_CA_EXPIRED "CA %.8s expired at %s"
#define R41_CA_ENDS_TOO_SOON                                                                       \
    "CA %.8s expires at %s; a rotation and the life of an intermediate need %s"
#define R41_CA_NAME_TAKEN                                                                          \
    "CA %.8s has the same subject as a CA in use (%s): verifiers cannot tell two roots of "        \
    "one subject apart"

/* --- members --- */
#define R50_LEFT                                                                                   \
    "cluster %s left during rotation %s; it keeps an intermediate under the shared root "          \
    "until a later rotation removes that root"
#define R51_EVIDENCE_LOST                                                                          \
    "cluster %s no longer has step %d of rotation %s loaded; all waits restart"
#define R51_EVIDENCE_LOST_AT_REST                                                                  \
    "cluster %s no longer has the delivered certificates loaded; all waits restart"
#define R52_JOINED "cluster %s joined in step %d of rotation %s"
#define R53_JOIN_WITHOUT_KEY                                                                       \
    "cluster %s cannot join during step %d of rotation %s, because the private key of root "       \
    "%.8s is gone; it joins with the next step"
#define R54_JOIN_LATER "cluster %s joins once workload certificates of earlier steps have expired"

/* --- the output branch --- */
#define R60_BRANCH_RESET                                                                           \
    "the output branch no longer contains the last push; weft pushes step %d again, and all "      \
    "waits restart (reverting that branch does not roll back a rotation: use weft rotation "       \
    "rollback)"
#define R61_BRANCH_AHEAD                                                                           \
    "the output branch already contains step %d of rotation %s, so this state is older than "      \
    "the branch; the rotation continues from that step, and all waits restart"
#define R62_BRANCH_RESET_AT_REST                                                                   \
    "the output branch no longer contains the last push; weft pushes the certificates again; "     \
    "until then, other clusters may have refused those that loaded older ones"

/* --- a step that is not published yet --- */
#define R63_STEP_CLOSED                                                                            \
    "step %d of rotation %s is held back: its gate closed again before it was published: %s; "     \
    "weft publishes it once the gate is open"
#define R64_NEW_ROOT_ENDS "root %.8s expires at %s"
#define R65_STEP_UNCONFIRMED                                                                       \
    "step %d of rotation %s is not published yet, and weft cannot confirm its gate: no answer "    \
    "from cluster %s"
#define R66_FORMER_LOST                                                                            \
    "cluster %s no longer has loaded what it had before step %d of rotation %s, which is not "     \
    "published yet; workload certificates of earlier steps may be valid there"
#define R67_PUBLISHED_CLOSED                                                                       \
    "step %d of rotation %s was published while its gate was closed (%s); workloads may refuse "   \
    "each other until every cluster has loaded the step, and its waits count from now"

/* --- requests of operators --- */
#define R70_APPROVED "step %d of rotation %s is approved by an operator%s"
#define R71_FORCE_WITHOUT_REASON "weft forces a closed gate open only with a reason; add --reason"
#define R72_FORCED "GATE OF STEP %d FORCED OPEN: %s"
#define R73_PAUSED "paused by an operator: %s"
#define R74_RESUMED "resumed by an operator"
#define R75_REQUEST_WAITS "the operator's request %s waits until %s"

/* --- windows and freezes --- */
#define R69_INTERMEDIATE_WAITS                                                                     \
    "an intermediate for cluster %s (%s) waits until %s for rotation.windows and freeze"
#define R76_WAITS_FOR_WINDOW                                                                       \
    "the next step of the rotation waits until %s, when rotation.windows and freeze let it go "    \
    "out in every cluster%s%s"
#define R77_NO_WINDOW                                                                              \
    "there is no moment within a year when rotation.windows and freeze let a step go out in "      \
    "every cluster%s%s; the rotation stays where it is until its "                                 \
    "old root expires" REMEDY "change rotation.windows or freeze in weft.yaml"
#define R78_CANNOT_WAIT                                                                            \
    "a step goes out although rotation.windows or freeze close: root %.8s expires at %s, and "     \
    "the rest of the rotation needs that time"
#define R79_RENEWED_ANYWAY                                                                         \
    "the intermediate of cluster %s is renewed although rotation.windows or freeze close: it "     \
    "expires at %s"

/* --- clusters that came with a root of their own --- */
#define R80_OUTAGE                                                                                 \
    "cluster %s changes from %s root %.8s at once, because the strategy is NONE: its "             \
    "workloads refuse each other until every workload certificate is reissued, for up to %s"
#define R81_FORMER_MEMBER                                                                          \
    "cluster %s has certificates under root %.8s of %s%s; under another root its workloads "       \
    "would refuse each other until istiod and every workload are restarted: %s, or set "           \
    "rotationStrategy NONE until it has joined and accept that outage"
#define R82_NOT_READY                                                                              \
    "cluster %s trusts a root of its own (%.8s) whose private key weft does not have: put "        \
    "that root and the output of `weft trust root %s`, in this order, into root-cert.pem of "      \
    "its Secret cacerts, or set rotationStrategy NONE and accept an outage there"
#define R83_ROOT_UNREADABLE                                                                        \
    "cluster %s trusts a root of its own (%.8s) whose certificate weft could not read, so "        \
    "weft cannot keep it in the bundle while workload certificates under it are valid; allow "     \
    "weft to read the Secrets and ConfigMaps of istiod there"
#define R84_WAITS_FOR_CLUSTER                                                                      \
    "cluster %s waits for cluster %s, which trusts the same root %.8s and does not trust the "     \
    "root of the virtual mesh yet"
#define R85_WAITS_FOR_ROTATION                                                                     \
    "cluster %s, which has a root of its own (%.8s), joins once rotation %s is finished"
#define R86_ROOTS_UNKNOWN                                                                          \
    "weft could not read which roots cluster %s trusts; it gets certificates once it "             \
    "answers, because another root would interrupt its workloads"
#define R87_PREPARED                                                                               \
    "cluster %s now trusts the root of the virtual mesh beside its own (%.8s); weft signs "        \
    "for it once earlier workload certificates have expired in every cluster of that root, "       \
    "after %s"
#define R88_TAKEN_OVER                                                                             \
    "cluster %s now signs under root %s; it keeps trusting its own root %.8s until workload "      \
    "certificates under that have expired"
#define R89_OWN_ROOT_DROPPED                                                                       \
    "all workload certificates under root %.8s have expired: cluster %s no longer trusts it"
#define R90_OWN_ROOT_KEPT                                                                          \
    "cluster %s still trusts its own root %.8s: its istiod runs without "                          \
    "ISTIO_MULTIROOT_MESH=true and would keep that root until it is restarted; set the "           \
    "variable, or acknowledge the restarts"

/* --- certificates --- */
#define R95_CANNOT_SIGN                                                                            \
    "cluster %s needs an intermediate (%s), but CA %.8s cannot sign: its private key is not "      \
    "available, or it has expired"
#define R96_ROOT_LOST                                                                              \
    "the state no longer contains the deployed root %.8s; restore the state from its newest "      \
    "backup"
#define R97_ROOT_SHORT                                                                             \
    "root %.8s is valid for only %s, less than three lifetimes of an intermediate (%s): "          \
    "intermediates get a shorter validity; lower ttlDays of intermediateCertOptions, or "          \
    "raise that of the root, which starts a rotation to a new root"
#define R98_INTERMEDIATE_ENDS                                                                      \
    "the intermediate of cluster %s expires at %s: workload certificates get a shorter "           \
    "validity, and istiod cannot issue any after that"

#endif
