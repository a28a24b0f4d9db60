/* api/schema_encode.c - from a struct to a tree by its table.  Must not know any one kind.
 *
 * The result is the canonical form: there is one order of fields, that of the table, and one way to
 * write each value.  Because decoding fills in defaults, two specs that mean the same give the same
 * bytes, whatever they left out; because every field of the table is visited, two that differ in
 * any of them do not. */
#include "api/schema_encode.h"
#include "api/encode.h"
#include "api/status.h"
#include "base/base64.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const void *member_at(const void *object, size_t offset)
{
    return (const char *)object + offset;
}

static const void *pointer_at(const void *object, size_t offset)
{
    const void *value;

    memcpy(&value, member_at(object, offset), sizeof value);
    return value;
}

static size_t count_of(const void *object, const struct schema_field *field)
{
    return *(const size_t *)member_at(object, field->count);
}

static void encode_bytes(struct arena *arena, struct node *map, const char *key, const char *bytes)
{
    AUTO_TEXT base64 = { 0 };

    if (!bytes)
        return;
    base64_encode(&base64, bytes, strlen(bytes));
    encode_text(arena, map, key, arena_text(arena, base64.bytes));
}

static void encode_seconds(struct arena *arena, struct node *map, const char *key, int64_t seconds)
{
    if (seconds >= 0)
        encode_text(arena, map, key, arena_printf(arena, "%llds", (long long)seconds));
}

static void encode_ref(struct arena *arena, struct node *map, const char *key,
                       const struct object_ref *ref)
{
    if (!text_empty(ref->name))
        node_set(map, key, encode_object_ref(*ref, arena));
}

static struct node *encode_item(const void *object, const struct schema_field *field, size_t index,
                                struct arena *arena)
{
    const void *array = pointer_at(object, field->offset);

    switch (field->kind) {
    case SCHEMA_PORTS:
        return node_int(arena, ((const uint32_t *)array)[index]);
    case SCHEMA_REFS:
        return encode_object_ref(((const struct object_ref *)array)[index], arena);
    case SCHEMA_LIST:
        return schema_encode((const char *)array + index * field->schema->size, field->schema,
                             arena);
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
    case SCHEMA_NAMESPACE:
    case SCHEMA_BYTES:
    case SCHEMA_BOOL:
    case SCHEMA_UINT32:
    case SCHEMA_INT64:
    case SCHEMA_FLOAT:
    case SCHEMA_SECONDS:
    case SCHEMA_ENUM:
    case SCHEMA_EMPTY:
    case SCHEMA_ANY:
    case SCHEMA_TEXTS:
    case SCHEMA_PAIRS:
    case SCHEMA_REF:
    case SCHEMA_MAP:
    case SCHEMA_POINTER:
    case SCHEMA_KEYED:
    case SCHEMA_MESSAGES:
    case SCHEMA_KIND_COUNT:
        break;
    }
    assert(0 && "a list of such items is written elsewhere");
    return NULL;
}

static void encode_list(struct arena *arena, struct node *map, const struct schema_field *field,
                        const void *object)
{
    const size_t count = count_of(object, field);
    struct node *list = node_list(arena);

    for (size_t i = 0; i < count; i++)
        node_add(list, encode_item(object, field, i, arena));
    if (count)
        node_set(map, field->key, list);
}

static int compare_keys(const void *a, const void *b)
{
    const char *const *const *x = a, *const *const *y = b;

    return strcmp(**x, **y);
}

/* A map sorted by key, whatever order the items come in. */
static void encode_keyed(struct arena *arena, struct node *map, const struct schema_field *field,
                         const void *object)
{
    const size_t count = count_of(object, field);
    const char *array = pointer_at(object, field->offset);
    const void **items = ARENA_NEW(arena, const void *, count);
    struct node *members = node_map(arena);

    for (size_t i = 0; i < count; i++)
        items[i] = array + i * field->schema->size;
    if (!count)
        return;
    qsort(items, count, sizeof *items, compare_keys);
    for (size_t i = 0; i < count; i++)
        node_set(members, *(const char *const *)items[i],
                 schema_encode(items[i], field->schema, arena));
    node_set(map, field->key, members);
}

