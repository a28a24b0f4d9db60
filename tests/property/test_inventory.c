/* tests/property/test_inventory.c - random fleets whose lists fail, are cut or are refused: the
 * inventory never shrinks by a read that failed, and equal clusters give equal bytes. */
#include "base/blobs.h"
#include "discovery/cluster_identity.h"
#include "discovery/fleet.h"
#include "discovery/inventory_tree.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* cmocka wants the others first */
#include <cmocka.h>

enum { FLEETS = 60, READS = 6, CLUSTERS = 3, SERVICES = 9, HOUR = 3600 };

struct random {
    uint64_t state;
};

static unsigned pick(struct random *random, unsigned below)
{
    random->state = random->state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(random->state >> 33) % below;
}

/* What a cluster has: it does not change while its lists fail. */
struct cluster {
    const char *name, *uid;
    bool service[SERVICES], gateway;
};

static void add_item(struct text *list, const char *item)
{
    text_addf(list, "%s%s", list->len ? ", " : "", item);
}

/* Items in an order of their own; of a list that is cut only those before cut. */
static const char *list_of(const char *const *items, size_t count, size_t cut,
                           struct random *random, struct arena *arena)
{
    AUTO_TEXT text = { 0 };
    const size_t first = count ? pick(random, (unsigned)count) : 0;

    for (size_t i = 0; i < count && i < cut; i++)
        add_item(&text, items[(first + i) % count]);
    return arena_printf(arena, "[%s]", text.len ? text.bytes : "");
}

static const char *services_of(const struct cluster *cluster, size_t cut, struct random *random,
                               struct arena *arena)
{
    const char *items[SERVICES + 1];
    size_t count = 0;

    for (unsigned i = 0; i < SERVICES; i++)
        if (cluster->service[i])
            items[count++] = arena_printf(
                arena, SAMPLE_SERVICE("shop", "s%u", "selector: {app: a%u}, ports: [{port: 80}]"),
                i, i);
    if (cluster->gateway)
        items[count++] =
            "{metadata: {name: gw, namespace: istio-system, labels: {topology.istio.io/network: n}}"
            ", spec: {type: LoadBalancer, selector: {app: gw}, ports: [{port: 15443}]}, status: "
            "{loadBalancer: {ingress: [{ip: 192.0.2.7}]}}}";
    return list_of(items, count, cut, random, arena);
}

static const char *deployments_of(size_t cut, struct random *random, struct arena *arena)
{
    const char *items[SERVICES + 2];
    size_t count = 0;

    items[count++] = SAMPLE_ISTIOD;
    items[count++] = "{metadata: {name: gw, namespace: istio-system}, spec: {template: {metadata: "
                     "{labels: {app: "
                     "gw}}, spec: {containers: [{name: istio-proxy}]}}}}";
    for (unsigned i = 0; i < SERVICES; i++)
        items[count++] = arena_printf(arena, SAMPLE_DEPLOYMENT("shop", "d%u", "app: a%u"), i, i);
    return list_of(items, count, cut, random, arena);
}

static struct facts *facts_of(const struct cluster *cluster, size_t services, size_t deployments,
                              struct random *random, struct arena *arena)
{
    struct facts *facts = DISCOVERY_SAMPLE(
        arena,
        { FACT_NAMESPACES,
          arena_printf(arena,
                       "[{metadata: {name: kube-system, uid: %s}}, {metadata: {name: "
                       "istio-system}}, {metadata: {name: shop, labels: {istio-injection: "
                       "enabled}}}]",
                       cluster->uid) },
        SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
        { FACT_DEPLOYMENTS, deployments_of(deployments, random, arena) },
        { FACT_SERVICES, services_of(cluster, services, random, arena) });

    facts->cluster = cluster->name;
    return facts;
}

