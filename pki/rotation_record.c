/* pki/rotation_record.c - records of rotations as JSON.  Pure: no clock, no files, no keys. */
#include "pki/rotation_record.h"
#include "base/write_json.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/write.h"
#include <string.h>

enum { ROOTS_MAX = 64 };

/* Roots occur in every material: they are listed once, and named by their number. */
struct roots {
    const char *list[ROOTS_MAX];
    size_t count;
};

static int64_t root_number(struct roots *roots, const char *root)
{
    for (size_t i = 0; i < roots->count; i++)
        if (text_equal(roots->list[i], root))
            return (int64_t)i;
    if (roots->count == ROOTS_MAX)
        return 0; /* cannot be: a rotation has at most BUNDLE_MAX */
    roots->list[roots->count] = root;
    return (int64_t)roots->count++;
}

/* --- writing --- */

static struct node *bundle_node(struct roots *roots, const struct bundle *bundle,
                                struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < bundle->count; i++)
        node_add(list, node_int(arena, root_number(roots, bundle->roots[i])));
    return list;
}

/* [signer, root, root, ...] */
static struct node *material_node(struct roots *roots, const struct material *material,
                                  struct arena *arena)
{
    struct node *list = node_list(arena);

    node_add(list, node_int(arena, root_number(roots, material->signer)));
    for (size_t i = 0; i < material->bundle.count; i++)
        node_add(list, node_int(arena, root_number(roots, material->bundle.roots[i])));
    return list;
}

static void set_int(struct arena *arena, struct node *map, const char *key, int64_t value)
{
    if (value != 0)
        node_set_int(arena, map, key, value);
}

static void set_true(struct arena *arena, struct node *map, const char *key, bool value)
{
    if (value)
        node_set_bool(arena, map, key, true);
}

static void set_text(struct arena *arena, struct node *map, const char *key, const char *value)
{
    if (!text_empty(value))
        node_set_text(arena, map, key, value);
}

static struct node *member_node(struct roots *roots, const struct member *member,
                                struct arena *arena)
{
    struct node *node = node_map(arena), *held;

    node_set_text(arena, node, "mesh", member->mesh);
    node_set_text(arena, node, "cluster", member->cluster);
    held = node_set(node, "held", node_list(arena));
    for (size_t i = 0; i < member->held_count; i++)
        node_add(held, material_node(roots, &member->held[i], arena));
    set_int(arena, node, "dead", (int64_t)member->dead_count);
    set_int(arena, node, "committed", member->committed);
    set_int(arena, node, "synced", member->synced);
    set_int(arena, node, "proven", member->proven);
    set_int(arena, node, "doubted", member->doubted);
    set_int(arena, node, "leafTTL", member->leaf_ttl);
    set_true(arena, node, "turned", member->turned);
    set_true(arena, node, "assumed", member->assumed);
    return node;
}

static struct node *command_node(const struct rotation_command *command, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "kind", enums_name(&rotation_commands, (int)command->kind));
    set_text(arena, node, "rotation", command->rotation);
    set_int(arena, node, "step", command->step);
    set_true(arena, node, "force", command->force);
    set_text(arena, node, "reason", command->reason);
    set_int(arena, node, "at", command->at);
    return node;
}

static void set_clock(struct arena *arena, struct node *detail, const struct rotation_clock *clock)
{
    struct node *node = node_set(detail, "clock", node_map(arena));

    set_int(arena, node, "gate", clock->gate);
    set_int(arena, node, "local", clock->local);
    set_int(arena, node, "second", clock->second);
    set_true(arena, node, "agreed", clock->agreed);
}

static void set_lists(struct arena *arena, struct node *detail, struct roots *roots,
                      const struct rotation *r)
{
    struct node *list = node_set(detail, "members", node_list(arena));

    for (size_t i = 0; i < r->member_count; i++)
        node_add(list, member_node(roots, &r->members[i], arena));
    list = node_set(detail, "retired", node_list(arena));
    for (size_t i = 0; i < r->retired_count; i++) {
        struct node *retired = node_add(list, node_map(arena));

        node_set_text(arena, retired, "ca", r->retired[i].ca);
        node_set_int(arena, retired, "since", r->retired[i].since);
    }
    list = node_set(detail, "commands", node_list(arena));
    for (size_t i = 0; i < r->command_count; i++)
        node_add(list, command_node(&r->commands[i], arena));
}

