/* api/ref.c - references to objects and their text keys.  Must not look anything up. */
#include "api/ref.h"

#include "api/field.h"
#include <string.h>

struct object_ref object_ref_decode(struct at at) { return field_ref(at, "referenced"); }

struct cluster_ref cluster_ref_decode(struct at at, bool required)
{
    static const char *const keys[] = { "name", "namespace", "clusterName", NULL };
    struct at name = at_key(&at, "name"), namespace = at_key(&at, "namespace");
    struct at cluster = at_key(&at, "clusterName");

    if (!at_only(&at, keys))
        return (struct cluster_ref){ "", "", "" };
    if (!required)
        return (struct cluster_ref){ field_name_or_empty(&name),
                                     field_namespace_or_empty(&namespace),
                                     field_name_or_empty(&cluster) };
    return (struct cluster_ref){
        field_name(&name, "write the name of the object"),
        field_namespace(&namespace, "write the namespace of the object"),
        field_name(&cluster, "write the name of the KubernetesCluster it lives on"),
    };
}

/* Made for each of many objects, so without printf. */
const char *object_ref_key(struct object_ref ref, struct arena *arena)
{
    size_t name = strlen(ref.name), namespace = strlen(ref.namespace);
    char *key = ARENA_NEW(arena, char, name + namespace + 3);

    memcpy(key, ref.name, name);
    key[name] = '.';
    memcpy(key + name + 1, ref.namespace, namespace);
    key[name + 1 + namespace] = '.';
    return key;
}

const char *cluster_ref_key(struct cluster_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s.%s.%s", ref.name, ref.namespace, ref.cluster);
}

const char *object_ref_text(struct object_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", ref.namespace, ref.name);
}

bool object_ref_equal(struct object_ref a, struct object_ref b)
{
    return text_equal(a.name, b.name) && text_equal(a.namespace, b.namespace);
}

bool cluster_ref_equal(struct cluster_ref a, struct cluster_ref b)
{
    return text_equal(a.name, b.name) && text_equal(a.namespace, b.namespace)
           && text_equal(a.cluster, b.cluster);
}
