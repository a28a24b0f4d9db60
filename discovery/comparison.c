/* discovery/comparison.c - which written objects discovery makes unnecessary.  Pure.
 * Both sides are encoded by the tables of their kinds, which leave zero values out, and then
 * compared as trees: a field that the API gets tomorrow is compared without a line here.  Two
 * references to a Mesh are equal when both lead to the same istiod, so a written Destination may
 * name the written Mesh.  Lists are compared as sets: the order of ports, addresses and labels has
 * no meaning in this API. */
#include "discovery/comparison.h"

#include "api/annotation.h"
#include "api/discovered_encode.h"
#include "api/meta.h"
#include "base/enums.h"
#include "base/map.h"
#include "base/node.h"
#include "base/write_json.h"
#include "discovery/claim.h"
#include "discovery/completion.h"
#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[] = {
    [COMPARISON_EQUAL] = "equal",       [COMPARISON_DIFFERENT] = "different",
    [COMPARISON_FOUND] = "found",       [COMPARISON_WRITTEN] = "written",
    [COMPARISON_EXCLUDED] = "excluded", [COMPARISON_REFUSED] = "refused",
};
const struct enum_table comparison_outcomes = ENUM_TABLE(outcome_names);

struct comparing {
    struct comparison *out;
    const struct specs *written, *found;
    const char *const *clusters;
    size_t cluster_count;
    struct claims claims;
    struct map *found_things;   /* claim_thing to found objects */
    struct map *written_things; /* those that are compared already */
    struct arena *arena;
};

struct fields {
    struct comparison_field *items;
    size_t count;
    struct arena *arena;
};

/* --- fields --- */

static const char *json_of(const struct node *node, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    if (!node)
        return "";
    write_json(&out, node, false);
    return arena_text(arena, out.bytes);
}

static bool list_has(const struct node *list, const struct node *item)
{
    for (const struct node *at = list->first; at; at = at->next)
        if (node_equal(at, item))
            return true;
    return false;
}

/* The items of list that other lacks. */
static const char *only_in(const struct node *list, const struct node *other, struct arena *arena)
{
    const char *text = "";

    for (const struct node *at = list->first; at; at = at->next)
        if (!list_has(other, at))
            text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", json_of(at, arena));
    return text;
}

static void add_field(struct fields *out, const char *path, const char *written, const char *found)
{
    *ARENA_PUSH(out->arena, out->items, out->count) =
        (struct comparison_field){ path, written, found };
}

static void compare(struct fields *out, const char *path, const struct node *written,
                    const struct node *found);

static const char *member_path(const struct fields *out, const char *path, const char *key)
{
    return key[strcspn(key, "./")] ? arena_printf(out->arena, "%s[%s]", path, key)
                                   : arena_printf(out->arena, "%s.%s", path, key);
}

static void compare_maps(struct fields *out, const char *path, const struct node *written,
                         const struct node *found)
{
    for (const struct node *at = written->first; at; at = at->next)
        compare(out, member_path(out, path, at->key), at, node_find(found, at->key));
    for (const struct node *at = found->first; at; at = at->next)
        if (!node_find(written, at->key))
            compare(out, member_path(out, path, at->key), NULL, at);
}

/* Quadratic in the items of one list, which are ports and addresses of one object. */
static void compare_lists(struct fields *out, const char *path, const struct node *written,
                          const struct node *found)
{
    const char *one = only_in(written, found, out->arena);
    const char *other = only_in(found, written, out->arena);

    if (*one || *other)
        add_field(out, path, one, other);
}

static void compare(struct fields *out, const char *path, const struct node *written,
                    const struct node *found)
{
    if (written && found && node_equal(written, found))
        return;
    if (written && found && written->kind == NODE_MAP && found->kind == NODE_MAP)
        compare_maps(out, path, written, found);
    else if (written && found && written->kind == NODE_LIST && found->kind == NODE_LIST)
        compare_lists(out, path, written, found);
    else
        add_field(out, path, json_of(written, out->arena), json_of(found, out->arena));
}

/* Those that change what is rendered. */
static void compare_annotations(struct fields *out, const struct meta *written,
                                const struct meta *found)
{
    static const char *const keys[] = { ANNOTATION_GATEWAY, ANNOTATION_ROOT_NAMESPACE };

    for (size_t i = 0; i < LENGTH(keys); i++) {
        const char *own = meta_annotation(written, keys[i]);
        const char *other = meta_annotation(found, keys[i]);

        if (!text_equal(own ? own : "", other ? other : ""))
            add_field(out, arena_printf(out->arena, "metadata.annotations[%s]", keys[i]),
                      own ? own : "", other ? other : "");
    }
}

/* --- items --- */

static bool is_compared(const struct comparing *at, const char *cluster)
{
    return text_listed(at->clusters, at->cluster_count, cluster);
}

static struct object_ref ref_of(const struct meta *meta)
{
    return (struct object_ref){ meta->name, meta->namespace };
}

