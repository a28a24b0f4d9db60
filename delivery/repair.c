/* delivery/repair.c - restores damaged deliveries from the output branch, and nothing else.
 *
 * A delivery's text is stored because encryption is random: made again it would be other bytes,
 * and a commit. When the stored text is damaged the output branch has a copy, and the digest in
 * the row says whether it is that one. A row that cannot be restored goes, and the next stage
 * encrypts for that cluster again: one commit, and no change of the CA. */
#include "delivery/repair.h"

#include "base/digest.h"
#include "base/text.h"
#include <string.h>

/* Whether the tip has the text that was stored. */
static int from_tip(bool *found, struct ledger_delivery *row, const struct tree_reader *tip,
                    struct arena *arena, struct err *err)
{
    char *bytes, digest[65];
    size_t len;

    *found = false;
    if (tip->read(tip->context, row->path, &bytes, &len, arena, err) < 0)
        return -1;
    if (!bytes)
        return 0;
    sha256_hex(digest, bytes, len);
    if (!text_equal(digest, row->content_digest) || strlen(bytes) != len)
        return 0;
    row->content = bytes;
    row->damaged = false;
    *found = true;
    return 0;
}

int repair_deliveries(struct repaired **out, size_t *count, const struct ledger *ledger,
                      const struct tree_reader *tip, struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    for (struct ledger_delivery *row = ledger->deliveries; row; row = row->next) {
        bool found;

        if (!row->damaged)
            continue;
        if (from_tip(&found, row, tip, arena, err) < 0)
            return -1;
        row->changed = true;
        row->gone = !found;
        *ARENA_PUSH(arena, *out, *count) = (struct repaired){ row->path, found };
    }
    return 0;
}
