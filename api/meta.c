/* api/meta.c - metadata, as far as weft reads it.  Must not refuse what an API server adds to it.
 */
#include "api/meta.h"
#include "base/decode_value.h"
#include "base/intern.h"

#include "api/annotation.h"
#include "api/field.h"
#include "base/clock.h"
#include <string.h>

static int64_t decode_created(struct at at)
{
    const char *text = at_text(&at, NULL);
    int64_t created = 0;

    if (text && !clock_parse(text, &created))
        at_warn(&at, "is no time such as 2026-11-23T11:00:00Z and is ignored");
    return created;
}

/* Only ours are kept: what other programs write there may be of any size and shape. */
static struct pair *decode_annotations(struct at at, const char *kind, size_t *count)
{
    struct pair *pairs = NULL;

    *count = 0;
    if (!at_present(&at) || at.node->kind != NODE_MAP)
        return NULL;
    for (const struct node *node = at.node->first; node; node = node->next) {
        struct at member = at_member(&at, node);
        const char *value;

        if (!text_starts(node->key, ANNOTATION_PREFIX)
            && !text_starts(node->key, ANNOTATION_DISCOVERY_PREFIX))
            continue;
        value = at_text(&member, NULL);
        if (value && text_starts(node->key, ANNOTATION_PREFIX))
            annotation_check(&member, kind, value);
        *ARENA_PUSH(at.with->arena, pairs, *count) =
            (struct pair){ intern_text(at.with->strings, node->key, strlen(node->key)),
                           value ? value : "" };
    }
    return pairs;
}

/* An object without metadata still gets a place and a key: it is refused, and the diag has to say
 * where it is. */
struct meta meta_decode(struct at at)
{
    struct at metadata = at_key(&at, "metadata");
    struct at name = at_key(&metadata, "name"), namespace = at_key(&metadata, "namespace");
    struct at generation = at_key(&metadata, "generation");
    struct meta meta = { .name = "", .namespace = "", .place = field_place(&at), .key = "." };

    if (!at_present(&metadata)) {
        at_error(&metadata, "is required; write metadata with a name and a namespace");
        return meta;
    }
    if (metadata.node->kind != NODE_MAP) {
        at_error(&metadata, "must be a map with a name and a namespace");
        return meta;
    }
    meta.name = field_name(&name, "write the name of this object");
    meta.namespace =
        field_namespace(&namespace, "write the namespace of this object: all kinds that "
                                    "weft reads are namespaced, usually in gloo-mesh");
    meta.generation = at_int(&generation, 0, INT64_MAX, 0);
    meta.created = decode_created(at_key(&metadata, "creationTimestamp"));
    meta.annotations = decode_annotations(at_key(&metadata, "annotations"),
                                          node_get(at.node, "kind", NULL), &meta.annotation_count);
    meta.key = object_ref_key((struct object_ref){ meta.name, meta.namespace }, at.with->arena);
    return meta;
}

const char *meta_annotation(const struct meta *meta, const char *name)
{
    for (size_t i = 0; i < meta->annotation_count; i++)
        if (strcmp(meta->annotations[i].key, name) == 0)
            return meta->annotations[i].value;
    return NULL;
}
