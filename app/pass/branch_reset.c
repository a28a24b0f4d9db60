/* app/pass/branch_reset.c - compares the delivered secrets on the output branch with what was
 * pushed last. Reads only. */
#include "app/pass/branch_reset.h"
#include "app/pass/branch.h"
#include "base/text.h"
#include "delivery/receipt.h"
#include "pki/publication.h"
#include "pki/trust.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"
#include <string.h>

/* What is compared: the branch now, and what it held when weft pushed last. */
struct comparison {
    struct session *session;
    struct tree_reader now, then;
    bool known; /* then is */
    bool any;   /* something delivered is there now */
    bool reverted;
};

/* Without that commit: what the ledger holds, unless it was never pushed. */
static bool differs_from_ledger(const struct comparison *c, const struct ledger_delivery *row,
                                const char *now)
{
    return now && publication_is_current(&c->session->ledger, row->virtual_mesh)
           && strcmp(now, row->content) != 0;
}

static int compare(struct comparison *c, const struct ledger_delivery *row, struct err *err)
{
    struct arena *arena = c->session->arena;
    char *now, *then;
    size_t len;

    if (c->now.read(c->now.context, row->path, &now, &len, arena, err) < 0)
        return -1;
    c->any |= now != NULL;
    if (text_equal(now, row->content))
        return 0; /* what is to be there is there, whoever noted it */
    if (!c->known) {
        c->reverted |= differs_from_ledger(c, row, now);
        return 0;
    }
    if (c->then.read(c->then.context, row->path, &then, &len, arena, err) < 0)
        return -1;
    c->reverted |= then && !text_equal(now, then);
    return 0;
}

static int compare_all(struct comparison *c, struct err *err)
{
    for (const struct ledger_delivery *row = c->session->ledger.deliveries; row && !c->reverted;
         row = row->next)
        if (!row->gone && !receipt_is_row(row) /* one on the branch changes no cluster */
            && compare(c, row, err) < 0)
            return -1;
    return 0;
}

/* Secrets were delivered, and this branch has none: another branch than so far, or one that was
 * made anew. */
static bool lacks_all(const struct comparison *c)
{
    for (const struct ledger_delivery *row = c->session->ledger.deliveries; row; row = row->next)
        if (!row->gone && !receipt_is_row(row))
            return !c->any;
    return false;
}

int branch_reset_find(bool *reverted, struct session *session, const struct inputs *inputs,
                      struct err *err)
{
    const struct ledger_publication *last = branch_publication(session, inputs);
    AUTO(snapshot_close) struct snapshot *before = NULL;
    struct comparison c = { .session = session, .now = inputs_tip(inputs, session) };

    *reverted = false;
    if (!session->ledger.publications || (last && strcmp(last->commit, inputs->output_tip) == 0))
        return 0;
    if (last && clone_has(inputs->output_clone, last->commit)
        && snapshot_open(&before, inputs->output_clone, last->commit, err) < 0)
        return -1;
    c.known = before != NULL;
    if (before)
        c.then = snapshot_reader(before, session->config->output.path, session->arena);
    if (compare_all(&c, err) < 0)
        return -1;
    *reverted = c.reverted || (!last && lacks_all(&c));
    return 0;
}
