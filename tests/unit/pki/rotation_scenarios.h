/* tests/unit/pki/rotation_scenarios.h - rotations that stopped on the way: one for each position
 * that a record can have, and for each thing that a record remembers. */
#ifndef WEFT_TESTS_UNIT_PKI_ROTATION_SCENARIOS_H
#define WEFT_TESTS_UNIT_PKI_ROTATION_SCENARIOS_H

#include "tests/lib/rotation_fleet.h"

static void ask(struct fleet *f, enum rotation_request_kind kind, int step, bool force)
{
    fleet_command(f, (struct rotation_request){
                         .kind = kind, .step = step, .force = force, .reason = "why" });
}

static void at_rest(struct fleet *f) { fleet_run(f, 1); }

static void started(struct fleet *f)
{
    fleet_want(f, 2);
    fleet_pass(f);
}

static void unpublished(struct fleet *f)
{
    f->push_fails = true;
    started(f);
    f->push_fails = false;
}

static void loaded_1(struct fleet *f)
{
    started(f);
    fleet_until(f, ROTATION_VERIFYING, 1, 1);
}

static void approved_1(struct fleet *f)
{
    f->facts.verification = VERIFY_MANUAL;
    loaded_1(f);
    ask(f, REQUEST_APPROVE, 1, false);
    fleet_pass(f);
}

static void forced_1(struct fleet *f)
{
    f->facts.verification = VERIFY_MANUAL;
    f->stuck[2] = true;
    started(f);
    ask(f, REQUEST_APPROVE, 1, true);
    fleet_pass(f);
}

static void held_1(struct fleet *f)
{
    loaded_1(f);
    ask(f, REQUEST_PAUSE, 0, false);
    fleet_pass(f);
}

static void verified_1(struct fleet *f)
{
    started(f);
    fleet_until(f, ROTATION_VERIFIED, 1, 3);
}

static void failed_1(struct fleet *f)
{
    f->stuck[2] = true;
    started(f);
    fleet_until(f, ROTATION_FAILED, 1, 9);
}

static void committed_2(struct fleet *f)
{
    verified_1(f);
    fleet_pass(f);
}

static void canary_2(struct fleet *f)
{
    f->facts.canary = f->meshes[1].mesh;
    committed_2(f);
}

static void loaded_2(struct fleet *f)
{
    verified_1(f);
    fleet_until(f, ROTATION_VERIFYING, 2, 1);
}

static void verified_2(struct fleet *f)
{
    verified_1(f);
    fleet_until(f, ROTATION_VERIFIED, 2, 3);
}

static void failed_2(struct fleet *f)
{
    verified_1(f);
    f->stuck[0] = true;
    fleet_pass(f);
    f->loaded[0] = false;
    fleet_until(f, ROTATION_FAILED, 2, 9);
}

static void committed_3(struct fleet *f)
{
    verified_2(f);
    fleet_pass(f);
}

static void loaded_3(struct fleet *f)
{
    verified_2(f);
    fleet_pass(f);
    fleet_load(f);
    fleet_pass(f);
}

static void finished(struct fleet *f)
{
    verified_2(f);
    fleet_until(f, ROTATION_FINISHED, 3, 1);
}

static void settled(struct fleet *f)
{
    finished(f);
    fleet_run(f, 2);
}

static void immediate(struct fleet *f)
{
    f->facts.strategy = STRATEGY_NONE;
    started(f);
}

static void superseded(struct fleet *f)
{
    loaded_2(f);
    fleet_want(f, 3);
    fleet_pass(f);
}

static void queued(struct fleet *f)
{
    committed_3(f);
    fleet_want(f, 3);
    fleet_pass(f);
}

static void back_2(struct fleet *f)
{
    committed_3(f);
    ask(f, REQUEST_ROLLBACK, 0, false);
    fleet_pass(f);
}

static void back_1(struct fleet *f)
{
    loaded_2(f);
    ask(f, REQUEST_ROLLBACK, 0, false);
    fleet_pass(f);
}

static void back_1_loaded(struct fleet *f)
{
    back_1(f);
    fleet_load(f);
    fleet_pass(f);
}

static void back_0(struct fleet *f)
{
    loaded_1(f);
    ask(f, REQUEST_ROLLBACK, 0, false);
    fleet_pass(f);
}

/* The way back could not take its first step: the branch of both keys is closed by a lost one. */
static void turned_back(struct fleet *f)
{
    committed_3(f);
    f->cas[1].key = false;
    f->meshes[1].ca = "";
    ask(f, REQUEST_ROLLBACK, 0, false);
    fleet_pass(f);
}

static void rolled_back(struct fleet *f)
{
    back_0(f);
    fleet_load(f);
    fleet_pass(f);
}

static void rejected(struct fleet *f)
{
    rolled_back(f);
    fleet_run(f, 2);
}

static void adopting(struct fleet *f)
{
    f->meshes[3] = (struct rotation_member_input){
        .mesh = "z",
        .cluster = "new",
        .ca = "",
        .evidence = { .foreign_root = "X1",
                      .foreign_pem = "PEM",
                      .foreign_ready = true,
                      .since = 1 },
    };
    f->meshes[3].life = f->meshes[0].life;
    f->facts.mesh_count = 4;
    fleet_run(f, 30);
}

static const struct {
    const char *name;
    void (*reach)(struct fleet *f);
} scenarios[] = {
    { "at rest", at_rest },
    { "started", started },
    { "not pushed yet", unpublished },
    { "step 1 loaded", loaded_1 },
    { "step 1 approved", approved_1 },
    { "step 1 forced", forced_1 },
    { "step 1 paused", held_1 },
    { "step 1 verified", verified_1 },
    { "step 1 failed", failed_1 },
    { "step 2 committed", committed_2 },
    { "step 2 committed for the canary", canary_2 },
    { "step 2 loaded", loaded_2 },
    { "step 2 verified", verified_2 },
    { "step 2 failed", failed_2 },
    { "step 3 committed", committed_3 },
    { "step 3 loaded", loaded_3 },
    { "finished", finished },
    { "settled", settled },
    { "at once", immediate },
    { "superseded", superseded },
    { "queued", queued },
    { "back in step 2", back_2 },
    { "back in step 1", back_1 },
    { "back in step 1, loaded", back_1_loaded },
    { "back in step 0", back_0 },
    { "turned back in step 3", turned_back },
    { "rolled back", rolled_back },
    { "rolled back and settled", rejected },
    { "a cluster is adopted", adopting },
};

#endif
