/* api/schema_decode.c - from a tree to a struct by its table.  Must not know any one kind.
 *
 * A map is decoded in a fixed order: its keys against those of the table, then its oneof, then one
 * field after the other as the table lists them, then the rules across fields.  Each field is
 * visited also when it is absent, so that defaults, required fields and checks need no second
 * place.  Of a oneof only the member that is given first is decoded: after the diag that there are
 * two, mistakes inside the other one would only hide it. */
#include "api/schema_decode.h"
#include "api/schema_path.h"
#include "base/decode_value.h"

#include "api/field.h"
#include <assert.h>
#include <string.h>

struct decoding {
    const struct schema *root; /* where a misplaced field may belong */
    const char *path;          /* of the root's map */
};

static void decode_map_into(void *object, const struct schema *schema, const struct at *at,
                            const struct decoding *decoding);

static void *member_at(void *object, size_t offset) { return (char *)object + offset; }

/* By its bytes, since the member may be a pointer to any type. */
static void set_pointer(void *object, size_t offset, const void *value)
{
    memcpy(member_at(object, offset), &value, sizeof value);
}

static void set_optional(void *object, size_t optional, const struct place *value)
{
    if (optional)
        *(struct place *)member_at(object, optional - 1) = *value;
}

static const char *default_text(const struct schema_field *field)
{
    return field->text || field->null ? field->text : "";
}

static void default_field(void *object, const struct schema_field *field)
{
    void *value = member_at(object, field->offset);

    switch (field->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
    case SCHEMA_NAMESPACE:
        *(const char **)value = default_text(field);
        break;
    case SCHEMA_UINT32:
        *(uint32_t *)value = (uint32_t)field->number;
        break;
    case SCHEMA_INT64:
        *(int64_t *)value = field->number;
        break;
    case SCHEMA_FLOAT:
        *(double *)value = field->ratio;
        break;
    case SCHEMA_SECONDS:
        *(int64_t *)value = field->number ? field->number : -1;
        break;
    case SCHEMA_ENUM:
        *(int *)value = (int)field->number;
        break;
    case SCHEMA_REF:
        *(struct object_ref *)value = (struct object_ref){ "", "" };
        break;
    case SCHEMA_MAP:
        schema_default(value, field->schema);
        break;
    case SCHEMA_BOOL:
        *(bool *)value = field->number != 0;
        break;
    case SCHEMA_BYTES:
    case SCHEMA_EMPTY:
    case SCHEMA_ANY:
    case SCHEMA_TEXTS:
    case SCHEMA_PORTS:
    case SCHEMA_PAIRS:
    case SCHEMA_REFS:
    case SCHEMA_POINTER:
    case SCHEMA_LIST:
    case SCHEMA_KEYED:
    case SCHEMA_MESSAGES:
    case SCHEMA_KIND_COUNT:
        break; /* zero */
    }
}

void schema_default(void *object, const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!schema->fields[i].foreign)
            default_field(object, &schema->fields[i]);
}

/* --- values --- */

static const char *decode_text(const struct at *at, const struct schema_field *field)
{
    const char *text;

    if (field->fill)
        field_fill(at, field->fill);
    if (field->kind == SCHEMA_NAME)
        text = field->need ? field_name(at, field->need) : field_name_or_empty(at);
    else if (field->kind == SCHEMA_NAMESPACE)
        text = field->need ? field_namespace(at, field->need) : field_namespace_or_empty(at);
    else
        text = field->need ? field_need(at, field->need) : at_text(at, "");
    return *text ? text : default_text(field);
}

static void need_value(const struct at *at, const struct schema_field *field)
{
    if (field->need && !at_present(at))
        at_error(at, "is required; %s", field->need);
}

static int64_t decode_number(const struct at *at, const struct schema_field *field, int64_t most)
{
    int64_t value;

    need_value(at, field);
    value = at_int(at, field->min, field->max ? field->max : most, 0);
    return value ? value : field->number;
}

static void check_items(const struct at *at, const struct schema_field *field)
{
    const size_t count = at->node && at->node->kind == NODE_LIST ? at->node->count : 0;

    for (size_t i = 0; field->check_text && i < count && i < FIELD_LIST_MAX; i++) {
        const struct at item = at_item(at, i);
        const char *text = node_text(item.node);

        if (text)
            field->check_text(&item, text);
    }
}

/* at_pairs sorts by key, so the places of the values are looked up. */
static const struct place *pair_places(const struct at *map, const struct pair *pairs, size_t count)
{
    struct place *places = ARENA_NEW(map->with->arena, struct place, count);

    for (size_t i = 0; i < count; i++) {
        const struct at value = at_key(map, pairs[i].key);

        places[i] = field_place(&value);
    }
    return places;
}

/* How many items or members a list or map may have. */
static size_t most_of(const struct schema_field *field)
{
    return field->max ? (size_t)field->max : FIELD_LIST_MAX;
}

