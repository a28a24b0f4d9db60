/* tests/unit/app/test_discovery_servers.c - facts of clusters by their API servers: which are read,
 * what is asked, and how what is wrong with one of them shows. */
#include "app/discovery_servers.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS(kind, items) "{\"kind\":\"" kind "List\",\"metadata\":{},\"items\":[" items "]}"
#define SECOND_ISTIOD                                                                              \
    "{\"metadata\":{\"name\":\"b\",\"namespace\":\"istio-system\",\"labels\":{\"app\":\"istiod\"," \
    "\"istio.io/rev\":\"1-30\"}}}"

/* What a server answers, by the beginning of the path; the first row that fits counts. */
struct answer {
    const char *path, *text;
    int status; /* 0: 200 */
};

/* clang-format off */
static const struct answer good[] = {
    { "/api/v1/namespaces/istio-system/configmaps?fieldSelector=metadata.name%3Distio-1-30", ITEMS("ConfigMap", "{\"metadata\":{\"name\":\"istio-1-30\",\"namespace\":\"istio-system\"},\"data\":{\"mesh\":\"trustDomain: b\"}}"), 0 },
    { "/api/v1/namespaces/istio-system/configmaps?fieldSelector=metadata.name%3Distio", ITEMS("ConfigMap", "{\"metadata\":{\"name\":\"istio\",\"namespace\":\"istio-system\"},\"data\":{\"mesh\":\"trustDomain: a\"}}"), 0 },
    { "/api/v1/namespaces?", ITEMS("Namespace", "{\"metadata\":{\"name\":\"kube-system\",\"uid\":\"u1\"}}"), 0 },
    { "/api/v1/namespaces/shop/services", ITEMS("Service", "{\"metadata\":{\"name\":\"a\",\"namespace\":\"shop\"}}"), 0 },
    { "/api/v1/namespaces/bank/services", ITEMS("Service", "{\"metadata\":{\"name\":\"a\",\"namespace\":\"bank\"}}"), 0 },
    { "/api/v1/services", ITEMS("Service", "{\"metadata\":{\"name\":\"a\",\"namespace\":\"shop\"},\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":\"http\"}]}}"), 0 },
    { "/apis/apps/v1/deployments", ITEMS("Deployment", "{\"metadata\":{\"name\":\"a\",\"namespace\":\"istio-system\",\"labels\":{\"app\":\"istiod\"}}}," SECOND_ISTIOD), 0 },
    { "/apis/apps/v1/namespaces/shop/deployments", ITEMS("Deployment", ""), 0 },
    { "/apis/apps/v1/namespaces/bank/deployments", ITEMS("Deployment", ""), 0 },
    { "/apis/apps/v1/daemonsets", ITEMS("DaemonSet", ""), 0 },
    { "/apis/apps/v1/namespaces/shop/daemonsets", ITEMS("DaemonSet", ""), 0 },
    { "/apis/apps/v1/namespaces/bank/daemonsets", ITEMS("DaemonSet", ""), 0 },
    { "/apis/apps/v1/statefulsets", ITEMS("StatefulSet", ""), 0 },
    { "/apis/apps/v1/namespaces/shop/statefulsets", ITEMS("StatefulSet", ""), 0 },
    { "/apis/apps/v1/namespaces/bank/statefulsets", ITEMS("StatefulSet", ""), 0 },
    { "/apis/discovery.k8s.io/v1/endpointslices", ITEMS("EndpointSlice", ""), 0 },
    { "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?labelSelector=app%3Dsidecar-injector", ITEMS("MutatingWebhookConfiguration", "{\"metadata\":{\"name\":\"w\"},\"webhooks\":[{\"clientConfig\":{\"service\":{\"namespace\":\"istio-system\"}}}]}"), 0 },
    { NULL, NULL, 0 },
};
static const struct answer forbidden[] = {
    { "/apis/apps/v1/daemonsets", "{\"kind\":\"Status\",\"code\":403,\"reason\":\"Forbidden\",\"message\":\"no\"}", 403 },
    { "", NULL, 0 }, /* as above */
};
/* clang-format on */

static void play(struct exchange *exchange, void *context)
{
    const struct answer *answer = context;

    if (!answer) {
        exchange->action = SERVER_RESET;
        return;
    }
    while (answer->path && *answer->path && !text_starts(exchange->path, answer->path))
        answer++;
    if (answer->path && !*answer->path)
        for (answer = good; answer->path && !text_starts(exchange->path, answer->path);)
            answer++;
    exchange->status = !answer->path ? 500 : answer->status ? answer->status : 200;
    exchange->text = answer->path ? answer->text : "{}";
}

enum { SERVERS_MAX = DISCOVERY_SERVERS_AT_ONCE + 2 };

