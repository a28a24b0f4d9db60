/* pki/trust_plan.c - decides for each virtual mesh, once.  Makes no key and changes no row.
 *
 * The state machine (rotation/rotation.c) decides from facts; this file gathers the facts and keeps
 * the answer.  A given CA counts as soon as the spec names it, so the facts are taken from a copy
 * of the ledger to which such CAs were added; trust_apply adds the same rows to the real one.  Only
 * a generated root cannot be foreseen: its id is the digest of a certificate that does not exist
 * yet, and ids of rotations and bundles follow from it.  There the decision is "make the root",
 * nothing else, and trust_plan_continue takes the one that follows when the root exists. */
#include "pki/trust_plan.h"

#include "base/text.h"
#include "pki/cacerts_owner.h"
#include "pki/given_root_import.h"
#include "pki/messages.h"
#include "pki/rotation_input.h"
#include "pki/rotation_record.h"
#include "rotation/ca.h"
#include "rotation/waiting.h"
#include <assert.h>

static const char *const due_kind_names[] = {
    [DUE_ROOT] = "root",
    [DUE_INTERMEDIATE] = "intermediate",
    [DUE_STEP] = "rotation step",
};
static_assert(LENGTH(due_kind_names) == DUE_STEP + 1, "every kind has a name");
const struct enum_table due_kinds = ENUM_TABLE(due_kind_names);

/* --- remarks --- */

/* Something about a virtual mesh without any certificate concerns each of its meshes: none can be
 * served. */
static void remark_whole(struct trust_remarks *to, const struct planned_trust *planned,
                         enum severity severity, const struct messages *message)
{
    const struct trust_request *request = planned->request;

    if (severity == SEVERITY_WARNING || !text_empty(planned->was.deployed)) {
        findings_add_message(&to->notes, trust_remark_on(request, severity), message);
        return;
    }
    for (size_t i = 0; i < request->mesh_count; i++)
        if (planned->takes_part[i])
            trust_plan_fail(to, planned, request->meshes[i].key, message);
}

void trust_plan_fail(struct trust_remarks *to, const struct planned_trust *planned,
                     const char *mesh, const struct messages *why)
{
    findings_add_message(
        &to->failures,
        trust_remark_on_mesh(planned->request, mesh, APPROVAL_INVALID, to->failures.arena), why);
}

void trust_plan_block(struct planned_trust *planned, struct trust_remarks *to,
                      const struct messages *why)
{
    planned->blocked = true;
    remark_whole(to, planned, SEVERITY_ERROR, why);
}

void trust_plan_remarks(struct trust_remarks *to, const struct planned_trust *planned)
{
    for (size_t i = 0; i < planned->decision.note_count; i++) {
        const struct rotation_note *note = &planned->decision.notes[i];
        const enum severity severity = note->error ? SEVERITY_ERROR : SEVERITY_WARNING;
        struct messages message = { .count = 0 };

        messages_share(&message, to->notes.arena,
                       (struct origin){ .id = note->id ? note->id : "",
                                        .remedy = note->remedy ? note->remedy : "" },
                       note->text);
        if (!text_empty(note->mesh) && note->error)
            trust_plan_fail(to, planned, note->mesh, &message);
        else
            remark_whole(to, planned, severity, &message);
    }
}

void trust_plan_refusals(struct trust_remarks *to, const struct trust_plan *plan)
{
    for (size_t i = 0; i < plan->refusals.failures.count; i++)
        findings_add(&to->failures, plan->refusals.failures.items[i]);
    for (size_t i = 0; i < plan->refusals.notes.count; i++)
        findings_add(&to->notes, plan->refusals.notes.items[i]);
}

/* --- deciding --- */

static const bool *find_part(struct trust_plan *plan, const struct trust_request *request,
                             const struct cacerts_owners *owners)
{
    bool *takes_part = ARENA_NEW(plan->arena, bool, request->mesh_count);

    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct mesh_identity *mesh = &request->meshes[i];
        const char *other = cacerts_owner_other(owners, request, mesh);

        takes_part[i] = !other && cacerts_owner_primary(request, mesh) == mesh;
        if (other)
            TRUST_REMARK(&plan->refusals.failures,
                         trust_remark_on_mesh(request, mesh->key, APPROVAL_INVALID, plan->arena),
                         T5_CACERTS_OWNED, mesh->namespace, mesh->cluster, other);
    }
    return takes_part;
}

void trust_plan_continue(struct trust_plan *plan, struct planned_trust *planned,
                         const struct ledger *ledger, struct trust_remarks *to)
{
    const struct rotation_input_source input = { .ledger = ledger,
                                                 .request = planned->request,
                                                 .options = plan->options,
                                                 .record = &planned->was,
                                                 .given = planned->given,
                                                 .why_not = planned->why_not,
                                                 .mine = planned->takes_part,
                                                 .arena = plan->arena };
    struct messages why = { .count = 0 };
    struct err err;

    plan->decisions++;
    if (rotation_input_gather(&planned->facts, &input, &err) == 0) {
        rotation_next(&planned->decision, &planned->was, &planned->facts, plan->arena);
        return;
    }
    messages_add(&why, plan->arena, T6_STATE_UNREADABLE, err.text);
    trust_plan_block(planned, to, &why);
}

/* The CA that the spec names, when it names one. */
static int import_ca(struct trust_plan *plan, struct planned_trust *planned,
                     const struct custody *custody, struct err *err)
{
    const struct trust_request *request = planned->request;

    if (remote_ca_wanted(request->shared))
        return remote_ca_import(&planned->given, &plan->ahead, request, plan->options, err);
    if (given_root_import_wanted(request->shared))
        return given_root_import(&planned->given, &plan->ahead, request, custody, plan->options,
                                 err);
    return 0;
}

