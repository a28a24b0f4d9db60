/* discovery/inventory_tree.c - an inventory as files.  Pure.
 * One file for each namespace, so that the diff of a deployment is in the file that its people
 * know. A file that grows too large is parted by the first letter in which the names of its objects
 * differ, and so on, as files of the output branch are: where an object goes depends on its own
 * name and on how full its part is. */
#include "discovery/inventory_tree.h"

#include "api/discovered_encode.h"
#include "base/write_yaml.h"
#include <stdlib.h>

const char inventory_tree_header[] =
    "# Found by weft in the cluster; change the cluster or the specs, not this file.\n";

struct entry { /* an object as text */
    const char *name, *text;
    size_t len;
};

struct writer {
    struct filetree *tree;
    const struct inventory *inventory;
    size_t max;
    const struct blobs *blobs;
    struct arena *arena; /* of one cluster */
    struct err *err;
};

static struct entry entry_of(struct writer *writer, const char *name, const struct node *object)
{
    AUTO_TEXT text = { 0 };

    write_yaml(&text, object);
    return (struct entry){ name, arena_bytes(writer->arena, text.bytes, text.len), text.len };
}

static int put(struct writer *writer, const char *path, const struct text *text)
{
    const char *full =
        arena_printf(writer->arena, "clusters/%s/%s", writer->inventory->cluster, path);
    struct git_id id;

    if (writer->blobs->put(writer->blobs->context, &id, text->bytes, text->len, writer->err) < 0)
        return err_wrap(writer->err, "store %s", full);
    filetree_put(writer->tree, full, &id);
    return 0;
}

static int put_entries(struct writer *writer, const char *path, const struct entry *entries,
                       size_t count)
{
    AUTO_TEXT text = { 0 };

    text_adds(&text, inventory_tree_header);
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_adds(&text, "---\n");
        text_add(&text, entries[i].text, entries[i].len);
    }
    return put(writer, path, &text);
}

static size_t size_of(const struct entry *entries, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += entries[i].len + 4;
    return size;
}

/* Entries in their order, of which those with prefix go into one file, or into several. It ends:
 * each call is one letter deeper, and names have at most 63 bytes; below 60 a part is written
 * whatever its size. An object that is added somewhere moves others only when its part grows
 * beyond the limit. */
static int put_part(struct writer *writer, const char *file, const char *prefix,
                    const struct entry *entries, size_t count)
{
    const size_t len = strlen(prefix);
    bool done[256] = { false };

    if (size_of(entries, count) <= writer->max || len > 60)
        return put_entries(writer,
                           len ? arena_printf(writer->arena, "%s.%s.yaml", file, prefix)
                               : arena_printf(writer->arena, "%s.yaml", file),
                           entries, count);
    for (size_t i = 0; i < count; i++) {
        const unsigned char letter = (unsigned char)entries[i].name[len];
        struct entry *part = ARENA_NEW(writer->arena, struct entry, count);
        size_t kept = 0;
        const char *next = letter ? arena_printf(writer->arena, "%s%c", prefix, letter) : prefix;

        if (done[letter])
            continue;
        done[letter] = true;
        for (size_t k = i; k < count; k++)
            if ((unsigned char)entries[k].name[len] == letter)
                part[kept++] = entries[k];
        if ((letter ? put_part(writer, file, next, part, kept)
                    : put_entries(writer, arena_printf(writer->arena, "%s.%s.yaml", file, next),
                                  part, kept))
            < 0)
            return -1;
    }
    return 0;
}

static int put_cluster(struct writer *writer)
{
    const struct inventory *inventory = writer->inventory;
    struct entry *entries = NULL;
    size_t count = 0;

    *ARENA_PUSH(writer->arena, entries, count) = entry_of(
        writer, inventory->cluster, discovered_encode_cluster(&inventory->self, writer->arena));
    for (size_t i = 0; i < inventory->mesh_count; i++)
        *ARENA_PUSH(writer->arena, entries, count) =
            entry_of(writer, inventory->meshes[i].meta.name,
                     discovered_encode_mesh(&inventory->meshes[i], writer->arena));
    return put_entries(writer, "cluster.yaml", entries, count);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* The Destinations, then the Workloads, each by name. */
static int put_namespace(struct writer *writer, const char *namespace, size_t *destination,
                         size_t *workload)
{
    const struct inventory *inventory = writer->inventory;
    struct entry *entries = NULL;
    size_t count = 0, destinations;

    for (; *destination < inventory->destination_count
           && text_equal(inventory->destinations[*destination].service->ref.namespace, namespace);
         ++*destination)
        *ARENA_PUSH(writer->arena, entries, count) = entry_of(
            writer, inventory->destinations[*destination].meta.name,
            discovered_encode_destination(&inventory->destinations[*destination], writer->arena));
    destinations = count;
    for (; *workload < inventory->workload_count
           && text_equal(inventory->workloads[*workload].controller.namespace, namespace);
         ++*workload)
        *ARENA_PUSH(writer->arena, entries, count) =
            entry_of(writer, inventory->workloads[*workload].meta.name,
                     discovered_encode_workload(&inventory->workloads[*workload], writer->arena));
    if (destinations)
        qsort(entries, destinations, sizeof *entries, by_name);
    if (count > destinations)
        qsort(entries + destinations, count - destinations, sizeof *entries, by_name);
    return put_part(writer, arena_printf(writer->arena, "namespaces/%s", namespace), "", entries,
                    count);
}

static int put_namespaces(struct writer *writer)
{
    const struct inventory *inventory = writer->inventory;
    size_t destination = 0, workload = 0;

    while (destination < inventory->destination_count || workload < inventory->workload_count) {
        const char *a = destination < inventory->destination_count
                            ? inventory->destinations[destination].service->ref.namespace
                            : NULL;
        const char *b = workload < inventory->workload_count
                            ? inventory->workloads[workload].controller.namespace
                            : NULL;

        if (put_namespace(writer, !a || (b && strcmp(b, a) < 0) ? b : a, &destination, &workload)
            < 0)
            return -1;
    }
    return 0;
}

static int put_left_out(struct writer *writer, const struct left_out_list *left_out)
{
    AUTO_TEXT text = { 0 };

    text_adds(&text, inventory_tree_header);
    left_out_write(&text, left_out);
    return text.len > strlen(inventory_tree_header) ? put(writer, "left-out.tsv", &text) : 0;
}

int inventory_tree_put(struct filetree *tree, const struct inventory *inventory,
                       const struct left_out_list *left_out, size_t max, const struct blobs *blobs,
                       struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct writer writer = { tree, inventory, max, blobs, arena, err };

    if (!inventory->known)
        return 0;
    if (put_cluster(&writer) < 0 || put_namespaces(&writer) < 0)
        return -1;
    return left_out ? put_left_out(&writer, left_out) : 0;
}
