/* translate/previous.c - documents of the output branch as it was.  Reads through the tree reader
 * only.
 *
 * The output branch is weft's memory of what clusters run: it was written by this program or an
 * older version of it, and may have been edited since. Only files that begin with weft's header
 * count. A document that cannot be parsed keeps its text with empty names: nothing matches it, so
 * it is not taken for another document, and stays only where the whole folder stays. Documents are
 * split at lines that are exactly the separator, which works because the writer indents every
 * text. */
#include "translate/previous.h"

#include "base/parse.h"
#include "base/parse_json.h"
#include "base/parse_yaml.h"
#include "translate/manifest.h"
#include <string.h>

#define SEPARATOR "---\n"

/* The host of a DestinationRule, or the first one of a ServiceEntry. */
static const char *host_of(const struct node *object)
{
    const struct node *spec = node_find(object, "spec");
    const struct node *hosts = spec ? node_find(spec, "hosts") : NULL;
    const char *host = node_get(object, "spec", "host", NULL);

    return host || !hosts || !hosts->first ? host : node_text(hosts->first);
}

static void read_identity(struct previous_document *previous, struct arena *arena)
{
    const char *parents =
        node_get(previous->object, "metadata", "annotations", PARENTS_ANNOTATION, NULL);
    struct err err;

    previous->kind = text_or_empty(node_get(previous->object, "kind", NULL));
    previous->namespace = text_or_empty(node_get(previous->object, "metadata", "namespace", NULL));
    previous->name = text_or_empty(node_get(previous->object, "metadata", "name", NULL));
    previous->host = text_or_empty(host_of(previous->object));
    if (parents && parse_json(&previous->parents, parents, strlen(parents), arena, &err) < 0)
        previous->parents = NULL;
}

static void add_document(struct previous_documents *out, const char *path, const char *text,
                         size_t len, struct arena *arena)
{
    struct previous_document *previous = ARENA_PUSH(arena, out->items, out->count);
    struct diags diags = { .arena = arena };

    *previous = (struct previous_document){
        .text = text, .len = len, .kind = "", .namespace = "", .name = "", .host = ""
    };
    if (parse_yaml(&previous->object, path, text, len, arena, &diags) == 0)
        read_identity(previous, arena);
    else
        previous->object = NULL;
}

/* A document ends where a line begins with the separator; our writer indents all text. */
static void split(struct previous_documents *out, const struct previous_file *file,
                  struct arena *arena)
{
    const char *at = file->bytes + strlen(rendered_by_weft), *end = file->bytes + file->len;

    while (at < end) {
        const char *next = memmem(at, (size_t)(end - at), "\n" SEPARATOR, 1 + strlen(SEPARATOR));
        const char *stop = next ? next + 1 : end;

        add_document(out, file->path, at, (size_t)(stop - at), arena);
        at = next ? stop + strlen(SEPARATOR) : end;
    }
}

struct previous_documents previous_parse(const struct previous_files *files, struct arena *arena)
{
    struct previous_documents documents = { 0 };

    for (size_t i = 0; i < files->count; i++)
        split(&documents, &files->items[i], arena);
    return documents;
}

struct sha256 previous_digest(const struct previous_files *files)
{
    struct sha256_stream *stream = sha256_begin();

    for (size_t i = 0; i < files->count; i++) {
        sha256_add(stream, &files->items[i].len, sizeof files->items[i].len);
        sha256_add(stream, files->items[i].bytes, files->items[i].len);
    }
    return sha256_end(stream);
}

static int add_file(struct previous_files *out, const struct tree_reader *before, const char *path,
                    struct arena *arena, struct err *err)
{
    char *bytes;
    size_t len;

    if (before->read(before->context, path, &bytes, &len, arena, err) < 0)
        return -1;
    if (bytes && text_starts(bytes, rendered_by_weft))
        *ARENA_PUSH(arena, out->items, out->count) = (struct previous_file){ path, bytes, len };
    return 0;
}

int previous_list(struct previous_files *out, const struct tree_reader *before, const char *dir,
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

const struct node *previous_parents(const struct previous_document *previous, const char *kind)
{
    return previous->parents ? node_find(previous->parents, kind) : NULL;
}

/* 1 and *out when the client knew the Service. */
static int ask_client(bool *out, const struct tree_reader *before, const char *dir,
                      const struct export *export, const char *address, const char *ipv6,
                      struct arena *arena, struct err *err)
{
    struct previous_files files = { 0 };
    struct previous_documents documents;

    if (previous_list(&files, before, dir, arena, err) < 0)
        return -1;
    documents = previous_parse(&files, arena);
    for (size_t i = 0; i < documents.count; i++) {
        const struct previous_document *previous = &documents.items[i];
        const struct node *spec, *addresses;
        const char *known;

        if (!text_equal(previous->kind, "ServiceEntry")
            || !text_equal(previous->host, export->host))
            continue;
        spec = node_find(previous->object, "spec");
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
