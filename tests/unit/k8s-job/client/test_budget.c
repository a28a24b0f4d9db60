/* tests/unit/k8s-job/client/test_budget.c - fifty API servers, of which ten misbehave in all ways
 * known: the other forty are served, and what each bad one may cost is counted. */
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/cluster.h"
#include "tests/lib/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

enum { CLUSTERS = 50, PAGES = 40, REQUESTS = 60 };

#define LIST(kind, rest) "{\"kind\":\"" kind "List\"," rest "}"
#define NAMED(name) "{\"metadata\":{\"name\":\"" name "\",\"namespace\":\"n\"}}"

enum fault {
    HEALTHY,
    SILENCE,
    DRIP,
    HALF,
    NO_TLS, /* where TLS is expected */
    ENDLESS_FRESH,
    ENDLESS_SAME,
    HUGE_VALUES,
    GZIP_BOMB,
    WRONG_SHAPE,
    WRONG_KIND,
    STORM,
    RESETS,
    GARBAGE,
    DEEP,
    FAULTS
};

/* What weft may send at most to such a server in a pass: one list goes wrong, or both. */
static const struct {
    const char *sentence;
    int requests;
} costs[FAULTS] = {
    [HEALTHY] = { "healthy", 3 },
    [SILENCE] = { "silent", 4 },
    [DRIP] = { "a byte now and then", 10 },
    [HALF] = { "half an answer", 10 },
    [NO_TLS] = { "no TLS where it is expected", 0 },
    [ENDLESS_FRESH] = { "a list that never ends", PAGES + 4 },
    [ENDLESS_SAME] = { "a page that names itself", 4 },
    [HUGE_VALUES] = { "millions of values", 2 },
    [GZIP_BOMB] = { "a gzip bomb", 2 },
    [WRONG_SHAPE] = { "items of all kinds", 2 },
    [WRONG_KIND] = { "another kind", 2 },
    [STORM] = { "429 without end", 10 },
    [RESETS] = { "resets", 10 },
    [GARBAGE] = { "no JSON", 2 },
    [DEEP] = { "deep JSON", 2 },
};

struct member {
    enum fault fault;
    struct server *server;
    char body[512];
};

struct fleet {
    struct workplace place;
    struct text values, deep, zeros; /* bodies that are too large to be made each time */
    struct member members[CLUSTERS];
    struct cluster_facts facts[CLUSTERS];
};

static struct fleet *the_fleet;

static void play_healthy(struct exchange *exchange)
{
    if (strstr(exchange->path, "/deployments?"))
        exchange->text =
            LIST("Deployment", "\"items\":[" NAMED("istiod") "," NAMED("istiod-2") "]");
    else if (strstr(exchange->path, "/configmaps?"))
        exchange->text = LIST("ConfigMap", "\"items\":[" NAMED("istio-ca-root-cert") "]");
    else
        exchange->text = "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"istio\"}}";
}

static void play_endless(struct exchange *exchange, struct member *member)
{
    snprintf(member->body, sizeof member->body,
             "{\"kind\":\"%sList\",\"metadata\":{\"continue\":\"%d\"},\"items\":[]}",
             strstr(exchange->path, "/deployments?") ? "Deployment" : "ConfigMap",
             member->fault == ENDLESS_FRESH ? exchange->number : 0);
    exchange->text = member->body;
}

static void play(struct exchange *exchange, void *context)
{
    struct member *member = context;

    switch (member->fault) {
    case HEALTHY:
        play_healthy(exchange);
        break;
    case SILENCE:
        exchange->action = SERVER_SILENT;
        break;
    case DRIP:
        exchange->action = SERVER_DRIP;
        exchange->len = 1 << 20;
        exchange->text = the_fleet->values.bytes;
        break;
    case NO_TLS:
    case HALF:
        exchange->action = SERVER_CUT;
        exchange->text = LIST("ConfigMap", "\"items\":[]");
        break;
    case ENDLESS_FRESH:
    case ENDLESS_SAME:
        play_endless(exchange, member);
        break;
    case HUGE_VALUES:
        exchange->text = the_fleet->values.bytes;
        break;
    case GZIP_BOMB:
        exchange->extra = "Content-Encoding: gzip\r\n";
        exchange->text = the_fleet->zeros.bytes;
        exchange->len = the_fleet->zeros.len;
        break;
    case WRONG_SHAPE:
        exchange->text = LIST("ConfigMap", "\"items\":[1,\"a\",null,{}]");
        break;
    case WRONG_KIND:
        exchange->text = LIST("Secret", "\"items\":[]");
        break;
    case STORM:
        exchange->status = 429;
        exchange->extra = "Retry-After: 86400\r\n";
        exchange->text = "{}";
        break;
    case RESETS:
        exchange->action = SERVER_RESET;
        break;
    case GARBAGE:
        exchange->type = "text/html";
        exchange->text = "<html>\x16\x03\x01</html>";
        break;
    case DEEP:
        exchange->text = the_fleet->deep.bytes;
        break;
    case FAULTS:
        abort();
    }
}

