/* pki/rotation_preview.c - what is to come of one virtual mesh's trust.  Changes nothing, opens no
 * key.
 *
 * The decision is made by rotation_next with the facts that the next pass would have, on a copy of
 * the ledger in which a given root that would be imported is there already
 * (given_root_import_ahead). Nothing here is a second model of a rotation that could disagree with
 * the first. */
#include "pki/rotation_preview.h"
#include "pki/cacerts_owner.h"
#include "rotation/ca.h"
#include "rotation/emergency.h"
#include "rotation/timeline.h"

#include "base/text.h"
#include "pki/given_root_import.h"
#include "pki/rotation_input.h"
#include "pki/rotation_record.h"

static const bool *homes(const struct trust_request *request, struct arena *arena)
{
    bool *mine = ARENA_NEW(arena, bool, request->mesh_count);

    for (size_t i = 0; i < request->mesh_count; i++)
        mine[i] = cacerts_owner_primary(request, &request->meshes[i]) == &request->meshes[i];
    return mine;
}

static int gather(struct rotation_facts *facts, const struct trust_outlook *out,
                  const struct ledger *ledger, const struct trust_request *request,
                  const struct issue_options *options, struct arena *arena, struct err *err)
{
    struct ledger ahead = given_root_import_ahead(ledger, arena);
    struct rotation_input_source input = { .ledger = &ahead,
                                           .request = request,
                                           .options = options,
                                           .record = &out->record,
                                           .given = "",
                                           .mine = homes(request, arena),
                                           .arena = arena };
    struct err why;

    if (given_root_import_wanted(request->shared)
        && given_root_import(&input.given, &ahead, request, NULL, options, &why) < 0)
        input.why_not = arena_text(arena, why.text);
    return rotation_input_gather(facts, &input, err);
}

/* What a rotation that runs says itself, for one that does not. */
static void note_slow(struct trust_outlook *out, const struct rotation *next,
                      const struct rotation_facts *facts, struct arena *arena)
{
    const char *slow = rotation_slow(facts, arena);

    if (slow && !rotation_running(next) && facts->strategy != STRATEGY_NONE)
        *ARENA_PUSH(arena, out->notes, out->note_count) =
            (struct rotation_note){ .id = "R3", .mesh = "", .text = slow };
}

int rotation_preview_make(struct trust_outlook *out, const struct ledger *ledger,
                          const struct trust_request *request, const struct issue_options *options,
                          struct arena *arena, struct err *err)
{
    const struct ledger_rotation *row = ledger_find_rotation(ledger, request->name);
    struct rotation_facts facts;
    struct rotation_plan plan;

    *out = (struct trust_outlook){ .record = rotation_none() };
    if (row && rotation_record_load(&out->record, row, arena, err) < 0)
        return -1;
    if (gather(&facts, out, ledger, request, options, arena, err) < 0)
        return -1;
    rotation_next(&plan, &out->record, &facts, arena);
    out->summary = plan.summary;
    out->coming = rotation_running(&out->record) || rotation_running(&plan.next)
                  || (plan.make_root && !text_empty(out->record.deployed));
    out->notes = plan.notes;
    out->note_count = plan.note_count;
    note_slow(out, &plan.next, &facts, arena);
    out->milestones = rotation_timeline(&out->milestone_count, &out->record, &facts, arena);
    out->breakages = rotation_emergency(&out->breakage_count, &out->record, &facts, arena);
    return 0;
}

int rotation_preview_conditions(const struct rotation_condition **out, size_t *count,
                                const struct ledger_rotation *row, struct arena *arena,
                                struct err *err)
{
    struct rotation rotation;

    if (rotation_record_load(&rotation, row, arena, err) < 0)
        return -1;
    *out = rotation.conditions;
    *count = rotation.condition_count;
    return 0;
}
