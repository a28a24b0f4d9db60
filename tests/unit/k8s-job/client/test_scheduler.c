/* tests/unit/k8s-job/client/test_scheduler.c - servers that time out, are slow or gone: what they
 * cost, and whom. */
#include "base/sanitizer.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/script.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void a_server_that_times_out_is_given_up_within_the_budget(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");
    struct kube_call call = { .kube = kube, .request = the_read, .timeout_s = 1 };

    script->answers[0] = (struct exchange){ .action = SERVER_SILENT };
    script->count = 1;
    kube->budget.ms = 1500;
    kube_all(&call, 1, script->place.arena);
    assert_int_equal(call.err.kind, ERR_HTTP);
    /* The second try has what the first one left, if it left anything. */
    assert_in_range(call.try.tries, 1, 2);
    assert_in_range(server_requests(script->server), 1, 2);
    kube_close(kube);
}

/* Each phase of a pass sends requests of its own: what one spent on a server that is too busy the
 * next ones have not. */
static void a_busy_server_is_waited_for_once_in_a_pass(void **state)
{
    enum { PHASES = 4, BUDGET_MS = 1500 };
    static const char *const busy = "Retry-After: 1\r\n";
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");
    int waits = 0;

    script->answers[0] = (struct exchange){ .status = 429, .extra = busy, .text = "{}" };
    script->count = 1;
    kube->budget.ms = BUDGET_MS;
    kube->limits = retry_limits_default;
    for (int i = 0; i < PHASES; i++) {
        struct kube_call calls[3];

        for (size_t k = 0; k < LENGTH(calls); k++)
            calls[k] = (struct kube_call){ .kube = kube, .request = the_read };
        kube_all(calls, LENGTH(calls), script->place.arena);
        for (size_t k = 0; k < LENGTH(calls); k++) {
            assert_int_equal(calls[k].answer.status, 429);
            assert_in_range(calls[k].try.tries, 1, i == 0 ? 2 : 1);
            waits += calls[k].try.tries - 1;
        }
    }
    /* A second of waiting is in the budget once, beside each other, or not at all where answers
     * were slow. */
    assert_int_equal(server_requests(script->server), 3 * PHASES + waits);
    kube_close(kube);
}

/* A port that accepts connections and never sends a byte, as a dead load balancer does. */
static int deaf_listen(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 128), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* How many connections were made to it. */
static int deaf_close(int fd)
{
    int count = 0, one;

    while ((one = accept(fd, NULL, NULL)) >= 0) {
        close(one);
        count++;
    }
    close(fd);
    return count;
}

static bool ask_another(struct kube_call *call, struct arena *arena)
{
    int *left = call->context;

    (void)arena;
    return (*left)-- > 0;
}

/* Its calls would wait for each other's connection, and for each of five tries: twenty times the
 * limit, or forty. */
static void a_deaf_server_costs_two_time_limits(void **state)
{
    enum { CALLS = 12, LIMIT_MS = 1000 };
    struct script *script = *state;
    struct kube_call calls[CALLS];
    int port, deaf = deaf_listen(&port), left = 3;
    struct kube *kube = workplace_kube(&script->place, port, "token: t");
    size_t count;

    kube->target.server = arena_printf(script->place.arena, "https://127.0.0.1:%d", port);
    kube->limits.connect_ms = LIMIT_MS;
    for (int i = 0; i < CALLS; i++)
        calls[i] = (struct kube_call){ .kube = kube, .request = the_read };
    calls[0].next = ask_another;
    calls[0].context = &left;
    kube_all(calls, CALLS, script->place.arena);
    for (int i = 1; i < CALLS; i++)
        if (calls[i].err.kind != ERR_HTTP || !strstr(calls[i].err.text, "tried 2 times")
            || !strstr(calls[i].err.text, "no connection within 1 s"))
            fail_msg("%s", calls[i].err.text);
    assert_non_null(strstr(calls[0].err.text, "did not answer another request"));
    assert_int_equal(left, -1);
    assert_int_equal(kube_errors(kube, &count)->count, CALLS + 3);
    assert_true(deaf_close(deaf) <= 4); /* libcurl begins the second one as the first one ends */
    kube_close(kube);
}

