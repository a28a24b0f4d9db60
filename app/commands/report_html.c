/* app/commands/report_html.c - the sections of the page; decides nothing.
 *
 * Each section has a limit, and says how much it leaves out: a page for 500 clusters has to open in
 * a browser.  The matrix is the only part that grows with a product, so both of its sides are
 * limited.  All texts of others go through visible_text and html_text, here or in the functions
 * below. */
#include "app/commands/report_html.h"
#include "app/audit/audit_entry.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/visible.h"
#include "ci/graph_svg.h"
#include "ci/html.h"
#include "translate/call.h"
#include "translate/resolved.h"
#include <stdlib.h>
#include <string.h>

enum {
    GRAPH_NODES_MAX = 400,
    CALLERS_MAX = 60,
    SERVICES_MAX = 60,
    FINDINGS_MAX = 500,
    CERTIFICATES_MAX = 2000
};

static const struct html_section sections[] = {
    { "waiting", "What waits for a person" },
    { "topology", "Topology" },
    { "calls", "Who may call whom" },
    { "trust", "Trust and rotation" },
    { "commits", "Last commits of the branch" },
    { "findings", "Findings" },
};
enum { WAITING, TOPOLOGY, CALLS, TRUST, COMMITS, FINDINGS };

struct page {
    struct text *out;
    const struct report_html *content;
    struct arena *arena;
};

static void paragraph(struct page *at, const char *text)
{
    text_adds(at->out, "<p>");
    html_text(at->out, visible_text(text, at->arena));
    text_adds(at->out, "</p>\n");
}

static void left_out(struct page *at, const char *what, size_t count, size_t max)
{
    if (count > max)
        paragraph(at,
                  arena_printf(at->arena, "%zu more %s are not shown here.", count - max, what));
}

/* False, and why, where the section needs the output branch. */
static bool branch_is_there(struct page *at)
{
    if (at->content->branch_missing)
        paragraph(at, at->content->branch_missing);
    return !at->content->branch_missing;
}

/* --- what waits --- */

static void add_item(struct page *at, const char *text)
{
    text_adds(at->out, "<li class=\"row\">");
    html_text(at->out, visible_text(text, at->arena));
    text_adds(at->out, "</li>\n");
}

/* The newest commit of weft says where each rotation is, and why. */
static size_t add_rotations(struct page *at)
{
    const struct report_html *content = at->content;
    size_t count = 0, newest = 0;

    while (newest < content->commit_count && !content->commits[newest].ours)
        newest++;
    for (size_t i = 0; newest < content->commit_count && i < content->commits[newest].trailer_count;
         i++) {
        const struct trailer *trailer = &content->commits[newest].trailers[i];

        if (!text_equal(trailer->token, TRAILER_ROTATION) || strstr(trailer->value, " FINISHED: "))
            continue;
        add_item(at, arena_printf(at->arena, "Rotation %s", trailer->value));
        count++;
    }
    return count;
}

static void show_waiting(struct page *at)
{
    const struct findings *findings = at->content->findings;
    size_t count, lines;
    const char **errors = findings_lines(&lines, findings, SEVERITY_ERROR, FINDINGS_MAX);

    text_adds(at->out, "<ul>\n");
    count = add_rotations(at) + lines;
    for (size_t i = 0; i < lines; i++)
        add_item(at, errors[i]);
    text_adds(at->out, "</ul>\n");
    if (!count)
        paragraph(at, "No rotation is under way, and no object of the specs is refused.");
}

/* --- topology --- */

static void show_topology(struct page *at)
{
    struct graph graph;

    graph_make(&graph, at->content->plan, GRAPH_NODES_MAX, at->arena);
    text_adds(at->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                       "aria-label=\"Topology\">\n");
    graph_svg_write(at->out, &graph, at->arena);
    text_adds(at->out, "</div>\n");
    paragraph(at, graph.summary ? "Each box is a cluster, in the frame of its virtual mesh."
                                : "Red: refused. Grey: no AccessPolicy selects the Service.");
}

/* --- the matrix --- */

struct matrix {
    struct caller *callers;
    size_t caller_count, callers_in_all;
    const struct destination **services;
    size_t service_count, services_in_all;
};