/* One cluster for each server, "c00", "c01" and so on. */
struct world {
    struct workplace place;
    struct server *servers[SERVERS_MAX];
    struct config_cluster clusters[SERVERS_MAX];
    struct cluster_server kubes[SERVERS_MAX];
    struct config config;
    struct servers pool;
};

static void world_open(struct world *world, const struct answer *const *answers, size_t count)
{
    *world = (struct world){ .config = { .file = "weft.yaml" } };
    workplace_open(&world->place);
    for (size_t i = 0; i < count; i++) {
        world->servers[i] = server_start(play, (void *)(uintptr_t)answers[i]);
        world->kubes[i].kube =
            workplace_kube(&world->place, server_port(world->servers[i]), "token: t");
        world->clusters[i] =
            (struct config_cluster){ .name = arena_printf(world->place.arena, "c%02zu", i),
                                     .server.present = true,
                                     .discover = true };
    }
    world->config.clusters = world->clusters;
    world->config.cluster_count = count;
    world->pool = (struct servers){ .config = &world->config, .clusters = world->kubes };
}

static void world_close(struct world *world)
{
    servers_close(&world->pool);
    for (size_t i = 0; i < world->config.cluster_count; i++)
        server_stop(world->servers[i]);
    workplace_close(&world->place);
}

static struct discovery_servers read_all(struct world *world)
{
    struct discovery_servers out;
    struct err err = { .text = "" };

    if (discovery_servers_read(&out, &world->pool, NULL, 0, world->place.arena, &err) < 0)
        fail_msg("%s", err.text);
    return out;
}

static enum fact_read how(const struct facts *facts, enum fact_list list)
{
    return facts->lists[list].read;
}

static void a_cluster_is_asked_for_what_it_needs(void **state)
{
    struct world world;
    struct discovery_servers out;

    (void)state;
    world_open(&world, (const struct answer *const[]){ good }, 1);
    out = read_all(&world);
    assert_int_equal(out.count, 1);
    assert_false(out.unreachable[0]);
    for (int list = FACT_NAMESPACES; list <= FACT_ENDPOINT_SLICES; list++)
        if (how(out.clusters[0], (enum fact_list)list) != FACT_COMPLETE)
            fail_msg("%s: %s", enums_name(&fact_lists, list), out.clusters[0]->lists[list].why);
    for (int list = FACT_NODES; list < FACT_LIST_COUNT; list++)
        assert_int_equal(how(out.clusters[0], (enum fact_list)list), FACT_NOT_ASKED);
    assert_int_equal(out.clusters[0]->config_map_count, 2); /* of both revisions */
    assert_string_equal(out.clusters[0]->config_maps[1].config.trust_domain, "b");
    assert_string_equal(facts_namespace(out.clusters[0], "kube-system")->uid, "u1");
    assert_int_equal(server_requests(world.servers[0]), 9);
    world_close(&world);
}

static void namespaces_are_read_one_by_one(void **state)
{
    static const char *const namespaces[] = { "bank", "shop" };
    struct world world;
    struct discovery_servers out;

    (void)state;
    world_open(&world, (const struct answer *const[]){ good }, 1);
    world.clusters[0].discovery.namespaces = namespaces;
    world.clusters[0].discovery.namespace_count = 2;
    out = read_all(&world);
    assert_int_equal(how(out.clusters[0], FACT_SERVICES), FACT_COMPLETE);
    assert_int_equal(out.clusters[0]->service_count, 2);
    assert_int_equal(server_requests(world.servers[0]), 10);
    world_close(&world);
}

static void what_is_wrong_with_a_cluster_is_its_own(void **state)
{
    struct world world;
    struct discovery_servers out;

    (void)state;
    world_open(&world, (const struct answer *const[]){ forbidden, NULL, good }, 3);
    out = read_all(&world);
    assert_int_equal(how(out.clusters[0], FACT_DAEMON_SETS), FACT_REFUSED);
    assert_non_null(strstr(out.clusters[0]->lists[FACT_DAEMON_SETS].why, "[daemonsets]"));
    assert_false(out.unreachable[0]);
    assert_int_equal(how(out.clusters[0], FACT_CONFIG_MAPS), FACT_NOT_ASKED);
    assert_int_equal(how(out.clusters[1], FACT_NAMESPACES), FACT_UNREAD);
    assert_true(out.unreachable[1]);
    assert_int_equal(how(out.clusters[1], FACT_SERVICES), FACT_UNREAD);
    assert_string_equal(out.clusters[1]->lists[FACT_SERVICES].why,
                        out.clusters[1]->lists[FACT_NAMESPACES].why);
    assert_int_equal(how(out.clusters[2], FACT_CONFIG_MAPS), FACT_COMPLETE);
    assert_false(out.unreachable[2]);
    world_close(&world);
}