static void add_item(struct comparing *at, struct comparison_item item)
{
    at->out->totals[item.outcome]++;
    *ARENA_PUSH(at->arena, at->out->items, at->out->count) = item;
}

/* One side of a pair, and its object as the API writes it. */
struct side {
    const struct meta *meta;
    const struct node *node;
};

static void add_pair(struct comparing *at, enum object_kind kind, struct cluster_ref thing,
                     const struct side *written, const struct side *found)
{
    struct fields fields = { .arena = at->arena };
    struct comparison_item item = { .kind = kind,
                                    .thing = thing,
                                    .written = ref_of(written->meta),
                                    .place = written->meta->place,
                                    .found = { "", "" },
                                    .outcome = COMPARISON_WRITTEN };

    if (found) {
        item.found = ref_of(found->meta);
        if (kind == KIND_MESH && !object_ref_equal(item.written, item.found))
            add_field(&fields, "metadata.name", object_ref_text(item.written, at->arena),
                      object_ref_text(item.found, at->arena));
        compare_annotations(&fields, written->meta, found->meta);
        compare(&fields, "spec", node_find(written->node, "spec"), node_find(found->node, "spec"));
        item.outcome = fields.count ? COMPARISON_DIFFERENT : COMPARISON_EQUAL;
    }
    if (text_equal(meta_annotation(written->meta, ANNOTATION_EXCLUDE), "true")) {
        item.outcome = COMPARISON_EXCLUDED;
        fields.count = 0;
    }
    item.fields = fields.items;
    item.field_count = fields.count;
    add_item(at, item);
}

static void *found_one(const struct comparing *at, enum object_kind kind, struct cluster_ref thing)
{
    return map_find(at->found_things, claim_thing(kind, thing, at->arena));
}

static void note_written(struct comparing *at, enum object_kind kind, struct cluster_ref thing)
{
    map_put(at->written_things, claim_thing(kind, thing, at->arena), at->written_things);
}

static bool is_merged(const struct meta *meta)
{
    return text_equal(meta_annotation(meta, ANNOTATION_MERGE), "true");
}

/* The found Mesh that a written reference names; the reference itself when there is none. Linear
 * in the written Meshes for each written Destination and Workload; fleets have few of the first. */
static struct object_ref found_mesh_ref(const struct comparing *at, struct object_ref ref)
{
    const struct mesh *found = NULL;

    for (size_t i = 0; i < at->written->mesh_count && !found; i++)
        if (object_ref_equal(ref_of(&at->written->meshes[i].meta), ref))
            found = found_one(at, KIND_MESH, claim_of_mesh(&at->written->meshes[i]));
    return found ? ref_of(&found->meta) : ref;
}

static void compare_clusters(struct comparing *at)
{
    for (size_t i = 0; i < at->written->cluster_count; i++) {
        struct kubernetes_cluster own = at->written->clusters[i];
        const struct cluster_ref thing = claim_of_cluster(&own);
        const struct kubernetes_cluster *found = found_one(at, KIND_KUBERNETES_CLUSTER, thing);

        if (!is_compared(at, thing.cluster))
            continue;
        if (found && is_merged(&own.meta))
            completion_cluster(&own, found, at->arena);
        note_written(at, KIND_KUBERNETES_CLUSTER, thing);
        add_pair(at, KIND_KUBERNETES_CLUSTER, thing,
                 &(struct side){ &own.meta, discovered_encode_cluster(&own, at->arena) },
                 found ? &(struct side){ &found->meta, discovered_encode_cluster(found, at->arena) }
                       : NULL);
    }
}

static void compare_meshes(struct comparing *at)
{
    for (size_t i = 0; i < at->written->mesh_count; i++) {
        struct mesh own = at->written->meshes[i];
        const struct cluster_ref thing = claim_of_mesh(&own);
        const struct mesh *found = found_one(at, KIND_MESH, thing);

        if (!is_compared(at, thing.cluster))
            continue;
        if (found && is_merged(&own.meta))
            completion_mesh(&own, found, at->arena);
        note_written(at, KIND_MESH, thing);
        add_pair(at, KIND_MESH, thing,
                 &(struct side){ &own.meta, discovered_encode_mesh(&own, at->arena) },
                 found ? &(struct side){ &found->meta, discovered_encode_mesh(found, at->arena) }
                       : NULL);
    }
}

static void compare_destinations(struct comparing *at)
{
    for (size_t i = 0; i < at->written->destination_count; i++) {
        struct destination own = at->written->destinations[i];
        const struct cluster_ref thing =
            own.service ? own.service->ref : (struct cluster_ref){ "", "", "" };
        const struct destination *found = found_one(at, KIND_DESTINATION, thing);

        if (!is_compared(at, thing.cluster))
            continue;
        if (found && is_merged(&own.meta))
            completion_destination(&own, found, at->arena);
        own.mesh = found_mesh_ref(at, own.mesh);
        note_written(at, KIND_DESTINATION, thing);
        add_pair(
            at, KIND_DESTINATION, thing,
            &(struct side){ &own.meta, discovered_encode_destination(&own, at->arena) },
            found ? &(struct side){ &found->meta, discovered_encode_destination(found, at->arena) }
                  : NULL);
    }
}

