/* api/schema_crd.c - CustomResourceDefinitions of the kinds.
 *
 * They have no defaults, because a field that is absent is not the same as one that is empty, and a
 * default would be written back into objects that others own.  Oneofs are CEL rules (Kubernetes
 * 1.25 and newer; older servers drop them, and weft checks the same again).  Kinds that weft
 * gives a status have the subresource, with a status that kstatus, Argo CD and Flux understand; the
 * others keep whatever status their controller writes. */
#include "api/schema_crd.h"
#include "api/kinds.h"
#include "api/schema_json.h"
#include "api/status.h"
#include "base/write_yaml.h"

#include "api/encode.h"
#include <string.h>

struct column {
    const char *name, *type, *path;
    int priority; /* 1: with -o wide only */
};

#define READY(field) ".status.conditions[?(@.type==\"Ready\")]." field
static const struct column virtual_mesh_columns[] = {
    { "State", "string", ".status.state", 0 },
    { "Ready", "string", READY("status"), 0 },
    { "Reason", "string", READY("reason"), 1 },
    { "Rotation", "string", ".status.conditions[?(@.type==\"RotationInProgress\")].reason", 1 },
    { "Commit", "string", ".status.observedCommit", 1 },
};
static const struct column policy_columns[] = {
    { "State", "string", ".status.state", 0 },
    { "Ready", "string", READY("status"), 0 },
    { "Reason", "string", READY("reason"), 1 },
    { "Commit", "string", ".status.observedCommit", 1 },
};
static const struct column mesh_columns[] = {
    { "Cluster", "string", ".spec.istio.installation.cluster", 0 },
    { "Version", "string", ".spec.istio.installation.version", 0 },
    { "TrustDomain", "string", ".spec.istio.trustDomain", 1 },
};
static const struct column workload_columns[] = {
    { "Cluster", "string", ".spec.kubernetes.controller.clusterName", 0 },
    { "Account", "string", ".spec.kubernetes.serviceAccountName", 1 },
};
static const struct column destination_columns[] = {
    { "Cluster", "string", ".spec.kubeService.ref.clusterName", 0 },
    { "Type", "string", ".spec.kubeService.serviceType", 1 },
};
static const struct column cluster_columns[] = {
    { "Domain", "string", ".spec.clusterDomain", 1 },
};
static const struct column settings_columns[] = {
    { "TLSMode", "string", ".spec.mtls.istio.tlsMode", 0 },
};
static const struct column age_column = { "Age", "date", ".metadata.creationTimestamp", 0 };

static const struct crd_row {
    const char *category, *short_name; /* NULL: none */
    const struct column *columns;
    size_t column_count;
    const struct schema *status; /* NULL: not weft's */
} rows[KIND_COUNT] = {
    [KIND_VIRTUAL_MESH] = { "gloo-mesh", "vmesh", virtual_mesh_columns,
                            LENGTH(virtual_mesh_columns), &status_virtual_mesh_schema },
    [KIND_ACCESS_POLICY] = { "gloo-mesh", NULL, policy_columns, LENGTH(policy_columns),
                             &status_policy_schema },
    [KIND_SETTINGS] = { "gloo-mesh", NULL, settings_columns, LENGTH(settings_columns), NULL },
    [KIND_MESH] = { "gloo-mesh", NULL, mesh_columns, LENGTH(mesh_columns), NULL },
    [KIND_WORKLOAD] = { "gloo-mesh", NULL, workload_columns, LENGTH(workload_columns), NULL },
    [KIND_DESTINATION] = { "gloo-mesh", NULL, destination_columns, LENGTH(destination_columns),
                           NULL },
    [KIND_KUBERNETES_CLUSTER] = { "gloo-mesh", NULL, cluster_columns, LENGTH(cluster_columns),
                                  NULL },
};

static char *lower_case(const char *text, struct arena *arena)
{
    char *lower = arena_text(arena, text);

    for (char *p = lower; *p; p++)
        *p = to_lower(*p);
    return lower;
}

static void add_texts(struct node *map, const char *key, const char *first, const char *second,
                      struct arena *arena)
{
    struct node *list = node_set(map, key, node_list(arena));

    node_add(list, node_string(arena, first));
    if (second)
        node_add(list, node_string(arena, second));
}

static struct node *write_names(enum object_kind kind, struct arena *arena)
{
    const char *name = object_kind_name(kind);
    struct node *node = node_map(arena);

