/* api/schema_reference.c - docs/reference.md: every field of every kind, from the tables.
 *
 * Each table is printed once, in a section of its own, and the rows that use it link to it: a
 * depth-first walk from the kinds, which prints a table where it meets it first. */
#include "api/schema_reference.h"
#include "api/kinds.h"
#include "api/status.h"

#include <string.h>

enum { SCHEMAS_MAX = 128 };

struct reference {
    struct text *out;
    const struct schema *queue[SCHEMAS_MAX]; /* tables that were met, in this order */
    size_t queued;
};

static const char head[] =
    "# Field reference\n"
    "\n"
    "Every field of the objects that weft reads, generated from the tables that decode them. "
    "Each\n"
    "object has `apiVersion`, `kind`, `metadata` with `name` and `namespace`, and `spec`. An "
    "unknown\n"
    "field or a wrong type is an error with file, line and column, and the object is refused; a "
    "field\n"
    "that is `null` counts as absent. A field of one type is read in one form: texts that look "
    "like\n"
    "numbers or booleans need quotes, and numbers take none.\n"
    "\n"
    "For editors there are JSON Schemas of the same fields (`schemas/` in the source,\n"
    "`share/weft/schemas` when installed). Put this line at the beginning of a file:\n"
    "\n"
    "    # yaml-language-server: $schema=/usr/local/share/weft/schemas/specs.json\n"
    "\n"
    "and `config.json` in place of `specs.json` for `weft.yaml`, whose keys are described in\n"
    "[configuration](configuration.md). The rules by which objects become manifests are in\n"
    "[translation](translation.md).\n";

/* The heading's anchor, as GitHub makes it. */
static void add_anchor(struct text *out, const char *name)
{
    for (const char *p = name; *p; p++)
        text_addc(out, to_lower(*p));
}

static void add_link(struct reference *reference, const struct schema *schema)
{
    size_t i = 0;

    text_addf(reference->out, "[%s](#", schema->name);
    add_anchor(reference->out, schema->name);
    text_addc(reference->out, ')');
    while (i < reference->queued && reference->queue[i] != schema)
        i++;
    if (i == reference->queued && i < SCHEMAS_MAX)
        reference->queue[reference->queued++] = schema;
}

static void add_enum(struct text *out, const struct enum_table *names)
{
    for (size_t i = 0; i < names->count; i++)
        text_addf(out, "%s`%s`", i ? ", " : "", names->names[i]);
}

static void add_integer(struct text *out, const struct schema_field *field)
{
    if (field->max == 65535)
        text_adds(out, "port number");
    else if (field->max)
        text_addf(out, "integer, at most %lld", (long long)field->max);
    else
        text_adds(out, "integer");
}

/* Kinds whose type is the same in each field; the others are composed by add_type. */
static const char *const type_words[SCHEMA_KIND_COUNT] = {
    [SCHEMA_TEXT] = "text",
    [SCHEMA_NAME] = "name",
    [SCHEMA_NAMESPACE] = "namespace",
    [SCHEMA_BYTES] = "base64",
    [SCHEMA_BOOL] = "boolean",
    [SCHEMA_FLOAT] = "number from 0 to 1",
    [SCHEMA_SECONDS] = "duration",
    [SCHEMA_EMPTY] = "`{}`",
    [SCHEMA_ANY] = "any",
    [SCHEMA_TEXTS] = "list of text",
    [SCHEMA_MESSAGES] = "list of text",
    [SCHEMA_PORTS] = "list of port numbers",
    [SCHEMA_REFS] = "list of ",
    [SCHEMA_LIST] = "list of ",
    [SCHEMA_KEYED] = "map of ",
};

static bool is_integer(const struct schema_field *field)
{
    return field->kind == SCHEMA_UINT32 || field->kind == SCHEMA_INT64;
}

