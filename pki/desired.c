/* pki/desired.c - what a mesh is to hold now, and whether something is that.  Reads no certificate.
 *
 * The bundle comes from the rotation where the mesh is a member, and at rest from the root that
 * signed its intermediate.  While a rotation runs, a mesh that is no member is to hold nothing new:
 * it waits to join, and what it has stays.  A rotation whose record cannot be read may be anywhere:
 * then nothing is wanted, and who would deliver gets an error.  The mark is a digest of bundle and
 * intermediate together, so evidence of an older pass is never taken for evidence of this one. */
#include "pki/desired.h"
#include "rotation/ca.h"
#include "rotation/rotation.h"

#include "base/digest.h"
#include "base/text.h"
#include "pki/rotation_record.h"
#include "rotation/gate.h"
#include "state/anchor.h"
#include <assert.h>
#include <string.h>

static const char *join_anchors(const struct ledger *ledger, const struct bundle *bundle,
                                struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    assert(bundle->count <= BUNDLE_MAX);
    for (size_t i = 0; i < bundle->count; i++) {
        const char *pem = anchor_find(ledger, bundle->roots[i], arena);

        if (!pem)
            return "";
        text_adds(&text, pem);
    }
    return text.bytes ? arena_bytes(arena, text.bytes, text.len) : "";
}

/* *out NULL: there is none. */
static int read_rotation(const struct rotation **out, const struct ledger *ledger,
                         const char *virtual_mesh, struct arena *arena, struct err *err)
{
    struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);
    struct rotation scratch;

    *out = row ? rotation_record_peek(row, ledger->arena) : NULL;
    if (!row || *out)
        return 0;
    return rotation_record_load(&scratch, row, arena, err); /* again, for the reason */
}

int desired_bundle(const char **out, const struct ledger *ledger,
                   const struct ledger_intermediate *intermediate, struct arena *arena,
                   struct err *err)
{
    const struct ledger_root *root = ledger_find_root(ledger, intermediate->root);
    const struct rotation *rotation;
    const struct member *member;

    *out = "";
    if (read_rotation(&rotation, ledger, intermediate->virtual_mesh, arena, err) < 0)
        return -1;
    member = rotation ? rotation_member(rotation, intermediate->mesh) : NULL;
    if (member)
        *out = join_anchors(ledger, &member_wanted(member)->bundle, arena);
    else if (root && !(rotation && rotation_running(rotation)))
        *out = arena_text(arena, anchor_pem(root));
    return 0;
}

static bool same_roots(const struct bundle *a, const struct bundle *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (!bundle_has(b, a->roots[i]))
            return false;
    return a->count == b->count;
}

/* Dead materials cannot be loaded, unless a revert brings them back; then they are not dead. */
static bool bundle_changed(const struct member *member)
{
    const struct material *wanted = member_wanted(member);

    for (size_t i = member->dead_count; i + 1 < member->held_count; i++)
        if (same_roots(&member->held[i].bundle, &wanted->bundle))
            return false;
    return true;
}

/* An intermediate of the same mesh under the same root that was in use before. */
static bool is_former(const struct ledger_intermediate *row, const struct ledger_intermediate *now)
{
    return (row->state == KEY_RETIRED || row->state == KEY_DESTROYED)
           && text_equal(row->root, now->root) && text_equal(row->mesh, now->mesh)
           && text_equal(row->virtual_mesh, now->virtual_mesh);
}

static bool was_renewed(const struct ledger *ledger, const struct ledger_intermediate *now)
{
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (is_former(row, now))
            return true;
    return false;
}

static const struct member *find_member(const struct ledger *ledger,
                                        const struct ledger_intermediate *row)
{
    const struct rotation *record = rotation_record_find(ledger, row->virtual_mesh);

    return record ? rotation_member(record, row->mesh) : NULL;
}

