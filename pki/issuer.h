/* pki/issuer.h - who signs with a CA of the ledger: one row of functions for each kind.  Outside of
 * a row nothing assumes where the CA's key is. */
#ifndef WEFT_PKI_ISSUER_H
#define WEFT_PKI_ISSUER_H

#include "pki/ca.h"
#include "pki/custody.h"
#include "pki/profile.h"
#include "pki/remote_ca.h"

/* What issuers sign with; each takes what it needs.  Must live as long as the session. */
struct issuer_means {
    const struct custody *custody;
    const struct remote_ca *remote; /* NULL: no server can be asked */
    const struct vault_ca *places[REMOTE_PLACES_MAX];
    size_t place_count;
    int64_t now;
    struct arena *arena; /* of what remote gives back */
};

struct issuer {
    const char *name; /* for messages */
    /* Opens nothing and asks no server: the state machine decides by it. */
    bool (*can_sign)(const struct ledger_root *ca);
    int (*open)(void **key, const struct ledger_root *ca, const struct ca_signer *signer,
                const struct issuer_means *means, struct err *err);
    /* A certificate for the subject's key; a remote issuer gets proof that its owner holds
     * the private part. The profile is a request: the caller verifies what comes back. */
    int (*sign)(X509 **out, void *key, const struct ca_signer *signer,
                const struct ca_profile *profile, EVP_PKEY *subject, struct err *err);
    void (*close)(void *key);
    /* Destroys what lets the ledger sign with the CA; the certificate stays. */
    void (*destroy_key)(struct ledger_root *ca);
};

extern const struct issuer issuer_local;   /* the key is in the ledger, sealed */
extern const struct issuer issuer_foreign; /* only the certificate is known: it never signs */
extern const struct issuer issuer_remote;  /* the key is in Vault */

/* By the origin of the CA. */
const struct issuer *issuer_of(const struct ledger_root *ca);
bool issuer_can_sign(const struct ledger_root *ca);
void issuer_destroy_key(struct ledger_root *ca);

/* A CA that was opened to sign: its certificates, and whatever its issuer needs. */
struct issuer_session {
    const struct issuer *issuer;
    struct ca_signer signer;
    void *key;
};

MUST_USE int issuer_open(struct issuer_session *out, const struct ledger_root *ca,
                         const struct issuer_means *means, struct err *err);
MUST_USE int issuer_sign(X509 **out, const struct issuer_session *session,
                         const struct ca_profile *profile, EVP_PKEY *subject, struct err *err);
void issuer_close(struct issuer_session *session);

#endif
