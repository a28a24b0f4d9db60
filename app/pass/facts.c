/* app/pass/facts.c - what a pass found, by its data alone. */
#include "app/pass/facts.h"
#include "delivery/path.h"
#include "delivery/receipt.h"
#include "sync/snapshot.h"

#include <string.h>

struct tree_reader pass_tip(const struct pass *pass)
{
    if (!pass->output_snapshot)
        return tree_reader_empty;
    return snapshot_reader(pass->output_snapshot, pass->config->output.path, pass->arena);
}

bool pass_refused(const struct pass *pass)
{
    if (pass->diags.errors)
        return true;
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        if (pass->plan.meshes[i].status.state != APPROVAL_ACCEPTED)
            return true;
    for (size_t i = 0; i < pass->plan.policy_count; i++)
        if (pass->plan.policies[i].state != APPROVAL_ACCEPTED)
            return true;
    return false;
}

bool pass_unsure(const struct pass *pass, const char *virtual_mesh)
{
    for (const struct refused *refused = pass->specs.refused; refused; refused = refused->next)
        if (refused->kind == KIND_VIRTUAL_MESH
            && strcmp(object_ref_text(refused->ref, pass->arena), virtual_mesh) == 0)
            return true;
    return pass->specs.incomplete;
}

const char *pass_trust_path(const struct pass *pass, const struct mesh_identity *mesh,
                            struct arena *arena)
{
    return pass->config->delivery == DELIVER_DIRECT ? receipts_path(mesh, arena)
                                                    : delivery_path(mesh, arena);
}
