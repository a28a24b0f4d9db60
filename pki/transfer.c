/* pki/transfer.c - which virtual mesh takes over whose trust.  Decides by names and places alone;
 * opens no key.
 *
 * Certificates outlive names.  Clusters trust a root, not a VirtualMesh: when one is renamed, or
 * its meshes move to another, a fresh root would cut them off from each other until each has loaded
 * it.  So the new owner takes over the record with all roots and intermediates, under these rules:
 * - only from a virtual mesh that is known to be removed; while the specs are incomplete, or the
 *   object was refused, it keeps its trust;
 * - only to one without a record of its own, since two histories cannot be joined;
 * - only when one of its istiods holds an intermediate of the former owner as its newest, still in
 *   use: then its clusters do trust that root;
 * - each record goes to one successor, and those removed since the last pass come first, so that a
 *   virtual mesh that was removed long ago does not claim a successor that another one needs.
 * Everything is renamed in one save (ledger_rename), so a kill leaves either name, never both. */
#include "pki/transfer.h"

#include "base/text.h"
#include "pki/messages.h"
#include "pki/rotation_record.h"
#include "rotation/ca.h"

static bool same_place(const struct ledger_intermediate *row, const struct mesh_identity *mesh)
{
    return text_equal(row->cluster, mesh->cluster) && text_equal(row->namespace, mesh->namespace);
}

const struct ledger_intermediate *transfer_former(const struct ledger *ledger,
                                                  const struct mesh_identity *mesh, int64_t now,
                                                  const struct ledger_intermediate *before)
{
    const struct ledger_intermediate *newest = NULL;

    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->state != KEY_NEXT && row->not_after > now && same_place(row, mesh) && row != before
            && (!before || row->created <= before->created)
            && (!newest || row->created >= newest->created))
            newest = row;
    return newest;
}

/* --- another name --- */

static bool is_requested(const struct transfer_specs *specs, const char *name)
{
    for (size_t i = 0; i < specs->count; i++)
        if (text_equal(specs->requests[i]->name, name))
            return true;
    return false;
}

static bool is_kept(const struct transfer_specs *specs, const char *name)
{
    for (size_t i = 0; i < specs->kept_count; i++)
        if (text_equal(specs->kept[i], name))
            return true;
    return specs->incomplete;
}

static bool is_removed(const struct transfer_specs *specs, const char *name)
{
    return !is_requested(specs, name) && !is_kept(specs, name);
}

/* Its clusters hold what that one gave them, and nothing newer. */
static bool takes_over(const struct ledger *ledger, const struct trust_request *request,
                       const char *from, int64_t now)
{
    if (ledger_find_rotation(ledger, request->name))
        return false;
    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct ledger_intermediate *row =
            transfer_former(ledger, &request->meshes[i], now, NULL);

        if (row && row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, from))
            return true;
    }
    return false;
}

static const struct trust_request *find_successor(const struct ledger *ledger,
                                                  const struct transfer_specs *specs,
                                                  const char *from, int64_t now)
{
    for (size_t i = 0; i < specs->count; i++)
        if (takes_over(ledger, specs->requests[i], from, now))
            return specs->requests[i];
    return NULL;
}

/* The files name their owner: without a digest the next delivery renders them again. */
static void move_deliveries(struct ledger *ledger, const struct transfer *transfer)
{
    for (struct ledger_delivery *row = ledger->deliveries; row; row = row->next)
        if (text_equal(row->virtual_mesh, transfer->from)) {
            row->virtual_mesh = transfer->to;
            row->digest = "";
            row->changed = true;
        }
}