/* What goes wrong with a read; every kind of it ends a list short of its last item. */
static struct facts *damaged(const struct cluster *cluster, struct random *random,
                             struct arena *arena)
{
    static const enum fact_list lists[] = { FACT_NAMESPACES,  FACT_WEBHOOKS,    FACT_SERVICES,
                                            FACT_DEPLOYMENTS, FACT_DAEMON_SETS, FACT_STATEFUL_SETS,
                                            FACT_CONFIG_MAPS };
    const enum fact_list list = lists[pick(random, LENGTH(lists))];
    const size_t cut = pick(random, SERVICES);
    struct facts *facts = facts_of(cluster, list == FACT_SERVICES ? cut : SIZE_MAX,
                                   list == FACT_DEPLOYMENTS ? cut : SIZE_MAX, random, arena);

    facts_close(facts, list, pick(random, 2) ? FACT_REFUSED : FACT_UNREAD, "it ended early");
    return facts;
}

struct fleet_world {
    struct random random;
    struct cluster clusters[CLUSTERS];
    struct discovery_settings settings;
    struct fleet_member members[CLUSTERS];
    struct specs former;
    struct fleet fleet;
    int64_t now;
    struct arena *arena;
};

static void make(struct fleet_world *world, unsigned seed)
{
    static const char *const names[] = { "east", "north", "west" };

    world->random.state = seed;
    world->settings = discovery_sample_settings(world->arena, NULL);
    world->now = 1000000;
    for (unsigned i = 0; i < CLUSTERS; i++) {
        struct cluster *cluster = &world->clusters[i];

        *cluster = (struct cluster){ .name = names[i],
                                     .uid = arena_printf(world->arena, "uid-%u", i),
                                     .gateway = pick(&world->random, 2) };
        for (unsigned k = 0; k < SERVICES; k++)
            cluster->service[k] = pick(&world->random, 3) > 0;
    }
}

/* Each read long after the one before, so that no grace period holds what a failure took. */
static void read_all(struct fleet_world *world, bool damage)
{
    struct fleet_request request = { .members = world->members,
                                     .count = CLUSTERS,
                                     .former = &world->former,
                                     .now = world->now += HOUR,
                                     .pod_namespace = POD_NAMESPACE_DEFAULT };
    const struct facts *facts[CLUSTERS];
    struct fleet_reading reading;
    struct discovery one;

    for (size_t i = 0; i < CLUSTERS; i++) {
        struct fleet_member *member = &world->members[i];
        const bool bad = damage && pick(&world->random, 4) > 0;

        member->seen = NULL;
        member->seen_count = 0;
        for (size_t k = 0; k < world->fleet.count; k++)
            if (text_equal(world->fleet.clusters[k].cluster, world->clusters[i].name)) {
                member->seen = world->fleet.clusters[k].damping.after;
                member->seen_count = world->fleet.clusters[k].damping.after_count;
            }
        member->settings = &world->settings;
        facts[i] =
            bad ? damaged(&world->clusters[i], &world->random, world->arena)
                : facts_of(&world->clusters[i], SIZE_MAX, SIZE_MAX, &world->random, world->arena);
        member->cluster = facts[i]->cluster;
        member->uid = cluster_identity_of(facts[i]);
    }
    fleet_begin(&reading, &world->fleet, &request, world->arena, world->arena);
    for (size_t i = 0; i < CLUSTERS; i++) {
        fleet_discover(&one, &reading, facts[i], world->arena);
        fleet_add(&reading, &one);
    }
    fleet_end(&reading);
}

static int add_line(void *context, const char *path, const struct git_id *blob)
{
    struct text *text = context;
    char hex[41];

    git_id_hex(hex, blob);
    if (text_ends(path, ".yaml"))
        text_addf(text, "%s %s\n", hex, path);
    return 0;
}

