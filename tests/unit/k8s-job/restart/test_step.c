/* tests/unit/k8s-job/restart/test_step.c - passes of rolling restarts against servers that play
 * clusters: what is asked, what is patched, what is remembered. */
#include "tests/lib/restart_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

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
            fail_msg("%s is not next: %s", order[i], f.cluster.text);
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
    restart_step(&f.cluster, 1, f.place.arena); /* what it did is dropped */
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
    f.world.stale_namespace = "shop";
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_ROOTS);
    expect_text(&f.cluster, "in namespace shop");
    assert_int_equal(f.world.patches, 0);
    f.world.stale_namespace = "zoo"; /* nothing of the mesh is there any more */
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
    f.world.stale_namespace = "shop";
    f.world.maps_roots = J_A J_B;
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_ROOTS);
    assert_false(f.cluster.failed); /* it is in other namespaces */
    f.cluster.root_count = 0;
    f.world.stale_namespace = NULL;
    f.world.maps_roots = "";
    step(&f);
    assert_int_equal(f.cluster.stage, RESTART_ROOTS);
    expect_text(&f.cluster, "is not known");
    assert_int_equal(thing_of(&f.world, "web")->patches, 0);
    close_fixture(&f);
}

#define VARIABLE(name, value) "{\"name\":\"" name "\",\"value\":\"" value "\"}"

static const struct {
    const char *sentence, *env,
        *other_env;                      /* of istiod, and of a second one; NULL: there is none */
    const char *maps, *renamed, *bundle; /* roots */
    enum restart_stage stage;
    const char *text;
} published[] = {
    { "ConfigMaps of another name", VARIABLE("PILOT_CA_CERT_CONFIGMAP", "mesh-roots"), NULL, J_A,
      J_A J_B, NULL, RESTART_WORKLOADS, "" },
    { "those of the usual name count no more", VARIABLE("PILOT_CA_CERT_CONFIGMAP", "mesh-roots"),
      NULL, J_A J_B, J_A, NULL, RESTART_ROOTS, "ConfigMaps mesh-roots does not hold" },
    { "the right to those of the usual name is not needed",
      VARIABLE("PILOT_CA_CERT_CONFIGMAP", "mesh-roots"), NULL, NULL, J_A J_B, NULL,
      RESTART_WORKLOADS, "" },
    { "a ClusterTrustBundle is for every namespace",
      VARIABLE("ENABLE_CLUSTER_TRUST_BUNDLE_API", "true"), NULL, NULL, NULL, J_B J_A,
      RESTART_WORKLOADS, "" },
    { "a ClusterTrustBundle with the former roots",
      VARIABLE("ENABLE_CLUSTER_TRUST_BUNDLE_API", "true"), NULL, J_A J_B, NULL, J_A, RESTART_ROOTS,
      "ClusterTrustBundle istio.io:istiod-ca:root-cert does not hold" },
    { "revisions that publish in two places, one of which lags",
      VARIABLE("ENABLE_CLUSTER_TRUST_BUNDLE_API", "true"),
      VARIABLE("PILOT_CA_CERT_CONFIGMAP", "mesh-roots"), NULL, J_A, J_A J_B, RESTART_ROOTS,
      "mesh-roots" },
    { "and both have it", VARIABLE("ENABLE_CLUSTER_TRUST_BUNDLE_API", "true"),
      VARIABLE("PILOT_CA_CERT_CONFIGMAP", "mesh-roots"), NULL, J_A J_B, J_A J_B, RESTART_WORKLOADS,
      "" },
};

static void roots_count_where_istiod_publishes_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(published); i++) {
        struct fixture f;

        print_message("  %s\n", published[i].sentence);
        open_fixture(&f);
        add_workload(&f, "deployments", "shop", "web", false);
        thing_of(&f.world, "istiod")->env = published[i].env;
        annotate(thing_of(&f.world, "istiod"), EPOCH, "2026-11-23T10:59:00Z");
        if (published[i].other_env) {
            struct thing *other = add(&f.world, "deployments", "istio-system", "istiod-canary");

            other->app = "istiod";
            other->env = published[i].other_env;
            annotate(other, EPOCH, "2026-11-23T10:59:00Z");
        }
        roll_out(&f.world);
        f.world.maps_roots = published[i].maps;
        f.world.renamed_roots = published[i].renamed;
        f.world.bundle_roots = published[i].bundle;
        step(&f);
        assert_true(f.cluster.known);
        assert_int_equal(f.cluster.stage, published[i].stage);
        expect_text(&f.cluster, published[i].text);
        assert_int_equal(thing_of(&f.world, "web")->patches,
                         published[i].stage == RESTART_WORKLOADS);
        close_fixture(&f);
    }
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
    expect_text(&f.cluster, "there is no Deployment of istiod in namespace istio-system");
    assert_int_equal(f.world.patches, 0);
    thing_of(&f.world, "istiod")->app = "istiod";
    f.cluster.istiod_labels = labels;
    f.cluster.istiod_label_count = 1;
    step(&f);
    assert_int_equal(thing_of(&f.world, "istiod")->patches, 1);
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
    expect_text(&f.cluster, "Rollout shop/web is of a kind that weft does not restart");
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
        clusters[i].virtual_mesh = i < 4 ? "mesh" : NULL;
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
    expect_text(&clusters[3], "not known: ");
    expect_text(&clusters[1], "gateways: 0 of 1 restarted, waits for the gateways of cluster c0");
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
    expect_text(&clusters[0], "waits for the gateways of cluster c1");
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

