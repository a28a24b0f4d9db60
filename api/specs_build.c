/* api/specs_build.c - puts what was read in order: sorts it, finds duplicates, sets the refused
 * aside.
 *
 * The result does not depend on the order of files and documents: objects are sorted by key, then
 * by position, and of an object that is given twice neither text counts, because either could be
 * the one that was meant.  The refused keep their names, so that what was deployed for them stays.
 *
 * For a moment the objects of a kind are in memory twice, where they were staged and where they
 * stay; kind by kind, so it is never all of them. */
#include "api/specs_build.h"

#include "api/annotation.h"
#include "api/specs_index.h"
#include "api/specs_reader.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_SHOWN = 5 }; /* of duplicates, in one diag */

static int compare_places(struct place a, struct place b)
{
    int order = strcmp(a.file ? a.file : "", b.file ? b.file : "");

    if (order)
        return order;
    return a.line != b.line ? (a.line > b.line) - (a.line < b.line)
                            : (a.column > b.column) - (a.column < b.column);
}

static int compare_staged(const void *left, const void *right)
{
    const struct staged *a = *(struct staged *const *)left, *b = *(struct staged *const *)right;
    int order = strcmp(a->meta->key, b->meta->key);

    return order ? order : compare_places(a->meta->place, b->meta->place);
}

static bool is_named(const struct meta *meta) { return *meta->name && *meta->namespace; }

/* How many from items on are one and the same object; at least 1. */
static size_t same_object(struct staged *const *items, size_t count)
{
    size_t same = 1;

    while (same < count && is_named(items[0]->meta)
           && strcmp(items[same]->meta->key, items[0]->meta->key) == 0)
        same++;
    return same;
}

/* An object that was added as a tree has no line. */
static void add_place(struct text *out, const char *before, struct place place)
{
    text_addf(out, "%s%s", before, place.file);
    if (place.line)
        text_addf(out, ":%u:%u", place.line, place.column);
}

/* The message about the one of them at index, which names the others. */
static const char *duplicate_text(enum object_kind kind, struct staged *const *items, size_t count,
                                  size_t index, struct arena *arena)
{
    const struct meta *meta = items[index]->meta;
    AUTO_TEXT places = { 0 };
    size_t shown = 0;

    for (size_t i = 0; i < count && shown < PLACES_SHOWN; i++) {
        struct place place = items[i]->meta->place;

        if (i != index)
            add_place(&places, shown++ ? ", " : "", place);
    }
    if (count - 1 > shown)
        text_addf(&places, " and %zu more", count - 1 - shown);
    return arena_printf(
        arena,
        "%s %s in namespace %s is also given at %s; keep one of them, until then none is used",
        object_kind_name(kind), meta->name, meta->namespace, places.bytes);
}

/* A diag at each of them; the first one printed. */
static const char *report_duplicates(struct specs_reader *reader, enum object_kind kind,
                                     struct staged *const *items, size_t count)
{
    static const char path[] = "metadata.name";
    const struct diag first = { .place = items[0]->meta->place,
                                .path = path,
                                .text = duplicate_text(kind, items, count, 0, reader->arena) };
    AUTO_TEXT printed = { 0 };

    for (size_t i = 0; i < count; i++)
        if (!diags_full(reader->diags, DIAG_ERROR))
            diag_add_error(reader->diags, V5_TWICE, items[i]->meta->place, path, "%s",
                           duplicate_text(kind, items, count, i, reader->staging));
    diag_print(&printed, &first);
    return arena_text(reader->arena, printed.bytes);
}

struct building { /* specs_build at work */
    struct specs_reader *reader;
    struct specs *out;
    struct refused **link;
};

static void refuse(struct building *building, enum object_kind kind, const struct staged *staged,
                   const char *error)
{
    const struct meta *meta = staged->meta;
    struct refused *refused = ARENA_NEW(building->reader->arena, struct refused, 1);

    *refused = (struct refused){ .kind = kind,
                                 .ref = { meta->name, meta->namespace },
                                 .error = error,
                                 .place = meta->place,
                                 .cluster = "",
                                 .trust_domain = "",
                                 .about = { "", "", "" } };
    refused->about = staged->about
                         ? *staged->about
                         : kinds_about(kind, staged_object(staged), building->reader->arena);
    /* Of a Mesh that is given twice neither text counts. */
    if (kind == KIND_MESH && staged->error == error) {
        const struct mesh *mesh = staged_object(staged);

        refused->cluster = mesh->cluster ? mesh->cluster : "";
        refused->trust_domain = mesh->trust_domain ? mesh->trust_domain : "";
    }
    *building->link = refused;
    building->link = &refused->next;
    building->out->refused_count++;
}

static struct staged **sort_staged(const struct staged_list *list)
{
    struct staged **items = ARENA_NEW(list->arena, struct staged *, list->count);
    size_t count = 0;

