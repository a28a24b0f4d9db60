/* api/schema_json.c - JSON Schemas of tables.
 *
 * A schema must never refuse what decoding takes, or an editor would mark a good file as bad.  So
 * it says only what a row says by itself: names, types, ranges, required fields, oneofs.  Rules
 * that are functions are left to decoding, except where the row gives a pattern for them.  There
 * are two deliberate differences: numbers in quotes and enums by number, which decoding takes for
 * the sake of old files, and fields that are null, which it takes for absent. */
#include "api/schema_json.h"
#include "api/kinds.h"
#include "api/schema_rules.h"

#include "api/encode.h"
#include <string.h>

#define DRAFT "http://json-schema.org/draft-07/schema#"
#define LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define DURATION "^([0-9]+(\\.[0-9]+)?(ns|us|\xC2\xB5s|ms|s|m|h))+$"

enum { NAME_MAX_LEN = 253, NAMESPACE_MAX_LEN = 63 };

struct writing {
    enum schema_dialect dialect;
    struct arena *arena;
    bool in_list; /* CEL rules in lists without a limit cost more than an API server allows */
};

static struct node *write_map(const struct schema *schema, struct writing writing);

static struct node *typed(const char *type, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "type", type);
    return node;
}

static struct node *list_of(struct node *items, struct arena *arena)
{
    struct node *node = typed("array", arena);

    node_set(node, "items", items);
    return node;
}

/* Markdown's backticks mean nothing to kubectl explain. */
static const char *plain_text(const char *doc, struct arena *arena)
{
    char *text = arena_text(arena, doc), *out = text;

    for (const char *p = text; *p; p++)
        if (*p != '`')
            *out++ = *p;
    *out = '\0';
    return text;
}

static const char *default_text(const struct schema_field *field, struct arena *arena)
{

    if (field->absent)
        return field->absent;
    if (field->text)
        return field->text;
    if (field->kind == SCHEMA_ENUM)
        return enums_name(field->names, (int)field->number);
    if (field->kind == SCHEMA_BOOL && field->number)
        return "true";
    if (field->kind == SCHEMA_FLOAT)
        return arena_printf(arena, "%g", field->ratio);
    return field->number ? arena_printf(arena, "%lld", (long long)field->number) : NULL;
}

static const char *description(const struct schema_field *field, struct arena *arena)
{
    const char *fallback = field->foreign ? NULL : default_text(field, arena);

    return plain_text(fallback ? arena_printf(arena, "%s When absent: %s.", field->doc, fallback)
                               : field->doc,
                      arena);
}

/* Decoding refuses an empty text. */
static bool is_filled(const struct schema_field *field) { return field->need || field->fill; }

static struct node *write_text(const struct schema_field *field, struct arena *arena)
{
    struct node *node = typed("string", arena);

    if (is_filled(field))
        node_set_int(arena, node, "minLength", 1);
    if (field->max)
        node_set_int(arena, node, "maxLength", field->max);
    if (field->pattern)
        node_set_text(arena, node, "pattern", field->pattern);
    return node;
}

static struct node *write_name(const char *pattern, bool filled, int64_t most, struct arena *arena)
{
    struct node *node = typed("string", arena);

    if (filled)
        node_set_int(arena, node, "minLength", 1);
    node_set_int(arena, node, "maxLength", most);
    node_set_text(arena, node, "pattern",
                  filled ? arena_printf(arena, "^%s$", pattern)
                         : arena_printf(arena, "^(%s)?$", pattern));
    return node;
}

static struct node *write_integer(int64_t min, int64_t max, struct arena *arena)
{
    struct node *node = typed("integer", arena);

    node_set_text(arena, node, "format", "int64");
    node_set_int(arena, node, "minimum", min);
    if (max)
        node_set_int(arena, node, "maximum", max);
    return node;
}

