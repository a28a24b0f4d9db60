/* pki/trust.h - what a pass over the trust of all virtual meshes is asked with, and what comes of
 * it.  trust_plan decides (pki/trust_plan.h), trust_apply carries it out (pki/trust_apply.h). */
#ifndef WEFT_PKI_TRUST_H
#define WEFT_PKI_TRUST_H

#include "api/annotation.h"
#include "pki/branch_record.h"
#include "pki/csr_spare.h"
#include "pki/custody.h"
#include "pki/given_root.h"
#include "pki/key.h"
#include "pki/remote_ca.h"
#include "pki/trust_remark.h"
#include "pki/trust_request.h"
#include "rotation/clock.h"
#include "rotation/evidence.h"
#include "state/ledger.h"

struct issue_options {
    enum key_type key_type; /* pki.keyType: KEY_RSA follows rsaKeySizeBytes of the API, KEY_EC_P256
                               replaces it */
    int64_t now;            /* seconds */
    /* Called in the caller's thread before the first (done = 0) and after each key of a batch:
     * roots, then intermediates.  NULL: no progress is reported. */
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
    /* All below may be left zero. */
    /* Called in the caller's thread while keys are made, when some were added to the ledger: a
     * place to save it, so that a pass that is killed need not make them again.  -1 ends the work.
     * Only KEY_NEXT rows are new then: nothing uses them before it was tested. */
    int (*keep)(void *context, struct err *err);
    void *keep_context;
    const struct evidence_policy *policy; /* NULL: evidence_policy_default */
    struct rotation_time time; /* local is always now; a second source makes waits count in full */
    const struct evidence *evidence; /* what is known of clusters, by mesh, in any order */
    size_t evidence_count;
    const struct evidence *former; /* likewise, of what is published while a step waits to be */
    size_t former_count;
    const struct root_reader
        *given;               /* where rootCertificateAuthority.secret is read; NULL: nowhere */
    struct csr_spares spares; /* of the clusters that make their keys themselves */
    const struct remote_ca *remote;      /* how Vault is asked; NULL: not at all */
    const struct trust_branch *branches; /* in any order */
    size_t branch_count;
    bool reverted; /* the output branch's trust files are older than the last that weft pushed */
};

/* What is to be said of the trust of virtual meshes. */
struct trust_remarks {
    struct findings failures; /* of single meshes that cannot be served; in order of requests */
    struct findings notes;    /* of virtual meshes as a whole */
};

struct issue_result {
    size_t roots, intermediates; /* made in this pass */
    size_t steps;                /* virtual meshes whose rotation took a step */
    struct trust_remarks remarks;
};

struct trust_delivered { /* whether the certificates of a mesh are out there, as they are to be */
    bool (*is_out)(void *context, const char *virtual_mesh, const char *mesh);
    void *context;
};

#endif
