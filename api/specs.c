/* api/specs.c - reads documents and stages their objects, good and bad.  Must not compare objects:
 * specs_build.c does.
 *
 * Memory: the tree of a document lives in the scratch arena until the next document is read.  Texts
 * are interned, so they survive it.  Kinds of which there are few are decoded straight into the
 * caller's arena; the others are decoded into the scratch arena, then compacted (compact.c).
 *
 * A document that cannot be recognised may have replaced an object, or may be meant as one.
 * Whenever it could hide an object of ours, the specs are incomplete, and nothing may be deleted
 * because of them. */
#include "api/specs.h"
#include "api/meta.h"
#include "base/decode_value.h"
#include "base/intern.h"

#include "api/field.h"
#include "api/object_span.h"
#include "api/specs_build.h"
#include "api/specs_reader.h"
#include "base/parse_yaml.h"
#include "base/stand_in.h"
#include <assert.h>
#include <string.h>

struct specs_reader *specs_begin(struct arena *arena, struct diags *diags,
                                 const char *pod_namespace)
{
    struct arena *staging = arena_new();
    struct specs_reader *reader = ARENA_NEW(staging, struct specs_reader, 1);

    reader->arena = arena;
    reader->scratch = arena_new();
    reader->staging = staging;
    reader->diags = diags;
    reader->decoder =
        (struct decoder){ .diags = diags, .arena = arena, .strings = intern_open(arena) };
    reader->passing = reader->decoder;
    reader->passing.arena = reader->scratch;
    reader->compact = (struct compact){ arena, intern_open(arena) };
    for (int kind = 0; kind < KIND_COUNT; kind++)
        reader->staged[kind].arena = arena_new();
    reader->pod_namespace =
        text_empty(pod_namespace) ? POD_NAMESPACE_DEFAULT : arena_text(arena, pod_namespace);
    return reader;
}

/* The first error of an object, printed: the parser's own, or else the first that decoding it
 * added. */
static const char *first_error(struct specs_reader *reader, const struct object_span *span,
                               const struct diag *last)
{
    const struct diag *diag = object_span_error(span);
    AUTO_TEXT text = { 0 };

    if (!diag)
        diag = last ? last->next : reader->diags->first;
    while (diag && diag->level != DIAG_ERROR)
        diag = diag->next;
    if (!diag)
        return "has mistakes that are not shown, because there are too many before them";
    diag_print(&text, diag);
    return arena_text(reader->arena, text.bytes);
}

static bool check_version(const struct at *at, enum object_kind kind)
{
    const char *want = kind_rows[kind].api_version;
    struct at version = at_key(at, "apiVersion");
    const char *text = node_text(version.node);

    if (text_equal(text, want))
        return true;
    if (text)
        at_error(&version, "must be %s for the kind %s; got '%.80s'", want, object_kind_name(kind),
                 text);
    else
        at_error(&version, "is required; write %s", want);
    return false;
}

/* Room for one more object of a kind. */
static struct staged *stage(struct specs_reader *reader, enum object_kind kind)
{
    struct staged_list *list = &reader->staged[kind];
    struct staged *staged =
        arena_alloc(list->arena, 1, sizeof(struct staged) + kind_rows[kind].size);

    if (list->last)
        list->last->next = staged;
    else
        list->first = staged;
    list->last = staged;
    list->count++;
    return staged;
}

static const struct cluster_ref *about_object(enum object_kind kind, const void *object,
                                              struct arena *arena)
{
    struct cluster_ref *about = ARENA_NEW(arena, struct cluster_ref, 1);

    *about = kinds_about(kind, object, arena);
    return about;
}

/* Decodes the object at at and stages it. */
static void read_known(struct specs_reader *reader, const struct at *at, enum object_kind kind,
                       const struct object_span *span)
{
    static const char *const keys[] = { "apiVersion", "kind", "metadata", "spec", "status", NULL };
    const struct kind_row *row = &kind_rows[kind];
    const struct diags before = *reader->diags;
    const char *error = NULL;
    struct staged *staged = stage(reader, kind);
    void *object = staged_object(staged);
    struct meta *meta = (struct meta *)((char *)object + row->meta);
    struct at here = *at;

    here.with = row->many ? &reader->passing : &reader->decoder;
    at_only(&here, keys);
    if (check_version(&here, kind))
        row->decode(object, here);
    else
        *meta = meta_decode(here);
    if (object_span_bad(span) || reader->diags->errors > before.errors)
        error = first_error(reader, span, before.last);
    if (row->many) {
        compact_meta(meta, &reader->compact);
        if (!error)
            compact_object(object, row->spec, &reader->compact);
    }
    staged->meta = meta;
    staged->error = error;
    if (error)
        staged->about = about_object(kind, object, reader->arena);
    if (error && (!*meta->name || !*meta->namespace || object_span_in_doubt(span, at)))
        reader->incomplete = true;
}

