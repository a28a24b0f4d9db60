/* tests/unit/translate/test_virtual_ip.c - virtual IPs, against values of the reference
 * implementation. */
#include "translate/virtual_ip.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    struct cluster_ref service;
    const char *address;
} firsts[] = {
    { { "some-svc", "some-ns", "cluster" }, "243.21.204.125" },
    { { "reviews", "bookinfo", "cluster-1" }, "244.80.133.147" },
    { { "ratings", "bookinfo", "cluster-2" }, "248.81.13.71" },
    { { "details", "bookinfo", "cluster-1" }, "243.30.165.8" },
    { { "productpage", "bookinfo", "mgmt-cluster" }, "247.199.115.193" },
    { { "web", "shop", "eu-west" }, "252.150.137.99" },
    { { "a", "bc", "c1" }, "246.7.162.254" },
    { { "ab", "c", "c1" }, "246.7.162.254" },
};
/* clang-format on */

static void test_first_candidate(void **unused)
{
    struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(firsts); i++)
        assert_string_equal(virtual_ip_text(virtual_ip_candidate(firsts[i].service, 0), arena),
                            firsts[i].address);
    arena_free(arena);
}

static void test_next_candidates_differ(void **unused)
{
    const struct cluster_ref service = { "a", "bc", "c1" };

    (void)unused;
    for (unsigned i = 0; i < 50; i++)
        for (unsigned k = 0; k < i; k++)
            assert_int_not_equal(virtual_ip_candidate(service, i),
                                 virtual_ip_candidate(service, k));
    assert_int_equal(virtual_ip_candidate(service, 1) >> 28, 15);
}

/* clang-format off */
static const struct {
    const char *says;
    uint32_t address;
    bool usable;
} ranges[] = {
    { "the network's own address", 0xF0000000, false },
    { "the first of the range", 0xF0000001, true },
    { "before Istio's automatic range", 0xF0EFFFFF, true },
    { "Istio's automatic range begins", 0xF0F00000, false },
    { "Istio's automatic range ends", 0xF0F0FFFF, false },
    { "after Istio's automatic range", 0xF0F10000, true },
    { "the broadcast address", 0xFFFFFFFF, false },
    { "the last of the range", 0xFFFFFFFE, true },
};
/* clang-format on */

static void test_usable(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(ranges); i++)
        if (virtual_ip_usable(ranges[i].address) != ranges[i].usable)
            fail_msg("%s", ranges[i].says);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_candidate),
        cmocka_unit_test(test_next_candidates_differ),
        cmocka_unit_test(test_usable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
