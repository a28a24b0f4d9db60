/* base/parse_yaml.c - libyaml's events to node trees, with limits.  Must not interpret what a
 * document means.
 *
 * libyaml gives events, so the tree is built by recursive descent. What bounds hostile bytes:
 * size, encoding and %TAG directives are checked before the first event, because libyaml itself
 * takes the square of some inputs; depth is checked before each descent; nodes are counted where
 * they are made, and those of an alias as if they had been written out (yaml_alias.c).
 *
 * Two kinds of mistakes are kept apart. One that leaves the structure known (a tag, a duplicate
 * key) is a diagnostic, and reading goes on, so that a user sees all of them at once. One after
 * which the structure would be a guess ends the file: the document that it is in does not count,
 * and what comes behind it is not read. For the same reason the hundredth duplicate key ends it,
 * since a later one would have no diagnostic and its object would count as valid. A duplicate key
 * is an error because readers differ in which of the two they take. Anchors end with their
 * document, as in YAML 1.2. */
#include "base/parse_yaml.h"
#include "base/memory.h"
#include "base/parse.h"
#include "base/parse_problem.h"
#include "base/yaml_alias.h"
#include "base/yaml_merge.h"
#include "base/yaml_reader.h"
#include <stdlib.h>
#include <string.h>

enum {
    DUPLICATES_SHOWN = 100 /* of one file */
};

/* libyaml's events own memory. */
static void auto_yaml_event_delete(yaml_event_t *event) { yaml_event_delete(event); }
#define AUTO_EVENT __attribute__((cleanup(auto_yaml_event_delete))) yaml_event_t

static struct node *read_node(struct yaml_reader *reader, yaml_event_t *event, unsigned depth);

struct yaml_reader *parse_yaml_open(const char *file, const char *bytes, size_t len,
                                    struct diags *diags)
{
    struct yaml_reader *reader = memory_grow(NULL, sizeof *reader);

    text_skip_bom(&bytes, &len);
    *reader = (struct yaml_reader){ .bytes = bytes, .len = len, .diags = diags };
    reader->file = arena_text(diags->arena, file); /* trees and diags point at it */
    if (!yaml_parser_initialize(&reader->parser))
        memory_out();
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)bytes, len);
    return reader;
}

void parse_yaml_close(struct yaml_reader *reader)
{
    if (!reader)
        return;
    yaml_event_delete(&reader->ahead);
    yaml_parser_delete(&reader->parser);
    free(reader);
}

static bool next_event(struct yaml_reader *reader, yaml_event_t *event)
{
    AUTO_TROUBLE trouble = { 0 };

    if (reader->ahead.type != YAML_NO_EVENT) {
        *event = reader->ahead;
        memset(&reader->ahead, 0, sizeof reader->ahead);
        return true;
    }
    if (yaml_parser_parse(&reader->parser, event))
        return true;
    memset(event, 0, sizeof *event);
    if (reader->parser.error == YAML_MEMORY_ERROR)
        memory_out();
    yaml_trouble_find(&trouble, reader->file, &reader->parser, reader->bytes, reader->len);
    yaml_reader_give_up(reader, trouble.place, trouble.text.bytes);
    return false;
}

/* The kind that a tag asks for; false: a tag that weft does not know. */
static bool kind_of_tag(const char *tag, enum node_kind *kind)
{
    static const struct {
        const char *name;
        enum node_kind kind;
    } tags[] = {
        { "str", NODE_STRING }, { "int", NODE_NUMBER }, { "float", NODE_NUMBER },
        { "bool", NODE_BOOL },  { "null", NODE_NULL },  { "map", NODE_MAP },
        { "seq", NODE_LIST },
    };
    static const char prefix[] = "tag:yaml.org,2002:";

    if (strncmp(tag, prefix, sizeof prefix - 1) != 0)
        return false;
    for (size_t i = 0; i < LENGTH(tags); i++)
        if (strcmp(tag + sizeof prefix - 1, tags[i].name) == 0) {
            *kind = tags[i].kind;
            return true;
        }
    return false;
}

/* A node whose tag cannot be honoured keeps the kind that it has without one, and a diag. */
static void apply_tag(struct yaml_reader *reader, struct node *node, const char *tag)
{
    enum node_kind kind, plain;

    if (!tag || strcmp(tag, "!") == 0)
        return;
    if (!kind_of_tag(tag, &kind)) {
        diag_add(reader->diags, DIAG_ERROR, node_place(node), "",
                 "the tag %.80s is not supported; remove it", tag);
        return;
    }
    plain = node->kind == NODE_STRING ? scalar_kind(node->text, node->len) : node->kind;
    if (node->kind != NODE_MAP && node->kind != NODE_LIST && (kind == NODE_STRING || kind == plain))
        node->kind = kind;
    else if (kind != node->kind)
        diag_add(reader->diags, DIAG_ERROR, node_place(node), "",
                 "the value does not fit its tag !!%s; correct the value or remove the tag",
                 strrchr(tag, ':') + 1);
}

