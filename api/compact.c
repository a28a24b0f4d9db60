/* api/compact.c - moves decoded objects out of the scratch arena.
 *
 * Texts are interned while they are decoded and stay where they are.  So arrays that hold only
 * texts and numbers are equal when their bytes are equal, and those that repeat from Service to
 * Service (ports, labels) are kept once.  This needs every byte to be set, padding included:
 * decoding writes members one by one into zeroed memory.  An array whose items point to further
 * arrays is copied as it is, then its items are compacted in the copy. */
#include "api/compact.h"
#include "base/intern.h"

#include <assert.h>
#include <string.h>

/* A copy that nothing else shares. */
static void *moved(const struct compact *to, const void *array, size_t count, size_t size)
{
    void *copy = arena_alloc(to->arena, count, size);

    if (count)
        memcpy(copy, array, count * size);
    return copy;
}

/* The one copy of these bytes.  What arena_bytes gives is aligned for any type. */
static const void *shared(const struct compact *to, const void *array, size_t count, size_t size)
{
    return count ? intern_text(to->arrays, array, count * size) : NULL;
}

void compact_meta(struct meta *meta, const struct compact *to)
{
    meta->key = arena_text(to->arena, meta->key);
    meta->annotations =
        shared(to, meta->annotations, meta->annotation_count, sizeof *meta->annotations);
}

/* Structs of this table hold texts and numbers only. */
static bool is_plain(const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];

        if (field->count || field->kind == SCHEMA_POINTER
            || (field->kind == SCHEMA_MAP && !is_plain(field->schema)))
            return false;
    }
    return true;
}

/* Size of one item of the array behind a field; 0: it has none. */
static size_t item_size(const struct schema_field *field)
{
    switch (field->kind) {
    case SCHEMA_TEXTS:
        return sizeof(const char *);
    case SCHEMA_PORTS:
        return sizeof(uint32_t);
    case SCHEMA_PAIRS:
        return sizeof(struct pair);
    case SCHEMA_REFS:
        return sizeof(struct object_ref);
    case SCHEMA_POINTER:
    case SCHEMA_LIST:
        return field->schema->size;
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
    case SCHEMA_REF:
    case SCHEMA_MAP:
    case SCHEMA_KEYED:
    case SCHEMA_MESSAGES:
    case SCHEMA_KIND_COUNT:
        break;
    }
    return 0;
}

static void compact_array(char *object, const struct schema_field *field, const struct compact *to)
{
    const size_t size = item_size(field);
    const size_t count = field->count ? *(const size_t *)(const void *)(object + field->count) : 1;
    const void *array;
    char *copy;

    memcpy(&array, object + field->offset, sizeof array);
    if (!array)
        return;
    if (!field->schema || (field->count && is_plain(field->schema))) {
        array = shared(to, array, count, size);
        memcpy(object + field->offset, &array, sizeof array);
        return;
    }
    copy = moved(to, array, count, size);
    for (size_t i = 0; i < count; i++)
        compact_object(copy + i * size, field->schema, to);
    memcpy(object + field->offset, &copy, sizeof copy);
}

void compact_object(void *object, const struct schema *schema, const struct compact *to)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];

        assert(!field->places && !schema->place); /* they would stay behind */
        if (field->kind == SCHEMA_MAP)
            compact_object((char *)object + field->offset, field->schema, to);
        else if (item_size(field))
            compact_array(object, field, to);
    }
}
