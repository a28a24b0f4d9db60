/* tests/lib/restart_world.c - see restart_world.h. */
#include "tests/lib/restart_world.h"

#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PEM_A "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"
#define PEM_B "-----BEGIN CERTIFICATE-----\nAwQF\n-----END CERTIFICATE-----\n"

static const char *thing_json(const struct world *world, const struct thing *thing)
{
    bool rolled = thing->seen == thing->generation;

    return arena_printf(
        world->arena,
        "{\"metadata\":{%s\"name\":\"%s\",\"namespace\":\"%s\",\"generation\":%d,"
        "\"resourceVersion\":\"%d\",\"labels\":{\"app\":\"%s\"}},\"spec\":{\"replicas\":2%s,"
        "\"template\":{\"metadata\":{\"annotations\":{\"weft.dev/trust-epoch\":\"%s\","
        "\"kubectl.kubernetes.io/restartedAt\":\"%s\"}},\"spec\":{\"containers\":[{\"name\":"
        "\"discovery\",\"env\":[%s]}]}}},\"status\":{\"observedGeneration\":%d,"
        "\"replicas\":2,\"updatedReplicas\":%d,\"availableReplicas\":2,\"readyReplicas\":2,"
        "\"desiredNumberScheduled\":2,\"updatedNumberScheduled\":%d,\"numberAvailable\":2,"
        "\"currentRevision\":\"%s\",\"updateRevision\":\"new\"}}",
        thing->leaving ? "\"deletionTimestamp\":\"2026-11-23T10:00:00Z\"," : "", thing->name,
        thing->namespace, thing->generation, thing->version, thing->app ? thing->app : "",
        thing->more_spec ? thing->more_spec : "", thing->epoch, thing->at,
        thing->env ? thing->env : "", thing->generation, rolled ? 2 : 1, rolled ? 2 : 1,
        rolled ? "new" : "old");
}

static void refuse(struct exchange *exchange, const struct world *world, int status,
                   const char *message)
{
    exchange->status = status;
    exchange->text = arena_printf(
        world->arena, "{\"kind\":\"Status\",\"code\":%d,\"reason\":\"%s\",\"message\":\"%s\"}",
        status, status == 403 ? "Forbidden" : "x", message);
}

static void play_maps(struct exchange *exchange, struct world *world, const char *name,
                      const char *roots)
{
    const char *items = "";

    for (size_t i = 0; i < world->count; i++)
        items = arena_printf(world->arena,
                             "%s%s{\"metadata\":{\"name\":\"%s\",\"namespace\":\"%"
                             "s\"},\"data\":{\"root-cert.pem\":"
                             "\"%s\"}}",
                             items, i ? "," : "", name, world->things[i].namespace,
                             world->stale_namespace
                                     && !strcmp(world->things[i].namespace, world->stale_namespace)
                                 ? J_A
                                 : roots);
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
    exchange->text = arena_printf(world->arena, "{\"kind\":\"%sList\",\"items\":[%s]}",
                                  strcmp(resource, "deployments") == 0  ? "Deployment"
                                  : strcmp(resource, "daemonsets") == 0 ? "DaemonSet"
                                                                        : "StatefulSet",
                                  items);
}

void annotate(struct thing *thing, const char *epoch, const char *at)
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

/* False: it is not asked for roots. */
static bool play_roots(struct exchange *exchange, struct world *world)
{
#define MAPS "/api/v1/configmaps?fieldSelector=metadata.name%3D"
    if (text_starts(exchange->path, MAPS "istio-ca-root-cert") && world->maps_roots)
        play_maps(exchange, world, "istio-ca-root-cert", world->maps_roots);
    else if (text_starts(exchange->path, MAPS "mesh-roots") && world->renamed_roots)
        play_maps(exchange, world, "mesh-roots", world->renamed_roots);
    else if (text_starts(exchange->path, "/apis/certificates.k8s.io/v1/clustertrustbundles?")
             && world->bundle_roots)
        exchange->text =
            arena_printf(world->arena,
                         "{\"kind\":\"ClusterTrustBundleList\",\"items\":[{\"metadata\":{\"name\":"
                         "\"istio.io:istiod-ca:root-cert\"},\"spec\":{\"trustBundle\":\"%s\"}}]}",
                         world->bundle_roots);
    else if (text_starts(exchange->path, "/api/v1/configmaps?")
             || text_starts(exchange->path, "/apis/certificates.k8s.io/"))
        refuse(exchange, world, 403,
               arena_printf(world->arena, "%s is forbidden",
                            strstr(exchange->path, "configmaps") ? "configmaps"
                                                                 : "clustertrustbundles"));
    else
        return false;
    return true;
}

static void play(struct exchange *exchange, void *context)
{
    struct world *world = context;
    char namespace[64], resource[64];

    if (play_roots(exchange, world))
        return;
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

void roll_out(struct world *world)
{
    for (size_t i = 0; i < world->count; i++)
        world->things[i].seen = world->things[i].generation;
}

struct thing *thing_of(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->count; i++)
        if (strcmp(world->things[i].name, name) == 0)
            return &world->things[i];
    fail_msg("no %s", name);
    return NULL;
}

struct thing *add(struct world *world, const char *resource, const char *namespace,
                  const char *name)
{
    struct thing *thing = &world->things[world->count++];

    *thing = (struct thing){ .resource = resource, .namespace = namespace, .name = name };
    thing->version = 10;
    thing->generation = thing->seen = 1;
    return thing;
}

static const char *const both_pem = PEM_A PEM_B;

void open_fixture(struct fixture *fixture)
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
        .roots = cluster_pem_fingerprints(both_pem, &count, fixture->place.arena),
        .root_count = 2,
        .workloads = fixture->workloads,
        .now = NOW,
        .records = fixture->records,
    };
}

void close_fixture(struct fixture *fixture)
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

struct thing *add_workload(struct fixture *fixture, const char *resource, const char *namespace,
                           const char *name, bool gateway)
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

void step(struct fixture *fixture)
{
    restart_step(&fixture->cluster, 1, fixture->place.arena);
    remember(fixture);
    fixture->cluster.now += 60;
}

void expect_text(const struct restart_cluster *cluster, const char *text)
{
    if (!strstr(cluster->text, text))
        fail_msg("\"%s\" lacks \"%s\"", cluster->text, text);
}

void open_ready(struct fixture *fixture)
{
    open_fixture(fixture);
    annotate(thing_of(&fixture->world, "istiod"), EPOCH, "2026-11-23T10:59:00Z");
    roll_out(&fixture->world);
}
