/* translate/previous.c - documents of the output branch as it was.  Reads through the tree reader
 * only. */
#include "translate/previous.h"

#include "base/parse.h"
#include "base/parse_json.h"
#include "base/parse_yaml.h"
#include "translate/manifest.h"
#include <string.h>

#define SEPARATOR "---\n"

static const char *or_empty(const char *text) { return text ? text : ""; }

/* The host of a DestinationRule, or the first one of a ServiceEntry. */
static const char *host_of(const struct node *object)
{
    const struct node *spec = node_find(object, "spec");
    const struct node *hosts = spec ? node_find(spec, "hosts") : NULL;
    const char *host = node_get(object, "spec", "host", NULL);

    return host || !hosts || !hosts->first ? host : node_text(hosts->first);
}

static void read_identity(struct former *former, struct arena *arena)
{
    const char *parents =
        node_get(former->object, "metadata", "annotations", PARENTS_ANNOTATION, NULL);
    struct err err;

    former->kind = or_empty(node_get(former->object, "kind", NULL));
    former->namespace = or_empty(node_get(former->object, "metadata", "namespace", NULL));
    former->name = or_empty(node_get(former->object, "metadata", "name", NULL));
    former->host = or_empty(host_of(former->object));
    if (parents && parse_json(&former->parents, parents, strlen(parents), arena, &err) < 0)
        former->parents = NULL;
}

static void add_document(struct formers *out, const char *path, const char *text, size_t len,
                         struct arena *arena)
{
    struct former *former = ARENA_PUSH(arena, out->items, out->count);
    struct diags diags = { .arena = arena };

    *former = (struct former){
        .text = text, .len = len, .kind = "", .namespace = "", .name = "", .host = ""
    };
    if (parse_yaml(&former->object, path, text, len, arena, &diags) == 0)
        read_identity(former, arena);
    else
        former->object = NULL;
}

/* A document ends where a line begins with the separator; our writer indents all text. */
static void split(struct formers *out, const struct former_file *file, struct arena *arena)
{
    const char *at = file->bytes + strlen(rendered_by_weft), *end = file->bytes + file->len;

    while (at < end) {
        const char *next = memmem(at, (size_t)(end - at), "\n" SEPARATOR, 1 + strlen(SEPARATOR));
        const char *stop = next ? next + 1 : end;

        add_document(out, file->path, at, (size_t)(stop - at), arena);
        at = next ? stop + strlen(SEPARATOR) : end;
    }
}

struct formers previous_parse(const struct former_files *files, struct arena *arena)
{
    struct formers formers = { 0 };

    for (size_t i = 0; i < files->count; i++)
        split(&formers, &files->items[i], arena);
    return formers;
}

struct sha256 previous_digest(const struct former_files *files)
{
    struct sha256_stream *stream = sha256_begin();

    for (size_t i = 0; i < files->count; i++) {
        sha256_add(stream, &files->items[i].len, sizeof files->items[i].len);
        sha256_add(stream, files->items[i].bytes, files->items[i].len);
    }
    return sha256_end(stream);
}

static int add_file(struct former_files *out, const struct tree_reader *before, const char *path,
                    struct arena *arena, struct err *err)
{
    char *bytes;
    size_t len;

    if (before->read(before->context, path, &bytes, &len, arena, err) < 0)
        return -1;
    if (bytes && text_starts(bytes, rendered_by_weft))
        *ARENA_PUSH(arena, out->items, out->count) = (struct former_file){ path, bytes, len };
    return 0;
}

int previous_list(struct former_files *out, const struct tree_reader *before, const char *dir,
                  struct arena *arena, struct err *err)
{
    const char **names;
    size_t count;

    if (before->list(before->context, dir, &names, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(names[i]);
        const bool is_dir = text_ends(names[i], "/");
        const char *path =
            arena_printf(arena, "%s/%.*s", dir, (int)(is_dir ? len - 1 : len), names[i]);

        if ((is_dir ? previous_list(out, before, path, arena, err)
                    : add_file(out, before, path, arena, err))
            < 0)
            return -1;
    }
    return 0;
}

const struct node *previous_parents(const struct former *former, const char *kind)
{
    return former->parents ? node_find(former->parents, kind) : NULL;
}

/* 1 and *out when the client knew the Service. */
static int ask_client(bool *out, const struct tree_reader *before, const char *dir,
                      const struct export *export, const char *address, const char *ipv6,
                      struct arena *arena, struct err *err)
{
    struct former_files files = { 0 };
    struct formers formers;

    if (previous_list(&files, before, dir, arena, err) < 0)
        return -1;
    formers = previous_parse(&files, arena);
    for (size_t i = 0; i < formers.count; i++) {
        const struct former *former = &formers.items[i];
        const struct node *spec, *addresses;
        const char *known;

        if (!text_equal(former->kind, "ServiceEntry") || !text_equal(former->host, export->host))
            continue;
        spec = node_find(former->object, "spec");
        addresses = node_find(spec, "addresses");
        known = addresses && addresses->first ? node_text(addresses->first) : NULL;
        *out = known && (text_equal(known, address) || text_equal(known, ipv6));
        return 1;
    }
    return 0;
}

int previous_has_address(bool *out, const struct tree_reader *before, const struct export *export,
                         const char *address, const char *ipv6, struct arena *arena,
                         struct err *err)
{
    const char **clusters;
    size_t count;
    int found = 0;

    *out = false;
    if (before->list(before->context, "clusters", &clusters, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count && found == 0; i++) {
        const char *dir =
            arena_printf(arena, "clusters/%simports/%s", clusters[i], export->home->cluster);

        if (text_ends(clusters[i], "/"))
            found = ask_client(out, before, dir, export, address, ipv6, arena, err);
    }
    return found < 0 ? -1 : 0;
}
