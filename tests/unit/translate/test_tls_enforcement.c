/* tests/unit/translate/test_tls_enforcement.c - the whole table of TLS enforcement against client
 * TLS. */
#include "translate/tls_enforcement.h"

#include "base/compiler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    enum enforcement_mode mode;
    bool unset, disable, simple, istio_mutual;
} rows[] = {
    { ENFORCE_UNSET, false, false, false, false },
    { ENFORCE_DISABLE, false, false, true, true },
    { ENFORCE_PERMISSIVE, false, false, false, false },
    { ENFORCE_STRICT, true, true, true, false },
};
/* clang-format on */

static void test_table(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(tls_enforcement_conflicts(rows[i].mode, TLS_UNSET), rows[i].unset);
        assert_int_equal(tls_enforcement_conflicts(rows[i].mode, TLS_DISABLE), rows[i].disable);
        assert_int_equal(tls_enforcement_conflicts(rows[i].mode, TLS_SIMPLE), rows[i].simple);
        assert_int_equal(tls_enforcement_conflicts(rows[i].mode, TLS_ISTIO_MUTUAL),
                         rows[i].istio_mutual);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_table) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
