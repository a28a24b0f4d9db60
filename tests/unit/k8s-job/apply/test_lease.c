/* tests/unit/k8s-job/apply/test_lease.c - who may work: a Lease on a server that compares
 * resourceVersions as the real one does. */
#include "base/names.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include "k8s-job/apply/lease.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795431600 }; /* the server's Date: 2026-11-23T11:00:00Z */

/* A server with one Lease and one pod. */
struct cluster {
    struct workplace place;
    struct server *server;
    struct kube *kube;
    char lease[4096];         /* JSON without resourceVersion; "": none */
    int version, lose_answer; /* lose_answer: of the next write, after it was done */
    bool refuse_reads;
    const char *pod; /* answer to GET pod; NULL: 404; "404...": so says a proxy */
    char wrote[4096];
};

static const char *versioned(struct cluster *cluster)
{
    const char *rest = cluster->lease + 1;

    return arena_printf(
        cluster->place.arena,
        "{\"kind\":\"Lease\",\"metadata\":{\"name\":\"l\",\"resourceVersion\":\"%d\"},%s",
        cluster->version, rest);
}

static void not_found(struct exchange *exchange)
{
    exchange->status = 404;
    exchange->text =
        "{\"kind\":\"Status\",\"code\":404,\"reason\":\"NotFound\",\"message\":\"not found\"}";
}

static void play_read(struct exchange *exchange, struct cluster *cluster, const char *text)
{
    (void)cluster;
    if (text && text_starts(text, "404")) {
        exchange->status = 404;
        exchange->text = text;
    } else if (text)
        exchange->text = text;
    else
        not_found(exchange);
}

/* Keeps spec of the body when its resourceVersion is the present one. */
static void play_write(struct exchange *exchange, struct cluster *cluster)
{
    const struct node *body;
    AUTO_TEXT spec = { 0 };
    struct err err;
    const char *version;

    assert_int_equal(
        parse_json(&body, exchange->body, strlen(exchange->body), cluster->place.arena, &err), 0);
    version = node_get(body, "metadata", "resourceVersion", NULL);
    if (version ? atoi(version) != cluster->version : *cluster->lease != '\0') {
        exchange->status = 409;
        exchange->text =
            "{\"kind\":\"Status\",\"code\":409,\"reason\":\"Conflict\",\"message\":\"stale\"}";
        return;
    }
    write_json(&spec, node_find(body, "spec"), false);
    snprintf(cluster->lease, sizeof cluster->lease, "{\"spec\":%s}", spec.bytes);
    snprintf(cluster->wrote, sizeof cluster->wrote, "%s %s", exchange->method, exchange->path);
    cluster->version++;
    exchange->status = version ? 200 : 201;
    exchange->text = versioned(cluster);
    if (cluster->lose_answer) {
        cluster->lose_answer = 0;
        exchange->action = SERVER_RESET;
    }
}

static void play(struct exchange *exchange, void *context)
{
    struct cluster *cluster = context;

    if (strstr(exchange->path, "/pods/"))
        play_read(exchange, cluster, cluster->pod);
    else if (strcmp(exchange->method, "GET") == 0 && cluster->refuse_reads)
        exchange->action = SERVER_RESET;
    else if (strcmp(exchange->method, "GET") == 0)
        play_read(exchange, cluster, *cluster->lease ? versioned(cluster) : NULL);
    else
        play_write(exchange, cluster);
}

static int setup(void **state)
{
    struct cluster *cluster = calloc(1, sizeof *cluster);

    workplace_open(&cluster->place);
    cluster->server = server_start(play, cluster);
    cluster->kube = workplace_kube(&cluster->place, server_port(cluster->server), "token: t");
    cluster->version = 1;
    *state = cluster;
    return 0;
}

static int teardown(void **state)
{
    struct cluster *cluster = *state;

    kube_close(cluster->kube);
    server_stop(cluster->server);
    workplace_close(&cluster->place);
    free(cluster);
    return 0;
}

static int take(struct lease *lease, struct cluster *cluster, const char *holder, struct err *err)
{
    const struct lease_claim claim = {
        .namespace = "weft", .name = "l", .holder = holder, .duration_s = 600, .now = NOW
    };

    *err = (struct err){ 0 };
    return lease_take(lease, cluster->kube, &claim, cluster->place.arena, err);
}