/* The tree of what was read, as "id path" lines, and its objects as the last inventory. */
static const char *settle(struct fleet_world *world)
{
    struct blob_memory *memory = blob_memory_new(world->arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(world->arena);
    struct specs *former = &world->former;
    AUTO_TEXT text = { 0 };
    struct err err;

    *former = (struct specs){ 0 };
    for (size_t i = 0; i < world->fleet.count; i++) {
        const struct inventory *one = &world->fleet.clusters[i].inventory;

        assert_int_equal(inventory_tree_put(tree, one, NULL, INVENTORY_FILE_MAX, &blobs, &err), 0);
        if (one->known)
            *ARENA_PUSH(world->arena, former->clusters, former->cluster_count) = one->self;
        for (size_t k = 0; k < one->mesh_count; k++)
            *ARENA_PUSH(world->arena, former->meshes, former->mesh_count) = one->meshes[k];
        for (size_t k = 0; k < one->destination_count; k++)
            *ARENA_PUSH(world->arena, former->destinations, former->destination_count) =
                one->destinations[k];
        for (size_t k = 0; k < one->workload_count; k++)
            *ARENA_PUSH(world->arena, former->workloads, former->workload_count) =
                one->workloads[k];
    }
    filetree_walk(tree, add_line, &text);
    return arena_text(world->arena, text.len ? text.bytes : "");
}

static void test_failed_reads_take_nothing(void **unused)
{
    (void)unused;
    for (unsigned seed = 1; seed <= FLEETS; seed++) {
        struct fleet_world world = { .arena = arena_new() };
        const char *first, *now;

        make(&world, seed);
        read_all(&world, false);
        first = settle(&world);
        for (unsigned i = 0; i < READS; i++) {
            read_all(&world, true);
            now = settle(&world);
            if (strcmp(first, now) != 0)
                fail_msg("seed %u, read %u:\n%s\nbecame\n%s", seed, i, first, now);
        }
        read_all(&world, false);
        assert_string_equal(settle(&world), first);
        arena_free(world.arena);
    }
}

/* Services come and go between reads of which some fail: what is there is never missing from the
 * inventory after a read that did not fail, and what a failed one does not show stays. */
static void test_additions_come_and_nothing_goes_unseen(void **unused)
{
    (void)unused;
    for (unsigned seed = 1; seed <= FLEETS; seed++) {
        struct fleet_world world = { .arena = arena_new() };

        make(&world, seed);
        read_all(&world, false);
        settle(&world);
        for (unsigned i = 0; i < READS; i++) {
            const unsigned at = pick(&world.random, CLUSTERS);
            struct specs before = world.former;

            world.clusters[at].service[pick(&world.random, SERVICES)] = true;
            read_all(&world, true);
            settle(&world);
            if (before.destination_count > world.former.destination_count)
                fail_msg("seed %u, read %u: %zu Destinations became %zu", seed, i,
                         before.destination_count, world.former.destination_count);
            for (size_t k = 0; k < world.fleet.count; k++)
                if (world.fleet.clusters[k].outcome == DISCOVERY_READ)
                    for (unsigned s = 0; s < SERVICES; s++)
                        assert_true(!world.clusters[k].service[s]
                                    || inventory_destination(&world.fleet.clusters[k].inventory,
                                                             "shop",
                                                             arena_printf(world.arena, "s%u", s)));
        }
        arena_free(world.arena);
    }
}

/* Any of the clusters under any other name: its objects stay those of the first cluster. */
static void test_swapped_clusters_are_refused(void **unused)
{
    (void)unused;
    for (unsigned seed = 1; seed <= FLEETS; seed++) {
        struct fleet_world world = { .arena = arena_new() };
        const char *first, *uid;
        unsigned a, b;

        make(&world, seed);
        read_all(&world, false);
        first = settle(&world);
        a = pick(&world.random, CLUSTERS);
        b = (a + 1 + pick(&world.random, CLUSTERS - 1)) % CLUSTERS;
        uid = world.clusters[a].uid;
        world.clusters[a].uid = pick(&world.random, 2) ? world.clusters[b].uid : "new";
        if (!text_equal(world.clusters[a].uid, "new"))
            world.clusters[b].uid = uid;
        read_all(&world, false);
        assert_string_equal(settle(&world), first);
        assert_int_equal(world.fleet.clusters[a].outcome, DISCOVERY_REFUSED);
        arena_free(world.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failed_reads_take_nothing),
        cmocka_unit_test(test_additions_come_and_nothing_goes_unseen),
        cmocka_unit_test(test_swapped_clusters_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