static void decide(struct trust_plan *plan, struct planned_trust *planned,
                   const struct custody *custody)
{
    const struct trust_request *request = planned->request;
    const struct ledger_rotation *row = ledger_find_rotation(&plan->ahead, request->name);
    struct messages why = { .count = 0 };
    struct err err;

    if (row && rotation_record_load(&planned->was, row, plan->arena, &err) < 0) {
        messages_add(&why, plan->arena, T6_STATE_UNREADABLE, err.text);
        trust_plan_block(planned, &plan->refusals, &why);
        return;
    }
    if (import_ca(plan, planned, custody, &err) < 0)
        planned->why_not = arena_text(plan->arena, err.text);
    trust_plan_continue(plan, planned, &plan->ahead, &plan->refusals);
}

/* --- what is due --- */

static void add_due(struct trust_plan *plan, const struct planned_trust *planned,
                    enum due_kind kind, const char *mesh, const char *why)
{
    *ARENA_PUSH(plan->arena, plan->due, plan->due_count) =
        (struct trust_due){ kind, planned->request->name, mesh, why };
}

static const char *ca_source(const struct shared_trust *shared, struct arena *arena)
{
    if (remote_ca_wanted(shared))
        return arena_printf(arena, "Vault %s, %s,", shared->vault->server, shared->vault->ca_path);
    return arena_printf(arena, "Secret %s/%s", shared->secret.namespace, shared->secret.name);
}

/* A root that is made, or a given one that is taken.  Where clusters have one already, they come to
 * it by a rotation. */
static void due_root(struct trust_plan *plan, const struct planned_trust *planned,
                     const struct ledger *known)
{
    if (planned->decision.make_root)
        add_due(plan, planned, DUE_ROOT, "", planned->decision.make_why);
    else if (!text_empty(planned->given) && !ledger_find_root(known, planned->given))
        add_due(plan, planned, DUE_ROOT, "",
                arena_printf(plan->arena, "the CA %.8s of %s is new", planned->given,
                             ca_source(planned->request->shared, plan->arena)));
    if (planned->decision.make_root && !text_empty(planned->was.deployed)
        && !rotation_running(&planned->was))
        add_due(plan, planned, DUE_STEP, "", "a rotation to that root begins");
}

static void due_intermediates(struct trust_plan *plan, const struct planned_trust *planned)
{
    const struct trust_request *request = planned->request;
    const struct rotation_plan *decision = &planned->decision;

    for (size_t i = 0;
         decision->make_root && text_empty(planned->was.deployed) && i < request->mesh_count; i++)
        if (planned->takes_part[i])
            add_due(plan, planned, DUE_INTERMEDIATE, request->meshes[i].key,
                    "the mesh has no intermediate yet");
    for (size_t i = 0; i < decision->issue_count; i++)
        add_due(plan, planned, DUE_INTERMEDIATE, decision->issues[i].mesh, decision->issues[i].why);
    if (decision->moved)
        add_due(plan, planned, DUE_STEP, "",
                decision->next.conditions[decision->next.condition_count - 1].message);
}

bool trust_plan_due(const struct trust_plan *plan, enum due_kind kind, const char *virtual_mesh,
                    const char *mesh)
{
    for (size_t i = 0; i < plan->due_count; i++)
        if (plan->due[i].kind == kind && text_equal(plan->due[i].virtual_mesh, virtual_mesh)
            && (!mesh || text_equal(plan->due[i].mesh, mesh)))
            return true;
    return false;
}

bool trust_plan_is_undone(const struct planned_trust *planned)
{
    return planned->blocked && (planned->decision.moved || !planned->decision.check_why);
}

enum step_check trust_plan_step(const struct planned_trust *planned)
{
    if (!trust_plan_is_undone(planned))
        return planned->decision.check;
    return waiting_is_asked(&planned->was) ? STEP_CLOSED : STEP_NOT_ASKED;
}

enum step_check trust_plan_check(const struct trust_plan *plan, const char *virtual_mesh)
{
    for (size_t i = 0; i < plan->count; i++)
        if (text_equal(plan->list[i].request->name, virtual_mesh))
            return trust_plan_step(&plan->list[i]);
    return STEP_NOT_ASKED;
}

static void look_ahead(struct trust_plan *plan, const struct ledger *known)
{
    trust_plan_refusals(&plan->remarks, plan);
    for (size_t i = 0; i < plan->count; i++) {
        const struct planned_trust *planned = &plan->list[i];

        if (planned->blocked)
            continue;
        trust_plan_remarks(&plan->remarks, planned);
        due_root(plan, planned, known);
        due_intermediates(plan, planned);
    }
}

static struct trust_remarks no_remarks(struct arena *arena)
{
    return (struct trust_remarks){ { .arena = arena }, { .arena = arena } };
}

void trust_plan(struct trust_plan *out, const struct ledger *ledger,
                const struct trust_request *const *requests, size_t count,
                const struct custody *custody, const struct issue_options *options,
                struct arena *arena)
{
    const struct cacerts_owners *owners = cacerts_owner_make(ledger, requests, count, arena);

    *out = (struct trust_plan){ .arena = arena,
                                .options = options,
                                .ahead = given_root_import_ahead(ledger, arena),
                                .list = ARENA_NEW(arena, struct planned_trust, count),
                                .count = count,
                                .refusals = no_remarks(arena),
                                .remarks = no_remarks(arena) };
    for (size_t i = 0; i < count; i++) {
        struct planned_trust *planned = &out->list[i];

        *planned =
            (struct planned_trust){ .request = requests[i], .given = "", .was = rotation_none() };
        planned->takes_part = find_part(out, requests[i], owners);
        decide(out, planned, custody);
    }
    look_ahead(out, ledger);
}