static void play_slow(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->action = strcmp(exchange->path, "/slow") == 0 ? SERVER_SILENT : SERVER_ANSWER;
    exchange->text = "{}";
}

static bool ask_fast(struct kube_call *call, struct arena *arena)
{
    bool slow = strcmp(call->request.path, "/slow") == 0;

    (void)arena;
    call->request = the_read;
    return slow;
}

/* One question that takes too long does not make a server unreachable that answers others. */
static void a_slow_answer_ends_its_own_call_only(void **state)
{
    struct script *script = *state;
    struct server *server = server_start(play_slow, NULL);
    struct kube *kube = workplace_kube(&script->place, server_port(server), "token: t");
    struct kube_call calls[2] = {
        { .kube = kube,
          .request = { .method = "POST", .path = "/slow", .body = "{}" },
          .timeout_s = 1,
          .next = ask_fast },
        { .kube = kube, .request = the_read },
    };

    kube_all(calls, 2, script->place.arena);
    if (calls[0].err.kind != ERR_NONE || calls[1].err.kind != ERR_NONE)
        fail_msg("%s %s", calls[0].err.text, calls[1].err.text);
    kube_close(kube);
    server_stop(server);
}

/* Hundreds of servers, of which one refuses, one times out: in which order are they through? */
struct member {
    int pages, ended; /* how many answers and failures there were before its last one */
    int *clock;       /* counts them */
};

static bool next_page_of_member(struct kube_call *call, struct arena *arena)
{
    struct member *member = call->context;

    (void)arena;
    member->ended = (*member->clock)++;
    return call->err.kind == ERR_NONE && ++member->pages < 5;
}

static void play_page(struct exchange *exchange, void *context)
{
    (void)context;
    exchange->text = "{}";
}

static void an_unreachable_cluster_delays_no_other(void **state)
{
    enum {
        FLEET = SANITIZED ? 60 : 300
    }; /* through within the time limit, on a busy machine too */
    struct script *script = *state;
    struct server *healthy = server_start(play_page, NULL);
    struct kube *kubes[FLEET];
    struct kube_call calls[FLEET];
    struct member members[FLEET] = { { 0 } };
    int clock = 0, slowest = 0, gone_port, gone = server_nowhere(&gone_port);

    script->answers[0] = (struct exchange){ .action = SERVER_SILENT };
    script->count = 1;
    for (int i = 0; i < FLEET; i++) {
        int port = i == 0 ? server_port(script->server) : i == 1 ? gone_port : server_port(healthy);

        members[i].clock = &clock;
        kubes[i] = workplace_kube(&script->place, port, "token: t");
        calls[i] = (struct kube_call){ .kube = kubes[i],
                                       .request = the_read,
                                       .timeout_s = 5,
                                       .next = next_page_of_member,
                                       .context = &members[i] };
    }
    kube_all(calls, FLEET, script->place.arena);
    for (int i = 2; i < FLEET; i++) {
        assert_int_equal(members[i].pages, 5);
        if (members[i].ended > slowest)
            slowest = members[i].ended;
    }
    /* The one that times out is tried again, for its whole time limit, when all others are through.
     */
    assert_true(members[0].ended > slowest);
    assert_int_equal(calls[0].err.kind, ERR_HTTP);
    assert_int_equal(calls[1].err.kind, ERR_HTTP);
    assert_non_null(strstr(calls[1].err.text, "refused"));
    for (int i = 0; i < FLEET; i++)
        kube_close(kubes[i]);
    server_stop(healthy);
    close(gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_that_times_out_is_given_up_within_the_budget),
        TEST(a_busy_server_is_waited_for_once_in_a_pass),
        TEST(a_deaf_server_costs_two_time_limits),
        TEST(a_slow_answer_ends_its_own_call_only),
        TEST(an_unreachable_cluster_delays_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