    for (struct staged *at = list->first; at; at = at->next)
        items[count++] = at;
    assert(count == list->count);
    if (count)
        qsort(items, count, sizeof(struct staged *), compare_staged);
    return items;
}

/* The good ones, sorted. */
static struct staged **separate_refused(struct building *building, enum object_kind kind,
                                        size_t *good)
{
    const struct staged_list *list = &building->reader->staged[kind];
    struct staged **items = sort_staged(list);

    *good = 0;
    for (size_t i = 0, same; i < list->count; i += same) {
        const char *error = items[i]->error;

        same = same_object(&items[i], list->count - i);
        if (same > 1)
            error = report_duplicates(building->reader, kind, &items[i], same);
        if (error)
            refuse(building, kind, items[i], error);
        else
            items[(*good)++] = items[i];
    }
    return items;
}

/* The valid objects of a kind in one array, which has no spare room and is not copied again. */
static void *gather(struct building *building, enum object_kind kind, size_t *count)
{
    struct staged **items = separate_refused(building, kind, count);
    size_t size = kind_rows[kind].size;
    char *array = arena_alloc(building->reader->arena, *count, size);

    for (size_t i = 0; i < *count; i++)
        memcpy(array + i * size, staged_object(items[i]), size);
    arena_free(TAKE(building->reader->staged[kind].arena));
    return array;
}

/* The one Settings object that is read has a fixed name (VirtualMesh API). */
static struct settings find_settings(struct building *building)
{
    struct specs_reader *reader = building->reader;
    struct settings found = { .present = false };
    size_t count;
    struct settings *all = gather(building, KIND_SETTINGS, &count);

    for (size_t i = 0; i < count; i++) {
        if (text_equal(all[i].meta.name, "settings")
            && text_equal(all[i].meta.namespace, reader->pod_namespace))
            found = all[i];
        else
            diag_add(reader->diags, DIAG_WARNING, all[i].meta.place, "metadata.name",
                     "these Settings are ignored: weft reads the object 'settings' in namespace %s",
                     reader->pod_namespace);
    }
    return found;
}

/* --- annotations that name clusters --- */

static struct map *good_meshes(const struct specs_reader *reader)
{
    const struct staged_list *list = &reader->staged[KIND_MESH];
    struct map *meshes = map_new(reader->staging);

    for (const struct staged *at = list->first; at; at = at->next)
        if (!at->error)
            map_put(meshes, at->meta->key, staged_object(at));
    return meshes;
}

/* The clusters of a VirtualMesh; NULL: one of its Meshes is not there, and it is refused for that.
 */
static const char **layout_clusters(const struct virtual_mesh *mesh, const struct map *meshes,
                                    struct arena *arena)
{
    const char **clusters = ARENA_NEW(arena, const char *, mesh->mesh_count);

    for (size_t i = 0; i < mesh->mesh_count; i++) {
        const struct mesh *found = map_find(meshes, object_ref_key(mesh->meshes[i], arena));

        if (!found)
            return NULL;
        clusters[i] = found->cluster;
    }
    return clusters;
}

/* Before gather copies the objects, because it adds remarks to them. A VirtualMesh with a Mesh
 * that is missing has an error already, and comparing its annotations with some of its clusters
 * would only add wrong hints. */
static void match_annotations(struct specs_reader *reader)
{
    const struct staged_list *list = &reader->staged[KIND_VIRTUAL_MESH];
    const struct map *meshes = good_meshes(reader);

    for (const struct staged *at = list->first; at; at = at->next) {
        struct virtual_mesh *mesh = staged_object(at);
        const char **clusters;

        if (at->error || !mesh->meta.annotation_count)
            continue;
        clusters = layout_clusters(mesh, meshes, reader->staging);
        if (clusters)
            annotation_match_all(mesh, clusters, mesh->mesh_count, reader->diags, reader->arena);
    }
}

void specs_build(struct specs *out, struct specs_reader *reader)
{
    struct refused *refused = NULL;
    struct building building = { reader, out, &refused };

    *out =
        (struct specs){ .incomplete = reader->incomplete, .pod_namespace = reader->pod_namespace };
    match_annotations(reader);
    out->virtual_meshes = gather(&building, KIND_VIRTUAL_MESH, &out->virtual_mesh_count);
    out->access_policies = gather(&building, KIND_ACCESS_POLICY, &out->access_policy_count);
    out->settings = find_settings(&building);
    out->meshes = gather(&building, KIND_MESH, &out->mesh_count);
    out->workloads = gather(&building, KIND_WORKLOAD, &out->workload_count);
    out->destinations = gather(&building, KIND_DESTINATION, &out->destination_count);
    out->clusters = gather(&building, KIND_KUBERNETES_CLUSTER, &out->cluster_count);
    out->refused = refused;
    out->index = specs_index_new(out, reader->arena);
}
