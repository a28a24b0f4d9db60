/* ci/review.c - the document of a review.
 *
 * The document is a list of sections, in the order in which a reviewer reads them, which is also
 * the order of what must not be missing.  A section is a text before its lines, the lines, and a
 * text after them, which closes what the first one opened.  It is written only when both fit, and
 * of its lines as many as fit: so a cut leaves no open fence and no half table, and the line that
 * counts what was left out always has room. */
#include "ci/review.h"
#include "api/own_document.h"
#include "base/plural.h"
#include "base/write_json.h"
#include "ci/markdown.h"
#include "report/summary.h"

static const char *const verdict_names[] = {
    [REVIEW_UNCHANGED] = "unchanged",
    [REVIEW_SAFE] = "safe",
    [REVIEW_ATTENTION] = "attention",
    [REVIEW_REFUSED] = "refused",
};
const struct enum_table review_verdicts = ENUM_TABLE(verdict_names);

static const char *const headlines[] = {
    [REVIEW_UNCHANGED] = ":white_check_mark: weft review: nothing changes for the clusters",
    [REVIEW_SAFE] = ":white_check_mark: weft review: changes",
    [REVIEW_ATTENTION] = ":eyes: weft review: changes that need attention",
    [REVIEW_REFUSED] = ":x: weft review: specs are refused",
};

static size_t attention_count(const struct effects *effects)
{
    size_t count = 0;

    for (size_t i = 0; i < effects->count; i++)
        count += effect_needs_attention(effects->items[i].kind);
    return count;
}

const char *review_summary(const struct review *review, struct arena *arena)
{
    const struct report *report = review->report;
    const struct effects *effects = &review->effects->found;
    const struct summary files = summary_of(report->changes, report->change_count, arena);
    const size_t attention = attention_count(effects);
    AUTO_TEXT out = { 0 };

    text_addf(&out, "%s, %s", plural_count(review->mistakes, "mistake", arena),
              plural_count(review->warnings, "warning", arena));
    text_addf(&out, "; %s", plural_count(effects->count, "effect", arena));
    if (attention)
        text_addf(&out, ", %zu of them to look at", attention);
    text_addf(&out, "; %s of manifests in %s", plural_count(report->change_count, "file", arena),
              plural_count(files.clusters, "cluster", arena));
    return arena_bytes(arena, out.bytes, out.len);
}

/* --- writing within a limit --- */

#define LEFT_OUT                                                                                   \
    "\n%zu lines are left out here: the comment would be too long. The whole review is in the "    \
    "artefacts of the pipeline.\n"
enum { LEFT_OUT_MAX = 200 };

struct writing {
    struct text *out;
    size_t max; /* with room for the last line set aside */
    size_t left_out;
};

static bool has_room(const struct writing *w, size_t more) { return w->out->len + more <= w->max; }

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* Each line of lines ends with a newline. */
static void add_section(struct writing *w, const char *before, const char *lines, const char *after)
{
    const size_t frame = strlen(before) + strlen(after);

    if (!has_room(w, frame)) {
        w->left_out += count_lines(lines);
        return;
    }
    text_adds(w->out, before);
    while (*lines && has_room(w, strcspn(lines, "\n") + 1 + strlen(after))) {
        const size_t len = strcspn(lines, "\n");

        text_add(w->out, lines, len + (lines[len] == '\n'));
        lines += len + (lines[len] == '\n');
    }
    text_adds(w->out, after);
    w->left_out += count_lines(lines);
}

/* --- the sections --- */

static void add_findings(struct writing *w, const struct review *review, enum severity severity,
                         const char *title, struct arena *arena)
{
    size_t count;
    const char **lines = findings_lines(&count, review->report->findings, severity, SIZE_MAX);
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < count; i++) {
        text_adds(&text, "- ");
        markdown_add(&text, lines[i]);
        text_addc(&text, '\n');
    }
    if (count)
        add_section(w, arena_printf(arena, "\n### %s\n\n", title), text.bytes, "");
}

/* The header of a table belongs to what comes before its lines. */
static void add_table(struct writing *w, const char *title, const struct table *table,
                      struct arena *arena)
{
    AUTO_TEXT text = { 0 };
    const char *rows;

    table_markdown(&text, table);
    rows = strchr(strchr(text.bytes, '\n') + 1, '\n') + 1;
    add_section(
        w, arena_printf(arena, "\n### %s\n\n%.*s", title, (int)(rows - text.bytes), text.bytes),
        rows, "");
}

static void add_diff(struct writing *w, const struct review *review, struct arena *arena)
{
    AUTO_TEXT fence = { 0 };

    markdown_fence(&fence, review->diff);
    add_section(w,
                arena_printf(arena,
                             "\n<details><summary>Diff of the manifests</summary>\n\n%sdiff\n",
                             fence.bytes),
                review->diff, arena_printf(arena, "%s\n\n</details>\n", fence.bytes));
}

static void add_head(struct writing *w, const struct review *review, struct arena *arena)
{
    const struct report *report = review->report;

    text_addf(w->out, "%s\n## %s\n\n%s, of %s of specs.\n", review->marker,
              headlines[review->verdict], review_summary(review, arena),
              plural_count(review->files, "file", arena));
    if (!text_empty(report->specs_base) && !text_empty(report->specs_commit))
        text_addf(w->out, "Compared are the specs at %.12s and at %.12s.\n", report->specs_base,
                  report->specs_commit);
}

/* A comparison that is not complete says so, whatever else is left out. */
static void add_limits(struct writing *w, const struct review *review)
{
    if (review->effects->found.cut)
        text_adds(w->out, "\nThere are too many callers to compare the access to every Service.\n");
}

/* Mistakes, then what it means, then warnings, manifests and the diff: the forge's limit cuts from
 * the end. */
void review_markdown(struct text *out, const struct review *review, size_t max, struct arena *arena)
{
    struct writing w = { out, max > LEFT_OUT_MAX ? max - LEFT_OUT_MAX : SIZE_MAX, 0 };
    const struct table effects = effects_table(&review->effects->found, arena);
    const struct table files = plan_files_table(review->report, arena);

    add_head(&w, review, arena);
    add_limits(&w, review);
    add_findings(&w, review, SEVERITY_ERROR, "Mistakes", arena);
    if (review->effects->found.count)
        add_table(&w, "What it means", &effects, arena);
    add_findings(&w, review, SEVERITY_WARNING, "Warnings", arena);
    if (review->report->change_count)
        add_table(&w, "Manifests", &files, arena);
    if (*review->diff)
        add_diff(&w, review, arena);
    if (w.left_out)
        text_addf(out, LEFT_OUT, w.left_out);
}

void review_json(struct text *out, const struct review *review, struct arena *arena)
{
    struct node *root = own_document("Review", arena);

    node_set_text(arena, root, "verdict", enums_name(&review_verdicts, (int)review->verdict));
    node_set_text(arena, root, "summary", review_summary(review, arena));
    node_set_int(arena, root, "mistakes", (int64_t)review->mistakes);
    node_set_int(arena, root, "warnings", (int64_t)review->warnings);
    node_set_int(arena, root, "files", (int64_t)review->files);
    node_set(root, "plan", plan_node(review->report, review->effects, review->diff, arena));
    write_json(out, root, true);
}
