/* api/schema_path.c - where a field belongs.
 *
 * "did you mean spec.federation.hostnameSuffix?" helps only when there is one answer, so a key
 * that several maps have gets no hint. The walk is over the whole table and ends because tables
 * contain no circles. */
#include "api/schema_path.h"

#include <string.h>

struct search {
    const char *key;
    const char *found; /* path of the first map that has it */
    size_t count;      /* of maps that have it */
    struct arena *arena;
};

static void search_map(struct search *search, const struct schema *schema, const char *path)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        const bool list = field->kind == SCHEMA_LIST;

        if (strcmp(field->key, search->key) == 0 && search->count++ == 0)
            search->found = path;
        if (field->schema)
            search_map(search, field->schema,
                       arena_printf(search->arena, "%s%s%s%s", path, *path ? "." : "", field->key,
                                    list ? "[]" : ""));
    }
}

const char *schema_path_find(const struct schema *schema, const char *path, const char *key,
                             struct arena *arena)
{
    struct search search = { .key = key, .arena = arena };

    search_map(&search, schema, path);
    return search.count == 1 ? search.found : NULL;
}