static struct node *read_scalar(struct yaml_reader *reader, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
                 && !(event->data.scalar.tag && event->data.scalar.quoted_implicit);
    struct node *node;

    if (memchr(text, '\0', len))
        return yaml_reader_refuse(reader, yaml_reader_position(reader, event->start_mark),
                                  "a NUL character (\\0) cannot be part of a text; remove it");
    node =
        yaml_reader_node(reader, plain ? scalar_kind(text, len) : NODE_STRING, event->start_mark);
    if (!node)
        return NULL;
    node->text = arena_bytes(reader->arena, text, len);
    node->len = len;
    apply_tag(reader, node, (const char *)event->data.scalar.tag);
    return node;
}

static struct node *read_list(struct yaml_reader *reader, const yaml_event_t *start, unsigned depth)
{
    struct node *list = yaml_reader_node(reader, NODE_LIST, start->start_mark);

    if (list)
        apply_tag(reader, list, (const char *)start->data.sequence_start.tag);
    while (list) {
        AUTO_EVENT event;
        struct node *item;

        if (!next_event(reader, &event))
            return NULL;
        if (event.type == YAML_SEQUENCE_END_EVENT)
            break;
        item = read_node(reader, &event, depth + 1);
        if (!item)
            return NULL;
        yaml_reader_append(list, item);
    }
    if (list)
        yaml_reader_index_items(reader, list);
    return list;
}

/* False when there were too many: a later duplicate would have no diag, and its object would count
 * as valid. */
static bool report_duplicate(struct yaml_reader *reader, const struct node *first,
                             struct place place)
{
    if (++reader->duplicates >= DUPLICATES_SHOWN)
        return yaml_reader_refuse(reader, place,
                                  "the %dth key that is here a second time; the rest is not read",
                                  DUPLICATES_SHOWN),
               false;
    diag_add(reader->diags, DIAG_ERROR, place, "",
             "the key %.80s is here a second time, the first is in line %u; remove one", first->key,
             first->key_line);
    return true;
}

/* The text of a key; NULL after a diag for what cannot be one. */
static const char *read_key(struct yaml_reader *reader, const yaml_event_t *event)
{
    struct place place = yaml_reader_position(reader, event->start_mark);
    const char *text;

    if (event->type == YAML_ALIAS_EVENT)
        return yaml_reader_refuse(reader, place, "an alias cannot be a key; write the key itself"),
               NULL;
    if (event->type != YAML_SCALAR_EVENT)
        return yaml_reader_refuse(reader, place,
                                  "a map or a list cannot be a key; a key is a text"),
               NULL;
    text = (const char *)event->data.scalar.value;
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !*text)
        return yaml_reader_refuse(reader, place, "a key is missing before ':'"), NULL;
    if (event->data.scalar.anchor)
        return yaml_reader_refuse(reader, place,
                                  "a key cannot have an anchor; put the anchor at a value"),
               NULL;
    if (memchr(text, '\0', event->data.scalar.length))
        return yaml_reader_refuse(reader, place, "a NUL character (\\0) cannot be part of a key"),
               NULL;
    return arena_bytes(reader->arena, text, event->data.scalar.length);
}

static bool is_merge_key(const yaml_event_t *key)
{
    return key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
           && strcmp((const char *)key->data.scalar.value, "<<") == 0;
}

/* A key and its value; false: unreadable. */
static bool read_member(struct yaml_reader *reader, struct members *members,
                        const yaml_event_t *key_event, unsigned depth)
{
    const char *key = read_key(reader, key_event);
    const struct node *before;
    struct node *value;
    AUTO_EVENT event = { 0 };

    if (!key || !next_event(reader, &event))
        return false;
    value = read_node(reader, &event, depth + 1);
    if (!value)
        return false;
    value->key = key;
    value->key_line = (unsigned)key_event->start_mark.line + 1;
    value->key_column = (unsigned)key_event->start_mark.column + 1;
    before =
        is_merge_key(key_event) ? members->merge : yaml_reader_find_member(reader, members, key);
    if (before)
        return report_duplicate(reader, before,
                                yaml_reader_position(reader, key_event->start_mark));
    if (is_merge_key(key_event))
        return yaml_merge_take(reader, members, value, event.type == YAML_ALIAS_EVENT);
    yaml_reader_add_member(members, value);
    return true;
}

static struct node *read_map(struct yaml_reader *reader, const yaml_event_t *start, unsigned depth)
{
    struct members members = { .map = yaml_reader_node(reader, NODE_MAP, start->start_mark) };