/* 256 MiB of blanks, in some 256 KiB. */
static void write_zeros(struct text *out)
{
    static unsigned char blanks[1 << 20], packed[1 << 16];
    z_stream stream = { .next_in = NULL };
    int last = 0;

    memset(blanks, ' ', sizeof blanks);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
    for (int i = 0; i < 256; i++) {
        stream.next_in = blanks;
        stream.avail_in = sizeof blanks;
        do {
            stream.next_out = packed;
            stream.avail_out = sizeof packed;
            last = deflate(&stream, i == 255 ? Z_FINISH : Z_NO_FLUSH);
            text_add(out, (const char *)packed, sizeof packed - stream.avail_out);
        } while (stream.avail_out == 0);
    }
    assert_int_equal(last, Z_STREAM_END);
    deflateEnd(&stream);
}

static void write_bodies(struct fleet *fleet)
{
    text_adds(&fleet->values, "{\"kind\":\"ConfigMapList\",\"items\":[");
    for (int i = 0; i < 1600000; i++)
        text_adds(&fleet->values, "{},");
    text_adds(&fleet->values, "{}]}");
    for (int i = 0; i < 100000; i++)
        text_addc(&fleet->deep, '[');
    write_zeros(&fleet->zeros);
}

/* Ten of fifty servers fail, spread evenly; their faults change with each turn. */
static enum fault fault_of(int i, int turn)
{
    return i % 5 == 3 ? (enum fault)(1 + (i / 5 + turn) % (FAULTS - 1)) : HEALTHY;
}

static void open_fleet(struct fleet *fleet, int turn)
{
    for (int i = 0; i < CLUSTERS; i++) {
        struct member *member = &fleet->members[i];
        struct kube *kube;

        member->fault = fault_of(i, turn);
        member->server = server_start(play, member);
        kube = workplace_kube(&fleet->place, server_port(member->server), "token: t");
        if (member->fault == NO_TLS)
            kube->target.server = arena_printf(fleet->place.arena, "https://127.0.0.1:%d",
                                               server_port(member->server));
        if (member->fault == SILENCE || member->fault == DRIP)
            kube->budget.ms = 2000; /* these take all that they are given; no other one is timed */
        kube->budget.pages = PAGES;
        kube->budget.requests = REQUESTS;
        fleet->facts[i] =
            (struct cluster_facts){ .kube = kube, .cluster = "c", .namespace = "istio-system" };
    }
}

static void check_member(struct fleet *fleet, int i)
{
    const struct member *member = &fleet->members[i];
    const struct cluster_facts *facts = &fleet->facts[i];
    int requests = server_requests(member->server);

    if (facts->known != (member->fault == HEALTHY))
        fail_msg("%d: %s: known %d: %s", i, costs[member->fault].sentence, facts->known,
                 facts->why);
    if (requests > costs[member->fault].requests)
        fail_msg("%d: %s: %d requests", i, costs[member->fault].sentence, requests);
    if (facts->known)
        assert_int_equal(facts->istiod.deployments, 2);
    else if (facts->bundle_count || facts->istiod.found)
        fail_msg("%d: %s: half of it is kept", i, costs[member->fault].sentence);
}

/* All that was decoded of all answers together, and the values in them. */
static void check_costs(struct fleet *fleet)
{
    for (int i = 0; i < CLUSTERS; i++) {
        const struct kube_budget *spent = kube_spent(fleet->facts[i].kube);

        if (spent->bytes > (size_t)140 * 1024 * 1024 || spent->values > 250000
            || spent->requests > REQUESTS || spent->pages > PAGES)
            fail_msg("%s: %zu bytes, %zu values, %zu requests, %zu pages",
                     costs[fleet->members[i].fault].sentence, spent->bytes, spent->values,
                     spent->requests, spent->pages);
    }
}

static void close_fleet(struct fleet *fleet)
{
    for (int i = 0; i < CLUSTERS; i++)
        kube_close(fleet->facts[i].kube);
    for (int i = 0; i < CLUSTERS; i++)
        server_stop(fleet->members[i].server);
}

