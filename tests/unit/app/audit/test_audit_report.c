/* tests/unit/app/audit/test_audit_report.c - a commit counts by the worst that was found in it. */
#include "app/audit/audit_report.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add(struct audit_report *report, enum audit_check check, enum audit_verdict verdict)
{
    audit_report_add(report, (struct audit_finding){
                                 .check = check, .verdict = verdict, .text = "", .offset = 7 });
}

static void the_worst_finding_counts(void **state)
{
    struct audit_report report = { .arena = arena_new() };
    size_t from;

    (void)state;
    assert_int_equal(audit_report_verdict(&report), AUDIT_PROVEN);
    audit_report_count(&report, AUDIT_CHAIN, 0);
    assert_int_equal(report.verdicts[AUDIT_CHAIN][AUDIT_PROVEN], 1);
    from = report.count;
    add(&report, AUDIT_CHAIN, AUDIT_FAILED);
    add(&report, AUDIT_CHAIN, AUDIT_UNCHECKED);
    add(&report, AUDIT_TRUST, AUDIT_UNCHECKED);
    audit_report_count(&report, AUDIT_CHAIN, from);
    audit_report_count(&report, AUDIT_TRUST, from);
    assert_int_equal(report.verdicts[AUDIT_CHAIN][AUDIT_FAILED], 1);
    assert_int_equal(report.verdicts[AUDIT_TRUST][AUDIT_UNCHECKED], 1);
    /* Those of commits before do not count again. */
    audit_report_count(&report, AUDIT_CHAIN, report.count);
    assert_int_equal(report.verdicts[AUDIT_CHAIN][AUDIT_PROVEN], 2);
    assert_int_equal(audit_report_verdict(&report), AUDIT_FAILED);
    /* An offset without a file is none. */
    assert_int_equal(report.findings[0].offset, -1);
    arena_free(report.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_worst_finding_counts) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
