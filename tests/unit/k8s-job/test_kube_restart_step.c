/* test_kube_restart_step.c - passes of rolling restarts against servers that play clusters: what is
 * asked, what is patched, what is remembered. */
#include "k8s-job/engine.h"
#include "k8s-job/evidence.h"
#include "k8s-job/restart.h"
#include "workplace.h"

#include "base/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795431600, THINGS_MAX = 16 };
#define EPOCH "0123456789abcdef"
#define PEM_A "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"
#define PEM_B "-----BEGIN CERTIFICATE-----\nAwQF\n-----END CERTIFICATE-----\n"
#define J_A "-----BEGIN CERTIFICATE-----\\nAAEC\\n-----END CERTIFICATE-----\\n"
#define J_B "-----BEGIN CERTIFICATE-----\\nAwQF\\n-----END CERTIFICATE-----\\n"

/* A workload on a played cluster. */
struct thing {
    const char *resource, *namespace, *name;
    const char *app;       /* its label; NULL: none */
    const char *more_spec; /* members of its spec, each with a comma before; NULL: none */
    bool gone, leaving;    /* leaving: it is being deleted */
    /* what the next patches meet */
    int conflicts;         /* so many are answered 409 */
    const char *meanwhile; /* with the first conflict somebody restarts it for this epoch */
    bool gone_meanwhile, hidden_meanwhile; /* with the first conflict: deleted, or out of sight */
    int status;                            /* they are refused with this; 0: not */
    const char *message;                   /* of the refusal */
    bool cut;                              /* the first is done, but its answer is lost */
    bool gone_by_then;                     /* it is deleted between the look and the patch */
    /* how it is */
    int version, generation, seen;
    char epoch[32], at[32];
    int patches; /* that were done */
};

struct world {
    struct arena *arena;
    struct thing things[THINGS_MAX];
    size_t count;
    const char *maps_roots;    /* PEM in JSON, of istio-ca-root-cert everywhere; NULL: 403 */
    const char *lagging;       /* a namespace that has J_A only */
    const char *unlisted;      /* a namespace whose lists are refused */
    int lists, patches, looks; /* requests so far */
    char body[2048];           /* of the last patch */
    char type[128];
    struct server *server;
};

static const char *thing_json(const struct world *world, const struct thing *thing)
{
    bool rolled = thing->seen == thing->generation;

    return arena_printf(
        world->arena,
        "{\"metadata\":{%s\"name\":\"%s\",\"namespace\":\"%s\",\"generation\":%d,"
        "\"resourceVersion\":\"%d\",\"labels\":{\"app\":\"%s\"}},\"spec\":{\"replicas\":2%s,"
        "\"template\":{\"metadata\":{\"annotations\":{\"weft.dev/trust-epoch\":\"%s\","
        "\"kubectl.kubernetes.io/restartedAt\":\"%s\"}}}},\"status\":{\"observedGeneration\":%d,"
        "\"replicas\":2,\"updatedReplicas\":%d,\"availableReplicas\":2,\"readyReplicas\":2,"
        "\"desiredNumberScheduled\":2,\"updatedNumberScheduled\":%d,\"numberAvailable\":2,"
        "\"currentRevision\":\"%s\",\"updateRevision\":\"new\"}}",
        thing->leaving ? "\"deletionTimestamp\":\"2026-11-23T10:00:00Z\"," : "", thing->name,
        thing->namespace, thing->generation, thing->version, thing->app ? thing->app : "",
        thing->more_spec ? thing->more_spec : "", thing->epoch, thing->at, thing->generation,
        rolled ? 2 : 1, rolled ? 2 : 1, rolled ? "new" : "old");
}

static void refuse(struct exchange *exchange, const struct world *world, int status,
                   const char *message)
{
    exchange->status = status;
    exchange->text = arena_printf(
        world->arena, "{\"kind\":\"Status\",\"code\":%d,\"reason\":\"%s\",\"message\":\"%s\"}",
        status, status == 403 ? "Forbidden" : "x", message);
}