static void names_and_the_configuration_decide_which(void **state)
{
    static const char *const second[] = { "c01" }, *const unknown[] = { "c9" };
    struct world world;
    struct discovery_servers out;
    struct err err = { .text = "" };
    struct arena *arena;

    (void)state;
    world_open(&world, (const struct answer *const[]){ good, good }, 2);
    arena = world.place.arena;
    assert_int_equal(discovery_servers_read(&out, &world.pool, second, 1, arena, &err), 0);
    assert_int_equal(out.count, 1);
    assert_string_equal(out.clusters[0]->cluster, "c01");
    assert_int_equal(discovery_servers_read(&out, &world.pool, unknown, 1, arena, &err), -1);
    world.clusters[1].discover = false;
    assert_int_equal(discovery_servers_read(&out, &world.pool, second, 1, arena, &err), -1);
    assert_int_equal(discovery_servers_read(&out, &world.pool, NULL, 0, arena, &err), 0);
    assert_int_equal(out.count, 1);
    world.clusters[0].server.present = false;
    assert_int_equal(discovery_servers_read(&out, &world.pool, NULL, 0, arena, &err), -1);
    world_close(&world);
}

static void a_kubeconfig_that_cannot_be_used_is_unreachable(void **state)
{
    struct world world;
    struct discovery_servers out;

    (void)state;
    world_open(&world, (const struct answer *const[]){ good, good }, 2);
    kube_close(TAKE(world.kubes[0].kube));
    world.kubes[0].why = "there is no file";
    out = read_all(&world);
    assert_true(out.unreachable[0]);
    assert_string_equal(out.clusters[0]->lists[FACT_NAMESPACES].why, "there is no file");
    assert_false(out.unreachable[1]);
    world_close(&world);
}

/* What the servers had been asked when each cluster was taken. */
struct taken {
    const struct world *world;
    size_t count;
    char names[4 * SERVERS_MAX + 1];
    bool unreachable[SERVERS_MAX];
    int asked[SERVERS_MAX][SERVERS_MAX];
    enum fact_read maps[SERVERS_MAX];
};

static void note_taken(void *context, const struct facts *facts, bool unreachable)
{
    struct taken *taken = context;

    strcat(strcat(taken->names, facts->cluster), " ");
    taken->unreachable[taken->count] = unreachable;
    taken->maps[taken->count] = how(facts, FACT_CONFIG_MAPS);
    for (size_t i = 0; i < SERVERS_MAX; i++)
        taken->asked[taken->count][i] = server_requests(taken->world->servers[i]);
    taken->count++;
}

/* A cluster whose turn has not come is asked for its namespaces alone, so the pages and facts of
 * few clusters are held at once; one that never answered is not waited for again. */
static void few_clusters_are_read_at_once(void **state)
{
    enum { SILENT = SERVERS_MAX - 1, LATE = DISCOVERY_SERVERS_AT_ONCE, ALL = 9 };
    const struct answer *answers[SERVERS_MAX];
    struct world world;
    struct taken taken = { .world = &world };
    struct err err = { .text = "" };
    int tried;

    (void)state;
    for (size_t i = 0; i < SERVERS_MAX; i++)
        answers[i] = i == SILENT ? NULL : good;
    world_open(&world, answers, SERVERS_MAX);
    assert_int_equal(discovery_servers_each(
                         &world.pool, NULL, 0,
                         &(struct discovery_servers_taker){ .take = note_taken, .context = &taken },
                         world.place.arena, &err),
                     0);
    for (size_t i = 0; i < SERVERS_MAX; i++)
        assert_memory_equal(taken.names + 4 * i, arena_printf(world.place.arena, "c%02zu ", i), 4);
    for (size_t i = 0; i < DISCOVERY_SERVERS_AT_ONCE; i++)
        assert_int_equal(taken.asked[0][i], ALL);
    assert_int_equal(taken.asked[0][LATE], 1);
    assert_int_equal(taken.asked[LATE - 1][LATE], 1);
    assert_int_equal(taken.asked[LATE][LATE], ALL);
    for (size_t i = 0; i < SERVERS_MAX; i++) {
        assert_int_equal(taken.unreachable[i], i == SILENT);
        assert_int_equal(taken.maps[i], i == SILENT ? FACT_NOT_ASKED : FACT_COMPLETE);
    }
    tried = taken.asked[0][SILENT];
    assert_int_equal(server_requests(world.servers[SILENT]), tried);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_is_asked_for_what_it_needs),
        cmocka_unit_test(namespaces_are_read_one_by_one),
        cmocka_unit_test(what_is_wrong_with_a_cluster_is_its_own),
        cmocka_unit_test(names_and_the_configuration_decide_which),
        cmocka_unit_test(a_kubeconfig_that_cannot_be_used_is_unreachable),
        cmocka_unit_test(few_clusters_are_read_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
