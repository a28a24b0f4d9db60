/* tests/discovery/stage.c - the lists of a case in a folder. */
#include "tests/discovery/stage.h"

#include "base/files.h"
#include "base/folder.h"
#include "base/map.h"
#include "base/parse_json.h"
#include "base/write_json.h"
#include "discovery/read.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 1024 * 1024 };

void stage_check(bool good, const char *what, const char *name)
{
    if (!good) {
        fprintf(stderr, "%s: %s\n", name, what);
        exit(1);
    }
}

void stage_check_err(int result, const struct err *err, const char *name)
{
    stage_check(result == 0, err->text, name);
}

char *stage_file(const char *path, struct arena *arena)
{
    struct err err;
    char *bytes;
    size_t len;

    if (access(path, F_OK) != 0)
        return NULL;
    stage_check_err(file_read(&bytes, &len, path, FILE_MAX, arena, &err), &err, path);
    return bytes;
}

/* --- lists in another order --- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223; /* Numerical Recipes */
    return *seed >> 16;
}

/* Takes the item at a place out of a list. */
static struct node *take_item(struct node *items, size_t place)
{
    struct node **at = &items->first, *item;

    while (place--)
        at = &(*at)->next;
    item = *at;
    *at = item->next;
    items->count--;
    return item;
}

static const char *reordered(const char *bytes, uint32_t order, struct arena *arena)
{
    const struct node *body;
    struct node *items, *last = NULL, *first = NULL;
    size_t count;
    AUTO_TEXT out = { 0 };
    struct err err;

    if (parse_json(&body, bytes, strlen(bytes), arena, &err) < 0
        || !(items = UNCONST(node_find(body, "items"))) || items->kind != NODE_LIST)
        return bytes;
    count = items->count;
    while (items->count) {
        struct node *item =
            take_item(items, order == 1 ? items->count - 1 : next_random(&order) % items->count);

        *(last ? &last->next : &first) = item;
        last = item;
        item->next = NULL;
    }
    items->first = first;
    items->last = last;
    items->count = count;
    write_json(&out, body, false);
    return arena_text(arena, out.bytes);
}

static const char *item_name(const struct node *item, struct arena *arena)
{
    const char *namespace = node_get(item, "metadata", "namespace", NULL);

    return arena_printf(arena, "%s%s%s", namespace ? namespace : "", namespace ? "/" : "",
                        node_get(item, "metadata", "name", NULL));
}

/* What a case says of a list, on top of the ordinary one. */
static const char *merged(const char *own, const char *common, struct arena *arena)
{
    const struct node *body, *base, *without;
    struct map *known = map_new(arena);
    struct node *items;
    AUTO_TEXT out = { 0 };
    struct err err;

    if (!common || parse_json(&body, own, strlen(own), arena, &err) < 0
        || !(items = UNCONST(node_find(body, "items"))) || read_true(body, "whole"))
        return own;
    stage_check_err(parse_json(&base, common, strlen(common), arena, &err), &err, "common");
    without = node_find(body, "without");
    for (const struct node *node = without ? without->first : NULL; node; node = node->next)
        map_put(known, node->text, UNCONST(node));
    for (struct node *node = items->first; node; node = node->next)
        map_put(known, item_name(node, arena), node);
    for (const struct node *node = node_find(base, "items")->first; node; node = node->next)
        if (!map_find(known, item_name(node, arena)))
            node_add(items, node_copy(arena, node));
    write_json(&out, body, false);
    return arena_text(arena, out.bytes);
}

/* Without fsync, of which there would be a thousand. */
static void write_list(const char *path, const char *bytes)
{
    FILE *file = fopen(path, "w");

    stage_check(file && fputs(bytes, file) >= 0 && fclose(file) == 0, "cannot be written", path);
}

static const char *const failures[STAGE_FAILURES] = {
    [STAGE_ERROR] = "{\"kind\": \"Status\", \"code\": 500, \"message\": \"request timed out\"}",
    [STAGE_FORBIDDEN] = "{\"kind\": \"Status\", \"code\": 403, \"message\": \"no\"}",
    [STAGE_CUT] = "{\"kind\": \"XList\", \"metadata\": {\"continue\": \"c\"}, \"items\": []}",
    [STAGE_HTML] = "<html>502 Bad Gateway</html>",
};

static const char *altered(const char *bytes, const char *list, const struct stage *stage,
                           struct arena *arena)
{
    const size_t len = stage->broken ? strlen(stage->broken) : 0;

    if (len && !strncmp(list, stage->broken, len) && list[len] == '.')
        return failures[stage->failure];
    return stage->order ? reordered(bytes, stage->order, arena) : bytes;
}

const char **stage_names(const char *folder, size_t *count, struct arena *arena)
{
    struct tree_reader reader = folder_tree_reader(folder);
    const char **names;
    struct err err;

    stage_check_err(reader.list(reader.context, "", &names, count, arena, &err), &err, folder);
    return names;
}

static bool has_list(const char **names, size_t count, const char *list)
{
    const size_t len = strcspn(list, ".");

    for (size_t i = 0; i < count; i++)
        if (!strncmp(names[i], list, len + 1))
            return true;
    return false;
}

/* One cluster in the folder to: its own lists, and those of the ordinary cluster. */
static void stage_cluster(const char *to, const char *from, const struct stage *stage,
                          struct arena *arena)
{
    const char *common = arena_printf(arena, "%s/common", stage->folder), *bytes;
    size_t own_count = 0, count;
    const char **own = from ? stage_names(from, &own_count, arena) : NULL;
    const char **lists = stage_names(common, &count, arena);
    struct err err;

    stage_check_err(file_make_folders(to, 0700, &err), &err, to);
    for (size_t i = 0; i < own_count; i++) {
        if (own[i][0] == '.')
            continue;
        bytes = merged(stage_file(arena_printf(arena, "%s/%s", from, own[i]), arena),
                       stage_file(arena_printf(arena, "%s/%s", common, own[i]), arena), arena);
        write_list(arena_printf(arena, "%s/%s", to, own[i]), altered(bytes, own[i], stage, arena));
    }
    for (size_t i = 0; i < count; i++) {
        if (!text_ends(lists[i], ".json") || has_list(own, own_count, lists[i]))
            continue;
        bytes = stage_file(arena_printf(arena, "%s/%s", common, lists[i]), arena);
        write_list(arena_printf(arena, "%s/%s", to, lists[i]),
                   altered(bytes, lists[i], stage, arena));
    }
}

void stage_clusters(const char *to, const struct stage *stage, struct arena *arena)
{
    const char *in = arena_printf(arena, "%s/%s/in", stage->folder, stage->name);
    size_t count;
    const char **clusters;

    if (access(in, F_OK) != 0) {
        stage_cluster(arena_printf(arena, "%s/cluster-1", to), NULL, stage, arena);
        return;
    }
    clusters = stage_names(in, &count, arena);
    for (size_t i = 0; i < count; i++)
        stage_cluster(arena_printf(arena, "%s/%s", to, clusters[i]),
                      arena_printf(arena, "%s/%s", in, clusters[i]), stage, arena);
}