static void play_maps(struct exchange *exchange, struct world *world)
{
    const char *items = "";

    if (!world->maps_roots) {
        refuse(exchange, world, 403, "configmaps is forbidden");
        return;
    }
    for (size_t i = 0; i < world->count; i++)
        items = arena_printf(world->arena,
                             "%s%s{\"metadata\":{\"namespace\":\"%s\"},\"data\":{\"root-cert.pem\":"
                             "\"%s\"}}",
                             items, i ? "," : "", world->things[i].namespace,
                             world->lagging && !strcmp(world->things[i].namespace, world->lagging)
                                 ? J_A
                                 : world->maps_roots);
    exchange->text =
        arena_printf(world->arena, "{\"kind\":\"ConfigMapList\",\"items\":[%s]}", items);
}

static void play_list(struct exchange *exchange, struct world *world, const char *namespace,
                      const char *resource)
{
    const char *only = strstr(exchange->path, "fieldSelector=metadata.name%3D");
    const char *items = "";

    world->lists++;
    world->looks += only != NULL;
    if (world->unlisted && strcmp(world->unlisted, namespace) == 0) {
        refuse(exchange, world, 403, "cannot list resource");
        return;
    }
    for (size_t i = 0; i < world->count; i++) {
        const struct thing *thing = &world->things[i];

        if (thing->gone || strcmp(thing->namespace, namespace) != 0
            || strcmp(thing->resource, resource) != 0
            || (only && !strstr(only, arena_printf(world->arena, "%%3D%s", thing->name))))
            continue;
        items = arena_printf(world->arena, "%s%s%s", items, *items ? "," : "",
                             thing_json(world, thing));
    }
    exchange->text = arena_printf(world->arena, "{\"kind\":\"List\",\"items\":[%s]}", items);
}

static void annotate(struct thing *thing, const char *epoch, const char *at)
{
    snprintf(thing->epoch, sizeof thing->epoch, "%s", epoch);
    snprintf(thing->at, sizeof thing->at, "%s", at);
    thing->version++;
    thing->generation++;
    thing->patches++;
}

static void play_patch(struct exchange *exchange, struct world *world, struct thing *thing)
{
    const struct node *body;
    const struct node *annotations;
    struct err err;

    world->patches++;
    snprintf(world->body, sizeof world->body, "%s", exchange->body);
    exchange_header(exchange, "Content-Type", world->type, sizeof world->type);
    if (thing->gone || thing->gone_by_then) {
        refuse(exchange, world, 404, "not found");
        return;
    }
    if (thing->status) {
        refuse(exchange, world, thing->status, thing->message);
        return;
    }
    if (thing->conflicts) {
        thing->conflicts--;
        thing->version++;
        if (thing->meanwhile)
            annotate(thing, EPOCH, thing->meanwhile);
        thing->gone = thing->gone_meanwhile;
        if (thing->hidden_meanwhile)
            world->unlisted = thing->namespace;
        thing->meanwhile = NULL;
    }
    if (parse_json(&body, exchange->body, strlen(exchange->body), world->arena, &err) < 0)
        abort();
    if (!text_equal(node_get(body, "metadata", "resourceVersion", NULL),
                    arena_printf(world->arena, "%d", thing->version))) {
        refuse(exchange, world, 409, "the object has been modified");
        return;
    }
    annotations = node_find(node_find(node_find(node_find(body, "spec"), "template"), "metadata"),
                            "annotations");
    annotate(thing, node_get(annotations, "weft.dev/trust-epoch", NULL),
             node_get(annotations, "kubectl.kubernetes.io/restartedAt", NULL));
    exchange->text = thing_json(world, thing);
    if (thing->cut)
        exchange->action = SERVER_RESET;
    thing->cut = false;
}

static void play(struct exchange *exchange, void *context)
{
    struct world *world = context;
    char namespace[64], resource[64];

    if (text_starts(exchange->path, "/api/v1/configmaps?fieldSelector=metadata.name%3Distio-ca")) {
        play_maps(exchange, world);
        return;
    }
    if (sscanf(exchange->path, "/apis/apps/v1/namespaces/%63[^/]/%63[^/?]", namespace, resource)
        != 2) {
        exchange->status = 404;
        return;
    }
    if (strcmp(exchange->method, "GET") == 0) {
        play_list(exchange, world, namespace, resource);
        return;
    }
    for (size_t i = 0; i < world->count; i++)
        if (strcmp(exchange->method, "PATCH") == 0
            && text_equal(exchange->path,
                          arena_printf(world->arena,
                                       "/apis/apps/v1/namespaces/%s/%s/%s"
                                       "?fieldManager=weft",
                                       world->things[i].namespace, world->things[i].resource,
                                       world->things[i].name))) {
            play_patch(exchange, world, &world->things[i]);
            return;
        }
    exchange->status = 405;
}

