/* pki/trust_apply.c - carries out a plan: make, test, record.  Decides nothing; all that is random
 * is in pki/order.c.
 *
 * The order is what makes a failure harmless.  Rows are added as KEY_NEXT, which nothing uses.  A
 * virtual mesh moves only when all that its step needs was made, since a step that one cluster
 * cannot take would leave workloads that refuse each other; and only when the self-test has seen
 * leaves of the new material verify beside everything that may still be in use.  Until then its
 * record, roots and intermediates are those of before.  What was made in vain stays as KEY_NEXT for
 * the next pass, unless the self-test refused it. */
#include "pki/trust_apply.h"

#include "base/text.h"
#include "pki/given_root_import.h"
#include "pki/issuer.h"
#include "pki/leftover.h"
#include "pki/messages.h"
#include "pki/order.h"
#include "pki/rotation_record.h"
#include "pki/selftest.h"
#include "rotation/ca.h"
#include <assert.h>

/* The orders for the intermediates of one virtual mesh. */
struct batch {
    size_t first, count;
};

struct applying {
    struct trust_plan *plan;
    struct ledger *ledger;
    const struct custody *custody;
    struct issue_result *result;
    struct order *orders;
    size_t order_count;
    struct batch *batches; /* one for each virtual mesh of the plan */
};

static const char *name_of(const struct planned_trust *planned) { return planned->request->name; }

/* --- making --- */

