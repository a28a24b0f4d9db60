/* pki/trust.c - one pass over the trust of all virtual meshes: decide (rotation), make, test,
 * apply.  All that is random is in maker.c. */
#include "pki/trust.h"
#include "rotation/ca.h"

#include "base/text.h"
#include "pki/cacerts_owner.h"
#include "pki/given_root_import.h"
#include "pki/issuer.h"
#include "pki/leftover.h"
#include "pki/rotation_input.h"
#include "pki/rotation_record.h"
#include "pki/selftest.h"

/* One virtual mesh on its way through the pass. */
struct vm {
    const struct trust_request *request;
    struct rotation was;
    struct rotation_facts facts;
    struct rotation_plan plan;
    bool *mine; /* for each mesh of the request: it takes part */
    const char *given, *why_not;
    size_t first, count; /* its intermediates among the orders */
    bool blocked;        /* its plan may not be applied: why was noted */
};

struct pass {
    struct ledger *ledger;
    const struct custody *custody; /* NULL: nothing is made (trust_due) */
    const struct issue_options *options;
    struct arena *arena;
    struct issue_result *result;
    struct vm *vms;
    size_t count;
    struct order *orders;
    size_t order_count;
};

/* --- words --- */

static void add_failure(struct pass *pass, const struct vm *vm, const char *mesh, const char *text)
{
    struct issue_result *result = pass->result;

    *ARENA_PUSH(pass->arena, result->failures, result->failure_count) =
        (struct issue_failure){ vm->request->name, mesh, text };
}

static void fail_all(struct pass *pass, const struct vm *vm, const char *text)
{
    for (size_t i = 0; i < vm->request->mesh_count; i++)
        if (vm->mine[i])
            add_failure(pass, vm, vm->request->meshes[i].key, text);
}

static void add_note(struct pass *pass, const struct vm *vm, bool error, const char *text)
{
    struct issue_result *result = pass->result;

    *ARENA_PUSH(pass->arena, result->notes, result->note_count) =
        (struct issue_note){ vm->request->name, error, text };
}

/* Something about a virtual mesh without any certificate concerns each of its meshes: none can be
 * served. */
static void tell_notes(struct pass *pass, const struct vm *vm)
{
    for (size_t i = 0; i < vm->plan.note_count; i++) {
        const struct rotation_note *note = &vm->plan.notes[i];

        if (!text_empty(note->mesh) && note->error)
            add_failure(pass, vm, note->mesh, note->text);
        else if (note->error && text_empty(vm->was.deployed))
            fail_all(pass, vm, note->text);
        else
            add_note(pass, vm, note->error, note->text);
    }
}

/* --- deciding --- */

static void claim_meshes(struct pass *pass, struct vm *vm, const struct cacerts_owners *claims)
{
    const struct trust_request *request = vm->request;

    vm->mine = ARENA_NEW(pass->arena, bool, request->mesh_count);
    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct mesh_identity *mesh = &request->meshes[i];
        const char *other = cacerts_owner_other(claims, request, mesh);

        vm->mine[i] = !other && cacerts_owner_primary(request, mesh) == mesh;
        if (other)
            add_failure(pass, vm, mesh->key,
                        arena_printf(pass->arena,
                                     "the certificates of namespace %s in cluster %s belong to "
                                     "virtual mesh %s already; put both meshes into one virtual "
                                     "mesh",
                                     mesh->namespace, mesh->cluster, other));
    }
}

static void block(struct pass *pass, struct vm *vm, const char *text)
{
    vm->blocked = true;
    if (text_empty(vm->was.deployed))
        fail_all(pass, vm, text);
    else
        add_note(pass, vm, true, text);
}

static void decide(struct pass *pass, struct vm *vm)
{
    const struct rotation_input_source input = { .ledger = pass->ledger,
                                                 .request = vm->request,
                                                 .options = pass->options,
                                                 .record = &vm->was,
                                                 .given = vm->given,
                                                 .why_not = vm->why_not,
                                                 .mine = vm->mine,
                                                 .arena = pass->arena };
    struct err err;

    if (rotation_input_gather(&vm->facts, &input, &err) < 0)
        block(pass, vm, arena_text(pass->arena, err.text));
    else
        rotation_next(&vm->plan, &vm->was, &vm->facts, pass->arena);
}