/* Everything that was ordered is rolled out. */
static void roll_out(struct world *world)
{
    for (size_t i = 0; i < world->count; i++)
        world->things[i].seen = world->things[i].generation;
}

static struct thing *thing_of(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->count; i++)
        if (strcmp(world->things[i].name, name) == 0)
            return &world->things[i];
    fail_msg("no %s", name);
    return NULL;
}

static struct thing *add(struct world *world, const char *resource, const char *namespace,
                         const char *name)
{
    struct thing *thing = &world->things[world->count++];

    *thing = (struct thing){ .resource = resource, .namespace = namespace, .name = name };
    thing->version = 10;
    thing->generation = thing->seen = 1;
    return thing;
}

/* One cluster: its server, and what a caller hands in and remembers. */
struct fixture {
    struct workplace place;
    struct world world;
    struct restart_cluster cluster;
    struct restart_workload workloads[THINGS_MAX];
    struct restart_record records[4 * THINGS_MAX];
};

static const char *const both_pem = PEM_A PEM_B;

static void open_fixture(struct fixture *fixture)
{
    size_t count;

    memset(fixture, 0, sizeof *fixture);
    workplace_open(&fixture->place);
    fixture->world.arena = arena_new();
    fixture->world.maps_roots = J_B J_A;
    add(&fixture->world, "deployments", "istio-system", "istiod")->app = "istiod";
    fixture->world.server = server_start(play, &fixture->world);
    fixture->cluster = (struct restart_cluster){
        .kube = workplace_kube(&fixture->place, server_port(fixture->world.server), "token: t"),
        .cluster = "east",
        .namespace = "istio-system",
        .epoch = EPOCH,
        .delivered = true,
        .control_plane = true,
        .roots = pem_fingerprints(both_pem, &count, fixture->place.arena),
        .root_count = 2,
        .workloads = fixture->workloads,
        .now = NOW,
        .records = fixture->records,
    };
}

static void close_fixture(struct fixture *fixture)
{
    kube_close(fixture->cluster.kube);
    server_stop(fixture->world.server);
    arena_free(fixture->world.arena);
    workplace_close(&fixture->place);
}

static const char *kind_of(const char *resource)
{
    return strcmp(resource, "deployments") == 0  ? "Deployment"
           : strcmp(resource, "daemonsets") == 0 ? "DaemonSet"
                                                 : "StatefulSet";
}

/* A workload of the mesh that exists. */
static struct thing *add_workload(struct fixture *fixture, const char *resource,
                                  const char *namespace, const char *name, bool gateway)
{
    fixture->workloads[fixture->cluster.workload_count++] =
        (struct restart_workload){ kind_of(resource), namespace, name, gateway };
    return add(&fixture->world, resource, namespace, name);
}

/* As a state does it: one record for each key. */
static void remember(struct fixture *fixture)
{
    struct restart_cluster *cluster = &fixture->cluster;

    for (size_t i = 0; i < cluster->changed_count; i++) {
        const struct restart_record *record = &cluster->changed[i];
        size_t at = 0;

        while (at < cluster->record_count
               && (strcmp(fixture->records[at].name, record->name) != 0
                   || strcmp(fixture->records[at].namespace, record->namespace) != 0
                   || strcmp(fixture->records[at].kind, record->kind) != 0))
            at++;
        fixture->records[at] = *record;
        cluster->record_count += at == cluster->record_count;
    }
}

static void step(struct fixture *fixture)
{
    restart_step(&fixture->cluster, 1, fixture->place.arena);
    remember(fixture);
    fixture->cluster.now += 60;
}

static void expect_words(const struct restart_cluster *cluster, const char *words)
{
    if (!strstr(cluster->words, words))
        fail_msg("\"%s\" lacks \"%s\"", cluster->words, words);
}

