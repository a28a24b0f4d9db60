/* tests/unit/translate/test_istio_version.c - what Istio versions understand. */
#include "translate/istio_version.h"

#include "base/compiler.h"
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *version;
    bool known;
    const char *networking, *security;
    bool thrift, pod_port, peer, selects;
} cases[] = {
    { "1.4.9", true, "networking.istio.io/v1alpha3", "security.istio.io/v1beta1", true, true, false, false },
    { "1.5.0", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", true, true, true, false },
    { "1.7.8", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", true, true, true, false },
    { "1.8.0", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", true, true, true, true },
    { "1.10.6", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", true, true, true, true },
    { "1.11.0", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", true, false, true, true },
    { "1.19.9", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", true, false, true, true },
    { "1.20.0", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "1.21.6", true, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "1.22", true, "networking.istio.io/v1", "security.istio.io/v1", false, false, true, true },
    { "1.22.0-alpha.1", true, "networking.istio.io/v1", "security.istio.io/v1", false, false, true, true },
    { "v1.27.3-distroless", true, "networking.istio.io/v1", "security.istio.io/v1", false, false, true, true },
    { "1.22-dev", true, "networking.istio.io/v1", "security.istio.io/v1", false, false, true, true },
    { "2.0.0", true, "networking.istio.io/v1", "security.istio.io/v1", false, false, true, true },
    { "", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "latest", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "1", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "1.", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "1.x", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "1.22x", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "0.8.0", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true, true },
    { "1.99999999999999999999", false, "networking.istio.io/v1beta1", "security.istio.io/v1beta1", false, false, true,
      true },
};
/* clang-format on */

static void test_dialects(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct dialect *dialect = istio_version_dialect(cases[i].version);

        if (dialect->known != cases[i].known || dialect->thrift != cases[i].thrift
            || dialect->gateway_opens_pod_port != cases[i].pod_port
            || dialect->peer_authentication != cases[i].peer
            || dialect->entry_selects_pods != cases[i].selects)
            fail_msg("%s", cases[i].version);
        assert_string_equal(dialect->networking, cases[i].networking);
        assert_string_equal(dialect->security, cases[i].security);
    }
}

/* Folders are shared by dialect, so equal ones must be one. */
static void test_equal_dialects_are_one(void **unused)
{
    (void)unused;
    assert_ptr_equal(istio_version_dialect("1.22.0"), istio_version_dialect("1.27.3"));
    assert_ptr_equal(istio_version_dialect("1.11.0"), istio_version_dialect("1.19.1"));
    assert_ptr_equal(istio_version_dialect("latest"), istio_version_dialect(""));
    assert_ptr_not_equal(istio_version_dialect("1.19.0"), istio_version_dialect("1.20.0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_equal_dialects_are_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