static void forty_of_fifty_are_served(void **state)
{
    struct fleet *fleet = calloc(1, sizeof *fleet);

    (void)state;
    the_fleet = fleet;
    write_bodies(fleet);
    workplace_open(&fleet->place);
    for (int turn = 0; turn < 2; turn++) { /* ten places for fourteen faults */
        open_fleet(fleet, turn * 10);
        cluster_read(fleet->facts, CLUSTERS, fleet->place.arena);
        for (int i = 0; i < CLUSTERS; i++)
            check_member(fleet, i);
        check_costs(fleet);
        close_fleet(fleet);
    }
    workplace_close(&fleet->place);
    text_free(&fleet->values);
    text_free(&fleet->deep);
    text_free(&fleet->zeros);
    free(fleet);
}

/* While one server drips, another one is read page by page: it does not wait for the first one
 * to end. */
static void play_race(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->text = "{}";
}

static void play_silence(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->action = SERVER_SILENT;
}

static bool next_fast(struct kube_call *call, struct arena *arena)
{
    int *left = call->context;

    (void)arena;
    return call->err.kind == ERR_NONE && --*left > 0;
}

/* The fast one counts its answers; the slow one, when it ends, sees that all are there. */
static bool slow_ends(struct kube_call *call, struct arena *arena)
{
    const int *left = call->context;

    (void)arena;
    assert_int_equal(call->err.kind, ERR_HTTP);
    assert_int_equal(*left, 0);
    return false;
}

static void a_slow_server_delays_no_other(void **state)
{
    struct workplace place;
    struct server *fast = server_start(play_race, NULL), *slow = server_start(play_silence, NULL);
    int left = 10;
    struct kube_call calls[2] = { { .request = the_read, .next = slow_ends, .context = &left },
                                  { .request = the_read, .next = next_fast, .context = &left } };

    (void)state;
    workplace_open(&place);
    calls[0].kube = workplace_kube(&place, server_port(slow), "token: t");
    calls[0].kube->budget.ms = 3000;
    calls[1].kube = workplace_kube(&place, server_port(fast), "token: t");
    kube_all(calls, 2, place.arena);
    assert_int_equal(server_requests(fast), 10);
    kube_close(calls[0].kube);
    kube_close(calls[1].kube);
    server_stop(fast);
    server_stop(slow);
    workplace_close(&place);
}

/* What is used up stays used up, for every caller; the Lease has a reserve. */
static void a_budget_is_for_the_whole_pass(void **state)
{
    struct workplace place;
    struct server *server = server_start(play_race, NULL);
    struct kube_request urgent = the_read;
    struct kube_answer answer;
    struct kube *kube;
    struct err err = { .text = "" };

    (void)state;
    workplace_open(&place);
    kube = workplace_kube(&place, server_port(server), "token: t");
    kube->budget.requests = 3;
    for (int i = 0; i < 3; i++)
        assert_int_equal(kube_do(kube, &answer, &the_read, place.arena, &err), 0);
    assert_int_equal(kube_do(kube, &answer, &the_read, place.arena, &err), -1);
    assert_int_equal(err.kind, ERR_HTTP);
    urgent.urgent = true;
    assert_int_equal(kube_do(kube, &answer, &urgent, place.arena, &err), 0);
    assert_int_equal(server_requests(server), 4);
    kube_close(kube);
    server_stop(server);
    workplace_close(&place);
}

/* Each Deployment that calls itself istiod may mean one more request, and memory. */
static void play_istiods(struct exchange *exchange, void *context)
{
    const struct text *many = context;

    if (strstr(exchange->path, "/deployments?"))
        exchange->text = many->bytes;
    else
        play_healthy(exchange);
}

static void the_number_of_istiods_is_bounded(void **state)
{
    static const struct {
        int istiods, requests;
        bool known;
    } rows[] = { { 100, 2 + 100, true }, { 101, 2, false } };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT many = { 0 };
        struct workplace place;
        struct server *server;
        struct cluster_facts facts = { .cluster = "c", .namespace = "istio-system" };

        text_adds(&many, "{\"kind\":\"DeploymentList\",\"items\":[");
        for (int k = 0; k < rows[i].istiods; k++)
            text_addf(&many,
                      "%s{\"metadata\":{\"name\":\"i%d\",\"labels\":{\"istio.io/rev\":\"r%d\"}}}",
                      k ? "," : "", k, k);
        text_adds(&many, "]}");
        server = server_start(play_istiods, &many);
        workplace_open(&place);
        facts.kube = workplace_kube(&place, server_port(server), "token: t");
        cluster_read(&facts, 1, place.arena);
        assert_int_equal(facts.known, rows[i].known);
        assert_int_equal(server_requests(server), rows[i].requests);
        kube_close(facts.kube);
        server_stop(server);
        workplace_close(&place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forty_of_fifty_are_served),
        cmocka_unit_test(a_slow_server_delays_no_other),
        cmocka_unit_test(the_number_of_istiods_is_bounded),
        cmocka_unit_test(a_budget_is_for_the_whole_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
