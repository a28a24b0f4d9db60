/* delivery/method.h - the ways of an intermediate to its cluster, one row of a table each, and the
 * formats that rows name: nothing else in the program asks which one is configured. */
#ifndef WEFT_DELIVERY_METHOD_H
#define WEFT_DELIVERY_METHOD_H

#include "base/enums.h"
#include "pki/trust_request.h"
#include "rotation/evidence.h"
#include "state/ledger.h"

struct delivery_format;
extern const struct delivery_format format_sealed_secret;
extern const struct delivery_format format_sops;
extern const struct delivery_format format_csr;

enum delivery_mode {
    DELIVER_SEALED_SECRET, /* an encrypted manifest on the output branch: delivery/delivery.h */
    DELIVER_DIRECT,        /* written to the cluster's API server: delivery/receipt.h */
    DELIVER_SOPS,          /* as DELIVER_SEALED_SECRET, for a GitOps tool that decrypts itself */
    DELIVER_CSR,           /* the key is made in the cluster, whose agent writes the Secret */
    DELIVERY_DEFAULT = DELIVER_SEALED_SECRET
};
extern const struct enum_table delivery_modes; /* values of delivery.mode */

/* Where the keys of a method are beside the Secret in the cluster, and who can use them; for
 * people, in weft custody. */
struct delivery_exposure {
    const char *copies;      /* of an intermediate's key; NULL: none */
    const char *holders;     /* who can read or replace them, beside the readers of the Secret */
    const char *keys;        /* where the keys are that deliveries are decrypted with; NULL: there
                                are none */
    const char *key_readers; /* who can read those */
};

struct delivery_method {
    const char *name;                     /* as in delivery_modes */
    const struct delivery_format *format; /* makes the manifest that a GitOps tool applies;
                                             NULL: the branch gets no manifest */
    bool writes; /* weft itself writes the Secret to the cluster's API server */
    /* The file on the output branch, below the output path; in the arena. */
    const char *(*path)(const struct mesh_identity *mesh, struct arena *arena);
    enum recipient_kind recipient;
    enum evidence_level receipt; /* what a receipt proves; EVIDENCE_NONE: there are no receipts */
    struct delivery_exposure exposure;
};

const struct delivery_method *delivery_method_of(enum delivery_mode mode);

#endif
