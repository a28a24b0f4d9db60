/* app/pass/losses.c - compares policies and exports of the branch with those of the tree that
 * follows. Refuses nothing: app/pass/deletion_limit.c does.
 *
 * A document can move between files (a file that grows is split), so a policy is lost when a file
 * that changed or went held it and no file that changed or came holds it.  Files that stay the same
 * need not be read. */
#include "app/pass/losses.h"
#include "api/specs_index.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/parse_yaml.h"
#include "translate/manifest.h"
#include <string.h>

static int put(void *context, struct git_id *id, const char *bytes, size_t len, struct err *err)
{
    struct policy_texts *texts = context;
    char hex[41];

    if (texts->to.put(texts->to.context, id, bytes, len, err) < 0)
        return -1;
    if (!memmem(bytes, len, "kind: AuthorizationPolicy", strlen("kind: AuthorizationPolicy")))
        return 0;
    git_id_hex(hex, id);
    if (!map_find(texts->by_id, hex))
        map_put(texts->by_id, arena_text(texts->arena, hex), arena_bytes(texts->arena, bytes, len));
    return 0;
}

struct blobs policy_texts_sink(struct policy_texts *texts) { return (struct blobs){ put, texts }; }

struct comparison {
    const struct loss_facts *facts;
    struct losses *out;
    struct map *after; /* "cluster namespace/name" of each policy in a changed or new file */
    struct map *seen;  /* "cluster namespace" of exports that were judged */
    struct arena *arena;
};

/* "a" of "clusters/a/policies/x.yaml" when the area is "policies", and what comes behind it; NULL:
 * another place. */
static const char *cluster_in(const char *path, const char *area, const char **rest,
                              struct arena *arena)
{
    const char *cluster = path + strlen("clusters/"), *end;

    if (!text_starts(path, "clusters/") || !(end = strchr(cluster, '/'))
        || !text_starts(end + 1, area))
        return NULL;
    *rest = end + 1 + strlen(area);
    return arena_bytes(arena, cluster, (size_t)(end - cluster));
}

/* Documents of a file of ours; one that cannot be read ends the list. */
static int each_document(const char *path, const char *bytes, size_t len,
                         int (*visit)(struct comparison *c, const char *cluster,
                                      const struct node *object),
                         struct comparison *c, const char *cluster)
{
    struct diags diags = { .arena = c->arena };
    AUTO(parse_yaml_close) struct yaml_reader *reader = parse_yaml_open(path, bytes, len, &diags);
    const struct node *object;

    while (parse_yaml_next(reader, &object, c->arena) == 1)
        if (visit(c, cluster, object) < 0)
            return -1;
    return 0;
}

static const char *policy_key(const char *cluster, const struct node *object, struct arena *arena)
{
    const char *namespace = node_get(object, "metadata", "namespace", NULL);
    const char *name = node_get(object, "metadata", "name", NULL);

    if (!text_equal(node_get(object, "kind", NULL), "AuthorizationPolicy") || !namespace || !name)
        return NULL;
    return arena_printf(arena, "%s %s/%s", cluster, namespace, name);
}

static int note_policy(struct comparison *c, const char *cluster, const struct node *object)
{
    const char *key = policy_key(cluster, object, c->arena);

    if (key)
        map_put(c->after, key, c);
    return 0;
}

/* --- what is meant --- */

static const struct node *parents_of(const struct node *object, struct arena *arena)
{
    const char *text = node_get(object, "metadata", "annotations", PARENTS_ANNOTATION, NULL);
    const struct node *parents;
    struct err err;

    return text && parse_json(&parents, text, strlen(text), arena, &err) == 0 ? parents : NULL;
}

static struct object_ref parent_ref(const struct node *item)
{
    const char *name = node_get(item, "name", NULL), *namespace = node_get(item, "namespace", NULL);

    return (struct object_ref){ name ? name : "", namespace ? namespace : "" };
}

static bool has_policy(const struct specs *specs, struct object_ref ref)
{
    for (size_t i = 0; i < specs->access_policy_count; i++) {
        const struct meta *meta = &specs->access_policies[i].meta;

        if (object_ref_equal((struct object_ref){ meta->name, meta->namespace }, ref))
            return true;
    }
    return specs_is_refused(specs, KIND_ACCESS_POLICY, ref);
}

