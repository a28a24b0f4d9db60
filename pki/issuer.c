/* pki/issuer.c - the table of issuers, and the calls through it.  Holds no key itself. */
#include "pki/issuer.h"

#include <assert.h>

/* A generated and a given CA have their keys here; an adopted one is known by its certificate;
 * Vault signs with those that it has. */
static const struct issuer *const issuers[] = {
    [ORIGIN_GENERATED] = &issuer_local,
    [ORIGIN_GIVEN] = &issuer_local,
    [ORIGIN_ADOPTED] = &issuer_foreign,
    [ORIGIN_VAULT] = &issuer_remote,
};
static_assert(LENGTH(issuers) == ORIGIN_VAULT + 1, "every origin has an issuer");

const struct issuer *issuer_of(const struct ledger_root *ca) { return issuers[ca->origin]; }

bool issuer_can_sign(const struct ledger_root *ca) { return issuer_of(ca)->can_sign(ca); }

void issuer_destroy_key(struct ledger_root *ca)
{
    issuer_of(ca)->destroy_key(ca);
    assert(!issuer_can_sign(ca));
}

int issuer_open(struct issuer_session *out, const struct ledger_root *ca,
                const struct issuer_means *means, struct err *err)
{
    struct issuer_session session = { .issuer = issuer_of(ca) };

    if (ca_read(&session.signer, ca, err) < 0)
        return -1;
    if (session.issuer->open(&session.key, ca, &session.signer, means, err) < 0) {
        ca_release(&session.signer);
        return -1;
    }
    *out = session;
    return 0;
}

int issuer_sign(X509 **out, const struct issuer_session *session, const struct ca_profile *profile,
                EVP_PKEY *subject, struct err *err)
{
    return session->issuer->sign(out, session->key, &session->signer, profile, subject, err);
}

void issuer_close(struct issuer_session *session)
{
    if (session->issuer)
        session->issuer->close(session->key);
    ca_release(&session->signer);
    *session = (struct issuer_session){ 0 };
}
