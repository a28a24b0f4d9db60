/* pki/selftest.h - the proof before each commit (docs/rotation.md): leaves are made and verified as
 * workloads will, and a failure stops the commit. */
#ifndef WEFT_PKI_SELFTEST_H
#define WEFT_PKI_SELFTEST_H

#include "pki/custody.h"
#include "pki/trust_request.h"
#include "rotation/rotation.h"
#include "state/ledger.h"

struct selftest {
    const struct ledger *ledger; /* with the new intermediates, state KEY_NEXT */
    const struct custody *custody;
    const char *virtual_mesh;
    const struct rotation *next; /* what is about to be committed */
    const struct evidence_policy *policy;
    int64_t now;
    bool pairs; /* false: breakage was accepted (strategy NONE, a forced gate); only single
                   certificates are tested */
    const struct trust_request *request; /* whose trust domains and revisions count; NULL: what the
                                            intermediates say */
};

struct selftest_count {
    size_t leaves, verifications, classes;
};

/* Throw-away leaves, of a workload in the cluster's trust domain and of istiod with all its DNS
 * names, are signed by each new intermediate and verified under the bundle of its own cluster; and
 * for each two materials (signer and bundle) of which one is about to be committed and
 * the other may be alive, leaves of either are verified under the other's bundle, by libcrypto with
 * X509_V_FLAG_X509_STRICT, as server and as client, now, after the longest leaf life, and after the
 * longest wait on top.  Materials are a handful, so a thousand clusters cost hardly more than two.
 * ERR_REFUSED names the clusters whose workloads would refuse each other. */
MUST_USE int selftest_run(struct selftest_count *count, const struct selftest *test,
                          struct err *err);

#endif
