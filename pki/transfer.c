/* pki/transfer.c - who goes on with whose trust.  Decides by names and places alone; opens nothing.
 */
#include "pki/transfer.h"

#include "base/text.h"
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

static const struct trust_request *find_heir(const struct ledger *ledger,
                                             const struct trust_request *const *requests,
                                             size_t count, const char *from, int64_t now)
{
    for (size_t i = 0; i < count; i++)
        if (takes_over(ledger, requests[i], from, now))
            return requests[i];
    return NULL;
}

/* The files name their owner, so they are made anew. */
static void move_deliveries(struct ledger *ledger, const struct transfer *heir)
{
    for (struct ledger_delivery *row = ledger->deliveries; row; row = row->next)
        if (text_equal(row->virtual_mesh, heir->from)) {
            row->virtual_mesh = heir->to;
            row->digest = "";
            row->changed = true;
        }
}

static void move(struct ledger *ledger, const struct transfer *heir)
{
    struct ledger_rename *rename = ARENA_NEW(ledger->arena, struct ledger_rename, 1);

    *rename = (struct ledger_rename){ heir->from, heir->to, ledger->renames };
    ledger->renames = rename;
    for (struct ledger_root *row = ledger->roots; row; row = row->next)
        if (text_equal(row->virtual_mesh, heir->from))
            row->virtual_mesh = heir->to;
    for (struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (text_equal(row->virtual_mesh, heir->from))
            row->virtual_mesh = heir->to;
    for (struct ledger_restart *row = ledger->restarts; row; row = row->next)
        if (text_equal(row->virtual_mesh, heir->from))
            row->virtual_mesh = heir->to;
    move_deliveries(ledger, heir);
}

static void tell(struct rotation *rotation, const char *from, int64_t now, struct arena *arena)
{
    struct rotation_condition *grown =
        ARENA_NEW(arena, struct rotation_condition, rotation->condition_count + 1);

    for (size_t i = 0; i < rotation->condition_count; i++)
        grown[i] = rotation->conditions[i];
    grown[rotation->condition_count++] = (struct rotation_condition){
        .timestamp = now,
        .state = rotation_shown(rotation),
        .message =
            arena_printf(arena, "the trust of virtual mesh %s goes on under this name", from),
    };
    rotation->conditions = grown;
}

/* A record that cannot be read stays where it is: whoever would take it over is refused then. */
static bool rename_record(struct ledger *ledger, struct ledger_rotation *row,
                          const struct transfer *heir, int64_t now)
{
    struct rotation rotation;
    struct err err;

    if (rotation_record_load(&rotation, row, ledger->arena, &err) < 0)
        return false;
    row->virtual_mesh = heir->to;
    tell(&rotation, heir->from, now, ledger->arena);
    rotation_record_save(row, &rotation, ledger->arena);
    return true;
}

/* One that was there in the last pass: it has a status. */
static bool is_fresh(const struct ledger *ledger, const char *virtual_mesh)
{
    return ledger_find_status(ledger, virtual_mesh) != NULL;
}

/* Whoever takes over from a fresh one has a record then, so an older one that is gone for long does
 * not get it, too. */
size_t transfer_find(struct transfer **out, struct ledger *ledger,
                     const struct trust_request *const *requests, size_t count,
                     bool (*is_gone)(void *context, const char *virtual_mesh), void *context,
                     int64_t now)
{
    size_t found = 0;

    *out = NULL;
    for (int fresh = 1; fresh >= 0; fresh--)
        for (struct ledger_rotation *row = ledger->rotations; row; row = row->next) {
            const struct trust_request *request = NULL;
            struct transfer heir;

            if (is_fresh(ledger, row->virtual_mesh) == (bool)fresh
                && is_gone(context, row->virtual_mesh))
                request = find_heir(ledger, requests, count, row->virtual_mesh, now);
            if (!request)
                continue;
            heir = (struct transfer){ row->virtual_mesh, arena_text(ledger->arena, request->name) };
            if (!rename_record(ledger, row, &heir, now))
                continue;
            move(ledger, &heir);
            *ARENA_PUSH(ledger->arena, *out, found) = heir;
        }
    return found;
}

/* --- nobody any more --- */

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
