/* tests/unit/translate/test_pod_overlap.c - which Services have pods in common. */
#include "translate/pod_overlap.h"

#include "tests/lib/translated.h"

static const struct {
    const char *sentence;
    const char *one, *other; /* namespace, cluster, selector, labels of a pod ("": none) */
    bool overlap;
} rows[] = {
    { "one selector", "shop a|app: web|", "shop a|app: web|", true },
    { "another value", "shop a|app: web|", "shop a|app: cart|", false },
    { "a part of the other", "shop a|app: web|", "shop a|app: web, tier: back|", true },
    { "parts of each other", "shop a|app: web, one: x|", "shop a|app: web, two: x|", false },
    { "another namespace", "shop a|app: web|", "bank a|app: web|", false },
    { "another cluster", "shop a|app: web|", "shop b|app: web|", false },
    { "by a pod of the one", "shop a|app: web|app: web, tier: back", "shop a|tier: back|", true },
    { "by a pod of the other", "shop a|tier: back|", "shop a|app: web|app: web, tier: back", true },
    { "no selector, but its pod", "shop a||app: web", "shop a|app: web|", true },
    { "no selector and no pod", "shop a||", "shop a|app: web|", false },
};

static void add_service(struct translated *world, const char *name, const char *row)
{
    char text[128];
    char *space, *bar, *second;

    snprintf(text, sizeof text, "%s", row);
    space = strchr(text, ' ');
    bar = strchr(text, '|');
    second = strchr(bar + 1, '|');
    *space = *bar = *second = '\0';
    translated_add(world,
                   "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                   "metadata: {name: %s, namespace: gloo-mesh}\nspec:\n"
                   "  mesh: {name: istiod-%s, namespace: gloo-mesh}\n  kubeService:\n"
                   "    ref: {name: %s, namespace: %s, clusterName: %s}\n"
                   "    workloadSelectorLabels: {%s}\n    endpointSubsets: [%s%s%s]\n",
                   name, space + 1, name, text, space + 1, bar + 1,
                   second[1] ? "{endpoints: [{ipAddress: 10.0.0.1, labels: {" : "", second + 1,
                   second[1] ? "}}]}" : "");
}

static void note(void *context, const struct destination *other)
{
    *(const struct destination **)context = other;
}

/* Both ways to ask, and from both ends. */
static void check(const struct translated *world, const char *sentence, bool want)
{
    const struct resolved *resolved = world->pass.plan.resolved;
    const struct destination *all = resolved->specs->destinations;

    assert_int_equal(resolved->specs->destination_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct destination *found = NULL;

        pod_overlap_each(resolved->overlap, &all[i], note, &found);
        if (found != (want ? &all[1 - i] : NULL)
            || pod_overlap_between(resolved->overlap, &all[i], &all[1 - i]) != want)
            fail_msg("%s, from %zu", sentence, i);
    }
}

static void pod_overlap__compares_selectors_and_labels(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct translated world;

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        translated_mesh(&world, "b", "td.example", "");
        add_service(&world, "one", rows[i].one);
        add_service(&world, "other", rows[i].other);
        translated_run(&world);
        check(&world, rows[i].sentence, rows[i].overlap);
        translated_free(&world);
    }
}

/* As many Services, each with its Workload, in ten namespaces of cluster a. */
static void crowd(struct translated *world, size_t services)
{
    char name[32], namespace[32];

    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    for (size_t i = 0; i < services; i++) {
        snprintf(name, sizeof name, "service-%04zu", i);
        snprintf(namespace, sizeof namespace, "shop-%zu", i % 10);
        translated_service(world, name, namespace, "a", "");
        translated_workload(world, name, namespace, "a", "default");
    }
    translated_run(world);
}

static size_t bytes_of(size_t services)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct translated world;

    crowd(&world, services);
    pod_overlap_new(world.pass.plan.resolved, arena);
    translated_free(&world);
    return arena_used(arena);
}

/* Of each: a member, one set, and three slots; the two labels are those of the specs. */
static void pod_overlap_new__keeps_little_of_a_service(void **state)
{
    enum { FEW = 50, MANY = 250, EACH = 16 + 16 + 3 * 8 };
    const size_t few = bytes_of(FEW), many = bytes_of(MANY);

    (void)state;
    assert_true(many > few);
    if (many - few > (MANY - FEW) * EACH)
        fail_msg("%zu bytes of a Service, at most %d", (many - few) / (MANY - FEW), EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pod_overlap__compares_selectors_and_labels),
        cmocka_unit_test(pod_overlap_new__keeps_little_of_a_service),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