static bool has_destination(const struct specs *specs, struct object_ref ref)
{
    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct meta *meta = &specs->destinations[i].meta;

        if (object_ref_equal((struct object_ref){ meta->name, meta->namespace }, ref))
            return true;
    }
    return specs_is_refused(specs, KIND_DESTINATION, ref);
}

/* One of the parents of this kind is in the specs; *first is the first one that is. */
static bool any_left(const struct node *parents, const char *kind, const struct specs *specs,
                     bool (*has)(const struct specs *specs, struct object_ref ref),
                     struct object_ref *first)
{
    const struct node *list = parents ? node_find(parents, kind) : NULL;

    for (const struct node *item = list ? list->first : NULL; item; item = item->next)
        if (has(specs, *first = parent_ref(item)))
            return true;
    return false;
}

static bool lists_cluster(const struct specs *specs, const struct virtual_mesh *spec,
                          const char *cluster)
{
    for (size_t i = 0; i < spec->mesh_count; i++) {
        const struct mesh *mesh = specs_mesh(specs, spec->meshes[i]);

        if (mesh && text_equal(mesh->cluster, cluster))
            return true;
    }
    return false;
}

static bool lists_other_cluster(const struct specs *specs, const struct virtual_mesh *spec,
                                const char *cluster)
{
    for (size_t i = 0; i < spec->mesh_count; i++) {
        const struct mesh *mesh = specs_mesh(specs, spec->meshes[i]);

        if (!mesh || !text_equal(mesh->cluster, cluster))
            return true;
    }
    return false;
}

/* Only ENABLED denies what no policy allows. */
static const char *without_policy(const struct specs *specs, const char *cluster)
{
    for (size_t i = 0; i < specs->virtual_mesh_count; i++)
        if (specs->virtual_meshes[i].access == ACCESS_ENABLED
            && lists_cluster(specs, &specs->virtual_meshes[i], cluster))
            return "the Service refuses every request from then on";
    return "the Service is open to every workload from then on";
}

/* --- policies --- */

static void add(struct comparison *c, struct report_loss loss)
{
    *ARENA_PUSH(c->arena, c->out->items, c->out->count) = loss;
    c->out->unmeant += !loss.meant;
}

static int judge_policy(struct comparison *c, const char *cluster, const struct node *object)
{
    const char *key = policy_key(cluster, object, c->arena);
    const struct node *parents;
    struct object_ref policy = { "", "" }, destination;
    bool destination_left, policy_left;

    if (!key || map_find(c->after, key))
        return 0;
    parents = parents_of(object, c->arena);
    destination_left =
        !parents /* then nothing says that it is meant */
        || any_left(parents, PARENT_DESTINATION, c->facts->specs, has_destination, &destination);
    policy_left =
        !parents || any_left(parents, PARENT_ACCESS_POLICY, c->facts->specs, has_policy, &policy);
    add(c, (struct report_loss){
               .cluster = cluster,
               .object = arena_printf(c->arena, "AuthorizationPolicy of Service %s",
                                      strchr(key, ' ') + 1),
               .effect = destination_left ? without_policy(c->facts->specs, cluster)
                                          : "the Service is gone from the specs",
               .why = !destination_left ? "its Destination is gone"
                      : policy_left && *policy.name
                          ? arena_printf(c->arena, "AccessPolicy %s does not select it any more",
                                         object_ref_text(policy, c->arena))
                      : policy_left ? "no AccessPolicy selects it any more"
                                    : "its AccessPolicies are gone",
               .meant = !destination_left || !policy_left,
           });
    return 0;
}

/* --- exports --- */

/* Something of the namespace is exported still: its own file, parts of one, or a folder. */
static bool exports_left(struct filetree *tree, const char *cluster, const char *namespace,
                         struct arena *arena)
{
    const struct filetree_entry *folder =
        filetree_find(tree, arena_printf(arena, "clusters/%s/exports", cluster));
    const size_t len = strlen(namespace);
    const struct filetree_entry *entries;
    size_t count;