static struct node *write_enum(const struct enum_table *names, struct arena *arena)
{
    struct node *node = typed("string", arena);
    struct node *list = node_set(node, "enum", node_list(arena));

    for (size_t i = 0; i < names->count; i++)
        node_add(list, node_string(arena, names->names[i]));
    return node;
}

static struct node *write_pairs(const struct schema_field *field, struct arena *arena)
{
    struct node *node = typed("object", arena);

    node_set(node, "additionalProperties",
             field->numbers ? write_integer(1, 65535, arena) : typed("string", arena));
    return node;
}

static struct node *write_empty(struct writing writing)
{
    struct node *node = typed("object", writing.arena);

    if (writing.dialect == SCHEMA_CRD)
        node_set_int(writing.arena, node, "maxProperties", 0);
    else
        node_set_bool(writing.arena, node, "additionalProperties", false);
    return node;
}

/* CEL sees only fields that have a type, and members are compared by a rule. */
static struct node *write_any(const struct schema_field *field, struct writing writing)
{
    struct node *node = node_map(writing.arena);

    if (writing.dialect == SCHEMA_CRD && field->member)
        node = typed("object", writing.arena);
    if (writing.dialect == SCHEMA_CRD)
        node_set_bool(writing.arena, node, "x-kubernetes-preserve-unknown-fields", true);
    return node;
}

static struct node *write_keyed(const struct schema_field *field, struct writing writing)
{
    struct node *node = typed("object", writing.arena);

    writing.in_list = true;
    if (writing.dialect == SCHEMA_CRD) /* managedFields would repeat every key */
        node_set_text(writing.arena, node, "x-kubernetes-map-type", "atomic");
    node_set(node, "additionalProperties", write_map(field->schema, writing));
    return node;
}

static struct node *write_list(const struct schema_field *field, struct writing writing)
{
    struct node *node;

    writing.in_list = true;
    node = list_of(write_map(field->schema, writing), writing.arena);
    if (field->max)
        node_set_int(writing.arena, node, "maxItems", field->max);
    return node;
}

/* A list that is keyed by all fields of its items holds each of them once. */
static struct node *write_refs(const struct schema_field *field, struct writing writing)
{
    struct node *node, *keys;

    writing.in_list = true;
    node = list_of(write_map(&object_ref_schema, writing), writing.arena);
    if (!field->unique || writing.dialect != SCHEMA_CRD)
        return node;
    node_set_text(writing.arena, node, "x-kubernetes-list-type", "map");
    keys = node_set(node, "x-kubernetes-list-map-keys", node_list(writing.arena));
    for (size_t i = 0; i < object_ref_schema.count; i++)
        node_add(keys, node_string(writing.arena, object_ref_schema.fields[i].key));
    return node;
}

static struct node *write_value(const struct schema_field *field, struct writing writing)
{
    static const struct schema_field duration = { .pattern = DURATION };
    struct arena *arena = writing.arena;
    struct node *node;

