/* translate/manifest.c - what all manifests begin with.  Knows no kind. */
#include "translate/manifest.h"

#include "base/write.h"

#define MANAGED_BY_LABEL "app.kubernetes.io/managed-by"

struct node *manifest_begin(struct arena *arena, const struct manifest_head *head)
{
    struct node *object = node_map(arena), *metadata, *part;

    node_set_text(arena, object, "apiVersion", head->api_version);
    node_set_text(arena, object, "kind", head->kind);
    metadata = node_set(object, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", head->name);
    node_set_text(arena, metadata, "namespace", head->namespace);
    part = node_set(metadata, "labels", node_map(arena));
    node_set_text(arena, part, MANAGED_BY_LABEL, "weft");
    node_set_text(arena, part, OWNER_LABEL, head->owner);
    part = node_set(metadata, "annotations", node_map(arena));
    node_set_text(arena, part, FEDERATION_ANNOTATION, head->federation);
    node_set_text(arena, part, PARENTS_ANNOTATION, head->parents);
    return object;
}

const char *manifest_parents(struct arena *arena, const char *kind, struct object_ref ref)
{
    /* Names are DNS names, so there is nothing to escape. */
    return arena_printf(arena, "{\"%s\":[{\"name\":\"%s\",\"namespace\":\"%s\"}]}", kind, ref.name,
                        ref.namespace);
}

void manifest_set_pairs(struct arena *arena, struct node *map, const char *key,
                        const struct pair *pairs, size_t count)
{
    struct node *value;

    if (!count)
        return;
    value = node_set(map, key, node_map(arena));
    for (size_t i = 0; i < count; i++)
        node_set_text(arena, value, pairs[i].key, pairs[i].value);
}

void manifest_set_texts(struct arena *arena, struct node *map, const char *key,
                        const char *const *texts, size_t count)
{
    struct node *value;

    if (!count)
        return;
    value = node_set(map, key, node_list(arena));
    for (size_t i = 0; i < count; i++)
        node_add(value, node_string(arena, texts[i]));
}