/* A text that names something; SOPS encrypts even these. */
static bool is_plain_name(const char *text)
{
    return !text_empty(text) && !text_starts(text, "ENC[");
}

static bool has_shape(const struct node *object)
{
    const struct node *metadata = node_find(object, "metadata"),
                      *items = node_find(object, "items");

    return is_plain_name(node_get(object, "apiVersion", NULL))
           && is_plain_name(node_get(object, "kind", NULL))
           && ((metadata && metadata->kind == NODE_MAP) || (items && items->kind == NODE_LIST));
}

/* What "kubectl get --raw" or curl leave behind after a failure. A file with such an answer
 * replaced the objects that were meant to be in it, so nothing may be deleted. */
static bool is_failure(const struct node *object)
{
    return text_equal(node_get(object, "kind", NULL), "Status")
           && text_equal(node_get(object, "apiVersion", NULL), "v1");
}

/* Reads the whole file, so once: a file may hold a million documents that are no objects. */
static const char *looks_of_file(struct specs_reader *reader)
{
    if (!reader->file.looked_at)
        reader->file.looks = stand_in_find(reader->file.bytes, reader->file.len);
    reader->file.looked_at = true;
    return reader->file.looks;
}

/* A document that is in the place of an object. */
static void read_stand_in(struct specs_reader *reader, const struct at *at)
{
    const char *looks = looks_of_file(reader);
    const char *message = node_get(at->node, "message", NULL);

    if (is_failure(at->node))
        at_error(at, "is an error of an API server instead of an object; fetch it again: %.200s",
                 message ? message : "");
    else if (reader->file.foreign && !looks)
        at_warn(at, "is no Kubernetes object (apiVersion, kind and metadata) and is ignored");
    else if (looks)
        at_error(at, "%s", looks);
    else
        at_error(at, "is no Kubernetes object (apiVersion, kind and metadata); correct it, or move "
                     "it out of the specs; until then nothing is deleted");
    if (looks || !reader->file.foreign || is_failure(at->node))
        reader->incomplete = true;
}

