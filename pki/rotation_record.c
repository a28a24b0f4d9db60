/* pki/rotation_record.c - records of rotations as rows of the ledger.  Pure: no clock, no files, no
 * keys.
 *
 * The columns are what commands and SQL read; the detail is what the state machine continues from.
 * Both are written from one struct rotation in one place, so they cannot disagree. A row is marked
 * as changed only when a value changed, for a pass that only moved the clock of a rotation at rest
 * must not write the state: it would not be idle, and records on the branch name the counter of
 * saves. During a rotation the clock counts, since waits are measured with it.
 *
 * The version of the detail and of former forms is in rotation_detail.c. A record that cannot be
 * read is an error of its virtual mesh, never an empty rotation, which would begin another root. */
#include "pki/rotation_record.h"
#include "pki/rotation_detail.h"
#include "rotation/ca.h"
#include "rotation/position.h"

#include "base/clock.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/write.h"
#include "base/write_json.h"
#include <assert.h>
#include <string.h>

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
        if (!text_empty(condition->id))
            node_set_text(arena, node, "reason", condition->id);
        if (!text_empty(condition->message))
            node_set_text(arena, node, "message", condition->message);
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

/* The former detail without its clock, or NULL when it cannot be read. */
static const char *former_detail(const struct ledger_rotation *row, struct arena *arena)
{
    struct rotation former;
    struct err err;

    if (text_empty(row->detail) || rotation_record_load(&former, row, arena, &err) < 0)
        return NULL;
    return rotation_detail_write(&former, false, arena);
}

const struct rotation *rotation_record_find(const struct ledger *ledger, const char *virtual_mesh)
{
    struct ledger_rotation *row = ledger_find_rotation(ledger, virtual_mesh);

    return row ? rotation_record_peek(row, ledger->arena) : NULL;
}

void rotation_record_save(struct ledger_rotation *row, const struct rotation *r,
                          struct arena *arena)
{
    const enum rotation_state state = rotation_shown(r);
    bool clock_counts = state != ROTATION_NOT_ROTATING || r->member_count > 0;
    const char *former = former_detail(row, arena);

    if (clock_counts || !text_equal(former, rotation_detail_write(r, false, arena)))
        set_column(row, &row->detail, rotation_detail_write(r, true, arena), arena);
    assert(position_is_legal(r->at)); /* no later pass could go on from it */
    row->parsed = NULL;
    row->changed |= row->state != state || row->step != (int)r->at.phase;
    row->state = state;
    row->step = (int)r->at.phase;
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

static void get_conditions(struct rotation *r, const struct node *list, struct arena *arena)
{
    r->conditions = ARENA_NEW(arena, struct rotation_condition, list->count);
    for (const struct node *node = list->first; node; node = node->next) {
        struct rotation_condition *condition = &r->conditions[r->condition_count++];
        int state = rotation_state_find(node_get_text(node, "state"));
        const struct node *errors = node_find(node, "errors");

        clock_parse(node_get_text(node, "timestamp"), &condition->timestamp);
        condition->state = state < 0 ? ROTATION_NOT_ROTATING : (enum rotation_state)state;
        condition->message = node_get_text(node, "message");
        condition->id = node_get_text(node, "reason"); /* "": recorded before conditions had ids */
        for (const struct node *error = errors ? errors->first : NULL; error; error = error->next)
            messages_add(&condition->errors, arena, "%s", node_text(error) ? node_text(error) : "");
    }
}

static struct rotation from_columns(const struct ledger_rotation *row)
{
    struct rotation r = rotation_none();

    r.id = text_or_empty(row->id);
    r.old = text_or_empty(row->old_root);
    r.new = text_or_empty(row->new_root);
    r.pending = text_or_empty(row->pending_root);
    r.deployed = text_or_empty(row->deployed_root);
    r.deployed_trust = text_or_empty(row->deployed_trust);
    r.entered = row->entered;
    r.deadline = row->deadline;
    return r;
}

int rotation_record_load(struct rotation *out, const struct ledger_rotation *row,
                         struct arena *arena, struct err *err)
{
    struct rotation r = from_columns(row);
    const struct node *node;

    if (rotation_detail_read(&r, row, arena, err) < 0)
        return -1;
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
