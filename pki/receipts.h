/* pki/receipts.h - receipts of direct delivery, as the ledger records them. */
#ifndef WEFT_PKI_RECEIPTS_H
#define WEFT_PKI_RECEIPTS_H

#include "pki/trust_request.h"
#include "state/ledger.h"

/* "receipts/<cluster>/<istiod namespace>.cacerts.yaml", below the output path; in the arena.
 * Outside of clusters/, for no GitOps tool may ever apply it. */
const char *receipts_path(const struct mesh_identity *mesh, struct arena *arena);

/* By its receipt, this mesh was given what it is to hold now, or at least an earlier intermediate
 * of the same material (desired_material_fits). */
bool receipts_hold(const struct ledger *ledger, const char *virtual_mesh,
                   const struct mesh_identity *mesh, struct arena *arena);

#endif