static void a_cluster_is_restarted_in_order(void **state)
{
    struct fixture f;
    static const char *const order[] = { "istiod", "ingress", "agent", "web", "db" };

    (void)state;
    open_fixture(&f);
    add_workload(&f, "deployments", "shop", "web", false);
    add_workload(&f, "statefulsets", "shop", "db", false);
    add_workload(&f, "daemonsets", "logs", "agent", false);
    add_workload(&f, "deployments", "istio-system", "ingress", true);
    add(&f.world, "deployments", "shop", "stranger");
    f.cluster.batch = 1;
    for (size_t i = 0; i < LENGTH(order); i++) {
        step(&f);
        if (thing_of(&f.world, order[i])->patches != 1)
            fail_msg("%s is not next: %s", order[i], f.cluster.words);
        assert_int_equal(f.world.patches, i + 1);
        step(&f); /* it rolls: nothing is restarted */
        assert_int_equal(f.world.patches, i + 1);
        assert_false(f.cluster.finished);
        roll_out(&f.world);
    }
    assert_string_equal(f.world.type, "application/strategic-merge-patch+json");
    assert_string_equal(f.world.body,
                        "{\"metadata\":{\"resourceVersion\":\"10\"},\"spec\":{\"template\":{"
                        "\"metadata\":{\"annotations\":{\"weft.dev/trust-epoch\":\"" EPOCH
                        "\",\"kubectl.kubernetes.io/restartedAt\":\"2026-11-23T11:08:00Z\"}}}}}");
    step(&f);
    assert_true(f.cluster.known && f.cluster.finished && !f.cluster.failed);
    assert_int_equal(f.cluster.stage, RESTART_DONE);
    assert_int_equal(f.cluster.restarted, 5);
    assert_int_equal(f.cluster.total, 5);
    assert_int_equal(f.cluster.record_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(f.records[i].settled && f.records[i].at >= NOW);
    f.world.lists = 0;
    step(&f); /* what is settled is not looked at again, but istiod */
    assert_true(f.cluster.finished);
    assert_int_equal(f.world.lists, 1);
    assert_int_equal(f.cluster.changed_count, 0);
    assert_int_equal(thing_of(&f.world, "stranger")->patches, 0);
    close_fixture(&f);
}

static void another_epoch_restarts_everything_again(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f);
    add_workload(&f, "deployments", "shop", "web", false);
    for (int i = 0; i < 3; i++) {
        step(&f);
        roll_out(&f.world);
    }
    assert_true(f.cluster.finished);
    f.cluster.epoch = "fedcba9876543210";
    step(&f);
    assert_int_equal(thing_of(&f.world, "istiod")->patches, 2);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_false(f.cluster.finished);
    close_fixture(&f);
}

static void a_pass_that_was_killed_restarts_nothing_twice(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f);
    add_workload(&f, "deployments", "shop", "web", false);
    restart_step(&f.cluster, 1, f.place.arena); /* what it did is forgotten */
    assert_int_equal(thing_of(&f.world, "istiod")->patches, 1);
    f.cluster.now += 600;
    step(&f);
    assert_int_equal(f.world.patches, 1);
    assert_int_equal(f.cluster.record_count, 1);
    assert_int_equal(f.records[0].at, NOW); /* by the template */
    assert_string_equal(f.records[0].name, "istiod");
    assert_false(f.records[0].settled);
    close_fixture(&f);
}

/* Whatever the template says of its date, the deadline begins now at the latest. */
static void a_restart_without_a_date_began_when_it_was_seen(void **state)
{
    static const char *const dates[] = { "", "2026-11-23T23:00:00Z" };
    struct fixture f;

    (void)state;
    for (size_t i = 0; i < LENGTH(dates); i++) {
        open_fixture(&f);
        annotate(thing_of(&f.world, "istiod"), EPOCH, dates[i]);
        step(&f);
        assert_int_equal(f.cluster.record_count, 1);
        assert_int_equal(f.records[0].at, NOW);
        close_fixture(&f);
    }
}

