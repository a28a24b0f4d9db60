/* app/pass/findings.c - the findings of a pass: gathered once, told in the log, remembered for
 * "weft status" and for passes that have nothing to do.  Finds nothing itself. */
#include "translate/findings.h"
#include "app/pass/findings.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include <string.h>

enum { LOG_MAX = 100, REMEMBER_MAX = 2000 };

void pass_gather(struct pass *pass)
{
    if (pass->gathered || pass->reached < REACHED_SPECS)
        return;
    pass->gathered = true;
    findings_gather(&pass->findings, &pass->diags, &pass->specs, &pass->plan);
}

static void tell(const struct pass *pass, enum severity severity)
{
    size_t count;
    const char **lines = findings_lines(&count, &pass->findings, severity, LOG_MAX);

    for (size_t i = 0; i < count; i++)
        if (severity == SEVERITY_ERROR)
            progress_error(pass->progress, lines[i]);
        else
            progress_warn(pass->progress, "%s", lines[i]);
}

/* The end of a log is what people see first, and all that a Job's termination message has. */
void findings_tell(const struct pass *pass)
{
    tell(pass, SEVERITY_WARNING);
    tell(pass, SEVERITY_ERROR);
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

void findings_remember(struct pass *pass)
{
    const struct findings some = first_of(&pass->findings);
    AUTO_TEXT json = { 0 };

    if (!pass->gathered)
        return; /* it did not come so far: what was found last is the best that is known */
    write_json(&json, findings_node(&some, pass->arena), false);
    ledger_set_fact(&pass->ledger, FACT_FINDINGS, json.bytes);
}

void findings_recall(struct findings *out, const struct ledger *ledger)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, FACT_FINDINGS);
    const struct node *list;
    struct err err;

    if (fact && parse_json(&list, fact->value, strlen(fact->value), out->arena, &err) == 0)
        findings_read(out, list);
}
