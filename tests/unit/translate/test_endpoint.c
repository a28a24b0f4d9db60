/* tests/unit/translate/test_endpoint.c - pods, their labels and their ports. */
#include "translate/endpoint.h"

#include "tests/lib/translated.h"

static const struct pair selector[] = { { "app", "web" } };
static const struct pair v1[] = { { "app", "web" },
                                  { "pod-template-hash", "x" },
                                  { "version", "v1" } };
static const struct pair v2[] = { { "app", "web" },
                                  { "topology.istio.io/network", "n" },
                                  { "version", "v2" } };
static const struct endpoint one = { .address = "10.0.0.2", .labels = v1, .label_count = 3 };
static const struct endpoint two = { .address = "10.0.0.1", .labels = v2, .label_count = 3 };
static const struct endpoint_port http[] = { { .name = "http", .port = 8080 } };
static const struct endpoint_port other[] = { { .name = "http", .port = 8081 } };
static const struct service_port by_name = {
    .port = 80, .name = "http", .protocol = "TCP", .app_protocol = "", .target_name = "web"
};
static const struct service_port by_number = {
    .port = 80, .name = "http", .protocol = "TCP", .app_protocol = "", .target_number = 8443
};
static const struct service_port plain = {
    .port = 80, .name = "http", .protocol = "TCP", .app_protocol = ""
};

static struct kube_service service_of(const struct endpoint_subset *subsets, size_t count,
                                      const struct service_port *port)
{
    return (struct kube_service){ .ref = { "web", "shop", "a" },
                                  .selector = selector,
                                  .selector_count = 1,
                                  .ports = port,
                                  .port_count = 1,
                                  .subsets = subsets,
                                  .subset_count = count };
}

static void endpoint_label_sets__leaves_passing_labels_behind(void **state)
{
    const struct endpoint_subset subsets[] = { { &one, 1, http, 1 },
                                               { &two, 1, http, 1 },
                                               { &one, 1, other, 1 } };
    const struct kube_service service = service_of(subsets, 3, &plain);
    struct arena *arena = arena_new();
    struct templates *none = endpoint_templates(NULL, 0, arena);
    size_t count;
    const struct labels *sets = endpoint_label_sets(&service, none, false, &count, arena);

    (void)state;
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(sets[i].count, 2);
        assert_string_equal(sets[i].pairs[1].value, i ? "v2" : "v1");
    }
    sets = endpoint_label_sets(&service, none, true, &count, arena);
    assert_int_equal(sets[0].count, 3);
    assert_string_equal(sets[0].pairs[1].key, "security.istio.io/tlsMode");
    arena_free(arena);
}

static void endpoint_label_sets__takes_templates_then_the_selector(void **state)
{
    const struct workload workloads[] = {
        { .controller = { "w1", "shop", "a" }, .pod_labels = v1, .pod_label_count = 3 },
        { .controller = { "w2", "bank", "a" }, .pod_labels = v2, .pod_label_count = 3 },
        { .controller = { "w3", "shop", "b" }, .pod_labels = v2, .pod_label_count = 3 },
    };
    const struct kube_service service = service_of(NULL, 0, &plain);
    struct arena *arena = arena_new();
    size_t count;
    const struct labels *sets;

    (void)state;
    sets = endpoint_label_sets(&service, endpoint_templates(workloads, 3, arena), false, &count,
                               arena);
    assert_int_equal(count, 1);
    assert_string_equal(sets[0].pairs[1].value, "v1");
    sets = endpoint_label_sets(&service, endpoint_templates(workloads + 1, 2, arena), false, &count,
                               arena);
    assert_int_equal(count, 1);
    assert_int_equal(sets[0].count, 1);
    arena_free(arena);
}

static void endpoint_pods__sorts_them_by_address_each_once(void **state)
{
    const struct endpoint_subset subsets[] = { { &one, 1, http, 1 },
                                               { &two, 1, http, 1 },
                                               { &one, 1, http, 1 } };
    const struct kube_service service = service_of(subsets, 3, &plain);
    struct arena *arena = arena_new();
    size_t count;
    const struct pod *pods = endpoint_pods(&service, false, &count, arena);

    (void)state;
    assert_int_equal(count, 2);
    assert_string_equal(pods[0].endpoint->address, "10.0.0.1");
    arena_free(arena);
}

static void endpoint_target_port__is_a_number_on_which_all_pods_agree(void **state)
{
    const struct endpoint_subset agree[] = { { &one, 1, http, 1 }, { &two, 1, http, 1 } };
    const struct endpoint_subset differ[] = { { &one, 1, http, 1 }, { &two, 1, other, 1 } };
    const struct endpoint_subset lacks[] = { { &one, 1, http, 1 }, { &two, 1, NULL, 0 } };
    const struct dialect *dialect = istio_version_dialect("1.22.3");
    const struct kube_service agreed = service_of(agree, 2, &by_name),
                              differing = service_of(differ, 2, &by_name);
    const struct kube_service lacking = service_of(lacks, 2, &by_name),
                              unknown = service_of(NULL, 0, &by_name);

    (void)state;
    assert_int_equal(endpoint_target_port(&agreed, &by_number), 8443);
    assert_int_equal(endpoint_target_port(&agreed, &plain), 80);
    assert_int_equal(endpoint_target_port(&agreed, &by_name), 8080);
    assert_int_equal(endpoint_target_port(&differing, &by_name), 0);
    assert_int_equal(endpoint_target_port(&lacking, &by_name), 0);
    assert_int_equal(endpoint_target_port(&unknown, &by_name), 0);
    assert_true(endpoint_selects_pods(&agreed, dialect));
    assert_false(endpoint_selects_pods(&differing, dialect));
    assert_false(endpoint_selects_pods(&agreed, istio_version_dialect("1.7.8")));
    assert_true(endpoint_has_pods(&agreed));
    assert_false(endpoint_has_pods(&unknown));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoint_label_sets__leaves_passing_labels_behind),
        cmocka_unit_test(endpoint_label_sets__takes_templates_then_the_selector),
        cmocka_unit_test(endpoint_pods__sorts_them_by_address_each_once),
        cmocka_unit_test(endpoint_target_port__is_a_number_on_which_all_pods_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