static void what_is_being_deleted_is_gone(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f);
    add_workload(&f, "deployments", "shop", "web", false)->leaving = true;
    add(&f.world, "deployments", "istio-system", "istiod-old")->app = "istiod";
    thing_of(&f.world, "istiod-old")->leaving = true;
    step(&f);
    roll_out(&f.world);
    step(&f);
    assert_true(f.cluster.finished);
    assert_int_equal(f.cluster.total, 1);
    assert_int_equal(f.world.patches, 1);
    close_fixture(&f);
}

static void an_annotation_that_was_taken_away_is_no_second_restart(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f);
    add_workload(&f, "deployments", "shop", "web", false);
    step(&f);
    roll_out(&f.world);
    step(&f);
    annotate(thing_of(&f.world, "web"), "", "");
    roll_out(&f.world);
    step(&f);
    assert_true(f.cluster.finished);
    assert_int_equal(f.world.patches, 2);
    close_fixture(&f);
}

static void the_new_cacerts_comes_first(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f);
    add_workload(&f, "deployments", "shop", "web", false);
    f.cluster.delivered = false;
    step(&f);
    assert_int_equal(server_requests(f.world.server), 0);
    assert_true(f.cluster.known && !f.cluster.finished);
    assert_int_equal(f.cluster.stage, RESTART_DELIVERY);
    close_fixture(&f);
}

static void roots_are_compared_as_sets_in_every_namespace(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f);
    add_workload(&f, "deployments", "shop", "web", false);
    add_workload(&f, "deployments", "zoo", "ape", false)->gone = true;
    add_workload(&f, "deployments", "istio-system", "ingress", true);
    annotate(thing_of(&f.world, "istiod"), EPOCH, "2026-11-23T10:59:00Z");
    roll_out(&f.world);
    f.world.lagging = "shop";
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_ROOTS);
    expect_words(&f.cluster, "in namespace shop");
    assert_int_equal(f.world.patches, 0);
    f.world.lagging = "zoo"; /* nothing of the mesh is there any more */
    f.world.maps_roots = J_A J_B J_A;
    step(&f);
    assert_int_equal(thing_of(&f.world, "ingress")->patches, 1);
    f.world.maps_roots = J_A J_B
        "-----BEGIN CERTIFICATE-----\\nBgcI\\n-----END CERTIFICATE-----\\n"; /* one too many */
    roll_out(&f.world);
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_ROOTS);
    assert_false(f.cluster.failed);
    f.cluster.now += 3600;
    step(&f);
    assert_true(f.cluster.failed); /* it is nowhere, long after the restart of istiod */
    f.world.lagging = "shop";
    f.world.maps_roots = J_A J_B;
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_ROOTS);
    assert_false(f.cluster.failed); /* it is in other namespaces */
    f.cluster.root_count = 0;
    f.world.lagging = NULL;
    f.world.maps_roots = "";
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_ROOTS);
    expect_words(&f.cluster, "is not known");
    assert_int_equal(thing_of(&f.world, "web")->patches, 0);
    close_fixture(&f);
}

static void vaults_control_plane_is_never_restarted(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f);
    f.cluster.control_plane = false;
    f.workloads[f.cluster.workload_count++] =
        (struct restart_workload){ "Deployment", "istio-system", "istiod", false };
    add_workload(&f, "deployments", "shop", "web", false)->app = "istiod";
    step(&f);
    roll_out(&f.world);
    step(&f);
    assert_true(f.cluster.finished);
    assert_int_equal(f.cluster.total, 1);
    assert_int_equal(thing_of(&f.world, "istiod")->patches, 0);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1); /* istiod by its label only */
    close_fixture(&f);
}

static void a_control_plane_of_other_labels_is_found(void **state)
{
    struct fixture f;
    struct pair labels[] = { { "app", "pilot" } };

    (void)state;
    open_fixture(&f);
    thing_of(&f.world, "istiod")->app = "pilot";
    step(&f);
    expect_words(&f.cluster, "there is no Deployment of istiod in namespace istio-system");
    assert_int_equal(f.world.patches, 0);
    thing_of(&f.world, "istiod")->app = "istiod";
    f.cluster.istiod_labels = labels;
    f.cluster.istiod_label_count = 1;
    step(&f);
    assert_int_equal(thing_of(&f.world, "istiod")->patches, 1);
    close_fixture(&f);
}

