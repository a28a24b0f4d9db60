/* delivery/escrow.h - a root with its private key in an age file: the copy that outlives a lost
 * state or state key, and the way back into a state. */
#ifndef WEFT_DELIVERY_ESCROW_H
#define WEFT_DELIVERY_ESCROW_H

#include "delivery/age.h"
#include "delivery/age_identities.h"
#include "pki/custody.h"
#include "state/ledger.h"

/* Whether the state holds the root's private key, so that it belongs into escrow. */
bool escrow_wanted(const struct ledger_root *root);

/* Appends an armored age file for the recipients (one at least).  Its plaintext is a few lines
 * about the root, its certificates, and its private key (PKCS#8), all readable by `openssl`. */
MUST_USE int escrow_seal(struct text *out, const struct ledger_root *root,
                         const struct custody *custody, const struct age_recipient *recipients,
                         size_t count, struct err *err);

/* A root as it came out of a file. */
struct escrowed {
    struct ledger_root root; /* texts in the arena; no key, state KEY_NEXT */
    struct secret *key_der;  /* PKCS#8 */
};
/* Opens a file, and takes nothing from it that its certificate does not prove: the id, the public
 * key and the validity are those of the certificate, and the private key must be its own
 * (ERR_CRYPTO).  Else the errors of age_decrypt, and ERR_INPUT for a file of another kind. */
MUST_USE int escrow_open(struct escrowed *out, const struct age_identities *identities,
                         const void *bytes, size_t len, struct arena *arena, struct err *err);
void escrow_close(struct escrowed *escrowed);
static inline void auto_escrow_close(struct escrowed *escrowed) { escrow_close(escrowed); }
#define AUTO_ESCROWED __attribute__((cleanup(auto_escrow_close), unused)) struct escrowed

/* What the output branch says is deployed in the root's virtual mesh. */
struct escrow_deployed {
    const char *root; /* id of the CA whose trust clusters hold; "": unknown */
    int step;         /* of the rotation that runs; 0: none does */
    bool named;       /* the record names the escrowed root */
};
/* Adds the root to the ledger, or its key to the row that is there without one; deployed decides
 * whether it is the one that signs.  *there: the ledger had the key already, and nothing changed.
 * ERR_REFUSED, with the reason: a root that neither the ledger nor the branch knows, one whose key
 * weft destroyed on purpose, one of another virtual mesh, and a fleet in step 2 or 3 of a rotation,
 * for which a root alone does not say what each cluster trusts. */
MUST_USE int escrow_restore(bool *there, struct ledger *ledger, const struct escrowed *escrowed,
                            const struct escrow_deployed *deployed, const struct custody *custody,
                            struct err *err);

#endif