static void add_type(struct reference *reference, const struct schema_field *field)
{
    struct text *out = reference->out;

    if (type_words[field->kind])
        text_adds(out, type_words[field->kind]);
    if (is_integer(field))
        add_integer(out, field);
    else if (field->kind == SCHEMA_ENUM)
        add_enum(out, field->names);
    else if (field->kind == SCHEMA_PAIRS)
        text_adds(out, field->numbers ? "map of port numbers" : "map of text");
    else if (field->kind == SCHEMA_REF || field->kind == SCHEMA_REFS) {
        add_link(reference, &object_ref_schema);
        text_addf(out, " to a %s", field->refers);
    } else if (field->schema)
        add_link(reference, field->schema);
}

static void add_default(struct text *out, const struct schema_field *field)
{
    if (field->need || field->required || field->inside)
        text_adds(out, "required");
    else if (field->absent)
        text_adds(out, field->absent);
    else if (field->text)
        text_addf(out, "`%s`", field->text);
    else if (field->kind == SCHEMA_ENUM)
        text_addf(out, "`%s`", enums_name(field->names, (int)field->number));
    else if (field->kind == SCHEMA_BOOL)
        text_addf(out, "`%s`", field->number ? "true" : "false");
    else if (field->kind == SCHEMA_FLOAT)
        text_addf(out, "`%g`", field->ratio);
    else if (field->number)
        text_addf(out, "`%lld`", (long long)field->number);
}

static void add_row(struct reference *reference, const struct schema_field *field, bool defaults)
{
    struct text *out = reference->out;

    text_addf(out, "| `%s` | ", field->key);
    add_type(reference, field);
    text_adds(out, " | ");
    if (defaults) {
        add_default(out, field);
        text_adds(out, " | ");
    }
    if (field->deprecated)
        text_adds(out, "Deprecated. ");
    text_adds(out, field->doc);
    if (field->example)
        text_addf(out, " Such as `%s`.", field->example);
    if (field->older)
        text_addf(out, " Older name: `%s`.", field->older);
    text_adds(out, " |\n");
}

static void add_oneof(struct text *out, const struct schema *schema)
{
    const char *before = schema->need_one ? "\nExactly one of " : "\nAt most one of ";
    bool any = false;

    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].member) {
            text_addf(out, "%s`%s`", any ? ", " : before, schema->fields[i].key);
            any = true;
        }
    if (any)
        text_adds(out, " may be set.\n");
}

static void add_table(struct reference *reference, const struct schema *schema, bool defaults)
{
    struct text *out = reference->out;

    text_addf(out, "\n%s\n", schema->doc);
    add_oneof(out, schema);
    text_adds(out, defaults
                       ? "\n| field | type | when absent | meaning |\n| --- | --- | --- | --- |\n"
                       : "\n| field | type | meaning |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < schema->count; i++)
        add_row(reference, &schema->fields[i], defaults);
}

/* Tables that were met and not printed yet, also those that these meet. */
static void add_queued(struct reference *reference, size_t *printed, bool defaults)
{
    while (*printed < reference->queued) {
        const struct schema *schema = reference->queue[(*printed)++];

        text_addf(reference->out, "\n### %s\n", schema->name);
        add_table(reference, schema, defaults);
    }
}

static const struct schema *status_of(enum object_kind kind)
{
    return kind == KIND_VIRTUAL_MESH    ? &status_virtual_mesh_schema
           : kind == KIND_ACCESS_POLICY ? &status_policy_schema
                                        : NULL;
}

static void add_kind(struct reference *reference, enum object_kind kind, size_t *printed)
{
    const struct kind_row *row = &kind_rows[kind];
    const struct schema *status = status_of(kind);

    text_addf(reference->out, "\n## %s\n\n`apiVersion: %s`\n", object_kind_name(kind),
              row->api_version);
    add_table(reference, row->spec, true);
    add_queued(reference, printed, true);
    if (!status)
        return;
    text_addf(reference->out, "\n### %s\n", status->name);
    add_table(reference, status, false);
    add_queued(reference, printed, false);
}

void schema_reference_write(struct text *out)
{
    struct reference reference = { .out = out };
    size_t printed = 0;

    text_adds(out, head);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        add_kind(&reference, (enum object_kind)kind, &printed);
}