/* A cluster whose istiod is restarted already. */
static void open_ready(struct fixture *fixture)
{
    open_fixture(fixture);
    annotate(thing_of(&fixture->world, "istiod"), EPOCH, "2026-11-23T10:59:00Z");
    roll_out(&fixture->world);
}

static void a_conflict_is_looked_at_again(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "web", false)->conflicts = 1;
    step(&f);
    assert_int_equal(f.world.looks, 1);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_int_equal(f.cluster.changed_count, 2);
    close_fixture(&f);
}

static void a_workload_that_changes_all_the_time_is_for_the_next_pass(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "web", false)->conflicts = 3;
    add_workload(&f, "daemonsets", "shop", "agent", false)->conflicts = 3;
    thing_of(&f.world, "agent")->more_spec = ",\"updateStrategy\":{\"type\":\"OnDelete\"}";
    step(&f);
    assert_int_equal(f.world.patches, 6);
    assert_int_equal(thing_of(&f.world, "web")->patches, 0);
    assert_int_equal(f.cluster.stage, RESTART_WORKLOADS);
    assert_false(f.cluster.finished);
    expect_words(&f.cluster, "it was changed by others each time");
    step(&f);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_int_equal(thing_of(&f.world, "agent")->patches, 1);
    close_fixture(&f);
}

static void a_workload_that_vanishes_is_passed_over(void **state)
{
    struct fixture f;

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct thing *web;

        open_ready(&f);
        web = add_workload(&f, "deployments", "shop", "web", false);
        web->gone_by_then = i == 0;
        web->conflicts = i == 0 ? 0 : 1;
        web->gone_meanwhile = i == 1;
        web->hidden_meanwhile = i == 2; /* nobody knows: the next pass looks again */
        step(&f);
        assert_true(f.cluster.finished == (i < 2));
        assert_int_equal(f.cluster.total, i < 2 ? 1 : 2);
        assert_int_equal(f.world.patches, 1);
        close_fixture(&f);
    }
}

static void of_two_passes_one_restarts(void **state)
{
    struct fixture f;
    struct thing *web;

    (void)state;
    open_ready(&f);
    web = add_workload(&f, "deployments", "shop", "web", false);
    web->conflicts = 1;
    web->meanwhile = "2026-11-23T10:59:59Z";
    step(&f);
    assert_int_equal(web->patches, 1); /* the other one's */
    assert_string_equal(web->at, "2026-11-23T10:59:59Z");
    assert_int_equal(f.cluster.changed_count, 2);
    assert_int_equal(f.cluster.stage, RESTART_WORKLOADS);
    close_fixture(&f);
}

static void an_answer_that_is_lost_is_no_second_restart(void **state)
{
    struct fixture f;
    struct thing *web;

    (void)state;
    open_ready(&f);
    web = add_workload(&f, "deployments", "shop", "web", false);
    web->cut = true;
    step(&f);
    assert_int_equal(web->patches, 1);
    assert_int_equal(f.world.patches, 2); /* sent again, and refused: 409 */
    assert_true(f.cluster.known);
    assert_int_equal(f.cluster.record_count, 2);
    close_fixture(&f);
}

static void a_missing_right_is_named_and_holds_nobody(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    for (int i = 0; i < 3; i++) {
        struct thing *thing =
            add_workload(&f, "deployments", "a", arena_printf(f.place.arena, "x%d", i), false);

        thing->status = 403;
        thing->message = "deployments.apps \\\"x\\\" is forbidden: User \\\"weft\\\" cannot patch "
                         "resource \\\"deployments\\\" in API group \\\"apps\\\"";
    }
    add_workload(&f, "deployments", "b", "denied", false)->status = 403;
    thing_of(&f.world, "denied")->message = "admission webhook said no";
    add_workload(&f, "deployments", "b", "web", false);
    add_workload(&f, "deployments", "c", "hidden", false);
    f.world.unlisted = "c";
    f.cluster.batch = 1;
    step(&f);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_int_equal(f.world.patches, 3); /* one for the namespace a, denied, web */
    assert_true(f.cluster.known && !f.cluster.failed && !f.cluster.finished);
    assert_int_equal(f.cluster.left, 5);
    expect_words(&f.cluster, "Deployment a/x0 cannot be restarted: grant patch of deployments "
                             "(apps) in namespace a");
    roll_out(&f.world);
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_DONE);
    assert_int_equal(f.cluster.left, 5);
    assert_false(f.cluster.finished);
    f.workloads[0] = f.workloads[3];
    f.workloads[1] = f.workloads[5];
    f.cluster.workload_count = 2;
    step(&f);
    expect_words(&f.cluster, "admission webhook said no");
    expect_words(&f.cluster, "Deployment c/hidden cannot be read: grant list of deployments (apps) "
                             "in namespace c");
    close_fixture(&f);
}