static void find_callers(struct matrix *out, struct page *at)
{
    const struct specs *specs = at->content->specs;
    struct map *seen = map_new(at->arena);

    for (size_t i = 0; i < specs->workload_count; i++) {
        struct caller caller;
        const char *text;

        if (!caller_of_workload(&caller, at->content->plan->resolved, &specs->workloads[i]))
            continue;
        text = caller_text(&caller, at->arena);
        if (map_put(seen, text, seen))
            continue;
        if (out->callers_in_all++ < CALLERS_MAX)
            *ARENA_PUSH(at->arena, out->callers, out->caller_count) = caller;
    }
}

static void find_services(struct matrix *out, struct page *at)
{
    const struct specs *specs = at->content->specs;

    for (size_t i = 0; i < specs->destination_count; i++)
        if (specs->destinations[i].service && out->services_in_all++ < SERVICES_MAX)
            *ARENA_PUSH(at->arena, out->services, out->service_count) = &specs->destinations[i];
}

/* The whole chain of the worst link is weft explain's. */
static void add_call(struct page *at, const struct caller *caller,
                     const struct destination *service)
{
    const char *verdict;
    struct call call;

    call_judge(&call, at->content->plan, caller, service, at->arena);
    verdict = enums_name(&call_states, (int)call.verdict);
    text_addf(at->out, "<td class=\"%s\">%s</td>", verdict, verdict);
}

static void show_calls(struct page *at)
{
    struct matrix matrix = { 0 };
    const char **header;

    find_callers(&matrix, at);
    find_services(&matrix, at);
    header = ARENA_NEW(at->arena, const char *, matrix.service_count + 1);
    header[0] = "Caller";
    for (size_t i = 0; i < matrix.service_count; i++)
        header[i + 1] =
            visible_text(cluster_ref_text(matrix.services[i]->service->ref, at->arena), at->arena);
    html_table_begin(at->out, "By the specs: rows call columns", header, matrix.service_count + 1);
    for (size_t i = 0; i < matrix.caller_count; i++) {
        text_adds(at->out, "<tr class=\"row\"><th scope=\"row\">");
        html_text(at->out, visible_text(caller_text(&matrix.callers[i], at->arena), at->arena));
        text_adds(at->out, "</th>");
        for (size_t k = 0; k < matrix.service_count; k++)
            add_call(at, &matrix.callers[i], matrix.services[k]);
        text_adds(at->out, "</tr>\n");
    }
    html_table_end(at->out);
    left_out(at, "callers", matrix.callers_in_all, CALLERS_MAX);
    left_out(at, "Services", matrix.services_in_all, SERVICES_MAX);
}

/* --- trust --- */

static int by_end(const void *a, const void *b)
{
    const struct audit_certificate *const *x = a, *const *y = b;
    const int order = strcmp((*x)->not_after, (*y)->not_after);

    return order ? order : strcmp((*x)->fingerprint, (*y)->fingerprint);
}

/* How much of its validity is over, 0 to 100. */
static int share_of(const struct audit_certificate *one, int64_t now)
{
    int64_t from, to;

    if (!clock_parse(one->not_before, &from) || !clock_parse(one->not_after, &to) || from >= to
        || now <= from)
        return 0;
    return now >= to ? 100 : (int)((now - from) * 100 / (to - from));
}

static void add_certificate(struct page *at, const struct audit_certificate *one)
{
    const bool root = audit_certificate_is_root(one);
    const char *const cells[] = { one->not_after, one->not_before, one->virtual_mesh,
                                  root ? "root" : one->cluster, one->serial };
    const int share = share_of(one, at->content->now);

    text_adds(at->out, "<tr class=\"row\">");
    for (size_t i = 0; i < LENGTH(cells); i++) {
        text_adds(at->out, i ? "<td>" : "<th scope=\"row\">");
        html_text(at->out, visible_text(cells[i], at->arena));
        text_adds(at->out, i ? "</td>" : "</th>");
    }
    text_addf(at->out,
              "<td><div class=\"bar\" role=\"img\" aria-label=\"%d %% over\"><div "
              "style=\"width:%d%%\"></div></div>%s</td></tr>\n",
              share, share, share == 100 ? "expired" : "");
}

