/* pki/receipts.c - what a receipt proves: that weft itself wrote a cacerts Secret.  Writes none. */
#include "pki/receipts.h"
#include "base/text.h"
#include "pki/desired.h"

const char *receipt_path(const struct trust_mesh *mesh, struct arena *arena)
{
    return arena_printf(arena, "receipts/%s/%s.cacerts.yaml", mesh->cluster, mesh->namespace);
}

bool direct_holds(const struct ledger *ledger, const char *virtual_mesh,
                  const struct trust_mesh *mesh, struct arena *arena)
{
    const struct ledger_delivery *row = ledger_find_delivery(ledger, receipt_path(mesh, arena));

    return row && text_equal(row->virtual_mesh, virtual_mesh) && !text_empty(row->mark)
           && trust_mark_fits(ledger, virtual_mesh, mesh->key, row->mark, arena);
}
