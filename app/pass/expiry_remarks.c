/* app/pass/expiry_remarks.c - tells what ends soon of virtual meshes that cannot be used; issues
 * and changes nothing. */
#include "app/pass/expiry_remarks.h"
#include "app/pass/remark.h"
#include "base/clock.h"
#include "rotation/renewal.h"
#include <string.h>

/* The share of a life that is left when it is told; that of the API for a renewal. */
static const double told_ratio = 0.10;

static bool ends_soon(const struct session *session, int64_t not_before, int64_t not_after)
{
    struct lifetime life = { not_before, not_after, told_ratio };

    return session->options->now >= not_after - renewal_window(life, &session->config->evidence);
}

static void tell(struct findings *remarks, const struct session *session, struct object_ref ref,
                 const char *what, int64_t end)
{
    remark_error(remarks, ref,
                 "%s ends at %s, and nothing is renewed before the virtual mesh can be used again: "
                 "workloads refuse each other after that",
                 what, clock_text(end, session->arena));
}

static void tell_of(struct findings *remarks, const struct session *session, struct object_ref ref)
{
    const char *name = object_ref_text(ref, session->arena);
    const struct ledger_rotation *rotation = ledger_find_rotation(&session->ledger, name);
    const struct ledger_root *root =
        rotation ? ledger_find_root(&session->ledger, rotation->deployed_root) : NULL;

    if (root && ends_soon(session, root->not_before, root->not_after))
        tell(remarks, session, ref, arena_printf(session->arena, "root %.8s", root->id),
             root->not_after);
    for (const struct ledger_intermediate *row = session->ledger.intermediates; row;
         row = row->next)
        if (row->state == KEY_ACTIVE && strcmp(row->virtual_mesh, name) == 0
            && ends_soon(session, row->not_before, row->not_after))
            tell(remarks, session, ref,
                 arena_printf(session->arena, "the intermediate of cluster %s", row->cluster),
                 row->not_after);
}

/* Nobody asks for its trust any more, and clusters keep what they have. */
static void tell_unmanaged(struct findings *remarks, const struct session *session,
                           struct object_ref ref)
{
    const char *name = object_ref_text(ref, session->arena);
    int64_t first = INT64_MAX;

    for (const struct ledger_intermediate *row = session->ledger.intermediates; row;
         row = row->next)
        if (row->state == KEY_ACTIVE && strcmp(row->virtual_mesh, name) == 0
            && row->not_after > session->options->now && row->not_after < first)
            first = row->not_after;
    if (first == INT64_MAX)
        return;
    remark_warning(
        remarks, ref,
        "the spec asks for no shared trust any more: clusters keep the certificates that "
        "they have, nobody renews them, and the first ends at %s",
        clock_text(first, session->arena));
}

void expiry_remarks_add(struct findings *remarks, const struct session *session,
                        const struct plan *plan)
{
    for (size_t i = 0; i < plan->mesh_count; i++) {
        const struct planned_virtual_mesh *mesh = &plan->meshes[i];

        if (mesh->held || mesh->trust_held)
            tell_of(remarks, session,
                    mesh->status.ref); /* also of an object that was refused whole */
        else if (!mesh->trust)
            tell_unmanaged(remarks, session, mesh->status.ref);
    }
}
