/* tests/unit/translate/test_name.c - names of objects and hosts, against values of the reference
 * implementation. */
#include "base/digest.h"
#include "base/names.h"
#include "translate/name.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says;
    struct object_ref destination;
    const char *name;
} allowed[] = {
    { "a short name is taken as it is", { "gateway", "gloo-mesh" }, "allow-ingress-gateway-gateway-gloo-mesh" },
    { "62 bytes are short", { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bb" },
      "allow-ingress-gateway-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bb" },
    { "63 bytes are not", { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bb" },
      "allow-ingress-gateway-12960853776104681393" },
    { "the reference's own check value",
      { "a-quick-brown-istio-ingressgateway-jumped-over-the-lazy-red-dog", "istio-system" },
      "allow-ingress-gateway-12556735161280984284" },
    { "cluster 1 of the compact example", { "istio-ingressgateway-istio-system-cluster-1", "gloo-mesh" },
      "allow-ingress-gateway-12350185528123220037" },
    { "cluster 2 of the compact example", { "istio-ingressgateway-istio-system-cluster-2", "gloo-mesh" },
      "allow-ingress-gateway-1397443078956207805" },
};
/* clang-format on */

static void test_allow_gateway(void **unused)
{
    struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(allowed); i++)
        if (strcmp(name_allow_gateway(allowed[i].destination, arena), allowed[i].name) != 0)
            fail_msg("%s: %s", allowed[i].says, name_allow_gateway(allowed[i].destination, arena));
    arena_free(arena);
}

static void test_remote_rule(void **unused)
{
    struct arena *arena = arena_new();
    const struct cluster_ref short_one = { "reviews", "bookinfo", "cluster-1" };
    char service[64], namespace[64], cluster[201];
    const struct cluster_ref long_one = { service, namespace, cluster };
    const char *name;

    (void)unused;
    assert_string_equal(name_remote_rule(short_one, false, arena), "reviews-bookinfo-cluster-1");
    assert_string_equal(name_remote_rule(short_one, true, arena),
                        "reviews-bookinfo-cluster-1-560be003");
    memset(service, 's', 63);
    memset(namespace, 'n', 63);
    memset(cluster, 'c', 200);
    service[63] = namespace[63] = cluster[200] = '\0';
    cluster[125] = '\0';
    assert_string_equal(name_remote_rule(long_one, false, arena),
                        arena_printf(arena, "%s-%s-%s", service, namespace, cluster));
    cluster[125] = 'c';
    cluster[126] = '\0'; /* one byte more than a name may have */
    assert_int_equal(name_remote_rule(long_one, false, arena)[244], '-');
    cluster[126] = 'c';
    name = name_remote_rule(long_one, false, arena);
    assert_int_equal(strlen(name), 253);
    assert_int_equal(name[244], '-');
    cluster[243 - 63 - 63 - 2] = '.';
    name = name_remote_rule(long_one, false, arena);
    assert_int_equal(name[242], 'c'); /* the dot behind it is left out */
    assert_int_equal(name[243], '-');
    assert_true(names_is_dns_subdomain(name));
    arena_free(arena);
}

static void test_port(void **unused)
{
    struct arena *arena = arena_new();
    const char *longest = "http-ppppppppppppppppppppppppppppppppppppppppppppppppppppppppp";

    (void)unused;
    assert_int_equal(strlen(longest), 62);
    assert_string_equal(name_port(longest, arena), longest);
    assert_string_equal(name_port(arena_printf(arena, "%sp", longest), arena),
                        "http-pppppppppppppppppppppppppppppppppppppppppppppppp-73497a8c");
    arena_free(arena);
}

static void test_is_under(void **unused)
{
    (void)unused;
    assert_true(name_is_under("a.b", "a.b"));
    assert_true(name_is_under("x.a.b", "a.b"));
    assert_false(name_is_under("xa.b", "a.b"));
    assert_false(name_is_under("b", "a.b"));
    assert_false(name_is_under("a.c", "a.b"));
}

static void test_hosts(void **unused)
{
    struct arena *arena = arena_new();
    const struct cluster_ref service = { "reviews", "bookinfo", "cluster-1" };

    (void)unused;
    assert_string_equal(name_local(service, "cluster.local", arena),
                        "reviews.bookinfo.svc.cluster.local");
    assert_string_equal(name_federated(service, "global", arena),
                        "reviews.bookinfo.svc.cluster-1.global");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_allow_gateway), cmocka_unit_test(test_remote_rule),
        cmocka_unit_test(test_port),          cmocka_unit_test(test_is_under),
        cmocka_unit_test(test_hosts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