static void open_vm(struct pass *pass, struct vm *vm, const struct cacerts_owners *claims)
{
    const struct ledger_rotation *row = ledger_find_rotation(pass->ledger, vm->request->name);
    struct err err;

    vm->given = "";
    vm->was = rotation_none();
    claim_meshes(pass, vm, claims);
    if (row && rotation_record_load(&vm->was, row, pass->arena, &err) < 0) {
        block(pass, vm, arena_text(pass->arena, err.text));
        return;
    }
    if (given_root_import_wanted(vm->request->shared)
        && given_root_import(&vm->given, pass->ledger, vm->request, pass->custody, pass->options,
                             &err)
               < 0)
        vm->why_not = arena_text(pass->arena, err.text);
    decide(pass, vm);
}

static struct pass open_pass(struct ledger *ledger, const struct trust_request *const *requests,
                             size_t count, const struct issue_options *options,
                             struct issue_result *result, struct arena *arena)
{
    struct pass pass = { .ledger = ledger,
                         .options = options,
                         .arena = arena,
                         .result = result,
                         .vms = ARENA_NEW(arena, struct vm, count),
                         .count = count };

    *result = (struct issue_result){ 0 };
    for (size_t i = 0; i < count; i++)
        pass.vms[i].request = requests[i];
    return pass;
}

static void open_vms(struct pass *pass, const struct trust_request *const *requests)
{
    struct cacerts_owners *claims =
        cacerts_owner_make(pass->ledger, requests, pass->count, pass->arena);

    for (size_t i = 0; i < pass->count; i++)
        open_vm(pass, &pass->vms[i], claims);
}

/* --- making --- */

static int make_roots(struct pass *pass, struct err *err)
{
    struct order *orders = ARENA_NEW(pass->arena, struct order, pass->count);
    size_t *of = ARENA_NEW(pass->arena, size_t, pass->count), count = 0;

    for (size_t i = 0; i < pass->count; i++)
        if (!pass->vms[i].blocked && pass->vms[i].plan.make_root) {
            of[count] = i;
            orders[count++] = (struct order){ .kind = ORDER_ROOT, .request = pass->vms[i].request };
        }
    if (issuer_make(orders, count, pass->ledger, pass->custody, pass->options, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct vm *vm = &pass->vms[of[i]];

        if (orders[i].failure) {
            block(pass, vm, orders[i].failure);
            continue;
        }
        pass->result->roots++;
        decide(pass, vm);
    }
    return 0;
}

static const struct mesh_identity *mesh_of(const struct trust_request *request, const char *key)
{
    for (size_t i = 0; i < request->mesh_count; i++)
        if (text_equal(request->meshes[i].key, key))
            return &request->meshes[i];
    return NULL;
}

static struct ledger_intermediate *made_before(const struct pass *pass, const struct vm *vm,
                                               const struct rotation_issue *issue)
{
    return leftover_find(pass->ledger, vm->request, issue, pass->options);
}

static void order_intermediates(struct pass *pass, struct vm *vm)
{
    vm->first = pass->order_count;
    if (!vm->blocked)
        leftover_drop(pass->ledger, vm->request, vm->plan.issues, vm->plan.issue_count,
                      pass->options);
    for (size_t i = 0; !vm->blocked && i < vm->plan.issue_count; i++) {
        const struct rotation_issue *issue = &vm->plan.issues[i];

        if (made_before(pass, vm, issue))
            continue;
        *ARENA_PUSH(pass->arena, pass->orders, pass->order_count) =
            (struct order){ .kind = ORDER_INTERMEDIATE,
                            .request = vm->request,
                            .mesh = mesh_of(vm->request, issue->mesh),
                            .ca = issue->ca };
    }
    vm->count = pass->order_count - vm->first;
}

static int make_intermediates(struct pass *pass, struct err *err)
{
    for (size_t i = 0; i < pass->count; i++)
        order_intermediates(pass, &pass->vms[i]);
    if (issuer_make(pass->orders, pass->order_count, pass->ledger, pass->custody, pass->options,
                    err)
        < 0)
        return -1;
    for (size_t i = 0; i < pass->order_count; i++)
        pass->result->intermediates += pass->orders[i].failure == NULL;
    return 0;
}

static const char *order_failure(const struct pass *pass, const struct vm *vm, const char *mesh)
{
    for (size_t i = vm->first; i < vm->first + vm->count; i++)
        if (text_equal(pass->orders[i].mesh->key, mesh))
            return pass->orders[i].failure;
    return NULL;
}

/* A step that one mesh cannot take is taken by none: all or nothing, or leaves would refuse each
 * other. */
static void judge_orders(struct pass *pass, struct vm *vm)
{
    for (size_t i = 0; i < vm->plan.issue_count; i++) {
        const struct rotation_issue *issue = &vm->plan.issues[i];
        const char *failure = order_failure(pass, vm, issue->mesh);

        if (!failure)
            continue;
        add_failure(pass, vm, issue->mesh, failure);
        vm->blocked |= issue->needed;
    }
}

/* --- testing and applying --- */

static int test_vm(struct pass *pass, struct vm *vm, struct err *err)
{
    struct selftest_count count;
    const struct selftest test = {
        .ledger = pass->ledger,
        .custody = pass->custody,
        .virtual_mesh = vm->request->name,
        .next = &vm->plan.next,
        .policy = vm->facts.policy,
        .now = pass->options->now,
        .pairs = vm->plan.moved && !vm->plan.next.immediate && !vm->plan.forced,
        .request = vm->request,
    };

    if (!vm->plan.moved && vm->plan.issue_count == 0)
        return 0;
    return selftest_run(&count, &test, err);
}

static void set_intermediate(struct ledger_intermediate *row, enum key_state state)
{
    row->state = state;
    row->changed = true;
    if (state == KEY_DESTROYED)
        row->key = (struct sealed){ 0 };
}

static bool still_member(const struct vm *vm, const char *mesh)
{
    for (size_t i = 0; i < vm->request->mesh_count; i++)
        if (vm->mine[i] && text_equal(vm->request->meshes[i].key, mesh))
            return true;
    return false;
}

/* Another virtual mesh, which is gone, has nothing in use there any more. */
static void retire_others(struct pass *pass, const struct ledger_intermediate *now)
{
    for (struct ledger_intermediate *row = pass->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && !text_equal(row->virtual_mesh, now->virtual_mesh)
            && text_equal(row->cluster, now->cluster) && text_equal(row->namespace, now->namespace))
            set_intermediate(row, KEY_RETIRED);
}

/* The new one takes the place of the one in use; of a mesh that left, nothing is in use. */
static void promote(struct pass *pass, const struct vm *vm)
{
    struct ledger_intermediate *row;

    for (size_t i = 0; i < vm->plan.issue_count; i++) {
        const struct rotation_issue *issue = &vm->plan.issues[i];
        struct ledger_intermediate *next = made_before(pass, vm, issue);

        row = ledger_active_intermediate(pass->ledger, vm->request->name, issue->mesh);
        if (next && row)
            set_intermediate(row, KEY_RETIRED);
        if (!next)
            continue;
        set_intermediate(next, KEY_ACTIVE);
        retire_others(pass, next);
    }
    for (row = pass->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, vm->request->name)
            && !still_member(vm, row->mesh))
            set_intermediate(row, KEY_RETIRED);
}

