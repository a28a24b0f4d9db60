/* pki/messages.h - every sentence that the trust of a virtual mesh puts into a status, under the id
 * that tests and docs/operations.md use; those of its rotation are in rotation/messages.h.  A %s
 * alone is the reason as an error gave it. */
#ifndef WEFT_PKI_MESSAGES_H
#define WEFT_PKI_MESSAGES_H

#include "api/status.h"

/* T1 to T4: the state and the records on the output branch (pki/stale_state.h). */
#define T1_ROOT_UNKNOWN                                                                            \
    "the clusters trust root %.16s, but the state %s does not know it" REMEDY                      \
    "restore the state from its newest backup, or the root from its escrow file with \"weft "      \
    "trust restore\"; if that root's key is lost for good, annotate the VirtualMesh with %s: %s "  \
    "and expect an outage until every cluster has the new root"
#define T2_STATE_OLDER                                                                             \
    "the state %s is older than the output branch: clusters have intermediates under root "        \
    "%.16s that it does not know, and may refuse what it would write" REMEDY                       \
    "restore the newest state; if it is lost for good, annotate the VirtualMesh with %s: %s and "  \
    "expect an outage "                                                                            \
    "until every cluster has what is written then"
#define T3_STATE_BEHIND                                                                            \
    "the output branch says that rotation %s is further than the state %s "                        \
    "knows, and the newest commit there is not weft's: "                                           \
    "restore the newest state, or revert that commit"
#define T4_INTERMEDIATES_UNKNOWN                                                                   \
    "the state %s is older than the output branch: it does not know the intermediates of "         \
    "%s, and others under the same root take their place"

/* T5 to T8: planning and applying (pki/trust_plan.h, pki/trust_apply.h). */
#define T5_CACERTS_OWNED                                                                           \
    "the certificates of namespace %s in cluster %s belong to virtual mesh %s already" REMEDY      \
    "put both meshes into one virtual mesh"
#define T6_STATE_UNREADABLE "%s"
#define T7_NOT_ISSUED "%s"
#define T8_SELF_TEST "%s"

/* T10, T11: certificates that end while nothing renews them (pki/expiry.h). */
#define T10_ENDS_UNUSABLE                                                                          \
    "%s ends at %s, and nothing is renewed before the virtual mesh can be used again: "            \
    "workloads refuse each other after that"
#define T11_ENDS_UNMANAGED                                                                         \
    "the spec asks for no shared trust any more: clusters keep the certificates that they have, "  \
    "weft does not renew them, and the first ends at %s"

/* T12: trust under another name (pki/transfer.h). */
#define T12_TRANSFERRED                                                                            \
    "takes over the root and the certificates of virtual mesh %s, which was removed from the "     \
    "specs"
#define T12_TRANSFERRED_STEP "the trust of virtual mesh %s goes on under this name"

/* T13, T14: what waits in a pull request for too long (pki/unmerged.h). */
#define T13_INTERMEDIATE_UNMERGED                                                                  \
    "the intermediate that cluster %s has expires at %s, and the one that replaces it waits in "   \
    "%s since %s" REMEDY                                                                           \
    "merge it before %s: after that workload certificates get a shorter validity, and from %s "    \
    "on istiod issues none and workloads refuse each other"
#define T14_STEP_UNMERGED                                                                          \
    "step %d of rotation %s waits in %s since %s, and the rotation with it; root %.8s expires at " \
    "%s" REMEDY                                                                                    \
    "merge the step, or take it back with weft rotation rollback; after %s the rest of the "       \
    "rotation takes longer than that root lives, and workloads refuse each other at its end"

#endif