static void kinds_that_are_not_known_are_left_to_people(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    f.workloads[0] = (struct restart_workload){ "Rollout", "shop", "web", false };
    f.workloads[1] = (struct restart_workload){ NULL, "shop", "db", true };
    f.workloads[2] = f.workloads[0]; /* given twice */
    f.cluster.workload_count = 3;
    step(&f);
    assert_int_equal(f.cluster.left, 2);
    assert_false(f.cluster.finished);
    expect_words(&f.cluster, "Rollout shop/web is of a kind that weft does not restart");
    close_fixture(&f);
}

static void what_was_ordered_is_remembered_even_when_the_server_breaks(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "a", false);
    add_workload(&f, "deployments", "shop", "b", false)->status = 500;
    thing_of(&f.world, "b")->message = "etcd is away";
    add_workload(&f, "deployments", "shop", "c", false)->gone_by_then = true;
    step(&f);
    assert_false(f.cluster.known || f.cluster.finished);
    assert_non_null(strstr(f.cluster.why, "restart Deployment shop/b: patch: etcd is away"));
    assert_int_equal(f.cluster.record_count, 2);
    assert_string_equal(f.records[1].name, "a");
    thing_of(&f.world, "b")->status = 0;
    thing_of(&f.world, "c")->gone = true;
    step(&f);
    roll_out(&f.world);
    step(&f);
    assert_true(f.cluster.finished);
    assert_int_equal(thing_of(&f.world, "a")->patches, 1);
    assert_int_equal(thing_of(&f.world, "b")->patches, 1);
    assert_int_equal(f.cluster.total, 3);
    close_fixture(&f);
}

static void a_rollout_that_fails_stops_its_cluster_until_it_is_mended(void **state)
{
    struct fixture f;

    (void)state;
    open_ready(&f);
    add_workload(&f, "deployments", "shop", "a", false);
    add_workload(&f, "deployments", "shop", "b", false);
    f.cluster.batch = 1;
    step(&f);
    f.cluster.now += 3600;
    step(&f);
    assert_true(f.cluster.failed);
    expect_words(
        &f.cluster,
        "stopped: Deployment shop/a that was restarted at 2026-11-23T11:00:00Z is not rolled out");
    assert_int_equal(thing_of(&f.world, "b")->patches, 0);
    roll_out(&f.world);
    step(&f);
    assert_false(f.cluster.failed);
    assert_int_equal(thing_of(&f.world, "b")->patches, 1);
    close_fixture(&f);
}

