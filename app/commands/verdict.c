/* app/commands/verdict.c - counts findings as people count mistakes.
 *
 * One mistake in a Mesh can make an error in each of a hundred VirtualMeshes. Those that follow
 * from another finding (finding_follows) are shown and not counted, so the number is how many
 * things there are to correct. */
#include "app/commands/verdict.h"
#include "translate/findings.h"

struct verdict verdict_of(const struct findings *findings, const struct diags *diags)
{
    const struct findings_totals totals = findings_total(findings);
    struct findings causes = { .arena = findings->arena };
    struct verdict out = { .warnings = totals.warnings + diags_dropped(diags, DIAG_WARNING) };

    for (size_t i = 0; i < findings->count; i++)
        if (!finding_follows(&findings->items[i]))
            findings_add(&causes, findings->items[i]);
    out.mistakes = findings_total(&causes).errors;
    out.consequences = totals.errors - out.mistakes;
    out.mistakes += diags_dropped(diags, DIAG_ERROR);
    return out;
}
