/* tests/lib/rotation_fleet.c - clusters for tests of the state machine alone. */
#include "tests/lib/rotation_fleet.h"

#include "base/text.h"
#include "pki/rotation_record.h"
#include "rotation/ca.h"
#include "rotation/transition.h"
#include <string.h>

static const char *const names[] = { "R1", "R2", "R3", "R4", "R5", "R6" };

void fleet_open(struct fleet *fleet, size_t count)
{
    *fleet = (struct fleet){ .arena = arena_new(),
                             .policy = evidence_policy_default,
                             .record = rotation_none(),
                             .now = NOW,
                             .watched = true };
    for (size_t i = 0; i < FLEET_CAS; i++)
        fleet->cas[i] = (struct rotation_ca){
            .id = names[i],
            .anchor = names[i],
            .subject = arena_printf(fleet->arena, "CN=%s", names[i]),
            .not_before = NOW - HOUR,
            .not_after = NOW + 3650 * DAY,
            .key = true,
            .generated = true,
        };
    for (size_t i = 0; i < count; i++)
        fleet->meshes[i] = (struct rotation_member_input){
            .mesh = arena_printf(fleet->arena, "%c%02zu", (char)('a' + i / 26), i % 26),
            .cluster = arena_printf(fleet->arena, "cluster-%zu", i + 1),
            .ca = "",
            .life = { NOW - HOUR, NOW + 90 * DAY, 0.1 },
        };
    fleet->facts = (struct rotation_facts){
        .virtual_mesh = "ns/vm",
        .strategy = STRATEGY_MULTI_ROOT,
        .verification = VERIFY_NONE,
        .intermediate_ttl = 90 * DAY,
        .intermediate_ratio = 0.1,
        .root_ratio = 0.1,
        .cas = fleet->cas,
        .ca_count = FLEET_CAS,
        .meshes = fleet->meshes,
        .mesh_count = count,
        .time = { .trusted = true },
        .policy = &fleet->policy,
    };
    fleet_want(fleet, 1);
    fleet_pass(fleet);
    fleet_load(fleet);
    assert_string_equal(fleet->record.deployed, "R1");
}

void fleet_close(struct fleet *fleet) { arena_free(fleet->arena); }

void fleet_want(struct fleet *fleet, int n)
{
    fleet->facts.target = (struct rotation_target){ TARGET_CA, names[n - 1], "", names[n - 1] };
    fleet->facts.trust = names[n - 1];
}

/* What is published, and what is to be held, are one and the same unless a push fails. */
static struct evidence former(const struct fleet *fleet, size_t i)
{
    const bool answers = fleet->watched && !fleet->silent[i];

    return (struct evidence){ .best = fleet->watched ? EVIDENCE_LOADED : EVIDENCE_NONE,
                              .level = answers && !fleet->lost[i] ? EVIDENCE_LOADED : EVIDENCE_NONE,
                              .unknown = fleet->watched && fleet->silent[i],
                              .leaf_ttl = fleet->meshes[i].evidence.leaf_ttl };
}

static void see(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->facts.mesh_count; i++) {
        struct evidence *evidence = &fleet->meshes[i].evidence;

        evidence->best = fleet->watched ? EVIDENCE_LOADED : EVIDENCE_NONE;
        evidence->unknown = fleet->watched && fleet->silent[i];
        evidence->level = fleet->watched && fleet->loaded[i] && !fleet->silent[i] ? EVIDENCE_LOADED
                                                                                  : EVIDENCE_NONE;
        fleet->meshes[i].former = former(fleet, i);
    }
}

static void issue(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->plan.issue_count; i++)
        for (size_t k = 0; k < fleet->facts.mesh_count; k++)
            if (text_equal(fleet->plan.issues[i].mesh, fleet->meshes[k].mesh)) {
                fleet->meshes[k].ca = fleet->plan.issues[i].ca;
                fleet->meshes[k].life =
                    (struct lifetime){ fleet->now - HOUR, fleet->now + 90 * DAY, 0.1 };
                fleet->meshes[k].options_differ = false;
                fleet->loaded[k] = false;
            }
}

/* A mesh that is given new material has not loaded it yet. */
static void forget_loaded(struct fleet *fleet)
{
    const struct rotation *next = &fleet->plan.next;

    for (size_t k = 0; k < fleet->facts.mesh_count; k++) {
        bool same = false;

        for (size_t i = 0; i < next->member_count; i++)
            same |= text_equal(next->members[i].mesh, fleet->meshes[k].mesh)
                    && next->members[i].committed != 0;
        fleet->loaded[k] &= same;
    }
}

static bool delivered(void *context, const char *mesh)
{
    const struct fleet *fleet = context;

    for (size_t i = 0; i < fleet->facts.mesh_count; i++)
        if (text_equal(fleet->meshes[i].mesh, mesh))
            return !fleet->undelivered[i];
    return true;
}