static void show_certificates(struct page *at)
{
    static const char *const header[] = { "Ends", "Begins", "Virtual mesh",
                                          "Of",   "Serial", "Validity that is over" };
    const struct audit_trust *trust = at->content->trust;
    const struct audit_certificate **list = NULL;
    size_t count = 0;

    for (size_t i = 0; i < trust->count; i++)
        for (size_t k = 0; k < trust->virtual_meshes[i].count; k++)
            *ARENA_PUSH(at->arena, list, count) = &trust->virtual_meshes[i].certificates[k];
    if (count)
        qsort(list, count, sizeof *list, by_end);
    html_table_begin(at->out, "Certificates, the next one to end first", header, LENGTH(header));
    for (size_t i = 0; i < count && i < CERTIFICATES_MAX; i++)
        add_certificate(at, list[i]);
    html_table_end(at->out);
    left_out(at, "certificates", count, CERTIFICATES_MAX);
}

static void show_trust(struct page *at)
{
    static const char *const header[] = { "Virtual mesh", "State", "Rotation", "Step",
                                          "Root at rest" };
    const struct audit_trust *trust = at->content->trust;

    if (!branch_is_there(at))
        return;
    html_table_begin(at->out, "Virtual meshes", header, LENGTH(header));
    for (size_t i = 0; i < trust->count; i++) {
        const struct audit_virtual_mesh *one = &trust->virtual_meshes[i];
        const char *const cells[] = {
            visible_text(one->name, at->arena), one->state, visible_text(one->rotation, at->arena),
            one->step ? arena_printf(at->arena, "%d of 3", one->step) : "at rest",
            visible_text(arena_printf(at->arena, "%.16s", one->deployed), at->arena)
        };

        html_table_row(at->out, cells, LENGTH(cells));
    }
    html_table_end(at->out);
    show_certificates(at);
}

/* --- commits --- */

static void add_commit(struct page *at, const struct history_commit *commit)
{
    text_adds(at->out, "<li class=\"row\"><details><summary>");
    html_text(at->out, clock_text(commit->time, at->arena));
    text_addf(at->out, " <code>%.12s</code> ", commit->id);
    if (!commit->ours)
        text_adds(at->out, "(not weft) ");
    html_text(at->out, visible_text(commit->subject, at->arena));
    text_adds(at->out, "</summary><dl>");
    for (size_t i = 0; i < commit->trailer_count; i++) {
        text_adds(at->out, "<dt>");
        html_text(at->out, visible_text(commit->trailers[i].token, at->arena));
        text_adds(at->out, "</dt><dd><code>");
        html_text(at->out, visible_text(commit->trailers[i].value, at->arena));
        text_adds(at->out, "</code></dd>");
    }
    text_adds(at->out, "</dl></details></li>\n");
}

static void show_commits(struct page *at)
{
    if (!branch_is_there(at))
        return;
    text_adds(at->out, "<ul>\n");
    for (size_t i = 0; i < at->content->commit_count; i++)
        add_commit(at, &at->content->commits[i]);
    text_adds(at->out, "</ul>\n");
}

/* --- findings --- */

static void show_findings(struct page *at)
{
    static const char *const header[] = { "Severity", "What" };
    static const enum severity shown[] = { SEVERITY_ERROR, SEVERITY_WARNING };

    html_table_begin(at->out, "Of the specs", header, LENGTH(header));
    for (size_t i = 0; i < LENGTH(shown); i++) {
        size_t count;
        const char **lines = findings_lines(&count, at->content->findings, shown[i], FINDINGS_MAX);

        for (size_t k = 0; k < count; k++) {
            const char *const cells[] = { shown[i] == SEVERITY_ERROR ? "error" : "warning",
                                          visible_text(lines[k], at->arena) };

            html_table_row(at->out, cells, LENGTH(cells));
        }
    }
    html_table_end(at->out);
}

void report_html_write(struct text *out, const struct report_html *content, struct arena *arena)
{
    static void (*const show[])(struct page * at) = {
        [WAITING] = show_waiting, [TOPOLOGY] = show_topology, [CALLS] = show_calls,
        [TRUST] = show_trust,     [COMMITS] = show_commits,   [FINDINGS] = show_findings,
    };
    struct page at = { out, content, arena };

    html_begin(out, "weft: the fleet", sections, LENGTH(sections));
    paragraph(&at, arena_printf(arena, "As of %s.", clock_text(content->now, arena)));
    for (size_t i = 0; i < LENGTH(sections); i++) {
        html_section_begin(out, &sections[i]);
        show[i](&at);
        html_section_end(out);
    }
    html_end(out);
}
