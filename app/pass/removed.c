/* app/pass/removed.c - finds virtual meshes that left the specs; pki/transfer.c does what follows.
 * Saves nothing. */
#include "app/pass/removed.h"
#include "app/pass/remark.h"
#include "app/pass/resolve.h"
#include "pki/transfer.h"
#include <string.h>

struct search {
    struct session *session;
    const struct specs *specs;
    const struct plan *plan;
    const struct requests *requests;
};

static bool is_asked_for(const struct requests *requests, const char *name)
{
    for (size_t i = 0; i < requests->count; i++)
        if (strcmp(requests->list[i]->name, name) == 0)
            return true;
    return false;
}

/* What it has stays as it is: it cannot be read, or decided, at the moment. */
static bool is_kept(const struct search *search, const char *name)
{
    struct arena *arena = search->session->arena;

    for (size_t i = 0; i < search->plan->mesh_count; i++) {
        const struct planned_virtual_mesh *mesh = &search->plan->meshes[i];

        if ((mesh->held || mesh->trust_held)
            && strcmp(object_ref_text(mesh->status.ref, arena), name) == 0)
            return true;
    }
    return resolve_is_unsure(search->specs, name, arena);
}

static bool is_gone(void *context, const char *name)
{
    const struct search *search = context;

    return !is_asked_for(search->requests, name) && !is_kept(search, name);
}

static void tell_transfer(struct findings *remarks, const struct session *session,
                          const struct requests *requests, const struct transfer *transfer)
{
    for (size_t i = 0; i < requests->count; i++)
        if (strcmp(requests->list[i]->name, transfer->to) == 0)
            remark_warning(
                remarks, requests->meshes[i]->status.ref,
                "virtual mesh %s is not in the specs any more: its root and certificates "
                "go on as those of %s",
                transfer->from, transfer->to);
    progress_warn(session->progress, "%s goes on with the trust of virtual mesh %s, which is gone",
                  transfer->to, transfer->from);
}

int removed_settle(struct trusted *trusted, struct session *session, const struct specs *specs,
                   const struct requests *requests, struct err *err)
{
    struct search search = { session, specs, &trusted->plan, requests };
    struct transfer *transfers;
    size_t count = transfer_find(&transfers, &session->ledger, requests->list, requests->count,
                                 is_gone, &search, session->options->now);

    for (size_t i = 0; i < count; i++)
        tell_transfer(&trusted->remarks, session, requests, &transfers[i]);
    for (const struct ledger_rotation *row = session->ledger.rotations; row; row = row->next)
        if (is_gone(&search, row->virtual_mesh)
            && transfer_absent(&session->ledger, row->virtual_mesh, err) < 0)
            return err_wrap(err, "virtual mesh %s", row->virtual_mesh);
    return 0;
}