static int make_roots(struct applying *a, struct err *err)
{
    struct trust_plan *plan = a->plan;
    struct order *orders = ARENA_NEW(plan->arena, struct order, plan->count);
    size_t *of = ARENA_NEW(plan->arena, size_t, plan->count), count = 0;

    for (size_t i = 0; i < plan->count; i++)
        if (!plan->list[i].blocked && plan->list[i].decision.make_root) {
            of[count] = i;
            orders[count++] =
                (struct order){ .kind = ORDER_ROOT, .request = plan->list[i].request };
        }
    if (order_make(orders, count, a->ledger, a->custody, plan->options, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct planned_trust *planned = &plan->list[of[i]];
        struct messages why = { .count = 0 };

        if (!orders[i].failure) {
            a->result->roots++;
            trust_plan_continue(plan, planned, a->ledger, &a->result->remarks);
            continue;
        }
        messages_add(&why, plan->arena, T7_NOT_ISSUED, orders[i].failure);
        trust_plan_block(planned, &a->result->remarks, &why);
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

static struct ledger_intermediate *made_for(const struct applying *a,
                                            const struct planned_trust *planned,
                                            const struct rotation_issue *issue)
{
    return leftover_find(a->ledger, planned->request, issue, a->plan->options);
}

static void order_intermediates(struct applying *a, const struct planned_trust *planned,
                                struct batch *batch)
{
    const struct rotation_plan *decision = &planned->decision;

    batch->first = a->order_count;
    if (!planned->blocked)
        leftover_drop(a->ledger, planned->request, decision->issues, decision->issue_count,
                      a->plan->options);
    for (size_t i = 0; !planned->blocked && i < decision->issue_count; i++) {
        const struct rotation_issue *issue = &decision->issues[i];

        if (made_for(a, planned, issue))
            continue;
        *ARENA_PUSH(a->plan->arena, a->orders, a->order_count) =
            (struct order){ .kind = ORDER_INTERMEDIATE,
                            .request = planned->request,
                            .mesh = mesh_of(planned->request, issue->mesh),
                            .ca = issue->ca };
    }
    batch->count = a->order_count - batch->first;
}

static int make_intermediates(struct applying *a, struct err *err)
{
    for (size_t i = 0; i < a->plan->count; i++)
        order_intermediates(a, &a->plan->list[i], &a->batches[i]);
    if (order_make(a->orders, a->order_count, a->ledger, a->custody, a->plan->options, err) < 0)
        return -1;
    for (size_t i = 0; i < a->order_count; i++)
        a->result->intermediates += a->orders[i].failure == NULL;
    return 0;
}

static const char *order_failure(const struct applying *a, const struct batch *batch,
                                 const char *mesh)
{
    for (size_t i = batch->first; i < batch->first + batch->count; i++)
        if (text_equal(a->orders[i].mesh->key, mesh))
            return a->orders[i].failure;
    return NULL;
}

/* A step that one mesh cannot take is taken by none. */
static void judge_orders(struct applying *a, struct planned_trust *planned,
                         const struct batch *batch)
{
    for (size_t i = 0; i < planned->decision.issue_count; i++) {
        const struct rotation_issue *issue = &planned->decision.issues[i];
        const char *failure = order_failure(a, batch, issue->mesh);
        struct messages why = { .count = 0 };

        if (!failure)
            continue;
        messages_add(&why, a->plan->arena, T7_NOT_ISSUED, failure);
        trust_plan_fail(&a->result->remarks, planned, issue->mesh, &why);
        planned->blocked |= issue->needed;
    }
}

/* --- testing --- */

static int run_test(const struct applying *a, const struct planned_trust *planned, struct err *err)
{
    const struct rotation_plan *decision = &planned->decision;
    struct selftest_count count;
    const struct selftest test = {
        .ledger = a->ledger,
        .custody = a->custody,
        .virtual_mesh = name_of(planned),
        .next = &decision->next,
        .policy = planned->facts.policy,
        .now = a->plan->options->now,
        .pairs = decision->moved && !decision->next.immediate && !decision->forced,
        .request = planned->request,
    };

    if (!decision->moved && decision->issue_count == 0)
        return 0;
    return selftest_run(&count, &test, err);
}

/* Roots of clusters that are adopted: bundles list them, so the self-test has to find them. */
static int record_adoptions(const struct applying *a, const struct planned_trust *planned,
                            struct err *err)
{
    const struct rotation_plan *decision = &planned->decision;

    for (size_t i = 0; i < decision->adoption_count; i++)
        if (given_root_import_adopt(a->ledger, decision->adoptions[i].root,
                                    decision->adoptions[i].pem, a->plan->options->now, err)
            < 0)
            return -1;
    return 0;
}

/* --- recording --- */

static void set_intermediate(struct ledger_intermediate *row, enum key_state state)
{
    row->state = state;
    row->changed = true;
    if (state == KEY_DESTROYED)
        row->key = (struct sealed){ 0 };
}

static bool takes_part(const struct planned_trust *planned, const char *mesh)
{
    for (size_t i = 0; i < planned->request->mesh_count; i++)
        if (planned->takes_part[i] && text_equal(planned->request->meshes[i].key, mesh))
            return true;
    return false;
}

/* A virtual mesh that was removed has nothing in use any more where another one is now. */
static void retire_others(const struct applying *a, const struct ledger_intermediate *now)
{
    for (struct ledger_intermediate *row = a->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && !text_equal(row->virtual_mesh, now->virtual_mesh)
            && text_equal(row->cluster, now->cluster) && text_equal(row->namespace, now->namespace))
            set_intermediate(row, KEY_RETIRED);
}

static void promote(const struct applying *a, const struct planned_trust *planned,
                    const struct rotation_issue *issue)
{
    struct ledger_intermediate *next = made_for(a, planned, issue);
    struct ledger_intermediate *row =
        ledger_active_intermediate(a->ledger, name_of(planned), issue->mesh);

    if (!next)
        return;
    if (row)
        set_intermediate(row, KEY_RETIRED);
    set_intermediate(next, KEY_ACTIVE);
    retire_others(a, next);
    assert(ledger_active_intermediate(a->ledger, name_of(planned), issue->mesh) == next);
}

/* New ones take the place of those in use; of a mesh that left, nothing stays in use. */
static void promote_all(const struct applying *a, const struct planned_trust *planned)
{
    for (size_t i = 0; i < planned->decision.issue_count; i++)
        promote(a, planned, &planned->decision.issues[i]);
    for (struct ledger_intermediate *row = a->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, name_of(planned))
            && !takes_part(planned, row->mesh))
            set_intermediate(row, KEY_RETIRED);
}

/* Keys that no self-test can need any more. */
static void destroy_intermediates(const struct applying *a, const struct planned_trust *planned)
{
    if (rotation_running(&planned->was) || rotation_running(&planned->decision.next))
        return;
    for (struct ledger_intermediate *row = a->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_RETIRED && text_equal(row->virtual_mesh, name_of(planned)))
            set_intermediate(row, KEY_DESTROYED);
}

static void set_root(const struct applying *a, const char *id, enum key_state state)
{
    struct ledger_root *row = ledger_find_root(a->ledger, id);

    if (!row || row->state == state)
        return;
    row->state = state;
    row->changed = true;
    if (state == KEY_DESTROYED)
        issuer_destroy_key(row);
}

static void record_roots(const struct applying *a, const struct planned_trust *planned)
{
    const struct rotation_plan *decision = &planned->decision;

    for (size_t i = 0; i < decision->retire_count; i++)
        set_root(a, decision->retire[i], KEY_RETIRED);
    for (size_t i = 0; i < decision->destroy_count; i++)
        set_root(a, decision->destroy[i], KEY_DESTROYED);
    set_root(a, decision->next.deployed, KEY_ACTIVE);
    if (rotation_running(&decision->next))
        set_root(a, decision->next.new, KEY_ACTIVE);
}

static void record(struct applying *a, const struct planned_trust *planned)
{
    const struct rotation *next = &planned->decision.next;
    struct ledger_rotation *row = ledger_find_rotation(a->ledger, name_of(planned));

    destroy_intermediates(a, planned);
    promote_all(a, planned);
    record_roots(a, planned);
    if (!row && text_empty(next->deployed))
        return;
    rotation_record_save(row ? row : rotation_record_row(a->ledger, name_of(planned)), next,
                         a->ledger->arena);
    a->result->steps += planned->decision.moved;
}

/* The self-test refused what was made: it must not be found again. */
static void discard(const struct applying *a, const struct planned_trust *planned)
{
    for (struct ledger_intermediate *row = a->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_NEXT && text_equal(row->virtual_mesh, name_of(planned)))
            set_intermediate(row, KEY_DESTROYED);
}

static void settle(struct applying *a, struct planned_trust *planned, const struct batch *batch)
{
    struct err err;

    if (planned->blocked)
        return;
    judge_orders(a, planned, batch);
    trust_plan_remarks(&a->result->remarks, planned);
    if (planned->blocked)
        return;
    if (record_adoptions(a, planned, &err) == 0 && run_test(a, planned, &err) == 0) {
        record(a, planned);
        return;
    }
    discard(a, planned);
    planned->blocked = true;
    TRUST_REMARK(&a->result->remarks.notes, trust_remark_on(planned->request, SEVERITY_ERROR),
                 T8_SELF_TEST, err.text);
}

int trust_apply(struct issue_result *out, struct trust_plan *plan, struct ledger *ledger,
                const struct custody *custody, struct err *err)
{
    struct applying a = { .plan = plan,
                          .ledger = ledger,
                          .custody = custody,
                          .result = out,
                          .batches = ARENA_NEW(plan->arena, struct batch, plan->count) };

    assert(custody);
    *out = (struct issue_result){ .remarks = { { .arena = ledger->arena },
                                               { .arena = ledger->arena } } };
    trust_plan_refusals(&out->remarks, plan);
    given_root_import_take(ledger, &plan->ahead);
    if (make_roots(&a, err) < 0 || make_intermediates(&a, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->count; i++)
        settle(&a, &plan->list[i], &a.batches[i]);
    return 0;
}