    switch (field->kind) {
    case SCHEMA_TEXT:
        return write_text(field, arena);
    case SCHEMA_NAME:
        return write_name(LABEL "(\\." LABEL ")*", is_filled(field), NAME_MAX_LEN, arena);
    case SCHEMA_NAMESPACE:
        return write_name(LABEL, is_filled(field), NAMESPACE_MAX_LEN, arena);
    case SCHEMA_BYTES:
        node = typed("string", arena);
        node_set_text(arena, node, "format", "byte");
        return node;
    case SCHEMA_BOOL:
        return typed("boolean", arena);
    case SCHEMA_UINT32:
        return write_integer(field->min, field->max ? field->max : UINT32_MAX, arena);
    case SCHEMA_INT64:
        return write_integer(field->min, field->max, arena);
    case SCHEMA_FLOAT:
        node = typed("number", arena);
        node_set_int(arena, node, "minimum", 0);
        node_set_int(arena, node, "maximum", 1);
        return node;
    case SCHEMA_SECONDS:
        return write_text(&duration, arena);
    case SCHEMA_ENUM:
        return write_enum(field->names, arena);
    case SCHEMA_EMPTY:
        return write_empty(writing);
    case SCHEMA_ANY:
    case SCHEMA_KIND_COUNT:
        return field->names ? write_enum(field->names, arena) : write_any(field, writing);
    case SCHEMA_TEXTS:
    case SCHEMA_MESSAGES:
        return list_of(typed("string", arena), arena);
    case SCHEMA_PORTS:
        return list_of(write_integer(1, 65535, arena), arena);
    case SCHEMA_PAIRS:
        return write_pairs(field, arena);
    case SCHEMA_REF:
        return write_map(&object_ref_schema, writing);
    case SCHEMA_REFS:
        return write_refs(field, writing);
    case SCHEMA_MAP:
    case SCHEMA_POINTER:
        return write_map(field->schema, writing);
    case SCHEMA_LIST:
        return write_list(field, writing);
    case SCHEMA_KEYED:
        return write_keyed(field, writing);
    }
    return write_any(field, writing);
}

/* Helm reads null as "without this value". */
static struct node *or_null(const struct node *member, struct arena *arena)
{
    struct node *list, *null;

    if (strcmp(member->key, "type") == 0) {
        list = node_list(arena);
        node_add(list, node_string(arena, member->text));
        node_add(list, node_string(arena, "null"));
        return list;
    }
    list = node_copy(arena, member);
    if (strcmp(member->key, "enum") == 0) {
        null = node_add(list, node_string(arena, "null"));
        null->kind = NODE_NULL;
    }
    return list;
}

/* Description first, as people read it. */
static struct node *write_field(const struct schema_field *field, const char *text,
                                struct writing writing)
{
    const struct node *value = write_value(field, writing);
    struct node *node = node_map(writing.arena), *next;

    node_set_text(writing.arena, node, "description", text);
    if (field->deprecated && writing.dialect == SCHEMA_EDITOR)
        node_set_bool(writing.arena, node, "deprecated", true);
    for (struct node *member = value->first; member; member = next) {
        next = member->next;
        if (strcmp(member->key, "description") != 0)
            node_set(node, member->key,
                     writing.dialect == SCHEMA_VALUES ? or_null(member, writing.arena)
                                                      : node_copy(writing.arena, member));
    }
    return node;
}

static struct node *write_map(const struct schema *schema, struct writing writing)
{
    struct arena *arena = writing.arena;
    struct node *node = node_map(arena), *properties;

    node_set_text(arena, node, "description", plain_text(schema->doc, arena));
    node_set_text(arena, node, "type", "object");
    if (writing.dialect != SCHEMA_CRD)
        node_set_bool(arena, node, "additionalProperties", false);
    if (writing.dialect != SCHEMA_VALUES)
        schema_rules_add_required(node, schema, arena);
    properties = node_set(node, "properties", node_map(arena));
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];

        node_set(properties, field->key, write_field(field, description(field, arena), writing));
        if (field->older)
            node_set(
                properties, field->older,
                write_field(field, arena_printf(arena, "Older name of %s.", field->key), writing));
    }
    if (writing.dialect == SCHEMA_CRD)
        schema_rules_add_cel(node, schema, writing.in_list, arena);
    else if (writing.dialect == SCHEMA_EDITOR)
        schema_rules_add_json(node, schema, arena);
    return node;
}

struct node *schema_json(const struct schema *schema, enum schema_dialect dialect,
                         struct arena *arena)
{
    return write_map(schema, (struct writing){ dialect, arena, false });
}

/* --- documents --- */

static void add_members(struct node *document, const struct node *schema, struct arena *arena)
{
    for (const struct node *member = schema->first; member; member = member->next)
        node_set(document, member->key, node_copy(arena, member));
}

struct node *schema_json_document(const struct schema *schema, const char *title,
                                  struct arena *arena)
{
    struct node *document = node_map(arena);

