/* app/pass/findings.c - the findings of a pass in the log, and in the state for "weft status" and
 * for passes that have nothing to do.  Finds nothing itself.
 *
 * A log holds 100 of each severity: a mistake in a mesh with thousands of destinations otherwise
 * gives thousands of lines of the same kind, and Kubernetes takes only the last 2048 bytes or 80
 * lines of a log as the termination message (FallbackToLogsOnError). The state holds 2000, errors
 * first, so that warnings never push an error out. An idle pass resolves nothing, and its report
 * has what the last full pass found: the specs are the same, so the findings are too. */
#include "app/pass/findings.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include <string.h>

enum { LOG_MAX = 100, REMEMBER_MAX = 2000 };

static void tell(const struct findings *findings, struct progress *progress, enum severity severity)
{
    size_t count;
    const char **lines = findings_lines(&count, findings, severity, LOG_MAX);

    for (size_t i = 0; i < count; i++)
        if (severity == SEVERITY_ERROR)
            progress_error(progress, lines[i]);
        else
            progress_warn(progress, "%s", lines[i]);
}

/* The end of a log is what people see first, and all that a Job's termination message has. */
void findings_tell(const struct findings *findings, struct progress *progress)
{
    tell(findings, progress, SEVERITY_WARNING);
    tell(findings, progress, SEVERITY_ERROR);
}

/* The errors and then the warnings, as many as a state should hold. */
static struct findings first_of(const struct findings *all)
{
    struct findings some = { .arena = all->arena };

    for (int severity = SEVERITY_ERROR; severity <= SEVERITY_WARNING; severity++)
        for (size_t i = 0; i < all->count && some.count < REMEMBER_MAX; i++)
            if ((int)all->items[i].severity == severity)
                findings_add(&some, all->items[i]);
    return some;
}

void findings_remember(struct ledger *ledger, const struct findings *findings)
{
    const struct findings some = first_of(findings);
    AUTO_TEXT json = { 0 };

    write_json(&json, findings_node(&some, findings->arena), false);
    ledger_set_fact(ledger, FACT_FINDINGS, json.bytes);
}

void findings_recall(struct findings *out, const struct ledger *ledger)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, FACT_FINDINGS);
    const struct node *list;
    struct err err;

    if (fact && parse_json(&list, fact->value, strlen(fact->value), out->arena, &err) == 0)
        findings_read(out, list);
}