/* The record as the next pass reads it: no field is lost on the way to the state and back. */
static void through_ledger(struct fleet *fleet)
{
    struct ledger_rotation row = { .virtual_mesh = "ns/vm" };
    struct rotation back;
    struct err err;

    rotation_record_save(&row, &fleet->record, fleet->arena);
    if (rotation_record_load(&back, &row, fleet->arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(position_equal(back.at, fleet->record.at));
    assert_int_equal(back.failed, fleet->record.failed);
    assert_int_equal(back.entered, fleet->record.entered);
    assert_int_equal(back.deadline, fleet->record.deadline);
    assert_int_equal(back.member_count, fleet->record.member_count);
    assert_int_equal(back.condition_count, fleet->record.condition_count);
    for (size_t i = 0; i < back.condition_count; i++)
        assert_string_equal(back.conditions[i].id, fleet->record.conditions[i].id);
    row.changed = false;
    rotation_record_save(&row, &back, fleet->arena);
    assert_false(row.changed);
    fleet->record = back;
}

/* Each new condition has the id of its message; those of a state of an earlier version have none.
 */
static void check_new_conditions(const struct fleet *fleet)
{
    for (size_t i = fleet->record.condition_count; i < fleet->plan.next.condition_count; i++)
        assert_true(fleet->plan.next.conditions[i].id[0] == 'R'
                    && fleet->plan.next.conditions[i].id[1]);
}

void fleet_pass(struct fleet *fleet)
{
    see(fleet);
    fleet->facts.time.local = fleet->now;
    for (size_t i = 0; i < fleet->facts.mesh_count; i++)
        fleet->meshes[i].renewed_until = fleet->now + 90 * DAY;
    rotation_next(&fleet->plan, &fleet->record, &fleet->facts, fleet->arena);
    check_new_conditions(fleet);
    issue(fleet);
    if (fleet->plan.moved)
        forget_loaded(fleet);
    fleet->record = fleet->plan.next;
    if (!fleet->push_fails)
        rotation_published(&fleet->record, fleet->now,
                           &(struct rotation_delivered){ delivered, fleet });
    through_ledger(fleet);
}

void fleet_load(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->facts.mesh_count; i++)
        fleet->loaded[i] |= !fleet->stuck[i] && (fleet->record.published || fleet->early[i]);
}

void fleet_run(struct fleet *fleet, int hours)
{
    for (int i = 0; i < hours; i++) {
        fleet->now += HOUR;
        fleet_pass(fleet);
        fleet_load(fleet);
    }
}

void fleet_until(struct fleet *fleet, enum rotation_state state, int step, int days)
{
    for (int i = 0; i < days * 24; i++) {
        if (rotation_shown(&fleet->record) == state && (int)fleet->record.at.phase == step)
            return;
        fleet_run(fleet, 1);
    }
    assert_at(fleet, state, step);
}

void fleet_command(struct fleet *fleet, struct rotation_request command)
{
    struct rotation_request *one = ARENA_NEW(fleet->arena, struct rotation_request, 1);

    *one = command;
    one->at = fleet->now;
    fleet->record.requests = one;
    fleet->record.request_count = 1;
}

const char *fleet_said(const struct fleet *fleet)
{
    size_t count = fleet->record.condition_count;

    return count ? fleet->record.conditions[count - 1].message : "";
}

bool fleet_noted(const struct fleet *fleet, const char *id, const char *part)
{
    for (size_t i = 0; i < fleet->plan.note_count; i++)
        if (text_equal(fleet->plan.notes[i].id, id) && strstr(fleet->plan.notes[i].text, part))
            return true;
    return false;
}

bool fleet_reported(const struct fleet *fleet, const char *fmt, ...)
{
    const char *text;
    va_list args;

    va_start(args, fmt);
    text = arena_vprintf(fleet->arena, fmt, args);
    va_end(args);
    for (size_t i = 0; i < fleet->record.condition_count; i++)
        if (text_equal(fleet->record.conditions[i].message, text))
            return true;
    return false;
}

const char *fleet_holds(const struct fleet *fleet, size_t i)
{
    const struct material *wanted = member_wanted(&fleet->record.members[i]);
    const char *text = "";

    for (size_t k = 0; k < wanted->bundle.count; k++)
        text =
            arena_printf(fleet->arena, "%s%s%s", text, *text ? "," : "", wanted->bundle.roots[k]);
    return arena_printf(fleet->arena, "%s/%s", text, wanted->signer);
}

bool fleet_took(const struct fleet *fleet, const char *transition)
{
    for (size_t i = 0; i < transition_count; i++)
        if (text_equal(transitions[i].name, transition))
            return fleet->plan.taken[i];
    fail_msg("there is no transition %s", transition);
    return false;
}