    node_set_text(arena, document, "$schema", DRAFT);
    node_set_text(arena, document, "title", title);
    add_members(document, schema_json(schema, SCHEMA_EDITOR, arena), arena);
    return document;
}

static struct node *constant(const char *text, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "const", text);
    return node;
}

/* What an API server adds to metadata and writes as status is let through. */
static struct node *kind_properties(enum object_kind kind, struct arena *arena)
{
    const struct kind_row *row = &kind_rows[kind];
    struct node *properties = node_map(arena), *metadata = typed("object", arena), *names;

    node_set(properties, "apiVersion", constant(row->api_version, arena));
    node_set(properties, "kind", constant(object_kind_name(kind), arena));
    node_set(
        metadata, "required",
        node_copy(arena,
                  schema_rules_keys((const char *[]){ "name", "namespace" }, 2, arena)->first));
    names = node_set(metadata, "properties", node_map(arena));
    node_set(names, "name", write_name(LABEL "(\\." LABEL ")*", true, NAME_MAX_LEN, arena));
    node_set(names, "namespace", write_name(LABEL, true, NAMESPACE_MAX_LEN, arena));
    node_set(properties, "metadata", metadata);
    node_set(properties, "spec", schema_json(row->spec, SCHEMA_EDITOR, arena));
    node_set(properties, "status", node_map(arena));
    return properties;
}

static struct node *kind_object(enum object_kind kind, struct arena *arena)
{
    static const char *const keys[] = { "apiVersion", "kind", "metadata", "spec" };
    struct node *node = node_map(arena);

    node_set_text(arena, node, "description", plain_text(kind_rows[kind].spec->doc, arena));
    node_set_text(arena, node, "type", "object");
    node_set_bool(arena, node, "additionalProperties", false);
    add_members(node, schema_rules_keys(keys, LENGTH(keys), arena), arena);
    node_set(node, "properties", kind_properties(kind, arena));
    return node;
}

struct node *schema_json_kind(enum object_kind kind, struct arena *arena)
{
    struct node *document = node_map(arena);

    node_set_text(arena, document, "$schema", DRAFT);
    node_set_text(arena, document, "title", object_kind_name(kind));
    add_members(document, kind_object(kind, arena), arena);
    return document;
}

/* {if: {properties: {kind: {const: KIND}}, required: [kind]}, then: SCHEMA} */
static struct node *when_kind(const char *kind, struct node *then, struct arena *arena)
{
    struct node *rule = node_map(arena);
    struct node *condition =
        node_set(rule, "if", schema_rules_keys((const char *[]){ "kind" }, 1, arena));

    node_set(node_set(condition, "properties", node_map(arena)), "kind", constant(kind, arena));
    node_set(rule, "then", then);
    return rule;
}

static struct node *items_of_list(struct arena *arena)
{
    struct node *node = node_map(arena), *item = node_map(arena);

    node_set_text(arena, item, "$ref", "#");
    node_set(node_set(node, "properties", node_map(arena)), "items", list_of(item, arena));
    return node;
}

struct node *schema_json_specs(struct arena *arena)
{
    struct node *document = node_map(arena), *types, *rules;

    node_set_text(arena, document, "$schema", DRAFT);
    node_set_text(arena, document, "title", "A file of the specs");
    node_set_text(arena, document, "description",
                  "Objects of all kinds that weft reads; other kinds are ignored.");
    types = node_set(document, "type", node_list(arena));
    node_add(types, node_string(arena, "object"));
    node_add(types, node_string(arena, "null"));
    rules = node_set(document, "allOf", node_list(arena));
    for (int kind = 0; kind < KIND_COUNT; kind++)
        node_add(rules, when_kind(object_kind_name((enum object_kind)kind),
                                  kind_object((enum object_kind)kind, arena), arena));
    node_add(rules, when_kind("List", items_of_list(arena), arena));
    return document;
}
