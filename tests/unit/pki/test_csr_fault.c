/* tests/unit/pki/test_csr_fault.c - a fault travels in the code of an err. */
#include "pki/csr_fault.h"
#include "tests/lib/trust_fixture.h"

static void a_fault_is_a_refusal_with_its_code(void **state)
{
    struct err err;

    (void)state;
    assert_int_equal(csr_fault_set(&err, CSR_WEAK_KEY, "its key has %d bits", 512), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_int_equal(err.code, CSR_WEAK_KEY);
    assert_string_equal(err.text, "its key has 512 bits");
    assert_string_equal(enums_name(&csr_faults, CSR_WEAK_KEY), "weak key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_is_a_refusal_with_its_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