static const char *detail_json(const struct rotation *r, bool clock, struct arena *arena)
{
    struct node *detail = node_map(arena), *list;
    struct roots roots = { .count = 0 };
    AUTO_TEXT json = { 0 };

    set_int(arena, detail, "count", r->count);
    set_true(arena, detail, "back", r->back);
    set_true(arena, detail, "atOnce", r->at_once);
    set_text(arena, detail, "trust", r->trust);
    set_text(arena, detail, "digest", r->digest);
    set_text(arena, detail, "rejected", r->rejected);
    if (r->state == ROTATION_FAILED)
        node_set_text(arena, detail, "failedIn", enums_name(&rotation_states, (int)r->failed_in));
    set_text(arena, detail, "hold", r->hold);
    set_text(arena, detail, "force", r->force);
    set_text(arena, detail, "words", r->words);
    set_int(arena, detail, "approved", r->approved);
    set_true(arena, detail, "published", r->published);
    set_true(arena, detail, "more", r->more);
    node_set(detail, "bundle", bundle_node(&roots, &r->bundle, arena));
    set_lists(arena, detail, &roots, r);
    if (clock)
        set_clock(arena, detail, &r->clock);
    list = node_set(detail, "roots", node_list(arena));
    for (size_t i = 0; i < roots.count; i++)
        node_add(list, node_string(arena, roots.list[i]));
    write_json(&json, detail, false);
    return arena_bytes(arena, json.bytes, json.len);
}

const char *rotation_record_conditions(const struct rotation *rotation, struct arena *arena)
{
    struct node *list = node_list(arena);
    AUTO_TEXT json = { 0 };

    if (rotation->condition_count == 0)
        return "";
    for (size_t i = 0; i < rotation->condition_count; i++) {
        const struct rotation_condition *condition = &rotation->conditions[i];
        struct node *node = node_add(list, node_map(arena)), *errors;

        node_set_text(arena, node, "timestamp", clock_text(condition->timestamp, arena));
        node_set_text(arena, node, "state", enums_name(&rotation_states, (int)condition->state));
        set_text(arena, node, "message", condition->message);
        if (condition->errors.count == 0)
            continue;
        errors = node_set(node, "errors", node_list(arena));
        for (size_t k = 0; k < condition->errors.count; k++)
            node_add(errors, node_string(arena, condition->errors.texts[k]));
    }
    write_json(&json, list, false);
    return arena_bytes(arena, json.bytes, json.len);
}

static void set_column(struct ledger_rotation *row, const char **column, const char *value,
                       struct arena *arena)
{
    if (text_equal(*column, value))
        return;
    *column = arena_text(arena, value);
    row->changed = true;
}

static void set_number(struct ledger_rotation *row, int64_t *column, int64_t value)
{
    row->changed |= *column != value;
    *column = value;
}

/* The former detail without its clock, or NULL when that cannot be told. */
static const char *former_detail(const struct ledger_rotation *row, struct arena *arena)
{
    struct rotation former;
    struct err err;

    if (text_empty(row->detail) || rotation_record_load(&former, row, arena, &err) < 0)
        return NULL;
    return detail_json(&former, false, arena);
}

const struct rotation *rotation_record_find(const struct ledger *ledger, const char *virtual_mesh)
{
    struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);

    return row ? rotation_record_peek(row, ledger->arena) : NULL;
}

void rotation_record_save(struct ledger_rotation *row, const struct rotation *r,
                          struct arena *arena)
{
    bool clock_counts = r->state != ROTATION_NOT_ROTATING || r->member_count > 0;
    const char *former = former_detail(row, arena);

