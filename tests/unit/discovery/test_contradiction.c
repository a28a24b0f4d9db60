/* tests/unit/discovery/test_contradiction.c - what the specs say otherwise than the cluster. */
#include "discovery/contradiction.h"

#include "api/destination.h"
#include "tests/lib/discovery_sample.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the others first */
#include <cmocka.h>

static const struct pair one[] = { { "app", "a" }, { "tier", "x" } };
static const struct pair turned[] = { { "tier", "x" }, { "app", "a" } };
static const struct service_port numbered = { .port = 80,
                                              .protocol = "TCP",
                                              .target_number = 8080 };
static const struct service_port named = { .port = 80, .protocol = "TCP", .target_name = "http" };
static const struct service_port plain = { .port = 80, .protocol = "TCP" };
static const struct service_port other = { .port = 81, .protocol = "TCP" };

struct row {
    const char *sentence;
    const struct service_port *own, *found;
    const struct pair *selector;
    size_t selector_count;
    const char *want, *text;
};

static const struct row rows[] = {
    { "equal", &numbered, &numbered, turned, 2, "", "" },
    { "a name may be that number", &named, &numbered, one, 2, "", "" },
    { "no target means the port", &plain, &numbered, one, 2, "I26", "80/TCP to container port 80" },
    { "the Service has no such port", &other, &numbered, one, 2, "I26", "only 80" },
    { "fewer labels", &numbered, &numbered, one, 1, "I27",
      "app=a, and cluster k has app=a,tier=x" },
    { "no labels", &numbered, &numbered, one, 0, "I27", "selector none" },
};

static void test_destinations(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct findings findings = { .arena = arena };
        const struct kube_service services[] = {
            { .ports = rows[i].own,
              .port_count = 1,
              .selector = rows[i].selector,
              .selector_count = rows[i].selector_count },
            { .ref = { "s", "n", "k" },
              .ports = rows[i].found,
              .port_count = 1,
              .selector = one,
              .selector_count = 2 },
        };
        const struct destination own = {
            .meta = { .name = "d", .namespace = "g", .place = { "a.yaml", 3, 1 } },
            .service = &services[0]
        };
        const struct destination found = { .service = &services[1] };

        contradiction_destination(&findings, &own, &found);
        if (strcmp(discovery_sample_findings(&findings, arena), rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].sentence, discovery_sample_findings(&findings, arena));
        if (findings.count) {
            assert_non_null(strstr(findings.items[0].text, rows[i].text));
            assert_string_equal(findings.items[0].place.file, "a.yaml");
        }
    }
}

static void test_identities(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    const struct mesh mesh = { .cluster = "k", .trust_domain = "a.example" };
    const struct mesh silent = { .cluster = "k", .trust_domain = "" };
    const struct mesh there = { .cluster = "k", .trust_domain = "b.example" };
    const struct workload own = { .controller = { "w", "n", "k" }, .service_account = "a" };
    const struct workload found = { .controller = { "w", "n", "k" }, .service_account = "b" };

    (void)unused;
    contradiction_mesh(&findings, &silent, &there);
    contradiction_workload(&findings, &own, &own);
    assert_int_equal(findings.count, 0);
    contradiction_mesh(&findings, &mesh, &there);
    contradiction_workload(&findings, &own, &found);
    assert_string_equal(discovery_sample_findings(&findings, arena), "I29 I28");
    assert_non_null(strstr(findings.items[0].text, "a.example, and cluster k has b.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_destinations),
        cmocka_unit_test(test_identities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
