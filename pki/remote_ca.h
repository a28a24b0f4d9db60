/* pki/remote_ca.h - a CA whose private key a server holds (Vault): the two calls that pki makes,
 * and how such a CA becomes a row of the ledger.  All answers are judged here. */
#ifndef WEFT_PKI_REMOTE_CA_H
#define WEFT_PKI_REMOTE_CA_H

#include "api/certificate.h"
#include "base/arena.h"
#include "base/err.h"
#include "state/ledger.h"

enum { REMOTE_PLACES_MAX = 2 };

/* Certificates as the server gave them, PEM; nothing of them was checked. */
struct remote_ca_answer {
    const char *certificate;
    const char *chain; /* certificates above it, in any order; "" */
};

/* A certificate that the CA with this id is asked to sign. */
struct remote_ca_wish {
    const char *ca;  /* fingerprint of the CA: SHA-256 of the DER, hex */
    const char *csr; /* PEM, signed by the key that it is for (RFC 2986) */
    const char *org, *common_name, *uri;
    int path_length;
    int64_t backdate;  /* seconds before the clock of the pass, which stands still: at most
                          CA_BACKDATE,  and not before the CA, which Vault would refuse */
    int64_t not_after; /* seconds */
};

struct remote_ca {
    /* The CA that the place names now.  The err is the same in each pass that fails alike: it
     * becomes a status. */
    int (*find)(void *context, struct remote_ca_answer *out, const struct vault_ca *place,
                struct arena *arena, struct err *err);
    /* ERR_INPUT with code ENOENT: the place does not have that CA. */
    int (*sign)(void *context, struct remote_ca_answer *out, const struct vault_ca *place,
                const struct remote_ca_wish *wish, struct arena *arena, struct err *err);
    void *context;
};

struct trust_request;
struct issue_options;

/* The spec asks for it (intermediateCertificateAuthority.vault). */
bool remote_ca_wanted(const struct shared_trust *shared);
/* Asks options->remote for the CA that the spec names, judges it as a given one, and adds it to the
 * ledger (KEY_NEXT, without a key) unless it is there.  *id: its row's.  The err begins with
 * "Vault:
 * ". */
MUST_USE int remote_ca_import(const char **id, struct ledger *ledger,
                              const struct trust_request *request,
                              const struct issue_options *options, struct err *err);

/* Where a CA of this virtual mesh may be: the place that the spec names, then that of the deployed
 * trust, since during a rotation the former CA still signs.  Returns how many. */
size_t remote_ca_places(const struct vault_ca *out[REMOTE_PLACES_MAX], const struct ledger *ledger,
                        const struct trust_request *request);

#endif