#define HELD(holder, renewed, transitions)                                                         \
    "{\"spec\":{\"holderIdentity\":\"" holder "\",\"leaseDurationSeconds\":600,\"acquireTime\":"   \
    "\"2026-11-23T10:00:00.000000Z\",\"renewTime\":\"" renewed                                     \
    "\",\"leaseTransitions\":" #transitions "}}"

struct row {
    const char *sentence;
    const char *lease, *pod;
    int result, transitions;
    const char *said;
};

/* clang-format off */
static const struct row rows[] = {
    { "there is none yet", "", NULL, 1, 0, NULL },
    { "it was released", HELD("", "2026-11-23T10:59:00.000000Z", 4), NULL, 1, 5, NULL },
    { "it is ours already", HELD("me/1", "2026-11-23T10:59:00.000000Z", 4), NULL, 1, 4, NULL },
    { "another holds it", HELD("you/2", "2026-11-23T10:59:00.000000Z", 4), "{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"2\"},\"status\":{\"phase\":\"Running\"}}", 0, 0, "holds the lease weft/l: you/2, since 2026-11-23T10:00:00.000000Z" },
    { "until its time and the margin are over", HELD("you/2", "2026-11-23T10:49:50.000000Z", 4), "{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"2\"}}", 0, 0, "ends by itself" },
    { "a dead holder is taken over after its time", HELD("you/2", "2026-11-23T10:49:49.000000Z", 4), "{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"2\"}}", 1, 5, NULL },
    { "the holder's pod is gone", HELD("you/2", "2026-11-23T10:59:00.000000Z", 4), NULL, 1, 5, NULL },
    { "a pod of that name is another one", HELD("you/2", "2026-11-23T10:59:00.000000Z", 4), "{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"3\"}}", 1, 5, NULL },
    { "the holder's pod has ended", HELD("you/2", "2026-11-23T10:59:00.000000Z", 4), "{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"2\"},\"status\":{\"phase\":\"Failed\"}}", 1, 5, NULL },
    { "a proxy that does not find the pod knows nothing of it", HELD("you/2", "2026-11-23T10:59:00.000000Z", 4), "404 page not found", 0, 0, "you/2" },
    { "a holder outside of pods is believed", HELD("laptop", "2026-11-23T10:59:00.000000Z", 4), NULL, 0, 0, "laptop" },
    { "a lease without a time is a person's to mend", "{\"spec\":{\"holderIdentity\":\"you\"}}", NULL, 0, 0, "delete the Lease" },
};
/* clang-format on */

static void who_may_take_it(void **state)
{
    struct cluster *cluster = *state;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct lease lease;
        struct err err;
        int result;

        snprintf(cluster->lease, sizeof cluster->lease, "%s", rows[i].lease);
        cluster->pod = rows[i].pod;
        result = take(&lease, cluster, "me/1", &err);
        if (result != rows[i].result || (rows[i].said && !strstr(err.text, rows[i].said))
            || (result == 1
                && (lease.transitions != rows[i].transitions
                    || !strstr(cluster->lease, "\"me/1\""))))
            fail_msg("%s: result %d, \"%s\", now %s", rows[i].sentence, result, err.text,
                     cluster->lease);
    }
}

static void the_first_write_creates_it_in_the_form_of_the_api(void **state)
{
    struct cluster *cluster = *state;
    struct lease lease;
    struct err err;

    assert_int_equal(take(&lease, cluster, "me/1", &err), 1);
    assert_string_equal(cluster->wrote, "POST /apis/coordination.k8s.io/v1/namespaces/weft/leases");
    assert_string_equal(cluster->lease,
                        "{\"spec\":{\"holderIdentity\":\"me/1\",\"leaseDurationSeconds\":600,"
                        "\"acquireTime\":\"2026-11-23T11:00:00.000000Z\","
                        "\"renewTime\":\"2026-11-23T11:00:00.000000Z\",\"leaseTransitions\":0}}");
}

