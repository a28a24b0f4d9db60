/* api/field.c - checks that fields of several kinds share.  Must not know any one kind.
 *
 * Where a field is a condition, such as a namespace of a selector, an empty value would count as
 * "any" and select more than any value that could be written. field_fill and field_is_hollow
 * refuse those; a template whose variable was empty leaves exactly such a value. Elsewhere an
 * empty value is the same as an absent one.
 *
 * A wrong value is reported, and decoding goes on with an empty one, so that one run of validate
 * shows every mistake of a file. The object is refused for the error as a whole; no caller sees
 * the empty value as if it had been written. */
#include "api/field.h"
#include "base/decode_value.h"
#include "base/names.h"

/* How much of a wrong value a diag repeats. */
#define SHOWN "%.80s"

/* The hint is "write the name of the Secret object" with part and kind, or just part. */
static const char *need(const struct at *at, const char *part, const char *kind)
{
    const char *before = kind ? "write the " : "", *between = kind ? " of the " : "";
    const char *after = kind ? " object" : "", *text;

    kind = kind ? kind : "";
    if (!at_present(at)) {
        at_error(at, "is required; %s%s%s%s%s", before, part, between, kind, after);
        return "";
    }
    text = at_text(at, NULL);
    if (!text)
        return "";
    if (!*text)
        at_error(at, "is required, but is empty; %s%s%s%s%s", before, part, between, kind, after);
    return text;
}

const char *field_need(const struct at *at, const char *hint) { return need(at, hint, NULL); }

/* text when it is a name or empty, "" after a diag. */
static const char *checked(const struct at *at, const char *text, bool (*valid)(const char *),
                           const char *rule)
{
    if (!*text || valid(text))
        return text;
    at_error(at, "must be %s; got '" SHOWN "'", rule, text);
    return "";
}

static const char *checked_name(const struct at *at, const char *text)
{
    return checked(at, text, names_is_dns_subdomain,
                   "a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with "
                   "a letter or digit, at most 253 of them (RFC 1123)");
}

static const char *checked_namespace(const struct at *at, const char *text)
{
    return checked(at, text, names_is_dns_label,
                   "a DNS label: lower-case letters, digits and '-', beginning and ending with a "
                   "letter or digit, at most 63 of them (RFC 1123)");
}

const char *field_name(const struct at *at, const char *hint)
{
    return checked_name(at, field_need(at, hint));
}

const char *field_namespace(const struct at *at, const char *hint)
{
    return checked_namespace(at, field_need(at, hint));
}

const char *field_name_or_empty(const struct at *at) { return checked_name(at, at_text(at, "")); }

const char *field_namespace_or_empty(const struct at *at)
{
    return checked_namespace(at, at_text(at, ""));
}

bool field_is_hollow(const struct at *at)
{
    if (!at->node || (at->node->kind != NODE_MAP && at->node->kind != NODE_LIST))
        return false;
    for (const struct node *member = at->node->first; member; member = member->next)
        if (at->node->kind == NODE_LIST || member->kind != NODE_NULL)
            return false;
    return true;
}

void field_fill(const struct at *at, const char *hint)
{
    const char *text = at->node ? node_text(at->node) : NULL;

    if (text && !*text)
        at_error(at, "is an empty text; %s", hint);
    else if (field_is_hollow(at))
        at_error(at, "is empty; %s", hint);
}

uint32_t field_port(const struct at *at)
{
    if (!at_present(at))
        at_error(at, "is required; write a port number between 1 and 65535");
    return (uint32_t)at_int(at, 1, 65535, 0);
}

void field_need_spec(const struct at *spec)
{
    if (!at_present(spec))
        at_error(spec, "is required; write 'spec: {}' when nothing is to be set");
}

struct at field_item(const struct at *list, size_t index)
{
    struct at item = at_item(list, index);

    if (!at_present(&item))
        at_error(&item, "is null; write {} for an empty entry, or remove it");
    return item;
}

struct object_ref field_ref(struct at at, const char *kind)
{
    static const char *const keys[] = { "name", "namespace", NULL };
    struct at name = at_key(&at, "name"), namespace = at_key(&at, "namespace");

    if (!at_only(&at, keys))
        return (struct object_ref){ "", "" };
    return (struct object_ref){
        .name = checked_name(&name, need(&name, "name", kind)),
        .namespace = checked_namespace(&namespace, need(&namespace, "namespace", kind)),
    };
}

const struct object_ref *field_refs(struct at at, const char *kind, const struct place **places,
                                    size_t *count)
{
    struct object_ref *refs;
    struct place *where;

    *count = at_count(&at, FIELD_LIST_MAX);
    refs = ARENA_NEW(at.with->arena, struct object_ref, *count);
    where = ARENA_NEW(at.with->arena, struct place, *count);
    for (size_t i = 0; i < *count; i++) {
        struct at item = at_item(&at, i);

        refs[i] = field_ref(item, kind);
        where[i] = field_place(&item);
    }
    *places = where;
    return refs;
}

/* A field that is absent has no node and no place of its own, so the nearest map around it is
 * named. */
struct place field_place(const struct at *at)
{
    while (at && !at->node)
        at = at->up;
    return at ? node_place(at->node) : (struct place){ 0 };
}

const struct place *field_places(const struct at *list, size_t count)
{
    struct place *places = ARENA_NEW(list->with->arena, struct place, count);

    for (size_t i = 0; i < count; i++) {
        struct at item = at_item(list, i);

        places[i] = field_place(&item);
    }
    return places;
}
