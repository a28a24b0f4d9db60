/* api/schema_rules.c - what a schema says of a map as a whole: which members it must have, and
 * which exclude each other.
 *
 * Editors get the rules in JSON Schema's own terms, API servers in CEL, because a structural schema
 * may not forbid a combination.  A rule in CEL has a cost that the API server estimates before it
 * takes a CRD: in a list without a limit it is multiplied beyond the budget, so there the rules
 * are left out, and decoding alone refuses. */
#include "api/schema_rules.h"

#include "api/encode.h"
#include "base/text.h"

static size_t member_keys(const char **keys, const struct schema *schema)
{
    size_t count = 0;

    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].member)
            keys[count++] = schema->fields[i].key;
    return count;
}

struct node *schema_rules_keys(const char *const *keys, size_t count, struct arena *arena)
{
    struct node *node = node_map(arena), *list = node_set(node, "required", node_list(arena));

    for (size_t i = 0; i < count; i++)
        node_add(list, node_string(arena, keys[i]));
    return node;
}

/* Of each two members one is missing. */
static void add_exclusion(struct node *rules, const char *const *keys, size_t count,
                          struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            node_set(node_add(rules, node_map(arena)), "not",
                     schema_rules_keys((const char *[]){ keys[i], keys[k] }, 2, arena));
}

void schema_rules_add_json(struct node *node, const struct schema *schema, struct arena *arena)
{
    const char *keys[SCHEMA_FIELDS_MAX];
    const size_t count = member_keys(keys, schema);
    struct node *rules = node_list(arena), *any = node_list(arena);

    add_exclusion(rules, keys, count, arena);
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].older)
            add_exclusion(rules, (const char *[]){ schema->fields[i].key, schema->fields[i].older },
                          2, arena);
    if (rules->count)
        node_set(node, "allOf", rules);
    for (size_t i = 0; i < count && schema->need_one; i++)
        node_add(any, schema_rules_keys(&keys[i], 1, arena));
    if (any->count)
        node_set(node, "anyOf", any);
}

static void add_cel_rule(struct node *rules, const char *const *keys, size_t count,
                         struct arena *arena)
{
    AUTO_TEXT given = { 0 }, names = { 0 };
    struct node *rule;

    for (size_t i = 0; i < count; i++) {
        text_addf(&given, "%shas(self.%s)", i ? ", " : "", keys[i]);
        text_addf(&names, "%s%s", i ? ", " : "", keys[i]);
    }
    rule = node_add(rules, node_map(arena));
    node_set_text(arena, rule, "rule",
                  arena_printf(arena, "[%s].filter(given, given).size() <= 1", given.bytes));
    node_set_text(arena, rule, "message",
                  arena_printf(arena, "only one of %s may be set", names.bytes));
}

void schema_rules_add_cel(struct node *node, const struct schema *schema, bool in_list,
                          struct arena *arena)
{
    const char *keys[SCHEMA_FIELDS_MAX];
    const size_t count = member_keys(keys, schema);
    struct node *rules = node_list(arena), *own;

    if (count && !in_list)
        add_cel_rule(rules, keys, count, arena);
    for (size_t i = 0; i < schema->count && !in_list; i++)
        if (schema->fields[i].older)
            add_cel_rule(rules, (const char *[]){ schema->fields[i].key, schema->fields[i].older },
                         2, arena);
    if (schema->rule) {
        own = node_add(rules, node_map(arena));
        node_set_text(arena, own, "rule", schema->rule);
        node_set_text(arena, own, "message", schema->rule_text);
    }
    if (rules->count)
        node_set(node, "x-kubernetes-validations", rules);
}

static bool has_required(const struct schema *schema);

static bool is_required(const struct schema_field *field)
{
    return field->need || field->required || (field->inside && has_required(field->schema));
}

static bool has_required(const struct schema *schema)
{
    for (size_t i = 0; schema && i < schema->count; i++)
        if (is_required(&schema->fields[i]))
            return true;
    return !schema; /* of a reference */
}

void schema_rules_add_required(struct node *node, const struct schema *schema, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < schema->count; i++)
        if (is_required(&schema->fields[i]))
            node_add(list, node_string(arena, schema->fields[i].key));
    if (list->count)
        node_set(node, "required", list);
}
