/* pki/leftover.c - finds what was made before, drops what nothing asks for any more.  Makes
 * nothing.
 *
 * An intermediate in state next was issued and not yet taken into use, because the pass was killed
 * or stopped after the ledger was saved. The next pass uses it instead of issuing again, if it
 * still is what would be issued: same CA, same options, valid, with its key. Others are destroyed
 * at once: a key that nothing will use is a risk without a use. */
#include "pki/leftover.h"

#include "base/text.h"
#include "pki/rotation_input.h"

static const struct mesh_identity *mesh_of(const struct trust_request *request, const char *key)
{
    for (size_t i = 0; i < request->mesh_count; i++)
        if (text_equal(request->meshes[i].key, key))
            return &request->meshes[i];
    return NULL;
}

static bool is_leftover(const struct ledger_intermediate *row, const struct trust_request *request)
{
    return row->state == KEY_NEXT && text_equal(row->virtual_mesh, request->name);
}

/* Here, or in its cluster: a certificate for a key that the agent no longer offers is of no use,
 * and of an agent that cannot be asked now nothing is known. */
static bool has_key(const struct ledger_intermediate *row, const struct csr_spare *spare)
{
    if (!spare)
        return row->key.len > 0;
    return csr_spare_made(row) && (!spare->key || text_equal(row->spki, spare->spki));
}

static bool is_made_for(const struct ledger_intermediate *row, const struct trust_request *request,
                        const struct rotation_issue *issue, const struct issue_options *options,
                        struct arena *arena)
{
    const struct mesh_identity *mesh = mesh_of(request, issue->mesh);

    return mesh && has_key(row, csr_spare_find(&options->spares, mesh))
           && row->not_after > options->now && text_equal(row->mesh, issue->mesh)
           && text_equal(row->root, issue->ca)
           && text_equal(row->options,
                         rotation_input_intermediate_options(request, mesh, options, arena));
}

struct ledger_intermediate *leftover_find(struct ledger *ledger,
                                          const struct trust_request *request,
                                          const struct rotation_issue *issue,
                                          const struct issue_options *options)
{
    for (struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (is_leftover(row, request) && is_made_for(row, request, issue, options, ledger->arena))
            return row;
    return NULL;
}

static bool is_asked_for(const struct ledger_intermediate *row, const struct trust_request *request,
                         const struct rotation_issue *issues, size_t count,
                         const struct issue_options *options, struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        if (is_made_for(row, request, &issues[i], options, arena))
            return true;
    return false;
}

void leftover_drop(struct ledger *ledger, const struct trust_request *request,
                   const struct rotation_issue *issues, size_t count,
                   const struct issue_options *options)
{
    for (struct ledger_intermediate *row = ledger->intermediates; row; row = row->next) {
        if (!is_leftover(row, request)
            || is_asked_for(row, request, issues, count, options, ledger->arena))
            continue;
        row->state = KEY_DESTROYED;
        row->key = (struct sealed){ 0 };
        row->changed = true;
    }
}