static const uint32_t *decode_ports(const struct at *at, size_t *count)
{
    uint32_t *ports;

    *count = at_count(at, FIELD_LIST_MAX);
    ports = ARENA_NEW(at->with->arena, uint32_t, *count);
    for (size_t i = 0; i < *count; i++) {
        const struct at item = at_item(at, i);

        ports[i] = field_port(&item);
    }
    return ports;
}

/* Without a required field a null item would decode to defaults and pass, so decode_list reports
 * the null itself. */
static bool has_required(const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].need)
            return true;
    return false;
}

/* A null item is reported by what it lacks, or else as null: it must not read as "everything". */
static void *decode_list(const struct at *at, const struct schema *schema, size_t *count,
                         const struct decoding *decoding)
{
    const bool lacks = has_required(schema);
    char *array;

    *count = at_count(at, FIELD_LIST_MAX);
    array = arena_alloc(at->with->arena, *count, schema->size);
    for (size_t i = 0; i < *count; i++) {
        const struct at item = lacks ? at_item(at, i) : field_item(at, i);

        schema_default(array + i * schema->size, schema);
        decode_map_into(array + i * schema->size, schema, &item, decoding);
    }
    return array;
}

/* Lists and maps of values: the array, its count, and the positions of its items. */
static void decode_array(void *object, const struct schema_field *field, const struct at *at,
                         const struct decoding *decoding)
{
    size_t *count = member_at(object, field->count);
    const struct place *places = NULL;
    const void *array;

    if (field->fill)
        field_fill(at, field->fill);
    check_items(at, field);
    if (field->kind == SCHEMA_TEXTS)
        array = at_texts(at, most_of(field), count);
    else if (field->kind == SCHEMA_PAIRS)
        array = at_pairs(at, most_of(field), count);
    else if (field->kind == SCHEMA_PORTS)
        array = decode_ports(at, count);
    else if (field->kind == SCHEMA_REFS)
        array = field_refs(*at, field->refers, &places, count);
    else
        array = decode_list(at, field->schema, count, decoding);
    set_pointer(object, field->offset, array);
    if (!field->places)
        return;
    if (field->kind == SCHEMA_PAIRS)
        places = pair_places(at, array, *count);
    else if (!places)
        places = field_places(at, *count);
    set_pointer(object, field->places - 1, places);
}

/* --- maps --- */

static bool is_map(const struct at *at) { return at->node && at->node->kind == NODE_MAP; }

static void decode_inside(void *object, const struct schema_field *field, const struct at *at,
                          const struct decoding *decoding)
{
    void *value = member_at(object, field->offset);
    const struct place place = field_place(at);

    need_value(at, field);
    if (field->fill)
        field_fill(at, field->fill);
    if (at_present(at) || field->inside)
        decode_map_into(value, field->schema, at, decoding);
    else
        set_optional(value, field->schema->place, &place);
}

static void decode_pointer(void *object, const struct schema_field *field, const struct at *at,
                           const struct decoding *decoding)
{
    void *value;

    need_value(at, field);
    if (!at_present(at))
        return;
    value = arena_alloc(at->with->arena, 1, field->schema->size);
    schema_default(value, field->schema);
    decode_map_into(value, field->schema, at, decoding);
    if (is_map(at))
        set_pointer(object, field->offset, value);
}

static void decode_empty(void *object, const struct schema_field *field, const struct at *at,
                         const struct decoding *decoding)
{
    static const struct schema empty = { .name = "Empty" };

    decode_map_into(NULL, &empty, at, decoding);
    if (!field->member)
        *(bool *)member_at(object, field->offset) = at_present(at);
}

static void decode_value(void *object, const struct schema_field *field, const struct at *at,
                         const struct decoding *decoding)
{
    void *value = member_at(object, field->offset);

    switch (field->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
    case SCHEMA_NAMESPACE:
        *(const char **)value = decode_text(at, field);
        break;
    case SCHEMA_BOOL:
        *(bool *)value = at_bool(at, field->number != 0);
        break;
    case SCHEMA_UINT32:
        *(uint32_t *)value = (uint32_t)decode_number(at, field, UINT32_MAX);
        break;
    case SCHEMA_INT64:
        *(int64_t *)value = decode_number(at, field, INT64_MAX);
        break;
    case SCHEMA_FLOAT:
        *(double *)value = at_float(at, 0, 1, field->ratio);
        break;
    case SCHEMA_ENUM:
        need_value(at, field);
        *(int *)value = at_enum(at, field->names, (int)field->number);
        break;
    case SCHEMA_EMPTY:
        decode_empty(object, field, at, decoding);
        break;
    case SCHEMA_REF:
        if (at_present(at) || field->inside)
            *(struct object_ref *)value = field_ref(*at, field->refers);
        break;
    case SCHEMA_TEXTS:
    case SCHEMA_PORTS:
    case SCHEMA_PAIRS:
    case SCHEMA_REFS:
    case SCHEMA_LIST:
        decode_array(object, field, at, decoding);
        break;
    case SCHEMA_MAP:
        decode_inside(object, field, at, decoding);
        break;
    case SCHEMA_POINTER:
        decode_pointer(object, field, at, decoding);
        break;
    case SCHEMA_BYTES:
    case SCHEMA_SECONDS: /* their rules differ: by field->decode */
    case SCHEMA_ANY:
    case SCHEMA_KEYED:
    case SCHEMA_MESSAGES:
    case SCHEMA_KIND_COUNT:
        break;
    }
}