    if (clock_counts || !text_equal(former, detail_json(r, false, arena)))
        set_column(row, &row->detail, detail_json(r, true, arena), arena);
    row->parsed = NULL;
    row->changed |= row->state != r->state || row->step != r->step;
    row->state = r->state;
    row->step = r->step;
    set_number(row, &row->entered, r->entered);
    set_number(row, &row->deadline, r->deadline);
    set_column(row, &row->id, r->id, arena);
    set_column(row, &row->old_root, r->old, arena);
    set_column(row, &row->new_root, r->new, arena);
    set_column(row, &row->pending_root, r->pending, arena);
    set_column(row, &row->deployed_root, r->deployed, arena);
    if (!text_equal(row->deployed_trust, r->deployed_trust)) {
        ledger_set_deployed(row, arena_text(arena, r->deployed_trust), arena);
        row->changed = true;
    }
    set_column(row, &row->conditions, rotation_record_conditions(r, arena), arena);
}

/* --- reading --- */

static int64_t get_int(const struct node *map, const char *key)
{
    const char *text = node_get(map, key, NULL);
    int64_t value = 0;

    return text && parse_int(text, INT64_MIN, INT64_MAX, &value) ? value : 0;
}

static bool get_true(const struct node *map, const char *key)
{
    return text_equal(node_get(map, key, NULL), "true");
}

static const char *get_text(const struct node *map, const char *key)
{
    const char *text = node_get(map, key, NULL);

    return text ? text : "";
}

static const char *root_at(const struct node *roots, const struct node *number)
{
    const struct node *root = roots ? roots->first : NULL;
    int64_t at = 0;

    if (!node_text(number) || !parse_int(node_text(number), 0, ROOTS_MAX, &at))
        return "";
    while (root && at-- > 0)
        root = root->next;
    return root && node_text(root) ? node_text(root) : "";
}

static struct bundle get_bundle(const struct node *roots, const struct node *first)
{
    struct bundle bundle = { .count = 0 };

    for (; first && bundle.count < BUNDLE_MAX; first = first->next)
        bundle.roots[bundle.count++] = root_at(roots, first);
    return bundle;
}

static struct member get_member(const struct node *roots, const struct node *node)
{
    const struct node *held = node_find(node, "held");
    struct member member = { .mesh = get_text(node, "mesh"),
                             .cluster = get_text(node, "cluster"),
                             .dead_count = (size_t)get_int(node, "dead"),
                             .committed = get_int(node, "committed"),
                             .synced = get_int(node, "synced"),
                             .proven = get_int(node, "proven"),
                             .doubted = get_int(node, "doubted"),
                             .leaf_ttl = get_int(node, "leafTTL"),
                             .turned = get_true(node, "turned"),
                             .assumed = get_true(node, "assumed") };

    for (const struct node *one = held ? held->first : NULL;
         one && one->first && member.held_count < HELD_MAX; one = one->next)
        member.held[member.held_count++] =
            (struct material){ root_at(roots, one->first), get_bundle(roots, one->first->next) };
    return member;
}

static struct rotation_command get_command(const struct node *node)
{
    int kind = enums_find(&rotation_commands, get_text(node, "kind"));

    return (struct rotation_command){
        .kind = kind < 0 ? COMMAND_HOLD : (enum rotation_command_kind)kind,
        .rotation = get_text(node, "rotation"),
        .step = (int)get_int(node, "step"),
        .force = get_true(node, "force"),
        .reason = get_text(node, "reason"),
        .at = get_int(node, "at"),
    };
}

static void get_lists(struct rotation *r, const struct node *detail, struct arena *arena)
{
    const struct node *roots = node_find(detail, "roots"), *list = node_find(detail, "bundle"),
                      *node;

    r->bundle = get_bundle(roots, list ? list->first : NULL);
    list = node_find(detail, "members");
    r->members = ARENA_NEW(arena, struct member, list ? list->count : 0);
    for (node = list ? list->first : NULL; node; node = node->next)
        r->members[r->member_count++] = get_member(roots, node);
    list = node_find(detail, "retired");
    r->retired = ARENA_NEW(arena, struct rotation_retired, list ? list->count : 0);
    for (node = list ? list->first : NULL; node; node = node->next)
        r->retired[r->retired_count++] =
            (struct rotation_retired){ get_text(node, "ca"), get_int(node, "since") };
    list = node_find(detail, "commands");
    r->commands = ARENA_NEW(arena, struct rotation_command, list ? list->count : 0);
    for (node = list ? list->first : NULL; node; node = node->next)
        r->commands[r->command_count++] = get_command(node);
}

