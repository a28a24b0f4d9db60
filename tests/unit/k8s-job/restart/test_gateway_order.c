/* tests/unit/k8s-job/restart/test_gateway_order.c - whose gateways are restarted, when the cluster
 * before is in trouble or out of sight. */
#include "tests/lib/restart_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Of the first cluster of a fleet: what is remembered, and what can be seen of it. */
struct order_row {
    const char *sentence;
    struct restart_record record;
    bool silent, dead, undelivered, stale_namespace, rolled_out;
    int follows; /* restarts in the second cluster */
};

/* clang-format off */
static const struct order_row order_rows[] = {
    { "its gateway rolls", { EPOCH, "Deployment", "istio-system", "ingress", NOW, false }, .follows = 0 },
    { "its gateway is rolled out", { EPOCH, "Deployment", "istio-system", "ingress", NOW, false }, .rolled_out = true, .follows = 1 },
    { "it became unreachable while its gateway rolls", { EPOCH, "Deployment", "istio-system", "ingress", NOW, false }, .silent = true, .rolled_out = true, .follows = 0 },
    { "it dies in this pass while its gateway rolls", { EPOCH, "Deployment", "istio-system", "ingress", NOW, false }, .dead = true, .rolled_out = true, .follows = 0 },
    { "unreachable since its gateway was seen rolled out", { EPOCH, "Deployment", "istio-system", "ingress", NOW, true }, .silent = true, .follows = 1 },
    { "unreachable, and only a workload of it rolls", { EPOCH, "Deployment", "shop", "web", NOW, false }, .silent = true, .follows = 1 },
    { "unreachable, and its gateway rolled for former certificates", { "fedcba9876543210", "Deployment", "istio-system", "ingress", NOW, false }, .silent = true, .follows = 0 },
    { "roots that went missing while its gateway rolls", { EPOCH, "Deployment", "istio-system", "ingress", NOW, false }, .stale_namespace = true, .follows = 0 },
    { "its cacerts is gone while its gateway rolls", { EPOCH, "Deployment", "istio-system", "ingress", NOW, false }, .undelivered = true, .follows = 0 },
    { "roots that are missing before its gateways began", { 0 }, .stale_namespace = true, .follows = 1 },
};
/* clang-format on */

static void open_clusters(struct fixture *f, struct restart_cluster *clusters,
                          const struct order_row *row)
{
    for (size_t i = 0; i < 2; i++) {
        open_ready(&f[i]);
        add_workload(&f[i], "deployments", "istio-system", "ingress", true);
        add_workload(&f[i], "deployments", "shop", "web", false);
        if (i > 0) { /* both must share one client */
            kube_close(f[i].cluster.kube);
            f[i].cluster.kube =
                workplace_kube(&f[0].place, server_port(f[i].world.server), "token: t");
        }
        clusters[i] = f[i].cluster;
        clusters[i].virtual_mesh = "mesh";
        clusters[i].cluster = i ? "b" : "a";
    }
    if (row->record.epoch)
        annotate(thing_of(&f[0].world, row->record.name), row->record.epoch,
                 "2026-11-23T10:59:00Z");
    if (row->rolled_out)
        roll_out(&f[0].world);
    clusters[0].records = &row->record;
    clusters[0].record_count = row->record.epoch != NULL;
    clusters[0].delivered = !row->undelivered;
    f[0].world.stale_namespace = row->stale_namespace ? "shop" : NULL;
    if (row->dead) {
        server_stop(f[0].world.server);
        f[0].world.server = NULL;
    }
    if (row->silent) {
        clusters[0].kube = NULL;
        clusters[0].why = "it did not answer";
    }
}

/* What is not known of a gateway that was ordered has not passed. */
static void a_gateway_that_is_not_seen_rolled_out_holds_the_other_clusters(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(order_rows); i++) {
        const struct order_row *row = &order_rows[i];
        struct restart_cluster clusters[2];
        struct fixture f[2];

        open_clusters(f, clusters, row);
        restart_step(clusters, 2, f[0].place.arena);
        if (f[1].world.patches != row->follows)
            fail_msg("%s: %d; %s; %s", row->sentence, f[1].world.patches, clusters[0].text,
                     clusters[1].text);
        if (!row->follows)
            expect_text(&clusters[1], row->silent || row->dead
                                          ? "cluster a (restarted; their progress is not known"
                                          : "waits for the gateways of cluster a");
        assert_int_equal(clusters[0].known, !row->silent && !row->dead);
        if (row->silent)
            expect_text(&clusters[0], "not known: it did not answer");
        for (size_t k = 2; k-- > 0;) {
            kube_close(f[k].cluster.kube);
            if (f[k].world.server)
                server_stop(f[k].world.server);
            arena_free(f[k].world.arena);
            workplace_close(&f[k].place);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gateway_that_is_not_seen_rolled_out_holds_the_other_clusters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