/* An empty map is written only when its presence means something. */
static void encode_map(struct arena *arena, struct node *map, const struct schema_field *field,
                       const void *object)
{
    struct node *inside = schema_encode(member_at(object, field->offset), field->schema, arena);

    if (inside->count || field->member || field->given || field->always)
        node_set(map, field->key, inside);
}

static void encode_named(struct arena *arena, struct node *map, const struct schema_field *field,
                         int value)
{
    if (value || field->always)
        node_set_text(arena, map, field->key, enums_name(field->names, value));
}

static void encode_pointer(struct arena *arena, struct node *map, const struct schema_field *field,
                           const void *value)
{
    if (value)
        node_set(map, field->key, schema_encode(value, field->schema, arena));
}

static void encode_messages(struct arena *arena, struct node *map, const char *key,
                            const struct messages *messages)
{
    encode_texts(arena, map, key, messages->texts, messages->count);
}

static void encode_number(struct arena *arena, struct node *map, const struct schema_field *field,
                          const void *value)
{
    if (field->kind == SCHEMA_UINT32)
        encode_int(arena, map, field->key, *(const uint32_t *)value);
    else if (field->kind == SCHEMA_FLOAT)
        encode_float(arena, map, field->key, *(const double *)value);
    else if (field->kind == SCHEMA_SECONDS)
        encode_seconds(arena, map, field->key, *(const int64_t *)value);
    else
        encode_int(arena, map, field->key, *(const int64_t *)value);
}

static void encode_array(struct arena *arena, struct node *map, const struct schema_field *field,
                         const void *object)
{
    const void *array = pointer_at(object, field->offset);
    const size_t count = count_of(object, field);

    if (field->kind == SCHEMA_TEXTS)
        encode_texts(arena, map, field->key, array, count);
    else
        encode_pairs(arena, map, field->key, array, count);
}

static void encode_value(struct arena *arena, struct node *map, const struct schema_field *field,
                         const void *object)
{
    const void *value = member_at(object, field->offset);

    switch (field->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
    case SCHEMA_NAMESPACE:
        encode_text(arena, map, field->key, *(const char *const *)value);
        break;
    case SCHEMA_BYTES:
        encode_bytes(arena, map, field->key, *(const char *const *)value);
        break;
    case SCHEMA_BOOL:
        encode_true(arena, map, field->key, *(const bool *)value);
        break;
    case SCHEMA_UINT32:
    case SCHEMA_INT64:
    case SCHEMA_FLOAT:
    case SCHEMA_SECONDS:
        encode_number(arena, map, field, value);
        break;
    case SCHEMA_ENUM:
        encode_named(arena, map, field, *(const int *)value);
        break;
    case SCHEMA_EMPTY:
        if (field->member || *(const bool *)value)
            node_set(map, field->key, node_map(arena));
        break;
    case SCHEMA_TEXTS:
    case SCHEMA_PAIRS:
        encode_array(arena, map, field, object);
        break;
    case SCHEMA_REF:
        encode_ref(arena, map, field->key, value);
        break;
    case SCHEMA_PORTS:
    case SCHEMA_REFS:
    case SCHEMA_LIST:
        encode_list(arena, map, field, object);
        break;
    case SCHEMA_KEYED:
        encode_keyed(arena, map, field, object);
        break;
    case SCHEMA_MAP:
        encode_map(arena, map, field, object);
        break;
    case SCHEMA_POINTER:
        encode_pointer(arena, map, field, pointer_at(object, field->offset));
        break;
    case SCHEMA_MESSAGES:
        encode_messages(arena, map, field->key, value);
        break;
    case SCHEMA_ANY: /* not kept */
    case SCHEMA_KIND_COUNT:
        break;
    }
}

/* Of a oneof only the member that was chosen is written: the others have defaults, which would
 * read as given. */
static bool is_written(const void *object, const struct schema *schema,
                       const struct schema_field *field)
{
    if (field->foreign)
        return false;
    if (field->member && schema->choice
        && *(const int *)member_at(object, schema->choice - 1) != field->chosen)
        return false;
    return !field->given || *(const bool *)member_at(object, field->given - 1);
}

struct node *schema_encode(const void *object, const struct schema *schema, struct arena *arena)
{
    struct node *map = node_map(arena);

    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];

        if (!is_written(object, schema, field))
            continue;
        if (field->encode)
            field->encode(arena, map, field, object);
        else
            encode_value(arena, map, field, object);
    }
    return map;
}
