/* pki/desired.h - what a mesh is to hold now, as it can be seen from outside. */
#ifndef WEFT_PKI_DESIRED_H
#define WEFT_PKI_DESIRED_H

#include "rotation/observation.h"
#include "state/ledger.h"

/* Marks what a mesh is to hold now: 16 hex digits over its bundle and its intermediate.  Evidence
 * is about a mark.  "" : nothing, or the record of its rotation cannot be read; then nothing counts
 * as evidence, and desired_bundle has the error. */
const char *desired_material(const struct ledger *ledger, const char *virtual_mesh,
                             const char *mesh, struct arena *arena);

/* mark is desired_material, or was when an earlier intermediate under the same root was in use with
 * the same bundle: a renewal changes the mark, and not what a gate waits for. */
bool desired_material_fits(const struct ledger *ledger, const char *virtual_mesh, const char *mesh,
                           const char *mark, struct arena *arena);

/* The ledger must live as long as out.  Cheap; reads no certificate.  Nothing is wanted of a mesh
 * whose rotation has a record that cannot be read. */
void desired_trust(struct trust_wanted *out, const struct ledger *ledger, const char *virtual_mesh,
                   const char *mesh, struct arena *arena);

/* What a mesh was to hold before the last step of its rotation, which is not published yet; nothing
 * where none waits, or where the gate of that step is not asked.  It has no mark. */
void desired_former(struct trust_wanted *out, const struct ledger *ledger, const char *virtual_mesh,
                    const char *mesh, struct arena *arena);

/* The bundle alone: public.  "" when nothing is to be delivered to this mesh now (it waits to join
 * a rotation).  -1: the record of the rotation cannot be read, so nothing may be delivered. */
MUST_USE int desired_bundle(const char **out, const struct ledger *ledger,
                            const struct ledger_intermediate *intermediate, struct arena *arena,
                            struct err *err);

#endif