static void get_detail(struct rotation *r, const struct node *detail, struct arena *arena)
{
    const struct node *clock = node_find(detail, "clock");
    int failed_in = rotation_state_find(get_text(detail, "failedIn"));

    r->count = (unsigned)get_int(detail, "count");
    r->back = get_true(detail, "back");
    r->at_once = get_true(detail, "atOnce");
    r->trust = get_text(detail, "trust");
    r->digest = get_text(detail, "digest");
    r->rejected = get_text(detail, "rejected");
    r->failed_in = failed_in < 0 ? ROTATION_NOT_ROTATING : (enum rotation_state)failed_in;
    r->hold = get_text(detail, "hold");
    r->force = get_text(detail, "force");
    r->words = get_text(detail, "words");
    r->approved = (unsigned)get_int(detail, "approved");
    r->published = get_true(detail, "published");
    r->more = get_true(detail, "more");
    r->clock = (struct rotation_clock){ get_int(clock, "gate"), get_int(clock, "local"),
                                        get_int(clock, "second"), get_true(clock, "agreed") };
    get_lists(r, detail, arena);
}

static void get_conditions(struct rotation *r, const struct node *list, struct arena *arena)
{
    r->conditions = ARENA_NEW(arena, struct rotation_condition, list->count);
    for (const struct node *node = list->first; node; node = node->next) {
        struct rotation_condition *condition = &r->conditions[r->condition_count++];
        int state = rotation_state_find(get_text(node, "state"));
        const struct node *errors = node_find(node, "errors");

        clock_parse(get_text(node, "timestamp"), &condition->timestamp);
        condition->state = state < 0 ? ROTATION_NOT_ROTATING : (enum rotation_state)state;
        condition->message = get_text(node, "message");
        for (const struct node *error = errors ? errors->first : NULL; error; error = error->next)
            messages_add(&condition->errors, arena, "%s", node_text(error) ? node_text(error) : "");
    }
}

static const char *or_empty(const char *text) { return text ? text : ""; }

int rotation_record_load(struct rotation *out, const struct ledger_rotation *row,
                         struct arena *arena, struct err *err)
{
    struct rotation r = rotation_none();
    const struct node *node;

    r.id = or_empty(row->id);
    r.state = row->state;
    r.step = row->step;
    r.old = or_empty(row->old_root);
    r.new = or_empty(row->new_root);
    r.pending = or_empty(row->pending_root);
    r.deployed = or_empty(row->deployed_root);
    r.deployed_trust = or_empty(row->deployed_trust);
    r.entered = row->entered;
    r.deadline = row->deadline;
    if (!text_empty(row->detail)) {
        if (parse_json(&node, row->detail, strlen(row->detail), arena, err) < 0)
            return err_wrap(err, "read the rotation of virtual mesh %s in the state",
                            row->virtual_mesh);
        get_detail(&r, node, arena);
    }
    if (!text_empty(row->conditions)) {
        if (parse_json(&node, row->conditions, strlen(row->conditions), arena, err) < 0)
            return err_wrap(err, "read the conditions of virtual mesh %s in the state",
                            row->virtual_mesh);
        get_conditions(&r, node, arena);
    }
    *out = r;
    return 0;
}

const struct rotation *rotation_record_peek(struct ledger_rotation *row, struct arena *arena)
{
    struct rotation *parsed;
    struct err err;

    if (row->parsed && row->parsed_from == row->detail)
        return row->parsed;
    parsed = ARENA_NEW(arena, struct rotation, 1);
    if (rotation_record_load(parsed, row, arena, &err) < 0)
        return NULL;
    row->parsed = parsed;
    row->parsed_from = row->detail;
    return parsed;
}

struct ledger_rotation *rotation_record_row(struct ledger *ledger, const char *virtual_mesh)
{
    struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);

    if (row)
        return row;
    row = ledger_add_rotation(ledger);
    row->virtual_mesh = arena_text(ledger->arena, virtual_mesh);
    row->id = row->old_root = row->new_root = row->pending_root = "";
    row->detail = row->deployed_trust = row->deployed_root = row->conditions = "";
    return row;
}