    node_set_text(arena, node, "kind", name);
    node_set_text(arena, node, "listKind", arena_printf(arena, "%sList", name));
    node_set_text(arena, node, "plural", kind_rows[kind].plural);
    node_set_text(arena, node, "singular", lower_case(name, arena));
    if (rows[kind].short_name)
        add_texts(node, "shortNames", rows[kind].short_name, NULL, arena);
    add_texts(node, "categories", rows[kind].category, "weft", arena);
    return node;
}

static void add_column(struct node *list, const struct column *column, struct arena *arena)
{
    struct node *node = node_add(list, node_map(arena));

    node_set_text(arena, node, "name", column->name);
    node_set_text(arena, node, "type", column->type);
    if (column->priority)
        node_set_int(arena, node, "priority", column->priority);
    node_set_text(arena, node, "jsonPath", column->path);
}

static struct node *write_columns(const struct crd_row *row, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < row->column_count; i++)
        add_column(list, &row->columns[i], arena);
    add_column(list, &age_column, arena);
    return list;
}

static struct node *of_type(const char *type, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "type", type);
    return node;
}

static struct node *write_status(const struct crd_row *row, struct arena *arena)
{
    struct node *node;

    if (row->status)
        return schema_json(row->status, SCHEMA_CRD, arena);
    node = of_type("object", arena);
    node_set_bool(arena, node, "x-kubernetes-preserve-unknown-fields", true);
    return node;
}

static struct node *write_object(enum object_kind kind, struct arena *arena)
{
    struct node *node = node_map(arena), *properties;
    const struct node *spec = schema_json(kind_rows[kind].spec, SCHEMA_CRD, arena);

    node_set_text(arena, node, "description", node_get(spec, "description", NULL));
    node_set_text(arena, node, "type", "object");
    add_texts(node, "required", "spec", NULL, arena);
    properties = node_set(node, "properties", node_map(arena));
    node_set(properties, "apiVersion", of_type("string", arena));
    node_set(properties, "kind", of_type("string", arena));
    node_set(properties, "metadata", of_type("object", arena));
    node_set(properties, "spec", node_copy(arena, spec));
    node_set(properties, "status", write_status(&rows[kind], arena));
    return node;
}

static struct node *write_version(enum object_kind kind, struct arena *arena)
{
    const char *version = strchr(kind_rows[kind].api_version, '/') + 1;
    struct node *node = node_map(arena);

    node_set_text(arena, node, "name", version);
    node_set_bool(arena, node, "served", true);
    node_set_bool(arena, node, "storage", true);
    node_set(node_set(node, "subresources", node_map(arena)), "status", node_map(arena));
    node_set(node, "additionalPrinterColumns", write_columns(&rows[kind], arena));
    node_set(node_set(node, "schema", node_map(arena)), "openAPIV3Schema",
             write_object(kind, arena));
    return node;
}

static struct node *write_metadata(enum object_kind kind, const char *group, struct arena *arena)
{
    struct node *node = node_map(arena), *labels;

    node_set_text(arena, node, "name", arena_printf(arena, "%s.%s", kind_rows[kind].plural, group));
    labels = node_set(node, "labels", node_map(arena));
    node_set_text(arena, labels, "app.kubernetes.io/name", "weft");
    node_set_text(arena, labels, "app.kubernetes.io/part-of", "weft");
    return node;
}

const char *schema_crd_file(enum object_kind kind, struct arena *arena)
{
    return arena_printf(arena, "%s.yaml", kind_rows[kind].plural);
}

void schema_crd_write(struct text *out, enum object_kind kind, struct arena *arena)
{
    const char *version = kind_rows[kind].api_version;
    const char *group = arena_bytes(arena, version, (size_t)(strchr(version, '/') - version));
    struct node *crd = node_map(arena), *spec;

    text_addf(out,
              "# %s as weft reads it.  Generated from the tables in api/ (cmake --build "
              "build/dev --target schemas).\n",
              object_kind_name(kind));
    node_set_text(arena, crd, "apiVersion", "apiextensions.k8s.io/v1");
    node_set_text(arena, crd, "kind", "CustomResourceDefinition");
    node_set(crd, "metadata", write_metadata(kind, group, arena));
    spec = node_set(crd, "spec", node_map(arena));
    node_set_text(arena, spec, "group", group);
    node_set_text(arena, spec, "scope", "Namespaced");
    node_set(spec, "names", write_names(kind, arena));
    node_add(node_set(spec, "versions", node_list(arena)), write_version(kind, arena));
    write_yaml(out, crd);
}
