/* tests/fuzz/mutate_specs.c - mutates specs as trees.
 *
 * Bytes that change at random are hardly ever YAML, let alone an object that the decoder accepts.
 * So a change here is one of the tree: an object of a kind of the API is added, a field that its
 * schema knows is set to a value of the field's kind, a scalar takes the text of another one (so
 * that references lead somewhere), a member goes away, an object is there twice.  Names come from a
 * short list, for two objects must meet to have anything to do with each other. */
#include "tests/fuzz/mutate_specs.h"

#include "api/kinds.h"
#include "base/parse_yaml.h"
#include "base/write_yaml.h"
#include <string.h>

enum { DOCUMENTS_MAX = 16, DEPTH_MAX = 4, SCALARS_MAX = 256 };

struct mutation {
    uint64_t dice;
    struct arena *arena;
    struct node *documents[DOCUMENTS_MAX];
    size_t count;
    struct node *scalars[SCALARS_MAX], *maps[SCALARS_MAX];
    size_t scalar_count, map_count;
};

/* 0 to sides - 1, by splitmix64. */
static size_t roll(struct mutation *mutation, size_t sides)
{
    uint64_t z = mutation->dice += 0x9E3779B97F4A7C15;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return (size_t)((z ^ z >> 31) % sides);
}

static const char *pick_name(struct mutation *mutation)
{
    static const char *const names[] = { "a",         "b",       "mesh-1",   "mesh-2",
                                         "cluster-1", "gloo",    "bookinfo", "istio",
                                         "*",         "reviews", "ns.svc",   "" };

    return names[roll(mutation, LENGTH(names))];
}

static int64_t pick_number(struct mutation *mutation)
{
    static const int64_t numbers[] = { 0,  1,     2,     80,         443,        15443,
                                       -1, 65535, 65536, 2147483647, 4294967296, 31536000 };

    return numbers[roll(mutation, LENGTH(numbers))];
}

static struct node *some_fields(struct mutation *mutation, const struct schema *schema, int depth);

static struct node *text_value(struct mutation *mutation, const char *text)
{
    return node_string(mutation->arena, text);
}

static struct node *reference(struct mutation *mutation)
{
    struct node *map = node_map(mutation->arena);

    node_set_text(mutation->arena, map, "name", pick_name(mutation));
    node_set_text(mutation->arena, map, "namespace", pick_name(mutation));
    return map;
}

static struct node *pairs(struct mutation *mutation)
{
    struct node *map = node_map(mutation->arena);

    node_set_text(mutation->arena, map, "app", pick_name(mutation));
    return map;
}

static struct node *inner(struct mutation *mutation, const struct schema_field *field, int depth)
{
    if (!field->schema || depth >= DEPTH_MAX)
        return node_map(mutation->arena);
    return some_fields(mutation, field->schema, depth + 1);
}

static struct node *one_item(struct mutation *mutation, struct node *item)
{
    struct node *list = node_list(mutation->arena);

    node_add(list, item);
    return list;
}

static struct node *scalar_value(struct mutation *mutation, const struct schema_field *field)
{
    if (field->example && roll(mutation, 2))
        return text_value(mutation, field->example);
    return text_value(mutation, pick_name(mutation));
}

/* A value of the field's kind. */
static struct node *value_of(struct mutation *mutation, const struct schema_field *field, int depth)
{
    struct arena *arena = mutation->arena;

    switch (field->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
    case SCHEMA_NAMESPACE:
        return scalar_value(mutation, field);
    case SCHEMA_BYTES:
        return text_value(mutation, "YWJj");
    case SCHEMA_BOOL:
        return node_bool(arena, roll(mutation, 2) != 0);
    case SCHEMA_UINT32:
    case SCHEMA_INT64:
    case SCHEMA_FLOAT:
        return node_int(arena, pick_number(mutation));
    case SCHEMA_SECONDS:
        return text_value(mutation, roll(mutation, 2) ? "10s" : "8760h");
    case SCHEMA_ENUM:
        return text_value(mutation,
                          enums_name(field->names, (int)roll(mutation, field->names->count)));
    case SCHEMA_EMPTY:
    case SCHEMA_ANY:
        return node_map(arena);
    case SCHEMA_TEXTS:
    case SCHEMA_MESSAGES:
        return one_item(mutation, scalar_value(mutation, field));
    case SCHEMA_PORTS:
        return one_item(mutation, node_int(arena, pick_number(mutation)));
    case SCHEMA_PAIRS:
        return pairs(mutation);
    case SCHEMA_REF:
        return reference(mutation);
    case SCHEMA_REFS:
        return one_item(mutation, reference(mutation));
    case SCHEMA_MAP:
    case SCHEMA_POINTER:
        return inner(mutation, field, depth);
    case SCHEMA_LIST:
        return one_item(mutation, inner(mutation, field, depth));
    case SCHEMA_KEYED: {
        struct node *map = node_map(arena);

        node_set(map, "a", inner(mutation, field, depth));
        return map;
    }
    case SCHEMA_KIND_COUNT:
        break;
    }
    return node_map(arena);
}

/* What is required, and a few of the others. */
static struct node *some_fields(struct mutation *mutation, const struct schema *schema, int depth)
{
    struct node *map = node_map(mutation->arena);

    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        bool needed = field->need || field->required || field->inside;

        if (roll(mutation, needed ? 8 : 4) == 0 ? !needed : needed)
            node_set(map, field->key, value_of(mutation, field, depth));
    }
    return map;
}