/* The address sanitizer keeps what is freed for a while, so a peak means nothing there. */
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED true
#elif defined(__has_feature)
#define KEEPS_FREED __has_feature(address_sanitizer)
#else
#define KEEPS_FREED false
#endif

/* A cluster with very many namespaces, whose list expires once in the middle. */
struct crowd {
    struct text pages[2]; /* the first ones, the last one */
    int page, page_count, expire_at, lists;
};

static void write_crowd(struct crowd *crowd)
{
    for (int last = 0; last < 2; last++) {
        struct text *page = &crowd->pages[last];

        text_addf(page,
                  "{\"kind\":\"ConfigMapList\",\"metadata\":{\"continue\":\"%s\"},\"items\":[",
                  last ? "" : "next-00");
        for (int i = 0; i < 500; i++)
            text_addf(page,
                      "%s{\"metadata\":{\"name\":\"r\",\"namespace\":\"n%d-%d\",\"managedFields\":"
                      "\"%02000d\"},"
                      "\"data\":{\"root-cert.pem\":\"%s\"}}",
                      i ? "," : "", last, i, 0, J_A J_B);
        text_adds(page, "]}");
    }
}

static void play_crowd(struct exchange *exchange, void *context)
{
    struct crowd *crowd = context;
    char token[16];
    bool first = strstr(exchange->path, "continue=") == NULL;

    if (!strstr(exchange->path, "/configmaps?")) {
        exchange->text = "{\"kind\":\"DeploymentList\",\"items\":[]}";
        return;
    }
    crowd->lists += first;
    crowd->page = first ? 1 : crowd->page + 1;
    if (crowd->page == crowd->expire_at) {
        crowd->expire_at = 0;
        exchange->status = 410;
        exchange->text = "{\"kind\":\"Status\",\"reason\":\"Expired\"}";
        return;
    }
    if (crowd->page < crowd->page_count) /* each page has a token of its own */
        sprintf(token, "next-%02d", crowd->page),
            memcpy(strstr(crowd->pages[0].bytes, "next-"), token, 7);
    exchange->text = crowd->pages[crowd->page == crowd->page_count].bytes;
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Roots are looked at one by one: only the names of namespaces are kept. */
static void a_large_cluster_takes_little_memory(void **state)
{
    enum { PAGES = 30 };
    struct crowd crowd = { .page_count = PAGES, .expire_at = PAGES };
    struct restart_workload web = { "Deployment", "n1-499", "web", false };
    struct restart_cluster cluster = { .cluster = "a",
                                       .namespace = "istio-system",
                                       .epoch = EPOCH,
                                       .delivered = true,
                                       .workloads = &web,
                                       .workload_count = 1,
                                       .now = NOW };
    static const char *const roots[] = { "a", "b" };
    struct workplace place;
    struct server *server;
    long peak;

    (void)state;
    write_crowd(&crowd);
    server = server_start(play_crowd, &crowd);
    workplace_open(&place);
    cluster.kube = workplace_kube(&place, server_port(server), "token: t");
    cluster.roots = roots;
    cluster.root_count = LENGTH(roots);
    peak = peak_kib();
    restart_step(&cluster, 1, place.arena);
    peak = peak_kib() - peak;
    if (!cluster.known)
        fail_msg("%s", cluster.why);
    assert_int_equal(crowd.lists, 2);
    if (!KEEPS_FREED && peak > 24 * 1024L)
        fail_msg("the peak rose by %ld KiB for pages of %zu bytes", peak, crowd.pages[0].len);
    kube_close(cluster.kube);
    server_stop(server);
    text_free(&crowd.pages[0]);
    text_free(&crowd.pages[1]);
    workplace_close(&place);
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
        cmocka_unit_test(roots_count_where_istiod_publishes_them),
        cmocka_unit_test(vaults_control_plane_is_never_restarted),
        cmocka_unit_test(a_control_plane_of_other_labels_is_found),
        cmocka_unit_test(kinds_that_are_not_known_are_left_to_people),
        cmocka_unit_test(clusters_go_side_by_side_but_gateways_in_turn),
        cmocka_unit_test(many_namespaces_are_read_in_portions),
        cmocka_unit_test(a_large_cluster_takes_little_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