    if (members.map)
        apply_tag(reader, members.map, (const char *)start->data.mapping_start.tag);
    while (members.map) {
        AUTO_EVENT event;

        if (!next_event(reader, &event))
            return NULL;
        if (event.type == YAML_MAPPING_END_EVENT)
            break;
        if (!read_member(reader, &members, &event, depth))
            return NULL;
    }
    if (members.map)
        yaml_merge_apply(reader, &members);
    return members.map;
}

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT)
        return event->data.scalar.anchor;
    return event->type == YAML_MAPPING_START_EVENT ? event->data.mapping_start.anchor
                                                   : event->data.sequence_start.anchor;
}

/* The value that begins with event; NULL: unreadable, after a diag. */
static struct node *read_node(struct yaml_reader *reader, yaml_event_t *event, unsigned depth)
{
    struct anchor *anchor;
    struct node *node;

    if (event->type == YAML_ALIAS_EVENT)
        return yaml_alias(reader, event, depth);
    if (depth > PARSE_DEPTH_MAX)
        return yaml_reader_refuse(reader, yaml_reader_position(reader, event->start_mark),
                                  "nested more than %d levels deep", PARSE_DEPTH_MAX);
    anchor = yaml_alias_anchor(reader, anchor_of(event));
    if (event->type == YAML_SCALAR_EVENT)
        node = read_scalar(reader, event);
    else if (event->type == YAML_MAPPING_START_EVENT)
        node = read_map(reader, event, depth);
    else
        node = read_list(reader, event, depth);
    if (anchor)
        anchor->node = node;
    return node;
}

/* The checks of the whole file, before the first event; false after a diag. */
static bool begin(struct yaml_reader *reader)
{
    AUTO_TROUBLE trouble = { 0 };

    reader->begun = true;
    if (parse_problem_check_bytes(&trouble, reader->file, reader->bytes, reader->len))
        return true;
    yaml_reader_give_up(reader, trouble.place, trouble.text.bytes);
    return false;
}

/* Kubernetes' readers have no use for tags of one's own. */
static bool check_directives(struct yaml_reader *reader, const yaml_event_t *event)
{
    if (event->data.document_start.tag_directives.start
        == event->data.document_start.tag_directives.end)
        return true;
    yaml_reader_refuse(reader, yaml_reader_position(reader, event->start_mark), "%s",
                       yaml_tag_refused);
    return false;
}

/* 1: a document begins, 0: the end, -1: unreadable. */
static int next_document(struct yaml_reader *reader)
{
    for (;;) {
        AUTO_EVENT event;

        if (!next_event(reader, &event))
            return -1;
        if (event.type == YAML_DOCUMENT_START_EVENT)
            return check_directives(reader, &event) ? 1 : -1;
        if (event.type == YAML_STREAM_END_EVENT) {
            reader->ended = true;
            return 0;
        }
    }
}

/* Whether a "---" or the end of the file comes behind the value of a document.  Libyaml would end
 * the document before anything else, too, and find fault only with what it takes for the next one;
 * but an object that a brace too many has cut short must not count without its last members. */
static bool end_document(struct yaml_reader *reader)
{
    AUTO_EVENT end = { 0 };
    yaml_event_t after;

    if (!next_event(reader, &end) || !next_event(reader, &after))
        return false;
    reader->ahead = after;
    return true;
}

int parse_yaml_next(struct yaml_reader *reader, const struct node **out, struct arena *arena)
{
    if (reader->broken || (!reader->begun && !begin(reader)))
        return -1;
    reader->arena = arena;
    while (!reader->ended) {
        struct node *node;
        int got = next_document(reader);
        AUTO_EVENT event = { 0 };

        if (got <= 0)
            return got;
        reader->anchors = NULL;
        if (!next_event(reader, &event))
            return -1;
        node = read_node(reader, &event, 1);
        if (!node || !end_document(reader))
            return -1;
        if (node->kind != NODE_NULL || node->len) {
            *out = node;
            return 1;
        }
    }
    return 0;
}

int parse_yaml(const struct node **out, const char *file, const char *bytes, size_t len,
               struct arena *arena, struct diags *diags)
{
    AUTO(parse_yaml_close) struct yaml_reader *reader = parse_yaml_open(file, bytes, len, diags);
    size_t errors = diags->errors;
    const struct node *node = NULL, *more = NULL;
    int got = parse_yaml_next(reader, &node, arena);

    if (got < 0)
        return -1;
    if (got == 0) {
        struct node *empty = node_map(arena);

        empty->file = reader->file;
        *out = empty;
        return 0;
    }
    if (node->kind != NODE_MAP && node->kind != NODE_LIST)
        diag_add(diags, DIAG_ERROR, node_place(node), "", "must be a map (key: value)");
    else if (parse_yaml_next(reader, &more, arena) > 0)
        diag_add(diags, DIAG_ERROR, node_place(more), "",
                 "a second document begins here; this file holds one, remove the \"---\"");
    *out = node;
    return diags->errors > errors ? -1 : 0;
}
