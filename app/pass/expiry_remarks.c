/* app/pass/expiry_remarks.c - tells what ends soon of virtual meshes that cannot be used; issues
 * and changes nothing. */
#include "app/pass/expiry_remarks.h"
#include "base/clock.h"
#include "rotation/renewal.h"
#include <string.h>

/* The share of a life that is left when it is told; that of the API for a renewal. */
static const double told_ratio = 0.10;

static bool ends_soon(const struct pass *pass, int64_t not_before, int64_t not_after)
{
    struct lifetime life = { not_before, not_after, told_ratio };

    return pass->options->now >= not_after - renewal_window(life, &pass->config->evidence);
}

static void tell(struct pass *pass, struct vm_status *status, const char *what, int64_t end)
{
    messages_add(&status->errors, pass->arena,
                 "%s ends at %s, and nothing is renewed before the virtual mesh can be used again: "
                 "workloads refuse each other after that",
                 what, clock_text(end, pass->arena));
}

static void tell_of(struct pass *pass, struct vm_status *status)
{
    const char *name = object_ref_text(status->ref, pass->arena);
    const struct ledger_rotation *rotation = ledger_find_rotation(&pass->ledger, name);
    const struct ledger_root *root =
        rotation ? ledger_find_root(&pass->ledger, rotation->deployed_root) : NULL;

    if (root && ends_soon(pass, root->not_before, root->not_after))
        tell(pass, status, arena_printf(pass->arena, "root %.8s", root->id), root->not_after);
    for (const struct ledger_intermediate *row = pass->ledger.intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && strcmp(row->virtual_mesh, name) == 0
            && ends_soon(pass, row->not_before, row->not_after))
            tell(pass, status,
                 arena_printf(pass->arena, "the intermediate of cluster %s", row->cluster),
                 row->not_after);
}

/* Nobody asks for its trust any more, and clusters keep what they have. */
static void tell_unmanaged(struct pass *pass, struct vm_status *status)
{
    const char *name = object_ref_text(status->ref, pass->arena);
    int64_t first = INT64_MAX;

    for (const struct ledger_intermediate *row = pass->ledger.intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && strcmp(row->virtual_mesh, name) == 0
            && row->not_after > pass->options->now && row->not_after < first)
            first = row->not_after;
    if (first == INT64_MAX)
        return;
    messages_add(&status->warnings, pass->arena,
                 "the spec asks for no shared trust any more: clusters keep the certificates that "
                 "they have, nobody renews them, and the first ends at %s",
                 clock_text(first, pass->arena));
}

void expiry_remarks_add(struct pass *pass)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        struct planned_virtual_mesh *mesh = &pass->plan.meshes[i];

        if (mesh->held || mesh->trust_held)
            tell_of(pass, &mesh->status); /* also of an object that was refused whole */
        else if (!mesh->trust)
            tell_unmanaged(pass, &mesh->status);
    }
}
