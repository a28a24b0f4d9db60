/* pki/branch_reset.c - compares the delivered Secrets on the output branch with those of the last
 * push.  Changes nothing. */
#include "pki/branch_reset.h"

#include "base/text.h"
#include "pki/publication.h"

struct comparison {
    const struct branch_reset_source *in;
    struct arena *arena;
    bool any; /* a delivered Secret is there now */
    bool reset;
};

static bool is_manifest(const struct ledger_delivery *row)
{
    return !row->gone && row->recipient.kind != RECIPIENT_CLUSTER;
}

/* Without the commit of the last push, the ledger says what was in it, unless a file was never
 * pushed. */
static bool differs_from_ledger(const struct comparison *c, const struct ledger_delivery *row,
                                const char *now)
{
    return now && publication_is_current(c->in->ledger, row->virtual_mesh)
           && !text_equal(now, row->content);
}

static int compare(struct comparison *c, const struct ledger_delivery *row, struct err *err)
{
    const struct tree_reader *now = c->in->now, *then = c->in->then;
    char *bytes, *before;
    size_t len;

    if (now->read(now->context, row->path, &bytes, &len, c->arena, err) < 0)
        return -1;
    c->any |= bytes != NULL;
    if (text_equal(bytes, row->content))
        return 0; /* what is to be there is there, whichever commit brought it */
    if (!then) {
        c->reset |= differs_from_ledger(c, row, bytes);
        return 0;
    }
    if (then->read(then->context, row->path, &before, &len, c->arena, err) < 0)
        return -1;
    c->reset |= before && !text_equal(bytes, before);
    return 0;
}

/* Secrets were delivered, and this branch has none: it is not the one that weft pushed to so far,
 * or it was deleted and made again. */
static bool lacks_all(const struct comparison *c)
{
    for (const struct ledger_delivery *row = c->in->ledger->deliveries; row; row = row->next)
        if (is_manifest(row))
            return !c->any;
    return false;
}

int branch_reset_find(bool *reset, const struct branch_reset_source *in, struct arena *arena,
                      struct err *err)
{
    struct comparison c = { .in = in, .arena = arena };

    for (const struct ledger_delivery *row = in->ledger->deliveries; row && !c.reset;
         row = row->next)
        if (is_manifest(row) && compare(&c, row, err) < 0)
            return -1;
    *reset = c.reset || (!in->published && lacks_all(&c));
    return 0;
}
