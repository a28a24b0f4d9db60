/* api/finding.c - the list of findings and its forms.  Must not decide what is one.
 *
 * One struct and one way to print it, so the same finding reads the same in validate, run, status
 * and reports. The field is part of the text in some catalogues and apart in others; it is printed
 * once in either case. A finding that repeats for many targets of one object is one line with a
 * count; JSON has each of them. */
#include "api/finding.h"

#include "api/encode.h"
#include "base/visible.h"
#include <string.h>

static const char *const severity_names[] = {
    [SEVERITY_ERROR] = "error",
    [SEVERITY_WARNING] = "warning",
};
const struct enum_table severities = ENUM_TABLE(severity_names);

void findings_add(struct findings *findings, struct finding finding)
{
    *ARENA_PUSH(findings->arena, findings->items, findings->count) = finding;
    if (finding.severity == SEVERITY_ERROR)
        findings->errors++;
    else
        findings->warnings++;
}

struct finding finding_of_virtual_mesh(struct object_ref virtual_mesh, enum severity severity)
{
    return (struct finding){ .severity = severity,
                             .id = "",
                             .kind = "VirtualMesh",
                             .ref = virtual_mesh,
                             .target_kind = "",
                             .field = "",
                             .remedy = "",
                             .state = APPROVAL_PENDING };
}

void findings_add_message(struct findings *findings, struct finding about,
                          const struct messages *message)
{
    const struct origin origin = messages_origin(message, 0);

    about.id = origin.id;
    about.text = message->texts[0];
    about.remedy = origin.remedy;
    findings_add(findings, about);
}

/* messages_format takes the id from the source and splits the remedy off. */
void findings_format(struct findings *findings, struct finding about, const char *source,
                     const char *fmt, ...)
{
    struct messages message = { .count = 0 };
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = arena_vprintf(findings->arena, fmt, args);
    va_end(args);
    messages_format(&message, false, findings->arena, source, "%s", text);
    findings_add_message(findings, about, &message);
}

static void print_place(struct text *out, struct place place)
{
    if (!place.file)
        return;
    text_adds(out, place.file);
    if (place.line)
        text_addf(out, ":%u", place.line);
    if (place.line && place.column)
        text_addf(out, ":%u", place.column);
    text_adds(out, ": ");
}

static void print_ref(struct text *out, const char *kind, struct object_ref ref)
{
    text_addf(out, "%s %s%s%s", kind, ref.namespace, *ref.namespace ? "/" : "", ref.name);
}

/* The catalogue begins some texts with the field. */
static bool needs_field(const struct finding *finding)
{
    return *finding->field && !text_starts(finding->text, finding->field);
}

const char *finding_text(const struct finding *finding, struct arena *arena)
{
    return needs_field(finding) ? arena_printf(arena, "%s: %s", finding->field, finding->text)
                                : finding->text;
}

void finding_print(struct text *out, const struct finding *finding)
{
    print_place(out, finding->place);
    if (*finding->kind)
        print_ref(out, finding->kind, finding->ref);
    if (*finding->target_kind) {
        text_adds(out, ", ");
        print_ref(out, strcmp(finding->target_kind, "Mesh") == 0 ? "mesh" : "destination",
                  finding->target);
    }
    if (*finding->kind)
        text_adds(out, ": ");
    if (needs_field(finding))
        text_addf(out, "%s: ", finding->field);
    if (finding->severity == SEVERITY_WARNING)
        text_adds(out, "warning: ");
    text_adds(out, finding->text);
    if (*finding->id)
        text_addf(out, " (%s)", finding->id);
}

/* --- lines --- */

struct line {
    const struct finding *finding;
    size_t others;
};

struct lines {
    struct line *items;
    size_t count;
    struct arena *arena;
};

/* What two findings have in common that are one line. */
static const char *sameness(const struct finding *finding, struct arena *arena)
{
    return arena_printf(arena, "%s %s/%s %s %s", finding->kind, finding->ref.namespace,
                        finding->ref.name, finding->target_kind, finding->text);
}

static struct lines group(const struct findings *findings, enum severity severity)
{
    struct lines lines = { ARENA_NEW(findings->arena, struct line, findings->count + 1), 0,
                           findings->arena };
    struct map *known = map_new(findings->arena);

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        const char *key = *finding->target_kind ? sameness(finding, findings->arena) : NULL;
        struct line *line = key ? map_find(known, key) : NULL;

        if (finding->severity != severity)
            continue;
        if (line) {
            line->others++;
            continue;
        }
        line = &lines.items[lines.count++];
        *line = (struct line){ finding, 0 };
        if (key)
            map_put(known, key, line);
    }
    return lines;
}

