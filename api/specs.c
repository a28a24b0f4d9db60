/* api/specs.c - reads documents and stages their objects, good and bad.  Must not compare objects:
 * that is specs_end.c.  A tree lives as long as its document is looked at. */
#include "api/specs.h"

#include "api/field.h"
#include "api/specs_reader.h"
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
        (struct decoder){ .diags = diags, .arena = arena, .strings = intern_new(arena) };
    reader->pod_namespace =
        text_empty(pod_namespace) ? POD_NAMESPACE_DEFAULT : arena_text(arena, pod_namespace);
    return reader;
}

/* The diags that came after one (NULL: all of them). */
static const struct diag *diags_after(const struct diags *diags, const struct diag *last)
{
    return last ? last->next : diags->first;
}

static bool place_before(struct place a, struct place b)
{
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* What one document or list item is about: the parser's diags between from and to (exclusive) are
 * its own. */
struct extent {
    const struct diag *from, *to;
    struct place start, end; /* start.line 0: the whole document; end.line 0: to its end */
};

static const struct diag *extent_error(const struct extent *extent, const struct diag *after)
{
    const struct diag *diag = after ? after->next : extent->from;

    for (; diag && diag != extent->to; diag = diag->next)
        if (diag->level == DIAG_ERROR
            && !(extent->start.line && place_before(diag->place, extent->start))
            && !(extent->end.line && !place_before(diag->place, extent->end)))
            return diag;
    return NULL;
}

static const char *printed(struct specs_reader *reader, const struct diag *diag)
{
    AUTO_TEXT text = { 0 };

    diag_print(&text, diag);
    return arena_text(reader->arena, text.bytes);
}

/* A duplicate key among those that say what an object is: we cannot know which object was meant. */
static bool identity_in_doubt(const struct extent *extent)
{
    static const char *const keys[] = { "apiVersion", "kind", "metadata", "name", "namespace" };

    for (const struct diag *diag = extent_error(extent, NULL); diag;
         diag = extent_error(extent, diag)) {
        const char *dot = strrchr(diag->path, '.');

        for (size_t i = 0; i < LENGTH(keys); i++)
            if (strcmp(dot ? dot + 1 : diag->path, keys[i]) == 0 && !strstr(diag->path, "spec."))
                return true;
    }
    return false;
}

static const struct diag *first_error(const struct diags *diags, const struct diag *last)
{
    const struct diag *diag = diags_after(diags, last);

    while (diag && diag->level != DIAG_ERROR)
        diag = diag->next;
    return diag;
}

static bool check_version(const struct at *at, const struct kind_row *row)
{
    struct at version = at_key(at, "apiVersion");
    const char *text = node_text(version.node);

    if (text_equal(text, row->api_version))
        return true;
    if (text)
        at_error(&version, "must be %s for the kind %s; got '%.80s'", row->api_version, row->name,
                 text);
    else
        at_error(&version, "is required; write %s", row->api_version);
    return false;
}

/* Decodes the object at at and stages it. */
static void read_known(struct specs_reader *reader, const struct at *at, enum object_kind kind,
                       const struct extent *extent)
{
    static const char *const keys[] = { "apiVersion", "kind", "metadata", "spec", "status", NULL };
    const struct kind_row *row = &kind_rows[kind];
    const struct diag *last = reader->diags->last, *error;
    struct pile *pile = &reader->piles[kind];
    void *object = arena_alloc(reader->staging, 1, row->size);
    struct staged *staged = ARENA_PUSH(reader->staging, pile->items, pile->count);
    struct meta *meta = (struct meta *)((char *)object + row->meta);

    at_only(at, keys);
    if (check_version(at, row))
        row->decode(object, *at);
    else
        *meta = decode_meta(*at);
    error = extent_error(extent, NULL);
    if (!error)
        error = first_error(reader->diags, last);
    *staged = (struct staged){ object, meta, error ? printed(reader, error) : NULL };
    if (error && (!*meta->name || !*meta->namespace || identity_in_doubt(extent)))
        reader->incomplete = true;
}

/* A document that is none of our kinds.  What could be one of ours with a slip in it must not pass
 * for a deleted one. */
static void read_other(struct specs_reader *reader, const struct at *at)
{
    struct at kind = at_key(at, "kind");
    const char *name = node_text(kind.node), *version = node_get(at->node, "apiVersion", NULL);
    const char *near = name ? kind_nearest(name) : NULL;
    bool ours = version && kind_group_known(version);

    if (!name && !version)
        at_warn(at, "is no Kubernetes object (it has neither apiVersion nor kind) and is ignored");
    else if (!name && !ours)
        at_warn(&kind, "is missing, so this document is ignored");
    else if (!name)
        at_error(&kind, "is required; write the kind of this object, such as VirtualMesh");
    else if (ours && !kind_not_needed(name))
        at_error(&kind, "'%.80s' is no kind of %.80s%s%s%s", name, version,
                 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    else
        at_warn(&kind, "'%.80s' is not read by weft, so this object is ignored%s%s%s", name,
                near && !ours ? "; did you mean " : "", near && !ours ? near : "",
                near && !ours ? "?" : "");
    if (ours && !(name && kind_not_needed(name)))
        reader->incomplete = true;
}

static void read_object(struct specs_reader *reader, struct at at, const struct extent *extent);

/* A List as "kubectl get -o yaml" writes it: each item is an object with a place of its own. */
static void read_list(struct specs_reader *reader, const struct at *at, const struct extent *extent)
{
    static const char *const keys[] = { "apiVersion", "kind", "metadata", "items", NULL };
    const struct diag *last = reader->diags->last;
    struct at items = at_key(at, "items");
    size_t count;
    bool broken;

    at_only(at, keys);
    if (!at_present(&items))
        at_error(&items, "is required; write the objects of the list, or []");
    count = at_count(&items, FIELD_LIST_MAX);
    broken = first_error(reader->diags, last) != NULL || (extent_error(extent, NULL) && !count);
    for (size_t i = 0; i < count; i++) {
        struct at item = at_item(&items, i), next = at_item(&items, i + 1);
        struct extent part = *extent;

        part.start = i ? field_place(&item) : (struct place){ 0 };
        if (at_present(&next))
            part.end = node_place(next.node);
        read_object(reader, item, &part);
    }
    if (broken)
        reader->incomplete = true;
}

static bool is_list(const char *kind)
{
    AUTO_TEXT of = { 0 };

    if (!kind || !text_ends(kind, "List"))
        return false;
    text_add(&of, kind, strlen(kind) - strlen("List"));
    return !of.len || kind_find(of.bytes) >= 0;
}

static void read_object(struct specs_reader *reader, struct at at, const struct extent *extent)
{
    const char *kind = node_get(at.node, "kind", NULL);
    int known = kind ? kind_find(kind) : -1;

    if (known >= 0)
        read_known(reader, &at, (enum object_kind)known, extent);
    else if (is_list(kind))
        read_list(reader, &at, extent);
    else
        read_other(reader, &at);
}

void specs_add(struct specs_reader *reader, const char *file, const char *bytes, size_t len)
{
    const char *name = intern_text(reader->decoder.strings, file, strlen(file));
    AUTO(yaml_close) struct yaml_reader *yaml = yaml_open(name, bytes, len, reader->diags);
    const struct diag *last = reader->diags->last;
    const struct node *node;
    int more;

    while ((more = yaml_next(yaml, &node, reader->scratch)) > 0) {
        struct extent extent = { .from = diags_after(reader->diags, last) };
        struct at root = at_root(node, &reader->decoder);

        read_object(reader, root, &extent);
        arena_reset(reader->scratch);
        last = reader->diags->last;
    }
    if (more < 0)
        reader->incomplete = true;
}

void specs_skip(struct specs_reader *reader, const char *file, const char *why)
{
    struct place place = { .file = intern_text(reader->decoder.strings, file, strlen(file)) };

    diag_add(reader->diags, DIAG_ERROR, place, "", "cannot be read: %s", why);
    reader->incomplete = true;
}
