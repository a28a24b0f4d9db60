/* state/ledger.c - the lists of the ledger: add a row, find a row.  Plain data: no file, no key, no
 * decision.
 *
 * Rows keep the order in which they were added, since that order is stored and decides bytes.  No
 * row is unlinked while a pass works: others hold pointers to it.  A row that is to go is marked
 * gone, one that is to be written changed, and state/store.c does both when it saves. */
#include "state/ledger.h"

#include "base/decode.h"
#include "base/intern.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/text.h"

#include <assert.h>

static const char *const key_state_names[] = {
    [KEY_NEXT] = "next",
    [KEY_ACTIVE] = "active",
    [KEY_RETIRED] = "retired",
    [KEY_DESTROYED] = "destroyed",
};
static_assert(LENGTH(key_state_names) == KEY_DESTROYED + 1, "every key state has a name");
const struct enum_table key_states = ENUM_TABLE(key_state_names);

static const char *const root_origin_names[] = {
    [ORIGIN_GENERATED] = "generated",
    [ORIGIN_GIVEN] = "secret",
    [ORIGIN_ADOPTED] = "adopted",
    [ORIGIN_VAULT] = "vault",
};
static_assert(LENGTH(root_origin_names) == ORIGIN_VAULT + 1, "every origin has a name");
const struct enum_table root_origins = ENUM_TABLE(root_origin_names);

static const char *const recipient_kind_names[] = {
    [RECIPIENT_KEY] = "",
    [RECIPIENT_CLUSTER] = "direct",
    [RECIPIENT_AGE] = "age",
    [RECIPIENT_AGENT] = "csr",
};
static_assert(LENGTH(recipient_kind_names) == RECIPIENT_AGENT + 1, "every kind has a name");
const struct enum_table recipient_kinds = ENUM_TABLE(recipient_kind_names);

static const char *const run_result_names[] = {
    [RUN_CONVERGED] = "converged",
    [RUN_REFUSED] = "refused",
    [RUN_FAILED] = "failed",
    [RUN_ELSEWHERE] = "elsewhere",
};
static_assert(LENGTH(run_result_names) == RUN_ELSEWHERE + 1, "every result has a name");
const struct enum_table run_results = ENUM_TABLE(run_result_names);

/* ledger_add_<noun>: a new row at the end of its list. */
#define DEFINE_ADD(noun, list)                                                                     \
    struct ledger_##noun *ledger_add_##noun(struct ledger *ledger)                                 \
    {                                                                                              \
        struct ledger_##noun *row = ARENA_NEW(ledger->arena, struct ledger_##noun, 1);             \
        struct ledger_##noun **end = &ledger->list;                                                \
                                                                                                   \
        if (*end && ledger->last.list)                                                             \
            end = &ledger->last.list->next;                                                        \
        while (*end)                                                                               \
            end = &(*end)->next;                                                                   \
        row->changed = true;                                                                       \
        assert(!row->next && !*end);                                                               \
        return ledger->last.list = *end = row;                                                     \
    }

DEFINE_ADD(root, roots)
DEFINE_ADD(intermediate, intermediates)
DEFINE_ADD(delivery, deliveries)
DEFINE_ADD(rotation, rotations)
DEFINE_ADD(publication, publications)
DEFINE_ADD(status, statuses)
DEFINE_ADD(restart, restarts)
DEFINE_ADD(fact, facts)

/* The newest run comes first. */
struct ledger_run *ledger_add_run(struct ledger *ledger)
{
    struct ledger_run *row = ARENA_NEW(ledger->arena, struct ledger_run, 1);

    row->changed = true;
    row->next = ledger->runs;
    return ledger->runs = row;
}

/* ledger_find_<noun>: the first row whose key column equals. */
#define DEFINE_FIND(noun, list, key)                                                               \
    struct ledger_##noun *ledger_find_##noun(const struct ledger *ledger, const char *key)         \
    {                                                                                              \
        struct ledger_##noun *row = ledger->list;                                                  \
                                                                                                   \
        while (row && !text_equal(row->key, key))                                                  \
            row = row->next;                                                                       \
        return row;                                                                                \
    }

DEFINE_FIND(rotation, rotations, virtual_mesh)
DEFINE_FIND(status, statuses, virtual_mesh)
DEFINE_FIND(fact, facts, name)

void ledger_set_deployed(struct ledger_rotation *row, const char *json, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    const struct decoder decoder = { &diags, arena, intern_new(arena) };
    struct shared_trust *deployed;
    const struct node *node;
    struct err err;

    row->deployed_trust = json;
    row->deployed = NULL;
    if (text_empty(json) || parse_json(&node, json, strlen(json), arena, &err) < 0)
        return;
    deployed = ARENA_NEW(arena, struct shared_trust, 1);
    *deployed = shared_trust_decode(at_root(node, &decoder));
    row->deployed = deployed;
}

int64_t ledger_time(const struct ledger *ledger, const char *name)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, name);
    int64_t at = 0;

    return fact && parse_int(fact->value, 0, INT64_MAX, &at) ? at : 0;
}

void ledger_set_fact(struct ledger *ledger, const char *name, const char *value)
{
    struct ledger_fact *fact = ledger_find_fact(ledger, name);

    if (fact && strcmp(fact->value, value) == 0)
        return;
    if (!fact) {
        fact = ledger_add_fact(ledger);
        fact->name = name;
    }
    fact->value = arena_text(ledger->arena, value);
    fact->changed = true;
}

void ledger_set_time(struct ledger *ledger, const char *name, int64_t at)
{
    ledger_set_fact(ledger, name, arena_printf(ledger->arena, "%lld", (long long)at));
}

/* One certificate may be the root of several virtual meshes, a row for each; one without an owner
 * is a foreign root that was adopted. */
struct ledger_root *ledger_find_root(const struct ledger *ledger, const char *id)
{
    struct ledger_root *unowned = NULL;

    for (struct ledger_root *row = ledger->roots; row; row = row->next)
        if (text_equal(row->id, id)) {
            if (!text_empty(row->virtual_mesh))
                return row;
            unowned = row;
        }
    return unowned;
}

struct ledger_intermediate *ledger_find_intermediate(const struct ledger *ledger, const char *id)
{
    struct ledger_intermediate *row = ledger->intermediates;

    while (row && !text_equal(row->id, id))
        row = row->next;
    return row;
}

struct ledger_delivery *ledger_find_delivery(const struct ledger *ledger, const char *path)
{
    struct ledger_delivery *row = ledger->deliveries;

    while (row && (row->gone || !text_equal(row->path, path)))
        row = row->next;
    return row;
}

struct ledger_intermediate *ledger_active_intermediate(const struct ledger *ledger,
                                                       const char *virtual_mesh, const char *mesh)
{
    struct ledger_intermediate *row = ledger->intermediates;

    while (row
           && (row->state != KEY_ACTIVE || !text_equal(row->virtual_mesh, virtual_mesh)
               || !text_equal(row->mesh, mesh)))
        row = row->next;
    return row;
}

struct ledger_publication *ledger_find_publication(const struct ledger *ledger,
                                                   const char *repository, const char *branch)
{
    struct ledger_publication *row = ledger->publications;

    while (row && (!text_equal(row->repository, repository) || !text_equal(row->branch, branch)))
        row = row->next;
    return row;
}