static const char *line_text(const struct line *line, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    finding_print(&text, line->finding);
    if (line->others)
        text_addf(&text, " (and %zu more %s%s)", line->others,
                  strcmp(line->finding->target_kind, "Mesh") == 0 ? "mesh" : "destination",
                  line->others > 1 ? strcmp(line->finding->target_kind, "Mesh") == 0 ? "es" : "s"
                                   : "");
    return visible_text(text.bytes, arena);
}

const char **findings_lines(size_t *count, const struct findings *findings, enum severity severity,
                            size_t max)
{
    const struct lines lines = group(findings, severity);
    const char **out = ARENA_NEW(findings->arena, const char *, lines.count + 1);

    for (*count = 0; *count < lines.count && *count < max; ++*count)
        out[*count] = line_text(&lines.items[*count], findings->arena);
    if (*count < lines.count)
        out[(*count)++] =
            arena_printf(findings->arena, "and %zu more %ss: \"weft status\" shows them",
                         lines.count - max, enums_name(&severities, (int)severity));
    return out;
}

struct findings_totals findings_total(const struct findings *findings)
{
    const struct lines warnings = group(findings, SEVERITY_WARNING);
    struct findings_totals totals = { group(findings, SEVERITY_ERROR).count, warnings.count, 0 };

    for (size_t i = 0; i < warnings.count; i++)
        totals.remedies += *warnings.items[i].finding->remedy != '\0';
    return totals;
}

/* --- JSON --- */

static void encode_named(struct arena *arena, struct node *map, const char *kind,
                         struct object_ref ref)
{
    encode_text(arena, map, "kind", kind);
    encode_text(arena, map, "namespace", ref.namespace);
    encode_text(arena, map, "name", ref.name);
}

static void encode_place(struct arena *arena, struct node *node, struct place place)
{
    if (place_is_object(place)) {
        encode_text(arena, node, "source", "inventory");
        encode_text(arena, node, "object", place.file);
        return;
    }
    encode_text(arena, node, "file", place.file);
    encode_int(arena, node, "line", place.line);
    encode_int(arena, node, "column", place.column);
}

static struct node *finding_node(const struct finding *finding, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "severity", enums_name(&severities, (int)finding->severity));
    encode_text(arena, node, "id", finding->id);
    if (*finding->kind)
        encode_named(arena, node, finding->kind, finding->ref);
    if (*finding->target_kind)
        encode_named(arena, node_set(node, "target", node_map(arena)), finding->target_kind,
                     finding->target);
    encode_place(arena, node, finding->place);
    encode_text(arena, node, "field", finding->field);
    node_set_text(arena, node, "message", finding->text);
    encode_text(arena, node, "remedy", finding->remedy);
    return node;
}

struct node *findings_node(const struct findings *findings, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (int severity = SEVERITY_ERROR; severity <= SEVERITY_WARNING; severity++)
        for (size_t i = 0; i < findings->count; i++)
            if ((int)findings->items[i].severity == severity)
                node_add(list, finding_node(&findings->items[i], arena));
    return list;
}

static unsigned number_of(const struct node *node, const char *key)
{
    int64_t number = 0;

    return parse_int(node_get_text(node, key), 0, UINT32_MAX, &number) ? (unsigned)number : 0;
}

static struct place read_place(const struct node *node)
{
    const char *object = node_get(node, "object", NULL);

    if (object)
        return place_of_object(object);
    return (struct place){ .file = node_get(node, "file", NULL),
                           .line = number_of(node, "line"),
                           .column = number_of(node, "column") };
}

static struct finding read_one(const struct node *node)
{
    const struct node *target = node_find(node, "target");
    int severity = enums_find(&severities, node_get_text(node, "severity"));

    return (struct finding){
        .severity = severity < 0 ? SEVERITY_WARNING : (enum severity)severity,
        .id = node_get_text(node, "id"),
        .kind = node_get_text(node, "kind"),
        .ref = { node_get_text(node, "name"), node_get_text(node, "namespace") },
        .target_kind = target ? node_get_text(target, "kind") : "",
        .target = { target ? node_get_text(target, "name") : "",
                    target ? node_get_text(target, "namespace") : "" },
        .place = read_place(node),
        .field = node_get_text(node, "field"),
        .text = node_get_text(node, "message"),
        .remedy = node_get_text(node, "remedy"),
    };
}

/* An unknown severity, of a newer weft, counts as a warning: the finding is shown all the same. */
void findings_read(struct findings *out, const struct node *list)
{
    if (!list || list->kind != NODE_LIST)
        return;
    for (const struct node *item = list->first; item; item = item->next)
        findings_add(out, read_one(item));
}
