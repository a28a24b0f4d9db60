/* report/sarif.c - writes findings as SARIF; judges nothing.
 *
 * SARIF 2.1.0, as GitHub code scanning and its like read it. A result is recognised across runs by
 * its fingerprint, from which line numbers and wording are left out: a comment added above, or a
 * sentence reworded by a newer weft, would otherwise close every alert and open it again. Findings
 * that differ in nothing else are numbered in their order.
 *
 * Rules are listed only when they have results: the whole catalogue in each run would be most of
 * the file, and readers limit its size. */
#include "report/sarif.h"
#include "base/digest.h"
#include "base/map.h"
#include "base/write_json.h"

#define SCHEMA                                                                                     \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

struct writing {
    const struct sarif_run *run;
    struct arena *arena;
    struct map *known;        /* id -> its place among the descriptors, an int64_t */
    struct map *prints;       /* fingerprint -> how often it was given, a size_t */
    struct node *descriptors; /* of the rules that have results, in order of appearance */
};

/* --- texts --- */

/* Braces around digits are placeholders, "](" joins a text and a link. */
static const char *message_text(const char *text, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (const char *at = text; *at; at++) {
        text_addc(&out, *at);
        if (*at == '{' || *at == '}')
            text_addc(&out, *at);
        if (at[0] == ']' && at[1] == '(')
            text_addc(&out, ' ');
    }
    return arena_bytes(arena, out.bytes, out.len);
}

static struct node *message_node(const char *text, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "text", message_text(text, arena));
    return node;
}

/* A path as a URI reference (RFC 3986): a colon in the first part would look like a scheme. */
static const char *uri_of(const char *path, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, *path == '/' ? "file://" : "");
    for (const char *at = path; *at; at++)
        if (is_alnum(*at) || strchr("-._~/", *at))
            text_addc(&out, *at);
        else
            text_addf(&out, "%%%02X", (unsigned)(unsigned char)*at);
    return arena_bytes(arena, out.bytes, out.len);
}

static const char *object_text(const char *kind, struct object_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s %s", kind, object_ref_text(ref, arena));
}

/* --- rules --- */

static const struct sarif_rule *find_rule(const struct sarif_run *run, const char *id)
{
    for (size_t i = 0; i < run->rule_count; i++)
        if (strcmp(run->rules[i].id, id) == 0)
            return &run->rules[i];
    return NULL;
}

static struct node *rule_node(const struct sarif_rule *rule, struct arena *arena)
{
    struct node *node = node_map(arena), *properties;

    node_set_text(arena, node, "id", rule->id);
    node_set(node, "shortDescription", message_node(rule->meaning, arena));
    if (!*rule->remedy)
        return node;
    node_set(node, "help", message_node(rule->remedy, arena));
    properties = node_set(node, "properties", node_map(arena));
    node_set_text(arena, properties, "page", rule->page);
    return node;
}

/* The place of the rule among the descriptors; -1: the catalogue does not have the id. */
static int64_t rule_index(struct writing *w, const char *id)
{
    const int64_t *known = map_find(w->known, id);
    const struct sarif_rule *rule = known ? NULL : find_rule(w->run, id);
    int64_t *index;

    if (known)
        return *known;
    if (!rule)
        return -1;
    index = ARENA_NEW(w->arena, int64_t, 1);
    *index = (int64_t)w->descriptors->count;
    node_add(w->descriptors, rule_node(rule, w->arena));
    map_put(w->known, id, index);
    return *index;
}

/* --- results --- */

static void add_region(struct node *physical, struct place place, struct arena *arena)
{
    struct node *region;

    if (!place.line)
        return;
    region = node_set(physical, "region", node_map(arena));
    node_set_int(arena, region, "startLine", place.line);
    if (place.column)
        node_set_int(arena, region, "startColumn", place.column);
}

static void add_logical(struct node *location, const struct finding *finding, struct arena *arena)
{
    struct node *list, *item;

    if (!*finding->kind && !place_is_object(finding->place))
        return;
    list = node_set(location, "logicalLocations", node_list(arena));
    item = node_add(list, node_map(arena));
    node_set_text(arena, item, "fullyQualifiedName",
                  *finding->kind ? object_text(finding->kind, finding->ref, arena)
                                 : finding->place.file);
    node_set_text(arena, item, "kind", "object");
}

