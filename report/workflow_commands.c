/* report/workflow_commands.c - writes findings as workflow commands; judges nothing.
 *
 * The form is that of the runners of GitHub and Gitea Actions: one line for each finding, with
 * percent escapes that differ between properties and text. A line break or "::" of a spec that got
 * through would begin a command of its own, which could set variables of the pipeline. */
#include "report/workflow_commands.h"
#include "base/visible.h"

static void add_escaped(struct text *out, const char *text, const char *escaped)
{
    for (const char *at = text; *at; at++)
        if (strchr(escaped, *at))
            text_addf(out, "%%%02X", (unsigned)(unsigned char)*at);
        else
            text_addc(out, *at);
}

static void add_property(struct text *out, char before, const char *key, const char *value,
                         struct arena *arena)
{
    text_addf(out, "%c%s=", before, key);
    add_escaped(out, visible_text(value, arena), "%\r\n:,");
}

/* "W3: AccessPolicy shop/reads" */
static const char *title(const struct finding *finding, struct arena *arena)
{
    const char *id = *finding->id ? finding->id : "weft";

    return *finding->kind ? arena_printf(arena, "%s: %s %s", id, finding->kind,
                                         object_ref_text(finding->ref, arena))
                          : id;
}

static void add_place(struct text *out, struct place place, struct arena *arena)
{
    if (!place.file || place_is_object(place))
        return;
    add_property(out, ',', "file", place.file, arena);
    if (place.line)
        text_addf(out, ",line=%u", place.line);
    if (place.line && place.column)
        text_addf(out, ",col=%u", place.column);
}

static void add_command(struct text *out, const struct finding *finding, struct arena *arena)
{
    text_addf(out, "::%s", enums_name(&severities, (int)finding->severity));
    add_property(out, ' ', "title", title(finding, arena), arena);
    add_place(out, finding->place, arena);
    text_adds(out, "::");
    add_escaped(out, visible_text(finding_text(finding, arena), arena), "%\r\n");
    text_addc(out, '\n');
}

void workflow_commands_write(struct text *out, const struct findings *findings)
{
    for (int severity = SEVERITY_ERROR; severity <= SEVERITY_WARNING; severity++)
        for (size_t i = 0; i < findings->count; i++)
            if ((int)findings->items[i].severity == severity)
                add_command(out, &findings->items[i], findings->arena);
}
