/* translate/document.c - the manifests of one folder, on their way to files.  Knows no kind.
 *
 * Fresh documents are added first and previous ones, which are retained, after them; an object
 * that is in both is written once. A map by identity is made only when there are previous ones,
 * since most folders have none. Texts are kept in one buffer and documents refer to it by offsets,
 * because it moves as it grows.
 *
 * A file that would be too large is parted by the first letter in which the names in it differ,
 * again and again. Where a document goes depends on its own name and on how full its part is, not
 * on how many come before it; so one more Service changes one file, and the diff that people
 * review stays small. */
#include "translate/document.h"
#include "base/write_yaml.h"

#include "base/write.h"
#include "translate/translate.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR "---\n"

const char rendered_by_weft[] =
    "# Rendered by weft from the specs repository; change the specs, not this file.\n";

static void add(struct documents *out, const struct document *document, size_t at)
{
    struct document *added = ARENA_PUSH(out->keep, out->items, out->count);

    *added = *document;
    added->at = at;
    added->len = out->text.len - at;
}

void documents_add(struct documents *out, const struct document *document,
                   const struct node *object)
{
    const size_t at = out->text.len;

    write_yaml(&out->text, object);
    add(out, document, at);
    out->fresh = out->count;
    arena_reset(out->scratch);
}

static int compare_identity(const struct document *a, const struct document *b)
{
    int order = strcmp(a->kind, b->kind);

    if (order || (order = strcmp(a->namespace, b->namespace)))
        return order;
    return strcmp(a->name, b->name);
}

static const char *identity(const struct document *document, struct arena *arena)
{
    return arena_printf(arena, "%s/%s/%s", document->kind, document->namespace, document->name);
}

static void index_fresh(struct documents *documents)
{
    size_t *positions = ARENA_NEW(documents->keep, size_t, documents->fresh);

    documents->by_identity = map_new(documents->keep);
    for (size_t i = 0; i < documents->fresh; i++) {
        positions[i] = i;
        map_put(documents->by_identity, identity(&documents->items[i], documents->keep),
                &positions[i]);
    }
}

void documents_add_previous(struct documents *out, const struct document *document,
                            const char *text, size_t len, bool replace)
{
    const size_t at = out->text.len;
    const size_t *position;

    if (!out->by_identity)
        index_fresh(out);
    position = map_find(out->by_identity, identity(document, out->keep));
    if (position && !replace)
        return;
    text_add(&out->text, text, len);
    if (position) {
        out->items[*position].at = at;
        out->items[*position].len = len;
    } else {
        add(out, document, at);
    }
}

void documents_clear(struct documents *documents)
{
    text_clear(&documents->text);
    arena_reset(documents->keep);
    arena_reset(documents->scratch);
    documents->items = NULL;
    documents->by_identity = NULL;
    documents->count = documents->fresh = 0;
}

/* A folder being written. */
struct store {
    struct filetree *folder;
    const struct documents *documents;
    size_t max;
    const struct blobs *blobs;
    struct text file;
};

static int by_place(const void *a, const void *b)
{
    const struct document *left = a, *right = b;
    int order = strcmp(left->file, right->file);

    if (order || (order = strcmp(left->range, right->range)))
        return order;
    return compare_identity(left, right);
}

/* The first that was made comes first. */
static int by_identity(const void *a, const void *b)
{
    const struct document *left = a, *right = b;
    int order = compare_identity(left, right);

    return order ? order : (left->at > right->at) - (left->at < right->at);
}

/* The same object twice (two meshes of one cluster that share a namespace) is written once. */
static int put_file(struct store *store, struct document *documents, size_t count, size_t prefix,
                    struct err *err)
{
    struct git_id id;
    AUTO_TEXT path = { 0 };

    assert(count > 0 && prefix <= strlen(documents[0].range));
    qsort(documents, count, sizeof *documents, by_identity);
    text_clear(&store->file);
    text_adds(&store->file, rendered_by_weft);
    for (size_t i = 0; i < count; i++) {
        if (i && !compare_identity(&documents[i - 1], &documents[i]))
            continue;
        if (i)
            text_adds(&store->file, SEPARATOR);
        text_add(&store->file, store->documents->text.bytes + documents[i].at, documents[i].len);
    }
    text_adds(&path, documents[0].file);
    if (prefix)
        text_addf(&path, ".%.*s", (int)prefix, documents[0].range);
    text_adds(&path, ".yaml");
    if (store->blobs->put(store->blobs->context, &id, store->file.bytes, store->file.len, err) < 0)
        return err_wrap(err, "store %s", path.bytes);
    filetree_put(store->folder, path.bytes, &id);
    return 0;
}

static size_t size_of(const struct document *documents, size_t count)
{
    size_t size = strlen(rendered_by_weft);

    for (size_t i = 0; i < count; i++)
        size += documents[i].len + strlen(SEPARATOR);
    return size;
}

static size_t common_prefix(const char *a, const char *b)
{
    size_t len = 0;

    while (a[len] && a[len] == b[len])
        len++;
    return len;
}

/* Documents of one file, sorted by range.  When they are too many, they are parted by the first
 * letter in which their ranges differ, and so on: where a document goes depends on its own name and
 * on how full its part is, so that one more Service touches one file. */
static int put_range(struct store *store, struct document *documents, size_t count, size_t prefix,
                     struct err *err)
{
    const size_t common = common_prefix(documents[0].range, documents[count - 1].range);

    if (size_of(documents, count) <= store->max
        || !strcmp(documents[0].range, documents[count - 1].range))
        return put_file(store, documents, count, prefix, err);
    for (size_t i = 0, end; i < count; i = end) {
        const char letter = documents[i].range[common];

        for (end = i + 1; end < count && documents[end].range[common] == letter; end++)
            ;
        if (put_range(store, documents + i, end - i, letter ? common + 1 : common, err) < 0)
            return -1;
    }
    return 0;
}

static int put_files(struct store *store, struct document *documents, size_t count, struct err *err)
{
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && !strcmp(documents[i].file, documents[end].file); end++)
            ;
        if (put_range(store, documents + i, end - i, 0, err) < 0)
            return -1;
    }
    return 0;
}

int documents_store(struct filetree *folder, struct documents *documents, size_t max,
                    const struct blobs *blobs, struct err *err)
{
    struct store store = { folder, documents, max, blobs, { 0 } };
    int result;

    if (documents->count)
        qsort(documents->items, documents->count, sizeof *documents->items, by_place);
    result = put_files(&store, documents->items, documents->count, err);
    text_free(&store.file);
    return result;
}