/* Keys that no self-test can need any more. */
static void destroy_intermediates(struct pass *pass, const struct vm *vm)
{
    if (rotation_running(&vm->was) || rotation_running(&vm->plan.next))
        return;
    for (struct ledger_intermediate *row = pass->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_RETIRED && text_equal(row->virtual_mesh, vm->request->name))
            set_intermediate(row, KEY_DESTROYED);
}

static void set_root(struct pass *pass, const char *id, enum key_state state)
{
    struct ledger_root *row = ledger_find_root(pass->ledger, id);

    if (!row || row->state == state)
        return;
    row->state = state;
    row->changed = true;
    if (state == KEY_DESTROYED)
        row->key = (struct sealed){ 0 };
}

static void apply_roots(struct pass *pass, const struct vm *vm)
{
    const struct rotation *next = &vm->plan.next;

    for (size_t i = 0; i < vm->plan.retire_count; i++)
        set_root(pass, vm->plan.retire[i], KEY_RETIRED);
    for (size_t i = 0; i < vm->plan.destroy_count; i++)
        set_root(pass, vm->plan.destroy[i], KEY_DESTROYED);
    set_root(pass, next->deployed, KEY_ACTIVE);
    if (rotation_running(next))
        set_root(pass, next->new, KEY_ACTIVE);
}

static void apply(struct pass *pass, struct vm *vm)
{
    struct ledger_rotation *row = ledger_find_rotation(pass->ledger, vm->request->name);

    destroy_intermediates(pass, vm);
    promote(pass, vm);
    apply_roots(pass, vm);
    if (!row && text_empty(vm->plan.next.deployed))
        return;
    rotation_record_save(row ? row : rotation_record_row(pass->ledger, vm->request->name),
                         &vm->plan.next, pass->ledger->arena);
    pass->result->steps += vm->plan.moved;
}

