/* pki/issue.h - the only maker of keys and certificates: gives every VirtualMesh its root and every mesh its intermediate. */
#ifndef WEFT_PKI_ISSUE_H
#define WEFT_PKI_ISSUE_H

#include "pki/custody.h"
#include "pki/key.h"
#include "pki/ledger.h"
#include "pki/trust.h"

struct issue_options {
    enum key_type key_type; /* pki.keyType: KEY_RSA follows rsaKeySizeBytes of the API, KEY_EC_P256 replaces it */
    int64_t now;            /* seconds */
    /* Called in the caller's thread before the first (done = 0) and after each key; NULL: nobody watches. */
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
};

/* What could not be done for one mesh: an error of its target_status.  Everything else went on. */
struct issue_failure {
    const char *virtual_mesh; /* "namespace/name" */
    const char *mesh;         /* key of the Mesh object */
    const char *text;         /* for people; no secret */
};

struct issue_result {
    size_t roots, intermediates; /* made in this pass */
    struct issue_failure *failures; /* in order of requests, then meshes */
    size_t failure_count;
};

/* Adds what is missing to the ledger: a root for each request whose root is generated ("shared: {}" too), one intermediate for each of
 * its meshes, and the row with deployedSharedTrust.  What is there is reused, never remade; two Mesh objects that share one
 * istiod namespace of a cluster share one intermediate (that of the first by key).  Private keys are in the ledger only sealed.
 * Results live in ledger->arena.  -1 only when nothing can be issued at all; the ledger is then as far as it came, which is safe to save. */
MUST_USE int trust_issue(struct issue_result *out, struct ledger *ledger, const struct trust_request *const *requests, size_t count,
                         const struct custody *custody, const struct issue_options *options, struct err *err);

/* What trust_issue would do, for people: nothing is made or changed. */
struct issue_due {
    const char *virtual_mesh;
    const char *mesh; /* key; "" for a root */
    const char *what; /* "root", "intermediate" */
    const char *why;  /* "the virtual mesh has no root yet" */
};
struct issue_dues {
    struct issue_due *list;
    size_t count;
    struct issue_failure *failures; /* what is known to fail without trying */
    size_t failure_count;
};
void trust_due(struct issue_dues *out, const struct ledger *ledger, const struct trust_request *const *requests, size_t count,
               const struct issue_options *options, struct arena *arena);

/* The mesh of the request that holds the intermediate of this one: itself, or the first with the same cluster and istiod namespace. */
const struct trust_mesh *trust_mesh_home(const struct trust_request *request, const struct trust_mesh *mesh);

#endif