void desired_trust(struct trust_wanted *out, const struct ledger *ledger, const char *virtual_mesh,
                   const char *mesh, struct arena *arena)
{
    const struct ledger_intermediate *row = ledger_active_intermediate(ledger, virtual_mesh, mesh);
    const struct member *member;
    const char *bundle = "";
    struct bundle roots;
    struct err err;

    *out = (struct trust_wanted){ .mark = "", .intermediate = "", .bundle = "" };
    if (!row || desired_bundle(&bundle, ledger, row, arena, &err) < 0 || text_empty(bundle))
        return;
    member = find_member(ledger, row);
    roots = member ? member_wanted(member)->bundle
                   : bundle_of(anchor_id(ledger_find_root(ledger, row->root), arena));
    out->mark = desired_material(ledger, virtual_mesh, mesh, arena);
    out->intermediate = row->id;
    for (size_t i = 0; i < roots.count; i++)
        out->roots[out->root_count++] = roots.roots[i];
    out->bundle = bundle;
    out->bundle_changed = !member || bundle_changed(member);
    out->renewed = was_renewed(ledger, row);
}

/* The newest intermediate of a mesh under a root: in use, or the last that was. */
static const struct ledger_intermediate *newest_under(const struct ledger *ledger,
                                                      const char *virtual_mesh, const char *mesh,
                                                      const char *anchor, struct arena *arena)
{
    const struct ledger_intermediate *newest = NULL;

    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next) {
        const struct ledger_root *root = ledger_find_root(ledger, row->root);

        if (row->state != KEY_NEXT && root && text_equal(row->virtual_mesh, virtual_mesh)
            && text_equal(row->mesh, mesh) && text_equal(anchor_id(root, arena), anchor)
            && (!newest || row->created >= newest->created))
            newest = row;
    }
    return newest;
}

/* Here the dead count as well: an older Secret that is restored by hand brings them back. */
static bool former_bundle_changed(const struct member *member)
{
    const size_t former = member->held_count - 2;

    for (size_t i = 0; i < former; i++)
        if (same_roots(&member->held[i].bundle, &member->held[former].bundle))
            return false;
    return true;
}

void desired_former(struct trust_wanted *out, const struct ledger *ledger, const char *virtual_mesh,
                    const char *mesh, struct arena *arena)
{
    const struct rotation *record = rotation_record_find(ledger, virtual_mesh);
    const struct member *member = record ? rotation_member(record, mesh) : NULL;
    const struct ledger_intermediate *row;
    const struct material *former;

    *out = (struct trust_wanted){ .mark = "", .intermediate = "", .bundle = "" };
    if (!member || record->published || member->former == 0 || member->held_count < 2)
        return;
    former = &member->held[member->held_count - 2];
    row = newest_under(ledger, virtual_mesh, mesh, former->signer, arena);
    out->bundle = join_anchors(ledger, &former->bundle, arena);
    if (!row || text_empty(out->bundle))
        return;
    out->intermediate = row->id;
    for (size_t i = 0; i < former->bundle.count; i++)
        out->roots[out->root_count++] = former->bundle.roots[i];
    out->bundle_changed = former_bundle_changed(member);
}

static const char *mark_of(const char *intermediate, const char *bundle, struct arena *arena)
{
    const char *text = arena_printf(arena, "%s %s", intermediate, bundle);
    char hex[65];

    sha256_hex(hex, text, strlen(text));
    return arena_printf(arena, "%.16s", hex);
}

const char *desired_material(const struct ledger *ledger, const char *virtual_mesh,
                             const char *mesh, struct arena *arena)
{
    const struct ledger_intermediate *row = ledger_active_intermediate(ledger, virtual_mesh, mesh);
    const char *bundle;
    struct err err;

    return row && desired_bundle(&bundle, ledger, row, arena, &err) == 0
               ? mark_of(row->id, bundle, arena)
               : "";
}

bool desired_material_fits(const struct ledger *ledger, const char *virtual_mesh, const char *mesh,
                           const char *mark, struct arena *arena)
{
    const struct ledger_intermediate *now = ledger_active_intermediate(ledger, virtual_mesh, mesh);
    const char *bundle;
    struct err err;

    if (!now || desired_bundle(&bundle, ledger, now, arena, &err) < 0)
        return false;
    if (text_equal(mark_of(now->id, bundle, arena), mark))
        return true;
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (is_former(row, now) && text_equal(mark_of(row->id, bundle, arena), mark))
            return true;
    return false;
}