static struct node *locations_node(const struct writing *w, const struct finding *finding)
{
    const bool in_file = finding->place.file && !place_is_object(finding->place);
    struct node *list = node_list(w->arena);
    struct node *location = node_add(list, node_map(w->arena));
    struct node *physical = node_set(location, "physicalLocation", node_map(w->arena));
    struct node *artifact = node_set(physical, "artifactLocation", node_map(w->arena));

    node_set_text(w->arena, artifact, "uri",
                  uri_of(in_file ? finding->place.file : w->run->folder, w->arena));
    if (in_file)
        add_region(physical, finding->place, w->arena);
    add_logical(location, finding, w->arena);
    return list;
}

/* Which one it is of those that differ in nothing but line and words: 1, 2... */
static size_t occurrence(struct writing *w, const char *print)
{
    size_t *given = map_find(w->prints, print);

    if (!given) {
        given = ARENA_NEW(w->arena, size_t, 1);
        *given = 0;
        map_put(w->prints, print, given);
    }
    return ++*given;
}

/* Everything that names the finding, but for its line and its words. */
static const char *fingerprint(struct writing *w, const struct finding *finding)
{
    struct arena *arena = w->arena;
    char *hex = ARENA_NEW(arena, char, 65);
    AUTO_TEXT of = { 0 };

    text_addf(&of, "%s\n%s\n%s\n", finding->id, finding->place.file ? finding->place.file : "",
              finding->field);
    if (*finding->kind)
        text_adds(&of, object_text(finding->kind, finding->ref, arena));
    if (*finding->target_kind)
        text_addf(&of, "\n%s", object_text(finding->target_kind, finding->target, arena));
    sha256_hex(hex, of.bytes, of.len);
    return arena_printf(arena, "%s:%zu", hex, occurrence(w, hex));
}

static struct node *result_node(struct writing *w, const struct finding *finding)
{
    struct node *node = node_map(w->arena), *prints;
    const int64_t rule = rule_index(w, finding->id);

    if (*finding->id)
        node_set_text(w->arena, node, "ruleId", finding->id);
    if (rule >= 0)
        node_set_int(w->arena, node, "ruleIndex", rule);
    node_set_text(w->arena, node, "level", enums_name(&severities, (int)finding->severity));
    node_set(node, "message", message_node(finding_text(finding, w->arena), w->arena));
    node_set(node, "locations", locations_node(w, finding));
    prints = node_set(node, "partialFingerprints", node_map(w->arena));
    node_set_text(w->arena, prints, "weftFinding/v1", fingerprint(w, finding));
    return node;
}

static struct node *results_node(struct writing *w, const struct findings *findings)
{
    struct node *list = node_list(w->arena);

    for (int severity = SEVERITY_ERROR; severity <= SEVERITY_WARNING; severity++)
        for (size_t i = 0; i < findings->count; i++)
            if ((int)findings->items[i].severity == severity)
                node_add(list, result_node(w, &findings->items[i]));
    return list;
}

/* The defaults of the format; some readers refuse logs that leave them out. */
static void add_defaults(struct node *run, struct node *driver, struct arena *arena)
{
    struct node *list = node_set(run, "newlineSequences", node_list(arena));

    node_add(list, node_string(arena, "\r\n"));
    node_add(list, node_string(arena, "\n"));
    node_set_text(arena, run, "language", "en-US");
    node_set_text(arena, driver, "language", "en-US");
}

/* Results name their rules by number, so they are made before the driver that lists these. */
static struct node *run_node(struct writing *w, const struct findings *findings)
{
    struct node *node = node_map(w->arena);
    struct node *driver =
        node_set(node_set(node, "tool", node_map(w->arena)), "driver", node_map(w->arena));
    struct node *results = results_node(w, findings);

    node_set_text(w->arena, driver, "name", "weft");
    node_set_text(w->arena, driver, "version", w->run->version);
    add_defaults(node, driver, w->arena);
    node_set(driver, "rules", w->descriptors);
    node_set_text(w->arena, node, "columnKind", "unicodeCodePoints");
    node_set(node, "results", results);
    return node;
}

void sarif_write(struct text *out, const struct findings *findings, const struct sarif_run *run)
{
    struct arena *arena = findings->arena;
    struct writing w = { run, arena, map_new(arena), map_new(arena), node_list(arena) };
    struct node *root = node_map(arena);

    node_set_text(arena, root, "$schema", SCHEMA);
    node_set_text(arena, root, "version", "2.1.0");
    node_add(node_set(root, "runs", node_list(arena)), run_node(&w, findings));
    write_json(out, root, true);
}
