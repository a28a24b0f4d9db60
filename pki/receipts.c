/* pki/receipts.c - what a receipt proves: that weft itself wrote a cacerts Secret.  Writes none. */
#include "pki/receipts.h"
#include "base/text.h"
#include "pki/desired.h"

const char *receipts_path(const struct mesh_identity *mesh, struct arena *arena)
{
    return arena_printf(arena, "receipts/%s/%s.cacerts.yaml", mesh->cluster, mesh->namespace);
}

bool receipts_hold(const struct ledger *ledger, const char *virtual_mesh,
                   const struct mesh_identity *mesh, struct arena *arena)
{
    const struct ledger_delivery *row = ledger_find_delivery(ledger, receipts_path(mesh, arena));

    return row && text_equal(row->virtual_mesh, virtual_mesh) && !text_empty(row->mark)
           && desired_material_fits(ledger, virtual_mesh, mesh->key, row->mark, arena);
}
