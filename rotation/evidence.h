/* rotation/evidence.h - what is known of a cluster, from any source: an acknowledgement in Git, a
 * GitOps tool, the cluster itself.  Plain data. */
#ifndef WEFT_ROTATION_EVIDENCE_H
#define WEFT_ROTATION_EVIDENCE_H

#include "base/enums.h"
#include "rotation/calendar.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In order of strength (docs/rotation.md). */
enum evidence_level {
    EVIDENCE_NONE,
    EVIDENCE_SYNCED, /* E1: the GitOps tool says that the commit was applied; no proof for sealed
                        secrets */
    EVIDENCE_LOADED, /* E2: istiod works with it */
    EVIDENCE_TURNED, /* E4: every leaf was issued after it was loaded */
};
extern const struct enum_table
    evidence_levels; /* "none", "commit synced", "bundle loaded", "leaves turned over" */

/* About one mesh.  All zero: no source looks at this cluster, and time alone decides (then called
 * "assumed"). */
struct evidence {
    const char *mesh; /* key of the Mesh object */
    enum evidence_level
        best; /* the most that its source could ever show; EVIDENCE_NONE: there is no source */
    enum evidence_level level; /* what it shows now */
    const char *mark; /* of the material that it is about (rotation_mark); NULL or "": of what the
                         cluster is to hold now. Another mark than the wanted one says that the
                         cluster holds something else. */
    bool unknown;     /* level is only so low because a source did not answer: what was proved stays
                         proved, but no gate opens on the strength of it */
    int64_t leaf_ttl; /* the longest life of a leaf that its istiod issues, seconds; 0: not known */
    int64_t since; /* seconds: when the cluster was looked at, for people; waits count from the pass
                      that saw it first.  0: it was not looked at */
    /* The next five are looked at until the mesh has its first intermediate from this virtual mesh.
     */
    const char *foreign_root; /* SHA-256 of the DER, hex, of a root that the cluster trusts and that
                                 is none of this virtual mesh, in the ledger or not; NULL: none was
                                 seen */
    const char *foreign_pem;  /* that root; NULL: not known */
    const char *foreign_owner; /* the virtual mesh of this state that it was or is of; NULL or "":
                                  of none */
    bool foreign_ready; /* that cluster's bundle holds our root beside its own already, and no other
                         */
    bool foreign_unknown; /* there is a source, but it could not tell which roots the cluster trusts
                           */
    bool single_root; /* its istiod runs without ISTIO_MULTIROOT_MESH: a changed bundle waits for a
                         restart */
};

/* Of one cluster: what a receipt for it proves. */
struct evidence_receipt {
    const char *cluster;
    enum evidence_level level;
};

/* How patient weft is.  Zero is never meant: evidence_policy_default. */
struct evidence_policy {
    int64_t
        leaf_ttl; /* evidence.leafTTL: longest life of a workload's leaf anywhere, seconds; 24 h */
    int64_t sync_allowance; /* evidence.syncAllowance: commit to loaded, where no source shows it; 1
                               h */
    int64_t skew;           /* evidence.skew: clocks differ by at most this; 10 min */
    int64_t period;         /* between passes, for renewal; 1 h */
    int64_t
        fail_after; /* a step that a watched cluster does not take is FAILED after this; 7 days */
    int64_t retention;           /* a retired root's key is kept for this; 30 days */
    bool rollback_on_deadline;   /* go back when a watched cluster misses the deadline; false: hold
                                    and say so */
    bool restart_acknowledged;   /* operators restart istiods that run with single_root */
    enum evidence_level receipt; /* what a receipt for a cacerts that weft wrote itself proves, and
                                    nothing else does; EVIDENCE_NONE: deliveries leave none */
    const struct evidence_receipt *receipts; /* of clusters where it is not that, sorted by name */
    size_t receipt_count;
    const struct calendar *calendar; /* rotation.windows and freeze; NULL: any time is right */
    unsigned reissue_max; /* intermediates that changed options re-issue in one pass; 50 */
};
extern const struct evidence_policy evidence_policy_default;

/* What a receipt for this cluster proves; EVIDENCE_NONE: deliveries to it leave none. */
enum evidence_level evidence_receipt_level(const struct evidence_policy *policy,
                                           const char *cluster);

#endif