/* The field under its older name, when it is given by that one. Both names at once are an error
 * even when their values are equal: a later edit of one of them would have no effect, or all of
 * it. */
static struct at find_value(const struct schema_field *field, const struct at *map)
{
    const struct at at = at_key(map, field->key);
    struct at older;

    if (!field->older)
        return at;
    older = at_key(map, field->older);
    if (at_present(&at) && at_present(&older))
        at_error(&older, "is the older name of %s, which is given, too; move its entries there",
                 field->key);
    return at_present(&older) && !at_present(&at) ? older : at;
}

static void check_text(const struct at *at, const struct schema_field *field, void *object)
{
    const char *text = *(const char **)member_at(object, field->offset);

    if (text)
        field->check_text(at, text);
}

static void decode_field(void *object, const struct schema_field *field, const struct at *map,
                         const struct decoding *decoding)
{
    const struct at at = find_value(field, map);

    if (field->foreign)
        return;
    if (field->decode) {
        need_value(&at, field);
        if (at_present(&at))
            field->decode(&at, field, object);
    } else {
        decode_value(object, field, &at, decoding);
    }
    if (field->given)
        *(bool *)member_at(object, field->given - 1) =
            at_present(&at) && (field->kind != SCHEMA_MAP || is_map(&at));
    if (field->check)
        field->check(&at, object);
    if (field->check_text && field->kind != SCHEMA_TEXTS)
        check_text(&at, field, object);
}

static const char *misplaced(const struct at *at, const char *key, const void *context)
{
    const struct decoding *decoding = context;

    return schema_path_find(decoding->root, decoding->path, key, at->with->diags->arena);
}

static bool has_known_keys(const struct schema *schema, const struct at *at,
                           const struct decoding *decoding)
{
    const char *keys[2 * SCHEMA_FIELDS_MAX + 1];
    size_t count = 0;

    assert(schema->count <= SCHEMA_FIELDS_MAX);
    for (size_t i = 0; i < schema->count; i++) {
        keys[count++] = schema->fields[i].key;
        if (schema->fields[i].older)
            keys[count++] = schema->fields[i].older;
    }
    keys[count] = NULL;
    return at_only_here(at, keys, misplaced, decoding);
}

/* A member that is null counts as left out, so that fewer conditions hold than are written. */
static void refuse_nulls(const struct at *at)
{
    for (const struct node *node = is_map(at) ? at->node->first : NULL; node; node = node->next)
        if (node->kind == NODE_NULL) {
            const struct at here = at_member(at, node);

            at_error(&here, "is null, which would count as any; say which, or remove it");
        }
}

/* The member of the oneof that is given; NULL: none. Fields that are no members of the oneof are
 * decoded in any case. */
static const struct schema_field *choose(void *object, const struct schema *schema,
                                         const struct at *at)
{
    const struct schema_field *members[SCHEMA_FIELDS_MAX];
    const char *keys[SCHEMA_FIELDS_MAX + 1];
    size_t count = 0;
    int which;

    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].member) {
            members[count] = &schema->fields[i];
            keys[count++] = schema->fields[i].key;
        }
    if (!count || !at_present(at))
        return NULL;
    keys[count] = NULL;
    which = at_oneof(at, keys);
    if (which < 0 && schema->need_one)
        at_error(at, "%s", schema->need_one);
    if (schema->choice)
        *(int *)member_at(object, schema->choice - 1) =
            which < 0 ? schema->none : members[which]->chosen;
    return which < 0 ? NULL : members[which];
}

static void decode_map_into(void *object, const struct schema *schema, const struct at *at,
                            const struct decoding *decoding)
{
    const struct place place = field_place(at);
    const struct schema_field *chosen;

    set_optional(object, schema->place, &place);
    if (!has_known_keys(schema, at, decoding))
        return;
    if (schema->no_nulls)
        refuse_nulls(at);
    chosen = choose(object, schema, at);
    for (size_t i = 0; i < schema->count; i++)
        if (!schema->fields[i].member || &schema->fields[i] == chosen)
            decode_field(object, &schema->fields[i], at, decoding);
    if (schema->check && at_present(at))
        schema->check(at, object);
}

void schema_decode(void *object, const struct schema *schema, const struct at *at, const char *path)
{
    const struct decoding decoding = { schema, path };

    schema_default(object, schema);
    if (at_present(at))
        decode_map_into(object, schema, at, &decoding);
}
