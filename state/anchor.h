/* state/anchor.h - the self-signed end of a CA in the ledger: what a bundle lists. */
#ifndef WEFT_STATE_ANCHOR_H
#define WEFT_STATE_ANCHOR_H

#include "state/ledger.h"

/* Its id (SHA-256 of the DER, hex); the root's own when the CA is one. */
const char *anchor_id(const struct ledger_root *root, struct arena *arena);
/* Its PEM, a part of the row's text. */
const char *anchor_pem(const struct ledger_root *root);
/* The PEM of the anchor with this id; NULL: no CA of the ledger ends in it. */
const char *anchor_find(const struct ledger *ledger, const char *id, struct arena *arena);

#endif