/* An object of none of our kinds.  One of ours with a typing error must not count as deleted. */
static void read_other(struct specs_reader *reader, const struct at *at,
                       const struct object_span *span)
{
    struct at kind = at_key(at, "kind");
    const char *name = node_text(kind.node), *version = node_get(at->node, "apiVersion", NULL);
    const char *near = name ? kinds_nearest(name) : NULL;
    bool ours = version && kinds_group_known(version);

    if (ours && !name)
        at_error(&kind, "is required; write the kind of this object, such as VirtualMesh");
    else if (ours && !kinds_not_needed(name))
        at_error(&kind, "'%.80s' is no kind of %.80s%s%s%s", name, version,
                 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    else if (!has_shape(at->node) || is_failure(at->node))
        read_stand_in(reader, at);
    else
        at_warn(&kind, "'%.80s' is not read by weft, so this object is ignored%s%s%s", name,
                near && !ours ? "; did you mean " : "", near && !ours ? near : "",
                near && !ours ? "?" : "");
    if ((ours && !(name && kinds_not_needed(name))) || object_span_in_doubt(span, at))
        reader->incomplete = true;
}

static void read_object(struct specs_reader *reader, struct at at, const struct object_span *span);

/* A List as "kubectl get -o yaml" writes it: each item is an object with a position of its own. */
static void read_list(struct specs_reader *reader, const struct at *at,
                      const struct object_span *span)
{
    static const char *const keys[] = { "apiVersion", "kind", "metadata", "items", NULL };
    size_t errors = reader->diags->errors;
    struct at items = at_key(at, "items");
    struct object_span inside;
    size_t count;
    bool broken;

    at_only(at, keys);
    if (!at_present(&items))
        at_error(&items, "is required; write the objects of the list, or []");
    count = at_count(&items, FIELD_LIST_MAX);
    inside = object_span_of_list(span, &items, &broken);
    if (broken || reader->diags->errors > errors)
        reader->incomplete = true;
    for (size_t i = 0; i < count; i++) {
        struct object_span part = object_span_of_item(&inside, &items, i);

        read_object(reader, at_item(&items, i), &part);
    }
}

/* "List", or the list kind of a kind that weft reads ("MeshList"): API servers answer with the
 * latter. */
static bool is_list(const char *kind)
{
    AUTO_TEXT of = { 0 };

    if (!kind || !text_ends(kind, "List"))
        return false;
    text_add(&of, kind, strlen(kind) - strlen("List"));
    return !of.len || kinds_find(of.bytes) >= 0;
}

static void read_object(struct specs_reader *reader, struct at at, const struct object_span *span)
{
    const char *kind = node_get(at.node, "kind", NULL);
    int known = kind ? kinds_find(kind) : -1;

    if (known >= 0)
        read_known(reader, &at, (enum object_kind)known, span);
    else if (is_list(kind))
        read_list(reader, &at, span);
    else
        read_other(reader, &at, span);
}

static bool is_blank(const char *bytes, size_t len)
{
    text_skip_bom(&bytes, &len);
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", bytes[i]))
            return false;
    return true;
}

/* The objects of the file; whether it was read to its end. */
static bool read_documents(struct specs_reader *reader, struct yaml_reader *yaml, size_t *objects,
                           size_t *nulls)
{
    struct diags before = *reader->diags;
    const struct node *node;
    int more;

    while ((more = parse_yaml_next(yaml, &node, reader->scratch)) > 0) {
        struct object_span span = object_span_of_document(reader->diags, &before);

        if (node->kind == NODE_NULL) {
            ++*nulls;
        } else {
            ++*objects;
            read_object(reader, at_root(node, &reader->decoder), &span);
        }
        arena_reset(reader->scratch);
        before = *reader->diags;
    }
    return more == 0;
}

static void read_file(struct specs_reader *reader, const char *file, const char *bytes, size_t len,
                      bool foreign)
{
    const char *name = intern_text(reader->decoder.strings, file, strlen(file));
    AUTO(parse_yaml_close)
    struct yaml_reader *yaml = parse_yaml_open(name, bytes, len, reader->diags);
    size_t objects = 0, nulls = 0;

    reader->file = (struct specs_file){ .bytes = bytes, .len = len, .foreign = foreign };
    if (!read_documents(reader, yaml, &objects, &nulls))
        reader->incomplete = true;
    else if (!objects && nulls)
        specs_skip(reader, file, "it holds null and no object");
    else if (!objects && is_blank(bytes, len))
        specs_skip(reader, file, "it is empty; delete it, or write a comment if that is meant");
}

void specs_add(struct specs_reader *reader, const char *file, const char *bytes, size_t len)
{
    read_file(reader, file, bytes, len, false);
}

void specs_add_foreign(struct specs_reader *reader, const char *file, const char *bytes, size_t len)
{
    read_file(reader, file, bytes, len, true);
}

/* Gives every node without a file the name of its source, and lists the index that at_item needs to
 * be fast. */
static void name_source(struct node *node, const char *source, struct arena *arena)
{
    const struct node **items = NULL;
    size_t count = 0;

    if (!node->file)
        node->file = source;
    if (node->kind == NODE_LIST)
        items = ARENA_NEW(arena, const struct node *, node->count);
    for (struct node *child = node->first; child; child = child->next) {
        name_source(child, source, arena);
        if (items)
            items[count++] = child;
    }
    assert(!items || count == node->count);
    node->items = items;
}

void specs_add_node(struct specs_reader *reader, const char *source, const struct node *object)
{
    const char *name = intern_text(reader->decoder.strings, source, strlen(source));
    struct node *copy = node_copy(reader->scratch, object);
    const struct object_span span = object_span_of_document(reader->diags, reader->diags);

    name_source(copy, name, reader->scratch);
    reader->file = (struct specs_file){ .bytes = "" };
    read_object(reader, at_root(copy, &reader->decoder), &span);
    arena_reset(reader->scratch);
}

void specs_skip(struct specs_reader *reader, const char *file, const char *why)
{
    struct place place = { 0 };

    reader->incomplete = true;
    if (diags_full(reader->diags, DIAG_ERROR))
        return; /* nor is its name kept */
    place.file = intern_text(reader->decoder.strings, file, strlen(file));
    diag_add(reader->diags, DIAG_ERROR, place, "", "cannot be read: %s", why);
}

void specs_end(struct specs *out, struct specs_reader *reader)
{
    struct arena *staging = reader->staging; /* holds the reader itself */

    intern_close(reader->decoder.strings);
    intern_close(reader->compact.arrays);
    arena_free(reader->scratch);
    specs_build(out, reader);
    arena_free(staging);
}
