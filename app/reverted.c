/* app/reverted.c - compares the delivered secrets on the output branch with what was pushed last.
 * Reads only. */
#include "app/reverted.h"
#include "base/text.h"
#include "pki/direct.h"
#include "pki/issue.h"
#include <string.h>

/* What the branch held when weft pushed last; NULL: that commit is not here any more. */
static struct snapshot *last_snapshot(struct pass *pass, const struct ledger_publication *last)
{
    struct snapshot *snapshot = NULL;
    struct err err;

    return snapshot_open(&snapshot, pass->output_clone, last->commit, &err) == 0 ? snapshot : NULL;
}

/* Without that commit: what the ledger holds, unless it was never pushed. */
static bool differs_from_ledger(const struct pass *pass, const struct ledger_delivery *row,
                                const char *bytes)
{
    return bytes && trust_is_published(&pass->ledger, row->virtual_mesh)
           && strcmp(bytes, row->content) != 0;
}

static int is_reverted(bool *out, struct pass *pass, const struct ledger_delivery *row,
                       struct snapshot *before, struct err *err)
{
    const struct tree_reader tip = pass_tip(pass);
    struct tree_reader left;
    char *now, *then;
    size_t len;

    if (tip.read(tip.context, row->path, &now, &len, pass->arena, err) < 0)
        return -1;
    if (!before) {
        *out = differs_from_ledger(pass, row, now);
        return 0;
    }
    left = snapshot_reader(before, pass->config->output.path, pass->arena);
    if (left.read(left.context, row->path, &then, &len, pass->arena, err) < 0)
        return -1;
    *out = then && !text_equal(now, then);
    return 0;
}

int reverted_find(bool *reverted, struct pass *pass, struct err *err)
{
    const struct ledger_publication *last = ledger_find_publication(
        &pass->ledger, pass->config->output.url, pass->config->output.branch);
    AUTO(snapshot_close) struct snapshot *before = NULL;

    *reverted = !last && pass->ledger.publications; /* another branch than so far */
    if (!last || strcmp(last->commit, pass->output_tip) == 0)
        return 0;
    before = last_snapshot(pass, last);
    for (const struct ledger_delivery *row = pass->ledger.deliveries; row && !*reverted;
         row = row->next)
        if (!delivery_is_receipt(row) /* one on the branch changes no cluster */
            && is_reverted(reverted, pass, row, before, err) < 0)
            return -1;
    return 0;
}
