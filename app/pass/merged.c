/* app/pass/merged.c - compares the deliveries of the ledger with the output branch.  Decides
 * nothing else.
 *
 * A merge may squash, rebase or rewrite messages, so no commit and no trailer is looked at: a
 * delivery is out when its bytes are on the branch.  They are encrypted with fresh randomness, so
 * equal bytes can only have come from this ledger.
 *
 * A wait begins with the pass that finds the merge.  That is later than the merge, which is the
 * safe side; the time of the commit would be that of the proposal, before anyone agreed to it. */
#include "app/pass/merged.h"
#include "app/pass/cluster_split.h"
#include "base/text.h"
#include "pki/desired.h"
#include "pki/publication.h"

struct looking {
    struct session *session;
    struct tree_reader files; /* of the output branch */
};

static bool holds(const struct looking *looking, const struct ledger_delivery *row)
{
    struct err err;
    char *bytes;
    size_t len;

    return !row->gone
           && looking->files.read(looking->files.context, row->path, &bytes, &len,
                                  looking->session->arena, &err)
                  == 0
           && text_equal(bytes, row->content);
}

static bool is_out(void *context, const char *virtual_mesh, const char *mesh)
{
    const struct looking *looking = context;
    struct session *session = looking->session;
    const struct ledger_intermediate *active =
        ledger_active_intermediate(&session->ledger, virtual_mesh, mesh);

    if (active && !cluster_split_has(session, active->cluster))
        return false;
    for (const struct ledger_delivery *row = session->ledger.deliveries; row; row = row->next)
        if (text_equal(row->virtual_mesh, virtual_mesh) && text_equal(row->mesh, mesh)
            && holds(looking, row))
            return desired_material_fits(&session->ledger, virtual_mesh, mesh, row->mark,
                                         session->arena);
    return false;
}

bool merged_has(struct session *session, const struct inputs *inputs, const char *virtual_mesh,
                const char *mesh)
{
    struct looking looking = { session, inputs_tip(inputs, session) };

    return is_out(&looking, virtual_mesh, mesh);
}

int merged_note(struct session *session, const struct inputs *inputs, struct err *err)
{
    struct looking looking = { session, inputs_tip(inputs, session) };
    const struct trust_delivered delivered = { is_out, &looking };

    if (publication_done(&session->ledger, session->options->now, &delivered, err) < 0)
        return err_wrap(err, "note what was merged into %s", session->config->output.branch);
    return 0;
}
