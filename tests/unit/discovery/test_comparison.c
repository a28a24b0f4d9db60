/* tests/unit/discovery/test_comparison.c - which written objects are as they were found. */
#include "discovery/comparison.h"
#include "tests/lib/discovery_sample.h"
#include "tests/unit/discovery/found_sample.h"

#include "base/enums.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the others first */
#include <cmocka.h>

#define FOUND_PORTS                                                                                \
    FOUND                                                                                          \
    SERVICE("b-shop-east", "", "b", "istiod-east",                                                 \
            "[{port: 80, name: http, protocol: TCP}, {port: 81, name: tcp, protocol: TCP}]")

struct world {
    struct arena *arena;
    struct specs written, found;
    struct comparison comparison;
    struct diags diags;
};

static struct specs decode(struct world *world, const char *yaml)
{
    struct specs_reader *reader = specs_begin(world->arena, &world->diags, NULL);
    struct specs out;

    specs_add(reader, "own.yaml", yaml, strlen(yaml));
    specs_end(&out, reader);
    return out;
}

static void compare(struct world *world, const char *written, const char *cluster)
{
    *world = (struct world){ .arena = arena_new() };
    world->diags.arena = world->arena;
    world->written = decode(world, *written ? written : "# none\n");
    world->found = decode(world, FOUND_PORTS);
    comparison_make(&world->comparison, &world->written, &world->found, &cluster, 1, world->arena);
}

/* "name outcome(path: written -> found)" of all but those that were found only. */
static const char *summary(struct world *world)
{
    const char *text = "";

    for (size_t i = 0; i < world->comparison.count; i++) {
        const struct comparison_item *item = &world->comparison.items[i];

        if (item->outcome == COMPARISON_FOUND)
            continue;
        text = arena_printf(world->arena, "%s%s%s %s", text, *text ? "; " : "", item->written.name,
                            enums_name(&comparison_outcomes, (int)item->outcome));
        for (size_t k = 0; k < item->field_count; k++)
            text = arena_printf(world->arena, "%s (%s: %s -> %s)", text, item->fields[k].path,
                                item->fields[k].written, item->fields[k].found);
    }
    return text;
}

static const struct row {
    const char *sentence, *written, *want;
    size_t found_only;
} rows[] = {
    { "nothing is written", "", "", 6 },
    { "a Service by what it is, whatever it is called",
      SERVICE("mine", "", "a", "istiod-east", "[{port: 80}]"), "mine equal", 5 },
    { "the order of ports and a default that is written have no meaning",
      SERVICE("mine", "", "b", "istiod-east",
              "[{port: 81, name: tcp}, {port: 80, name: http, protocol: TCP}]"),
      "mine equal", 5 },
    { "another port, both values", SERVICE("mine", "", "a", "istiod-east", "[{port: 81}]"),
      "mine different (spec.kubeService.ports: {\"port\":81,\"protocol\":\"TCP\"} -> "
      "{\"port\":80,\"protocol\":\"TCP\"})",
      5 },
    { "a reference to the written Mesh of the same istiod",
      MESH("mine", "", "east") SERVICE("s", "", "a", "mine", "[{port: 80}]"),
      "s equal; mine different (metadata.name: gloo-mesh/mine -> gloo-mesh/istiod-east)", 4 },
    { "a reference to another Mesh", SERVICE("s", "", "a", "other", "[{port: 80}]"),
      "s different (spec.mesh.name: \"other\" -> \"istiod-east\")", 5 },
    { "the mark of a gateway, which translation reads",
      SERVICE("gw", "", "gw", "istiod-east", "[{port: 15443}]"),
      "gw different (metadata.annotations[discovery.weft.dev/gateway]:  -> "
      "port=15443 network= class=a)",
      5 },
    { "a completed object as it counts",
      SERVICE("gw", MERGE, "gw", "istiod-east", "[{port: 15443}]"), "gw equal", 5 },
    { "an exclusion is no difference", SERVICE("a", EXCLUDE, "a", "istiod-east", "[{port: 9}]"),
      "a excluded", 5 },
    { "what the cluster lacks", SERVICE("c", "", "c", "istiod-east", "[{port: 80}]"), "c written",
      6 },
    { "what has mistakes", SERVICE("a", "", "a", "istiod-east", "[{port: 99999}]"), "a refused",
      5 },
    { "a Workload and a cluster", WORKLOAD("w", "", "other") CLUSTER(""),
      "east equal; w different (spec.kubernetes.serviceAccountName: \"other\" -> \"sa\")", 4 },
};

static void test_outcomes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct world world;

        compare(&world, rows[i].written, "east");
        print_message("%s\n", rows[i].sentence);
        assert_string_equal(summary(&world), rows[i].want);
        assert_int_equal(world.comparison.totals[COMPARISON_FOUND], rows[i].found_only);
        arena_free(world.arena);
    }
}

/* A cluster that was not read lacks nothing. */
static void test_other_clusters(void **unused)
{
    struct world world;

    (void)unused;
    compare(&world, SERVICE("c", "", "c", "istiod-east", "[{port: 80}]"), "west");
    assert_int_equal(world.comparison.count, 0);
    assert_false(comparison_differs(&world.comparison));
    arena_free(world.arena);
}

static void test_itself(void **unused)
{
    struct world world;

    (void)unused;
    compare(&world, FOUND_PORTS, "east");
    assert_int_equal(world.comparison.totals[COMPARISON_EQUAL], 6);
    assert_false(comparison_differs(&world.comparison));
    arena_free(world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_other_clusters),
        cmocka_unit_test(test_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
