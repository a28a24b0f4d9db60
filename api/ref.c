/* api/ref.c - references to objects and their text keys.  Must not look anything up.
 *
 * The key of an object is name.namespace.cluster, as in statuses of Gloo Mesh. An object without a
 * cluster has none in its key, which therefore ends with a dot. A name may hold dots and a
 * namespace may not, so such a key can be split again. */
#include "api/ref.h"

#include "api/schema.h"
#include <string.h>

static const struct schema_field object_ref_fields[] = {
    ROW_NAME(struct object_ref, "name", name, .need = "write the name of the object",
             .doc = "Name of the object."),
    ROW_NAMESPACE(struct object_ref, "namespace", namespace,
                  .need = "write the namespace of the object",
                  .doc = "Its namespace; there is no default."),
};
const struct schema object_ref_schema = { .name = "ObjectRef",
                                          .doc = "A reference to an object.",
                                          .size = sizeof(struct object_ref),
                                          SCHEMA_FIELDS(object_ref_fields) };

static const struct schema_field cluster_ref_fields[] = {
    ROW_NAME(struct cluster_ref, "name", name, .need = "write the name of the object",
             .doc = "Name of the object."),
    ROW_NAMESPACE(struct cluster_ref, "namespace", namespace,
                  .need = "write the namespace of the object",
                  .doc = "Its namespace; there is no default."),
    ROW_NAME(struct cluster_ref, "clusterName", cluster,
             .need = "write the name of the KubernetesCluster it lives on",
             .doc = "The KubernetesCluster that it runs in."),
};
const struct schema cluster_ref_schema = { .name = "ClusterObjectRef",
                                           .doc = "A reference to an object of one cluster.",
                                           .size = sizeof(struct cluster_ref),
                                           SCHEMA_FIELDS(cluster_ref_fields) };

static const struct schema_field account_ref_fields[] = {
    ROW_NAME(struct cluster_ref, "name", name, .absent = "any",
             .fill = "write the name of the service account, or leave name out for any",
             .doc = "Name of the service account; not without its namespace."),
    ROW_NAMESPACE(struct cluster_ref, "namespace", namespace, .absent = "any",
                  .fill = "write the namespace; only an entry without name can leave it out",
                  .doc = "Its namespace; required with `name`."),
    ROW_NAME(struct cluster_ref, "clusterName", cluster, .absent = "any",
             .fill = "write the name of a KubernetesCluster, or leave clusterName out for any",
             .doc = "The KubernetesCluster that it runs in."),
};
const struct schema account_ref_schema = {
    .name = "ServiceAccountRef",
    .doc = "Service accounts by name, namespace and cluster; at least one part is required.",
    .size = sizeof(struct cluster_ref),
    SCHEMA_FIELDS(account_ref_fields),
    .no_nulls = true,
};

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

/* A namespace has no dot, a name may have some, so the last dot ends the name. */
struct object_ref object_ref_of_key(const char *key, struct arena *arena)
{
    size_t len = strlen(key), dot;

    if (len && key[len - 1] == '.')
        len--;
    for (dot = len; dot && key[dot - 1] != '.';)
        dot--;
    if (!dot)
        return (struct object_ref){ arena_bytes(arena, key, len), "" };
    return (struct object_ref){ arena_bytes(arena, key, dot - 1),
                                arena_bytes(arena, key + dot, len - dot) };
}

const char *object_ref_text(struct object_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", ref.namespace, ref.name);
}

const char *cluster_ref_text(struct cluster_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s/%s/%s", ref.cluster, ref.namespace, ref.name);
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