/* Three clusters of a fleet, one that is away and one whose lists are refused. */
static void clusters_go_side_by_side_but_gateways_in_turn(void **state)
{
    struct fixture f[5];
    struct restart_cluster clusters[5];
    int patches[5];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        open_ready(&f[i]);
        add_workload(&f[i], "deployments", "istio-system", "ingress", true);
        add_workload(&f[i], "deployments", "shop", "web", false);
        clusters[i] = f[i].cluster;
        clusters[i].fleet = i < 4 ? "mesh" : NULL;
        clusters[i].cluster = arena_printf(f[i].place.arena, "c%zu", i);
        if (i > 0) { /* all must share one client */
            kube_close(clusters[i].kube);
            clusters[i].kube =
                workplace_kube(&f[0].place, server_port(f[i].world.server), "token: t");
            f[i].cluster.kube = clusters[i].kube;
        }
    }
    f[2].world.maps_roots = NULL;
    server_stop(f[3].world.server);
    f[3].world.server = NULL;
    restart_step(clusters, 5, f[0].place.arena);
    for (size_t i = 0; i < 5; i++)
        patches[i] = f[i].world.patches;
    assert_true(patches[0] == 1 && patches[1] == 0 && patches[2] == 0 && patches[4] == 1);
    assert_true(clusters[0].known && clusters[1].known && clusters[4].known);
    assert_false(clusters[2].known || clusters[3].known);
    assert_non_null(strstr(clusters[2].why, "configmaps is forbidden"));
    expect_words(&clusters[3], "not known: ");
    expect_words(&clusters[1], "gateways: 0 of 1 restarted, waits for the gateways of cluster c0");
    roll_out(&f[0].world);
    restart_step(clusters, 5, f[0].place.arena);
    assert_int_equal(thing_of(&f[0].world, "web")->patches, 1);
    assert_int_equal(thing_of(&f[1].world, "ingress")->patches, 1);
    clusters[1].now += 4000; /* they fail: the fleet holds */
    thing_of(&f[0].world, "ingress")->epoch[0] = '\0';
    roll_out(&f[0].world);
    clusters[0].record_count = 0;
    restart_step(clusters, 5, f[0].place.arena);
    assert_true(clusters[1].failed);
    assert_int_equal(thing_of(&f[0].world, "ingress")->patches, 1);
    expect_words(&clusters[0], "waits for the gateways of cluster c1");
    for (size_t i = 5; i-- > 0;) {
        kube_close(f[i].cluster.kube);
        if (f[i].world.server)
            server_stop(f[i].world.server);
        arena_free(f[i].world.arena);
        workplace_close(&f[i].place);
    }
}

/* More lists than are read at a time. */
static void many_namespaces_are_read_in_portions(void **state)
{
    enum { NAMESPACES = 100 };
    struct fixture f;
    struct restart_workload workloads[NAMESPACES + 1];

    (void)state;
    open_ready(&f);
    add(&f.world, "deployments", "n099", "web");
    for (size_t i = 0; i < NAMESPACES; i++)
        workloads[i] =
            (struct restart_workload){ "Deployment", arena_printf(f.place.arena, "n%03zu", i),
                                       "web", false };
    f.cluster.workloads = workloads;
    f.cluster.workload_count = NAMESPACES;
    step(&f);
    assert_int_equal(thing_of(&f.world, "web")->patches, 1);
    assert_int_equal(f.world.lists, NAMESPACES + 1);
    assert_int_equal(f.cluster.total, 2);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_is_restarted_in_order),
        cmocka_unit_test(another_epoch_restarts_everything_again),
        cmocka_unit_test(a_pass_that_was_killed_restarts_nothing_twice),
        cmocka_unit_test(a_restart_without_a_date_began_when_it_was_seen),
        cmocka_unit_test(what_is_being_deleted_is_gone),
        cmocka_unit_test(an_annotation_that_was_taken_away_is_no_second_restart),
        cmocka_unit_test(the_new_cacerts_comes_first),
        cmocka_unit_test(roots_are_compared_as_sets_in_every_namespace),
        cmocka_unit_test(vaults_control_plane_is_never_restarted),
        cmocka_unit_test(a_control_plane_of_other_labels_is_found),
        cmocka_unit_test(a_conflict_is_looked_at_again),
        cmocka_unit_test(a_workload_that_changes_all_the_time_is_for_the_next_pass),
        cmocka_unit_test(a_workload_that_vanishes_is_passed_over),
        cmocka_unit_test(of_two_passes_one_restarts),
        cmocka_unit_test(an_answer_that_is_lost_is_no_second_restart),
        cmocka_unit_test(a_missing_right_is_named_and_holds_nobody),
        cmocka_unit_test(kinds_that_are_not_known_are_left_to_people),
        cmocka_unit_test(what_was_ordered_is_remembered_even_when_the_server_breaks),
        cmocka_unit_test(a_rollout_that_fails_stops_its_cluster_until_it_is_mended),
        cmocka_unit_test(clusters_go_side_by_side_but_gateways_in_turn),
        cmocka_unit_test(many_namespaces_are_read_in_portions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