static struct node *new_object(struct mutation *mutation)
{
    size_t kind = roll(mutation, KIND_COUNT);
    const struct kind_row *row = &kind_rows[kind];
    struct node *object = node_map(mutation->arena);

    node_set_text(mutation->arena, object, "apiVersion", row->api_version);
    node_set_text(mutation->arena, object, "kind", object_kind_name((enum object_kind)kind));
    node_set(object, "metadata", reference(mutation));
    if (row->spec)
        node_set(object, "spec", some_fields(mutation, row->spec, 0));
    return object;
}

/* --- changes --- */

static void replace(struct node *node, const struct node *value)
{
    node->kind = value->kind;
    node->text = value->text;
    node->len = value->len;
    node->first = value->first;
    node->last = value->last;
    node->count = value->count;
    node->items = NULL;
}

/* Sets one field of one map that schema describes, or of one inside it. */
static void set_field(struct mutation *mutation, struct node *map, const struct schema *schema)
{
    const struct schema_field *field = &schema->fields[roll(mutation, schema->count)];
    struct node *present = UNCONST(node_find(map, field->key));

    while (present && present->kind == NODE_MAP && field->schema
           && (field->kind == SCHEMA_MAP || field->kind == SCHEMA_POINTER) && roll(mutation, 4)) {
        map = present;
        schema = field->schema;
        field = &schema->fields[roll(mutation, schema->count)];
        present = UNCONST(node_find(map, field->key));
    }
    if (present)
        replace(present, value_of(mutation, field, 0));
    else
        node_set(map, field->key, value_of(mutation, field, 0));
}

static void change_field(struct mutation *mutation)
{
    struct node *object = mutation->documents[roll(mutation, mutation->count)];
    const char *name = node_get(object, "kind", NULL);
    int kind = name ? kinds_find(name) : -1;
    struct node *spec = UNCONST(node_find(object, "spec"));

    if (kind >= 0 && kind_rows[kind].spec && kind_rows[kind].spec->count && spec
        && spec->kind == NODE_MAP)
        set_field(mutation, spec, kind_rows[kind].spec);
}

static void add_object(struct mutation *mutation, struct node *object)
{
    if (mutation->count < DOCUMENTS_MAX)
        mutation->documents[mutation->count++] = object;
}

static void collect(struct mutation *mutation, struct node *node)
{
    if (node_text(node) && mutation->scalar_count < SCALARS_MAX)
        mutation->scalars[mutation->scalar_count++] = node;
    if (node->first && mutation->map_count < SCALARS_MAX)
        mutation->maps[mutation->map_count++] = node;
    for (struct node *child = node->first; child; child = child->next)
        collect(mutation, child);
}

static void copy_scalar(struct mutation *mutation)
{
    if (mutation->scalar_count)
        replace(mutation->scalars[roll(mutation, mutation->scalar_count)],
                mutation->scalars[roll(mutation, mutation->scalar_count)]);
}

/* The first member goes, after as many others came to the front as the dice say. */
static void remove_member(struct mutation *mutation)
{
    struct node *map, *gone;

    if (!mutation->map_count)
        return;
    map = mutation->maps[roll(mutation, mutation->map_count)];
    for (size_t turns = roll(mutation, map->count); turns > 0 && map->first != map->last; turns--) {
        struct node *first = map->first;

        map->first = first->next;
        map->last->next = first;
        map->last = first;
        first->next = NULL;
    }
    gone = map->first;
    map->first = gone->next;
    if (!map->first)
        map->last = NULL;
    map->count--;
    map->items = NULL;
}

static void change(struct mutation *mutation)
{
    if (mutation->count == 0) {
        add_object(mutation, new_object(mutation));
        return;
    }
    for (size_t i = 0; i < mutation->count; i++)
        collect(mutation, mutation->documents[i]);
    switch (roll(mutation, 8)) {
    case 0:
        add_object(mutation, new_object(mutation));
        break;
    case 1:
        add_object(mutation, node_copy(mutation->arena,
                                       mutation->documents[roll(mutation, mutation->count)]));
        break;
    case 2:
        remove_member(mutation);
        break;
    case 3:
    case 4:
        copy_scalar(mutation);
        break;
    default:
        change_field(mutation);
    }
}

static bool read_documents(struct mutation *mutation, const uint8_t *bytes, size_t len)
{
    struct diags diags = { .arena = mutation->arena };
    AUTO(parse_yaml_close)
    struct yaml_reader *reader = parse_yaml_open("specs", (const char *)bytes, len, &diags);
    const struct node *node;
    int got;

    while ((got = parse_yaml_next(reader, &node, mutation->arena)) > 0)
        add_object(mutation, node_copy(mutation->arena, node));
    return got == 0;
}

size_t mutate_specs(uint8_t *bytes, size_t len, size_t max, unsigned seed)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct mutation mutation = { .dice = seed, .arena = arena };
    AUTO_TEXT out = { 0 };

    if (!read_documents(&mutation, bytes, len))
        return 0;
    change(&mutation);
    for (size_t i = 0; i < mutation.count; i++) {
        text_adds(&out, i ? "---\n" : "");
        write_yaml(&out, mutation.documents[i]);
    }
    if (out.len == 0 || out.len > max)
        return 0;
    memcpy(bytes, out.bytes, out.len);
    return out.len;
}
