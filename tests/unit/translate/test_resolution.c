/* tests/unit/translate/test_resolution.c - what addresses look like, and what follows. */
#include "translate/resolution.h"

#include "base/compiler.h"
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *address;
    enum address_kind kind;
} kinds[] = {
    { "10.0.0.1", ADDRESS_IPV4 },
    { "255.255.255.255", ADDRESS_IPV4 },
    { "256.0.0.1", ADDRESS_HOSTNAME },
    { "10.0.0", ADDRESS_HOSTNAME },
    { "10.0.0.1.2", ADDRESS_HOSTNAME },
    { "10.0.0.", ADDRESS_HOSTNAME },
    { "10.0.0.0001", ADDRESS_HOSTNAME },
    { "fd00::1", ADDRESS_IPV6 },
    { "::FFFF:C0A8:1", ADDRESS_IPV6 },
    { "::", ADDRESS_IPV6 },
    { "*.example.com", ADDRESS_WILDCARD },
    { "*example.com", ADDRESS_HOSTNAME },
    { "gw.example.com", ADDRESS_HOSTNAME },
};

static const struct {
    const char *says;
    const char *addresses[3]; /* ended by NULL */
    enum resolution resolution;
    const char *name; /* NULL: a mistake */
} cases[] = {
    { "nothing", { NULL }, RESOLUTION_STATIC, "STATIC" },
    { "IPv4", { "10.0.0.1", "10.0.0.2" }, RESOLUTION_STATIC, "STATIC" },
    { "IPv4 and IPv6", { "10.0.0.1", "fd00::1" }, RESOLUTION_STATIC, "STATIC" },
    { "a host name", { "gw.example.com" }, RESOLUTION_DNS, "DNS" },
    { "a host name and IPv4", { "gw.example.com", "10.0.0.1" }, RESOLUTION_DNS, "DNS" },
    { "a host name and IPv6", { "gw.example.com", "fd00::1" }, RESOLUTION_MIXED_HOSTNAME, NULL },
    { "wildcards only", { "*.a.com", "*.b.com" }, RESOLUTION_NONE, "NONE" },
    { "a wildcard and IPv4", { "*.a.com", "10.0.0.1" }, RESOLUTION_MIXED_WILDCARD, NULL },
    { "a wildcard and IPv6", { "*.a.com", "fd00::1" }, RESOLUTION_MIXED_WILDCARD, NULL },
    { "a wildcard and a host name", { "*.a.com", "b.com" }, RESOLUTION_MIXED_WILDCARD, NULL },
};
/* clang-format on */

static void test_kinds(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (address_kind(kinds[i].address) != kinds[i].kind)
            fail_msg("%s", kinds[i].address);
}

static void test_resolutions(void **unused)
{
    struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        size_t count = 0;
        enum resolution resolution;
        struct messages problems = { 0 };

        while (count < 3 && cases[i].addresses[count])
            count++;
        resolution = resolution_of(cases[i].addresses, count);
        resolution_check(&problems, resolution, "they", arena);
        if (resolution != cases[i].resolution)
            fail_msg("%s", cases[i].says);
        if (cases[i].name)
            assert_string_equal(resolution_name(resolution), cases[i].name);
        else
            assert_null(resolution_name(resolution));
        if ((problems.count == 1) != (!cases[i].name || !strcmp(cases[i].name, "NONE")))
            fail_msg("%s: %zu problems", cases[i].says, problems.count);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_resolutions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
