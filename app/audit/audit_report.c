/* app/audit/audit_report.c - collects findings.  Pure.
 *
 * A check of one commit may find several things; the worst counts, once for each commit, so that
 * the figures of a check add up to the commits that it ran on. A commit without a finding is
 * proven. */
#include "app/audit/audit_report.h"
#include "base/compiler.h"

static const char *const check_names[] = {
    [AUDIT_BRANCH] = "branch",
    [AUDIT_SIGNATURE] = "signature",
    [AUDIT_TRAILERS] = "trailers",
    [AUDIT_CHAIN] = "chain",
    [AUDIT_COUNTER] = "counter",
    [AUDIT_FILES] = "files",
    [AUDIT_TRUST] = "trust",
    [AUDIT_CERTIFICATES] = "certificates",
    [AUDIT_RENDER] = "render",
    [AUDIT_CLUSTERS] = "clusters",
    [AUDIT_ATTESTATIONS] = "attestations",
};
const struct enum_table audit_checks = ENUM_TABLE(check_names);

static const char *const verdict_names[] = {
    [AUDIT_PROVEN] = "proven",
    [AUDIT_UNCHECKED] = "unchecked",
    [AUDIT_FAILED] = "failed",
};
const struct enum_table audit_verdicts = ENUM_TABLE(verdict_names);

bool audit_report_shows(const struct audit_report *report, enum audit_check check)
{
    const size_t *verdicts = report->verdicts[check];

    if (check < AUDIT_CLUSTERS)
        return true;
    return verdicts[AUDIT_PROVEN] + verdicts[AUDIT_UNCHECKED] + verdicts[AUDIT_FAILED] > 0;
}

void audit_report_add(struct audit_report *report, struct audit_finding finding)
{
    if (!finding.path)
        finding.path = "";
    if (!finding.commit)
        finding.commit = "";
    if (!*finding.path)
        finding.offset = -1;
    *ARENA_PUSH(report->arena, report->findings, report->count) = finding;
}

void audit_report_count(struct audit_report *report, enum audit_check check, size_t from)
{
    enum audit_verdict worst = AUDIT_PROVEN;

    for (size_t i = from; i < report->count; i++)
        if (report->findings[i].check == check && report->findings[i].verdict > worst)
            worst = report->findings[i].verdict;
    report->verdicts[check][worst]++;
}

enum audit_verdict audit_report_verdict(const struct audit_report *report)
{
    enum audit_verdict worst = AUDIT_PROVEN;

    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].verdict > worst)
            worst = report->findings[i].verdict;
    return worst;
}