    if (!folder || !folder->dir)
        return false;
    entries = filetree_entries(folder->dir, &count);
    for (size_t i = 0; i < count; i++)
        if (text_starts(entries[i].name, namespace)
            && (entries[i].name[len] == '\0' || entries[i].name[len] == '.'))
            return true;
    return false;
}

static bool any_destination(const struct specs *specs, const char *cluster, const char *namespace)
{
    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct kube_service *service = specs->destinations[i].service;

        if (service && text_equal(service->ref.cluster, cluster)
            && text_equal(service->ref.namespace, namespace))
            return true;
    }
    return false;
}

static const char *why_exports_go(const struct specs *specs, struct object_ref owner,
                                  const char *cluster, const char *namespace, bool *meant)
{
    const struct virtual_mesh *spec = specs_virtual_mesh(specs, owner);

    *meant = true;
    if (!spec)
        return "its VirtualMesh is gone";
    if (!spec->federation.present)
        return "its VirtualMesh has no federation";
    if (!lists_cluster(specs, spec, cluster))
        return "its Mesh is no longer in the VirtualMesh";
    if (!lists_other_cluster(specs, spec, cluster))
        return "no other cluster is in the VirtualMesh";
    if (!any_destination(specs, cluster, namespace))
        return "its Destinations are gone";
    *meant = false;
    return "the federation of its VirtualMesh does not select it any more";
}

static int judge_export(struct comparison *c, const char *cluster, const struct node *object)
{
    const char *namespace = node_get(object, "metadata", "namespace", NULL);
    const struct node *parents = parents_of(object, c->arena);
    const struct node *list = parents ? node_find(parents, PARENT_VIRTUAL_MESH) : NULL;
    const char *key, *why;
    bool meant;

    if (!namespace || !text_equal(node_get(object, "kind", NULL), "ServiceEntry"))
        return 0;
    key = arena_printf(c->arena, "%s %s", cluster, namespace);
    if (map_put(c->seen, key, c) || exports_left(c->facts->tree, cluster, namespace, c->arena))
        return 0;
    why = why_exports_go(c->facts->specs,
                         parent_ref(list && list->first ? list->first : node_map(c->arena)),
                         cluster, namespace, &meant);
    add(c, (struct report_loss){
               .cluster = cluster,
               .object = arena_printf(c->arena, "exports of namespace %s", namespace),
               .effect = "no other cluster reaches its Services from then on",
               .why = why,
               .meant = meant,
           });
    return 0;
}

/* --- files --- */

static void read_after(struct comparison *c, const struct change *change)
{
    const char *rest, *cluster = cluster_in(change->path, "policies/", &rest, c->arena);
    const char *text;
    char hex[41];

    if (!cluster || change->kind == CHANGE_REMOVED)
        return;
    git_id_hex(hex, &change->after);
    text = map_find(c->facts->texts->by_id, hex);
    if (text)
        (void)each_document(change->path, text, strlen(text), note_policy, c, cluster);
}

static int read_before(struct comparison *c, const struct change *change, struct err *err)
{
    const struct tree_reader *tip = c->facts->tip;
    const char *rest, *policies = cluster_in(change->path, "policies/", &rest, c->arena);
    const char *exports = cluster_in(change->path, "exports/", &rest, c->arena);
    size_t len;
    char *bytes;

    if (change->kind == CHANGE_ADDED || (!policies && !exports)
        || (exports && change->kind != CHANGE_REMOVED))
        return 0;
    if (tip->read(tip->context, change->path, &bytes, &len, c->arena, err) < 0)
        return -1;
    if (!bytes)
        return 0;
    return each_document(change->path, bytes, len, policies ? judge_policy : judge_export, c,
                         policies ? policies : exports);
}

int losses_find(struct losses *out, const struct loss_facts *facts, const struct change *changes,
                size_t count, struct arena *arena, struct err *err)
{
    struct comparison c = { facts, out, map_new(arena), map_new(arena), arena };

    *out = (struct losses){ 0 };
    for (size_t i = 0; i < count; i++)
        read_after(&c, &changes[i]);
    for (size_t i = 0; i < count; i++)
        if (read_before(&c, &changes[i], err) < 0)
            return -1;
    return 0;
}
