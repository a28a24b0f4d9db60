/* pki/given_root_import.h - a given CA becomes a row of the ledger. */
#ifndef WEFT_PKI_GIVEN_ROOT_IMPORT_H
#define WEFT_PKI_GIVEN_ROOT_IMPORT_H

#include "pki/trust.h"

/* The spec asks for a given CA (rootCertificateAuthority.secret). */
bool given_root_import_wanted(const struct shared_trust *shared);
/* Reads it by options->given, checks it, and adds it (KEY_NEXT, key sealed) unless it is there.
 * *id: its row's.  custody NULL: the ledger is one of given_root_import_ahead, and the row's key is
 * said to be held but cannot be opened.  The err is for people, with the words of the API for a
 * CA that is missing or invalid. */
MUST_USE int given_root_import(const char **id, struct ledger *ledger,
                               const struct trust_request *request, const struct custody *custody,
                               const struct issue_options *options, struct err *err);

/* A row for a CA that was not seen before; one that is there keeps its state while it can sign.  Of
 * ORIGIN_GIVEN the key is sealed (custody NULL: as above); of ORIGIN_VAULT there is none here, and
 * a key that weft had of it stays sealed until the CA is destroyed.  ERR_INPUT: it is another
 * virtual mesh's. */
MUST_USE int given_root_import_add(struct ledger *ledger, const char *virtual_mesh,
                                   const struct given_root *given, enum root_origin origin,
                                   const struct custody *custody, int64_t now, struct err *err);

/* A copy of the ledger to plan with: given CAs can be added to it, and the ledger stays as it is.
 * All but the roots is shared. */
struct ledger given_root_import_ahead(const struct ledger *ledger, struct arena *arena);
/* Brings the CAs that were added to such a copy into the ledger that it was made of. */
void given_root_import_take(struct ledger *ledger, const struct ledger *ahead);

/* The root of its own that a cluster came with, for bundles only: public, without a key, state
 * KEY_DESTROYED, of no virtual mesh ("").  One that is known already stays as it is. */
MUST_USE int given_root_import_adopt(struct ledger *ledger, const char *id, const char *pem,
                                     int64_t now, struct err *err);

#endif