static void compare_workloads(struct comparing *at)
{
    for (size_t i = 0; i < at->written->workload_count; i++) {
        struct workload own = at->written->workloads[i];
        const struct cluster_ref thing = own.controller;
        const struct workload *found = found_one(at, KIND_WORKLOAD, thing);

        if (!is_compared(at, thing.cluster))
            continue;
        if (found && is_merged(&own.meta))
            completion_workload(&own, found, at->arena);
        own.mesh = found_mesh_ref(at, own.mesh);
        note_written(at, KIND_WORKLOAD, thing);
        add_pair(at, KIND_WORKLOAD, thing,
                 &(struct side){ &own.meta, discovered_encode_workload(&own, at->arena) },
                 found
                     ? &(struct side){ &found->meta, discovered_encode_workload(found, at->arena) }
                     : NULL);
    }
}

/* --- what was found, and is not written --- */

static void add_found(struct comparing *at, enum object_kind kind, struct cluster_ref thing,
                      const struct meta *meta)
{
    const struct claim *claim = claims_find(&at->claims, kind, thing);
    const bool refused = claim && claim->kind == CLAIM_REFUSED;

    if (!is_compared(at, thing.cluster)
        || map_find(at->written_things, claim_thing(kind, thing, at->arena)))
        return;
    add_item(at, (struct comparison_item){
                     .kind = kind,
                     .thing = thing,
                     .written = refused ? claim->ref : (struct object_ref){ "", "" },
                     .found = ref_of(meta),
                     .outcome = refused ? COMPARISON_REFUSED : COMPARISON_FOUND });
}

typedef void each_found(struct comparing *, enum object_kind, struct cluster_ref,
                        const struct meta *, const void *);

static void each(struct comparing *at, each_found *use)
{
    const struct specs *found = at->found;

    for (size_t i = 0; i < found->cluster_count; i++)
        use(at, KIND_KUBERNETES_CLUSTER, claim_of_cluster(&found->clusters[i]),
            &found->clusters[i].meta, &found->clusters[i]);
    for (size_t i = 0; i < found->mesh_count; i++)
        use(at, KIND_MESH, claim_of_mesh(&found->meshes[i]), &found->meshes[i].meta,
            &found->meshes[i]);
    for (size_t i = 0; i < found->destination_count; i++)
        if (found->destinations[i].service)
            use(at, KIND_DESTINATION, found->destinations[i].service->ref,
                &found->destinations[i].meta, &found->destinations[i]);
    for (size_t i = 0; i < found->workload_count; i++)
        use(at, KIND_WORKLOAD, found->workloads[i].controller, &found->workloads[i].meta,
            &found->workloads[i]);
}

static void index_found(struct comparing *at, enum object_kind kind, struct cluster_ref thing,
                        const struct meta *meta, const void *object)
{
    (void)meta;
    map_put(at->found_things, claim_thing(kind, thing, at->arena), (void *)(uintptr_t)object);
}

static void add_if_unwritten(struct comparing *at, enum object_kind kind, struct cluster_ref thing,
                             const struct meta *meta, const void *object)
{
    (void)object;
    add_found(at, kind, thing, meta);
}

static int by_thing(const void *a, const void *b)
{
    const struct comparison_item *left = a, *right = b;
    const char *const one[] = { left->thing.cluster, object_kind_name(left->kind),
                                left->thing.namespace, left->thing.name, left->written.name };
    const char *const other[] = { right->thing.cluster, object_kind_name(right->kind),
                                  right->thing.namespace, right->thing.name, right->written.name };
    int order = 0;

    for (size_t i = 0; i < LENGTH(one) && !order; i++)
        order = strcmp(one[i], other[i]);
    return order;
}

bool comparison_differs(const struct comparison *comparison)
{
    return comparison->totals[COMPARISON_DIFFERENT] || comparison->totals[COMPARISON_FOUND]
           || comparison->totals[COMPARISON_WRITTEN] || comparison->totals[COMPARISON_REFUSED];
}

void comparison_make(struct comparison *out, const struct specs *written, const struct specs *found,
                     const char *const *clusters, size_t cluster_count, struct arena *arena)
{
    struct comparing at = { .out = out,
                            .written = written,
                            .found = found,
                            .clusters = clusters,
                            .cluster_count = cluster_count,
                            .claims = claims_of_specs(written, arena),
                            .found_things = map_new(arena),
                            .written_things = map_new(arena),
                            .arena = arena };

    *out = (struct comparison){ 0 };
    each(&at, index_found);
    compare_clusters(&at);
    compare_meshes(&at);
    compare_destinations(&at);
    compare_workloads(&at);
    each(&at, add_if_unwritten);
    if (out->count)
        qsort(out->items, out->count, sizeof *out->items, by_thing);
}