static void move(struct ledger *ledger, const struct transfer *transfer)
{
    struct ledger_rename *rename = ARENA_NEW(ledger->arena, struct ledger_rename, 1);

    *rename = (struct ledger_rename){ transfer->from, transfer->to, ledger->renames };
    ledger->renames = rename;
    for (struct ledger_root *row = ledger->roots; row; row = row->next)
        if (text_equal(row->virtual_mesh, transfer->from))
            row->virtual_mesh = transfer->to;
    for (struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (text_equal(row->virtual_mesh, transfer->from))
            row->virtual_mesh = transfer->to;
    for (struct ledger_restart *row = ledger->restarts; row; row = row->next)
        if (text_equal(row->virtual_mesh, transfer->from))
            row->virtual_mesh = transfer->to;
    move_deliveries(ledger, transfer);
}

static void add_condition(struct rotation *rotation, const char *from, int64_t now,
                          struct arena *arena)
{
    struct rotation_condition *grown =
        ARENA_NEW(arena, struct rotation_condition, rotation->condition_count + 1);

    for (size_t i = 0; i < rotation->condition_count; i++)
        grown[i] = rotation->conditions[i];
    grown[rotation->condition_count++] = (struct rotation_condition){
        .timestamp = now,
        .state = rotation_shown(rotation),
        .message = arena_printf(arena, T12_TRANSFERRED_STEP, from),
        .id = "T12",
    };
    rotation->conditions = grown;
}

/* A record that cannot be read stays where it is, and its successor is refused later. */
static bool rename_record(struct ledger *ledger, struct ledger_rotation *row,
                          const struct transfer *transfer, int64_t now)
{
    struct rotation rotation;
    struct err err;

    if (rotation_record_load(&rotation, row, ledger->arena, &err) < 0)
        return false;
    row->virtual_mesh = transfer->to;
    add_condition(&rotation, transfer->from, now, ledger->arena);
    rotation_record_save(row, &rotation, ledger->arena);
    return true;
}

/* It was in the specs of the last pass: it has a status. */
static bool was_present(const struct ledger *ledger, const char *virtual_mesh)
{
    return ledger_find_status(ledger, virtual_mesh) != NULL;
}

/* NULL: the trust of row stays with it. */
static const struct transfer *transfer_row(struct ledger *ledger, struct ledger_rotation *row,
                                           const struct transfer_specs *specs, int64_t now)
{
    const struct trust_request *request =
        is_removed(specs, row->virtual_mesh) ? find_successor(ledger, specs, row->virtual_mesh, now)
                                             : NULL;
    struct transfer *transfer;

    if (!request)
        return NULL;
    transfer = ARENA_NEW(ledger->arena, struct transfer, 1);
    *transfer =
        (struct transfer){ row->virtual_mesh, arena_text(ledger->arena, request->name), request };
    if (!rename_record(ledger, row, transfer, now))
        return NULL;
    move(ledger, transfer);
    return transfer;
}

size_t transfer_find(struct transfer **out, struct ledger *ledger,
                     const struct transfer_specs *specs, int64_t now)
{
    size_t found = 0;

    *out = NULL;
    for (int present = 1; present >= 0; present--)
        for (struct ledger_rotation *row = ledger->rotations; row; row = row->next) {
            const struct transfer *transfer =
                was_present(ledger, row->virtual_mesh) == (bool)present
                    ? transfer_row(ledger, row, specs, now)
                    : NULL;

            if (transfer)
                *ARENA_PUSH(ledger->arena, *out, found) = *transfer;
        }
    return found;
}

/* --- removed without a successor --- */

static bool any_committed(const struct rotation *rotation)
{
    for (size_t i = 0; i < rotation->member_count; i++)
        if (rotation->members[i].committed != 0 || rotation->members[i].proven != 0)
            return true;
    return false;
}

int transfer_absent(struct ledger *ledger, const char *virtual_mesh, struct err *err)
{
    struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);
    const struct rotation *now = row ? rotation_record_peek(row, ledger->arena) : NULL;
    struct rotation rotation;

    if (!now || !any_committed(now))
        return 0;
    if (rotation_record_load(&rotation, row, ledger->arena, err) < 0)
        return -1;
    rotation_withdrawn(&rotation);
    rotation_record_save(row, &rotation, ledger->arena);
    return 0;
}

int transfer_settle(struct findings *remarks, struct ledger *ledger,
                    const struct transfer_specs *specs, int64_t now, struct err *err)
{
    struct transfer *transfers;
    size_t count = transfer_find(&transfers, ledger, specs, now);

    for (size_t i = 0; i < count; i++)
        TRUST_REMARK(remarks, trust_remark_on(transfers[i].request, SEVERITY_WARNING),
                     T12_TRANSFERRED, transfers[i].from);
    for (const struct ledger_rotation *row = ledger->rotations; row; row = row->next)
        if (is_removed(specs, row->virtual_mesh)
            && transfer_absent(ledger, row->virtual_mesh, err) < 0)
            return err_wrap(err, "virtual mesh %s", row->virtual_mesh);
    return 0;
}