/* What was made for a plan that is not applied waits as KEY_NEXT for the pass that applies it,
 * unless the self-test refused it. */
static void discard(struct pass *pass, const struct vm *vm)
{
    for (struct ledger_intermediate *row = pass->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_NEXT && text_equal(row->virtual_mesh, vm->request->name))
            set_intermediate(row, KEY_DESTROYED);
}

/* Roots of clusters that are adopted: bundles list them, so the self-test has to find them. */
static int record_adoptions(struct pass *pass, const struct vm *vm, struct err *err)
{
    for (size_t i = 0; i < vm->plan.adoption_count; i++)
        if (given_root_import_adopt(pass->ledger, vm->plan.adoptions[i].root,
                                    vm->plan.adoptions[i].pem, pass->options->now, err)
            < 0)
            return -1;
    return 0;
}

static void settle(struct pass *pass, struct vm *vm)
{
    struct err err;

    if (vm->blocked)
        return;
    judge_orders(pass, vm);
    tell_notes(pass, vm);
    if (vm->blocked)
        return;
    if (record_adoptions(pass, vm, &err) < 0 || test_vm(pass, vm, &err) < 0) {
        discard(pass, vm);
        add_note(pass, vm, true, arena_text(pass->arena, err.text));
        return;
    }
    apply(pass, vm);
}

int trust_issue(struct issue_result *out, struct ledger *ledger,
                const struct trust_request *const *requests, size_t count,
                const struct custody *custody, const struct issue_options *options, struct err *err)
{
    struct pass pass = open_pass(ledger, requests, count, options, out, ledger->arena);

    pass.custody = custody;
    open_vms(&pass, requests);
    if (make_roots(&pass, err) < 0 || make_intermediates(&pass, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        settle(&pass, &pass.vms[i]);
    return 0;
}

/* --- looking ahead --- */

static void add_due(struct issue_dues *out, struct arena *arena, const struct vm *vm,
                    const char *mesh, const char *what, const char *why)
{
    *ARENA_PUSH(arena, out->list, out->count) =
        (struct issue_due){ vm->request->name, mesh, what, why };
}

/* A root that is made, or a given one that is taken.  Where there is one already, clusters come to
 * it by a rotation. */
static void due_root(struct issue_dues *out, struct arena *arena, const struct vm *vm,
                     const struct ledger *known)
{
    if (vm->plan.make_root)
        add_due(out, arena, vm, "", "root", vm->plan.make_why);
    else if (!text_empty(vm->given) && !ledger_find_root(known, vm->given))
        add_due(out, arena, vm, "", "root",
                arena_printf(arena, "the CA %.8s of Secret %s/%s is new", vm->given,
                             vm->request->shared->secret.namespace,
                             vm->request->shared->secret.name));
    if (vm->plan.make_root && !text_empty(vm->was.deployed) && !rotation_running(&vm->was))
        add_due(out, arena, vm, "", "rotation step", "a rotation to that root begins");
}

static void due_of(struct issue_dues *out, struct arena *arena, const struct vm *vm)
{
    for (size_t i = 0;
         vm->plan.make_root && text_empty(vm->was.deployed) && i < vm->request->mesh_count; i++)
        if (vm->mine[i])
            add_due(out, arena, vm, vm->request->meshes[i].key, "intermediate",
                    "the mesh has no intermediate yet");
    for (size_t i = 0; i < vm->plan.issue_count; i++)
        add_due(out, arena, vm, vm->plan.issues[i].mesh, "intermediate", vm->plan.issues[i].why);
    if (vm->plan.moved)
        add_due(out, arena, vm, "", "rotation step",
                vm->plan.next.conditions[vm->plan.next.condition_count - 1].message);
}

void trust_due(struct issue_dues *out, const struct ledger *ledger,
               const struct trust_request *const *requests, size_t count,
               const struct issue_options *options, struct arena *arena)
{
    struct issue_result result;
    struct ledger ahead = given_root_import_ahead(ledger, arena);
    struct pass pass = open_pass(&ahead, requests, count, options, &result, arena);

    *out = (struct issue_dues){ 0 };
    open_vms(&pass, requests);
    for (size_t i = 0; i < count; i++)
        if (!pass.vms[i].blocked) {
            tell_notes(&pass, &pass.vms[i]);
            due_root(out, arena, &pass.vms[i], ledger);
            due_of(out, arena, &pass.vms[i]);
        }
    out->failures = result.failures;
    out->failure_count = result.failure_count;
    out->notes = result.notes;
    out->note_count = result.note_count;
}
