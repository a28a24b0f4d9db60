/* app/commands/verify_report.c - prints what weft verify found; decides nothing. */
#include "app/commands/verify_report.h"
#include "api/own_document.h"
#include "base/map.h"
#include "base/plural.h"
#include "base/visible.h"
#include "base/write_json.h"
#include "ci/table.h"

static const char *upper(const char *name, struct arena *arena)
{
    char *out = arena_text(arena, name);

    for (char *at = out; *at; at++)
        if (is_lower(*at))
            *at = (char)(*at ^ ('a' ^ 'A'));
    return out;
}

static void print_counts(struct text *out, const struct audit_report *report, struct arena *arena)
{
    const char *header[AUDIT_FAILED + 2] = { "CHECK" };
    struct table table;

    for (int verdict = 0; verdict <= AUDIT_FAILED; verdict++)
        header[verdict + 1] = upper(enums_name(&audit_verdicts, verdict), arena);
    table = table_new(arena, LENGTH(header), header);
    for (int check = 0; check < AUDIT_CHECKS; check++) {
        if (!audit_report_shows(report, (enum audit_check)check))
            continue;
        table_cell(&table, enums_name(&audit_checks, check));
        for (int verdict = 0; verdict <= AUDIT_FAILED; verdict++)
            table_cellf(&table, "%zu", report->verdicts[check][verdict]);
    }
    table_print(out, &table);
}

static void print_finding(struct text *out, const struct audit_finding *finding, size_t more,
                          struct arena *arena)
{
    text_addf(out, "%c %s", finding->verdict == AUDIT_FAILED ? '!' : '-',
              *finding->commit ? arena_printf(arena, "%.12s ", finding->commit) : "");
    text_addf(out, "%s: ", enums_name(&audit_checks, (int)finding->check));
    if (*finding->path)
        text_addf(out, "%s: ", visible_text(finding->path, arena));
    text_addf(out, "%s", visible_text(finding->text, arena));
    if (more)
        text_addf(out, " (and %s more)", plural_count(more, "commit", arena));
    text_addc(out, '\n');
}

/* Each failure is a line of its own. */
static void print_failed(struct text *out, const struct audit_report *report, struct arena *arena)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].verdict == AUDIT_FAILED)
            print_finding(out, &report->findings[i], 0, arena);
}

struct reasons {
    struct map *known; /* by check and text: struct reason */
    struct reason {
        const struct audit_finding *first;
        size_t more; /* findings that say the same */
    } * *list;
    size_t count;
};

static void add_reason(struct reasons *to, const struct audit_finding *finding, struct arena *arena)
{
    const char *key = arena_printf(arena, "%d %s", (int)finding->check, finding->text);
    struct reason *reason = map_find(to->known, key);

    if (reason) {
        reason->more++;
        return;
    }
    reason = ARENA_NEW(arena, struct reason, 1);
    reason->first = finding;
    map_put(to->known, key, reason);
    *ARENA_PUSH(arena, to->list, to->count) = reason;
}

/* What could not be checked for the same reason is one line. A branch with years of commits of an
 * older weft has thousands of the same reason. */
static void print_unchecked(struct text *out, const struct audit_report *report,
                            struct arena *arena)
{
    struct reasons reasons = { .known = map_new(arena) };

    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].verdict == AUDIT_UNCHECKED)
            add_reason(&reasons, &report->findings[i], arena);
    for (size_t i = 0; i < reasons.count; i++)
        print_finding(out, reasons.list[i]->first, reasons.list[i]->more, arena);
}

void verify_report_table(struct text *out, const struct audit_report *report, struct arena *arena)
{
    static const char *const ends[] = {
        [AUDIT_PROVEN] = "everything is proven",
        [AUDIT_UNCHECKED] = "nothing is wrong, and not everything could be checked",
        [AUDIT_FAILED] = "NOT PROVEN: see the lines with \"!\"",
    };

    print_counts(out, report, arena);
    text_addc(out, '\n');
    print_failed(out, report, arena);
    print_unchecked(out, report, arena);
    text_addf(out, "%s of branch %s, %zu by weft: %s\n",
              plural_count(report->commits, "commit", arena), visible_text(report->branch, arena),
              report->ours, ends[audit_report_verdict(report)]);
}

/* --- JSON --- */

static struct node *finding_node(const struct audit_finding *finding, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "check", enums_name(&audit_checks, (int)finding->check));
    node_set_text(arena, node, "verdict", enums_name(&audit_verdicts, (int)finding->verdict));
    if (*finding->commit)
        node_set_text(arena, node, "commit", finding->commit);
    if (*finding->path)
        node_set_text(arena, node, "path", finding->path);
    if (finding->offset >= 0)
        node_set_int(arena, node, "offset", finding->offset);
    node_set_text(arena, node, "message", finding->text);
    return node;
}

void verify_report_json(struct text *out, const struct audit_report *report, struct arena *arena)
{
    struct node *root = own_document("Verification", arena), *checks, *list;

    node_set_text(arena, root, "branch", report->branch);
    node_set_text(arena, root, "first", report->first);
    node_set_text(arena, root, "last", report->last);
    node_set_int(arena, root, "commits", (int64_t)report->commits);
    node_set_int(arena, root, "byWeft", (int64_t)report->ours);
    node_set_text(arena, root, "verdict",
                  enums_name(&audit_verdicts, (int)audit_report_verdict(report)));
    checks = node_set(root, "checks", node_map(arena));
    for (int check = 0; check < AUDIT_CHECKS; check++) {
        struct node *one;

        if (!audit_report_shows(report, (enum audit_check)check))
            continue;
        one = node_set(checks, enums_name(&audit_checks, check), node_map(arena));

        for (int verdict = 0; verdict <= AUDIT_FAILED; verdict++)
            node_set_int(arena, one, enums_name(&audit_verdicts, verdict),
                         (int64_t)report->verdicts[check][verdict]);
    }
    list = node_set(root, "findings", node_list(arena));
    for (size_t i = 0; i < report->count; i++)
        node_add(list, finding_node(&report->findings[i], arena));
    write_json(out, root, true);
}
