/* pki/desired.h - what a mesh is to hold now, as it can be seen from outside. */
#ifndef WEFT_PKI_DESIRED_H
#define WEFT_PKI_DESIRED_H

#include "rotation/bundle.h"
#include "state/ledger.h"

/* Marks what a mesh is to hold now: 16 hex digits over its bundle and its intermediate.  Evidence
 * is about a mark.  "" : nothing. */
const char *desired_material(const struct ledger *ledger, const char *virtual_mesh,
                             const char *mesh, struct arena *arena);

/* mark is desired_material, or was when an earlier intermediate under the same root was in use with
 * the same bundle: a renewal changes the mark, and not what a gate waits for. */
bool desired_material_fits(const struct ledger *ledger, const char *virtual_mesh, const char *mesh,
                           const char *mark, struct arena *arena);

/* What a mesh is to hold now, in what can be seen from outside; public.  All "" and 0 when nothing
 * is to be delivered to it now: it has no intermediate, or waits to join a rotation. */
struct trust_wanted {
    const char *mark; /* desired_material */
    const char
        *intermediate; /* id (SHA-256 of the DER, hex) of the certificate that signs leaves */
    const char *roots[BUNDLE_MAX]; /* ids of the roots of its bundle, in the order of the file */
    size_t root_count;
    const char *bundle; /* these roots as PEM, byte for byte as in root-cert.pem */
    /* No other material of ours that may still be alive there has these roots (in any order).  So
     * whoever sees exactly them in every istio-ca-root-cert knows that istiod works with the wanted
     * material: EVIDENCE_LOADED.  False from step 1 to step 2, where only the signer changes: then
     * the bundle proves nothing, and best is at most EVIDENCE_SYNCED for whoever sees only it.
     * At rest nothing else is alive, and it is true. */
    bool bundle_changed;
    /* The mesh had another intermediate under the same root before.  The bundle cannot tell which
     * of the two istiod signs with: no matter to a gate, for both are of one material, but no proof
     * that a renewal arrived. */
    bool renewed;
};
/* The ledger must live as long as out.  Cheap; reads no certificate. */
void desired_trust(struct trust_wanted *out, const struct ledger *ledger, const char *virtual_mesh,
                   const char *mesh, struct arena *arena);

/* The bundle alone: public.  "" when nothing is to be delivered to this mesh now (it waits to join
 * a rotation). */
const char *desired_bundle(const struct ledger *ledger,
                           const struct ledger_intermediate *intermediate, struct arena *arena);

#endif
