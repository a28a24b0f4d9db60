/* tests/unit/rotation/test_evidence.c - what a receipt proves, cluster by cluster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rotation/evidence.h"

static void a_cluster_of_its_own_mode_has_its_own_receipts(void **state)
{
    static const struct evidence_receipt own[] = { { "eu", EVIDENCE_NONE },
                                                   { "us", EVIDENCE_SYNCED } };
    struct evidence_policy policy = { .receipt = EVIDENCE_SYNCED,
                                      .receipts = own,
                                      .receipt_count = 2 };

    (void)state;
    assert_int_equal(evidence_receipt_level(&policy, "eu"), EVIDENCE_NONE);
    assert_int_equal(evidence_receipt_level(&policy, "us"), EVIDENCE_SYNCED);
    assert_int_equal(evidence_receipt_level(&policy, "asia"), EVIDENCE_SYNCED);
    policy.receipt = EVIDENCE_NONE;
    assert_int_equal(evidence_receipt_level(&policy, "us"), EVIDENCE_SYNCED);
    assert_int_equal(evidence_receipt_level(&policy, "asia"), EVIDENCE_NONE);
    policy.receipt_count = 0;
    assert_int_equal(evidence_receipt_level(&policy, "us"), EVIDENCE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_of_its_own_mode_has_its_own_receipts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