static void it_is_renewed_and_released(void **state)
{
    struct cluster *cluster = *state;
    struct lease lease;
    struct err err;
    int before;

    assert_int_equal(take(&lease, cluster, "me/1", &err), 1);
    before = cluster->version;
    assert_int_equal(lease_renew(&lease, &err), 0); /* too early: nothing is written */
    assert_int_equal(cluster->version, before);
    lease.renewed_ms -= 200000; /* a third of its time */
    assert_int_equal(lease_renew(&lease, &err), 0);
    assert_int_equal(cluster->version, before + 1);
    assert_non_null(strstr(cluster->lease, "\"renewTime\":\"2026-11-23T11:03:20.000000Z\""));
    assert_non_null(strstr(cluster->lease, "\"acquireTime\":\"2026-11-23T11:00:00.000000Z\""));
    assert_int_equal(lease_release(&lease, &err), 0);
    assert_non_null(strstr(cluster->lease, "\"holderIdentity\":\"\",\"leaseDurationSeconds\":1"));
    assert_int_equal(take(&lease, cluster, "you/2", &err), 1);
    assert_int_equal(lease.transitions, 1);
}

static void a_lost_lease_is_said(void **state)
{
    struct cluster *cluster = *state;
    struct lease ours, theirs;
    struct err err;

    assert_int_equal(take(&ours, cluster, "me/1", &err), 1);
    assert_int_equal(take(&theirs, cluster, "you/2", &err),
                     1); /* our pod does not exist any more */
    ours.renewed_ms -= 300000;
    assert_int_equal(lease_renew(&ours, &err), -1);
    assert_non_null(strstr(err.text, "was taken over by another pass"));
    assert_int_equal(lease_release(&ours, &err), -1);
    assert_non_null(strstr(cluster->lease, "\"you/2\""));
}

/* The write was done, its answer lost, and sent again: the conflict is with ourselves. */
static void a_lost_answer_is_no_lost_lease(void **state)
{
    struct cluster *cluster = *state;
    struct lease lease;
    struct err err;

    assert_int_equal(take(&lease, cluster, "me/1", &err), 1);
    lease.renewed_ms -= 300000;
    cluster->lose_answer = 1;
    if (lease_renew(&lease, &err) < 0)
        fail_msg("%s", err.text);
    lease.renewed_ms -= 300000;
    assert_int_equal(lease_renew(&lease, &err), 0);
}

/* A conflict that cannot be looked into is no other pass. */
static void a_lost_answer_that_cannot_be_confirmed_is_borne(void **state)
{
    struct cluster *cluster = *state;
    struct lease lease;
    struct err err;

    assert_int_equal(take(&lease, cluster, "me/1", &err), 1);
    lease.renewed_ms -= 300000;
    cluster->lose_answer = 1;
    cluster->refuse_reads = true;
    if (lease_renew(&lease, &err) < 0)
        fail_msg("%s", err.text);
    lease.renewed_ms -= 300000; /* until the time is over */
    assert_int_equal(lease_renew(&lease, &err), -1);
    assert_non_null(strstr(err.text, "renew the lease l"));
}

static void an_unreachable_server_is_borne_until_the_time_is_over(void **state)
{
    struct cluster *cluster = *state;
    struct lease lease;
    struct err err;

    assert_int_equal(take(&lease, cluster, "me/1", &err), 1);
    server_stop(cluster->server);
    lease.renewed_ms -= 300000;
    assert_int_equal(lease_renew(&lease, &err), 0);
    lease.renewed_ms -= 300000;
    assert_int_equal(lease_renew(&lease, &err), -1);
    assert_non_null(strstr(err.text, "renew the lease l"));
    cluster->server = server_start(play, cluster);
}

static void names_tell_branches_apart(void **state)
{
    struct arena *arena = arena_new();
    const char *a = lease_name("https://x/y", "main", arena),
               *b = lease_name("https://x/y", "next", arena);

    (void)state;
    assert_true(text_starts(a, "weft-") && strlen(a) == 21 && names_is_dns_label(a));
    assert_string_not_equal(a, b);
    assert_string_equal(a, lease_name("https://x/y", "main", arena));
    assert_string_equal(lease_micro_time(NOW, arena), "2026-11-23T11:00:00.000000Z");
    arena_free(arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_may_take_it),
        TEST(the_first_write_creates_it_in_the_form_of_the_api),
        TEST(it_is_renewed_and_released),
        TEST(a_lost_lease_is_said),
        TEST(a_lost_answer_is_no_lost_lease),
        TEST(a_lost_answer_that_cannot_be_confirmed_is_borne),
        TEST(an_unreachable_server_is_borne_until_the_time_is_over),
        cmocka_unit_test(names_tell_branches_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
