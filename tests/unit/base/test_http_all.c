/* tests/unit/base/test_http_all.c - many requests at once: hosts that are silent, and answers that
 * are too many to be kept. */
#include "base/http_all.h"
#include "tests/lib/check.h"

#include "base/clock.h"
#include "base/http.h"
#include "tests/lib/web_server.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct bench {
    struct arena *arena;
    struct http *http;
    struct counts *counts;
    struct server server;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct err err = { 0 };

    bench->arena = arena_new();
    bench->counts = counts_new();
    bench->server = server_start("one", "127.0.0.1", 0, NULL, bench->counts);
    *state = bench;
    return http_open(&bench->http, "weft/test", &err);
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    server_stop(&bench->server);
    munmap(bench->counts, sizeof *bench->counts);
    http_close(bench->http);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static struct http_request get(const struct bench *bench, const char *path)
{
    return (struct http_request){
        .method = "GET",
        .url = arena_printf(bench->arena, "http://127.0.0.1:%d%s", bench->server.port, path),
        .plain_http = true,
    };
}

/* A port where the kernel accepts connections, and no process answers. */
static int deaf_listen(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* Those that wait for the connection of the first one, and those that wait for their turn. */
static void a_deaf_host_costs_its_jobs_one_time_limit(void **state)
{
    enum { JOBS = 8, LIMIT_MS = 1000 };
    struct bench *bench = *state;
    struct http_job jobs[JOBS] = { { .response = { 0 } } };
    int port, deaf = deaf_listen(&port);

    for (int i = 0; i < JOBS - 1; i++)
        jobs[i].request = (struct http_request){
            .method = "GET",
            .url = arena_printf(bench->arena, "https://127.0.0.1:%d/%d", port, i),
            .connect_ms = LIMIT_MS,
        };
    jobs[JOBS - 1].request = get(bench, "/ok");
    http_all(bench->http, jobs, JOBS, 6, 3, bench->arena);
    for (int i = 0; i < JOBS - 1; i++) {
        assert_true(jobs[i].response.silent);
        assert_int_equal(jobs[i].err.kind, ERR_HTTP);
        assert_non_null(strstr(jobs[i].err.text, "no connection within 1 s"));
        assert_int_equal(strstr(jobs[i].err.text, "not asked") != NULL, i >= 2);
    }
    assert_int_equal(jobs[JOBS - 1].response.status, 200);
    close(deaf);
}

/* Other failures are none, and a late answer ends its own job only. */
static void silence_is_told_from_other_failures(void **state)
{
    struct bench *bench = *state;
    struct http_job jobs[4] = { { .request = get(bench, "/wait/3000") },
                                { .request = get(bench, "/close") },
                                { .request = get(bench, "/drip") },
                                { .request = get(bench, "/ok") } };

    for (int i = 0; i < 3; i++)
        jobs[i].request.timeout_s = 1;
    http_all(bench->http, jobs, 4, 4, 1, bench->arena);
    assert_true(jobs[0].response.silent);
    assert_false(jobs[1].response.silent || jobs[2].response.silent);
    assert_int_equal(jobs[1].err.kind, ERR_HTTP);
    assert_int_equal(jobs[2].err.kind, ERR_HTTP);
    assert_int_equal(jobs[3].response.status, 200);
}

/* A batch for fewer hosts closes no connection that the next one needs. */
static void connections_outlive_a_smaller_batch(void **state)
{
    static const size_t batches[] = { 2, 1, 2 };
    struct bench *bench = *state;
    struct server other = server_start("two", "127.0.0.1", 0, NULL, bench->counts);
    const struct http_request requests[] = {
        get(bench, "/ok"),
        { .method = "GET",
          .url = arena_printf(bench->arena, "http://127.0.0.1:%d/ok", other.port),
          .plain_http = true },
    };
    int answered = 0;

    for (size_t i = 0; i < LENGTH(batches); i++) {
        struct http_job jobs[] = { { .request = requests[0] }, { .request = requests[1] } };

        http_all(bench->http, jobs, batches[i], 2, 1, bench->arena);
        for (size_t k = 0; k < batches[i]; k++)
            answered += jobs[k].response.status == 200;
    }
    server_stop(&other);
    assert_int_equal(answered, 5);
    assert_int_equal(atomic_load(&bench->counts->connections), 2);
}

static void take_length(struct http_job *job)
{
    size_t *taken = job->context;

    assert_int_equal(job->response.status, 200);
    assert_int_equal(strlen(job->response.body), job->response.body_len);
    *taken += job->response.body_len;
}

/* Only an answer 200 is taken: what went wrong is kept, for its words. */
static void answers_that_are_taken_are_not_kept(void **state)
{
    enum { JOBS = 20, BYTES = 100000 };
    struct bench *bench = *state;
    struct arena *page = arena_new();
    struct http_job jobs[JOBS];
    size_t taken = 0, used = arena_used(bench->arena);

    for (int i = 0; i < JOBS; i++)
        jobs[i] = (struct http_job){
            .request = get(bench, i ? "/length/100000" : "/status/404"),
            .take = take_length,
            .page = page,
            .context = &taken,
        };
    http_all(bench->http, jobs, JOBS, 4, 4, bench->arena);
    assert_int_equal(taken, (JOBS - 1) * BYTES);
    assert_int_equal(jobs[0].response.status, 404);
    assert_true(jobs[0].response.body_len > 0);
    assert_int_equal(jobs[1].response.status, 200);
    assert_null(jobs[1].response.body);
    assert_true(arena_used(bench->arena) - used < BYTES);
    assert_int_equal(arena_used(page), 0);
    arena_free(page);
}

static void take_body_len(struct http_job *job)
{
    size_t *len = job->context;

    *len = job->response.body_len;
}

/* Its limit counts what comes out. */
static void packed_answers_are_unpacked_when_they_are_whole(void **state)
{
    enum { BYTES = 100000 };
    struct bench *bench = *state;
    struct arena *page = arena_new();
    size_t taken = 0, plain = 0, large = 0;
    struct http_job jobs[] = {
        { .request = get(bench, "/gzip"), .take = take_body_len, .context = &taken },
        { .request = get(bench, "/length/10"), .take = take_body_len, .context = &plain },
        { .request = get(bench, "/gzip"), .take = take_body_len, .context = &large },
        { .request = get(bench, "/gzip") },
    };

    for (size_t i = 0; i < LENGTH(jobs); i++) {
        jobs[i].request.packed = true;
        jobs[i].request.response_max = i == 2 ? BYTES - 1 : BYTES;
        jobs[i].page = page;
    }
    http_all(bench->http, jobs, LENGTH(jobs), 4, 4, bench->arena);
    assert_int_equal(taken, BYTES);
    assert_int_equal(jobs[0].response.received, BYTES);
    assert_int_equal(plain, 10);
    assert_int_equal(large, 0);
    assert_int_equal(jobs[2].err.kind, ERR_HTTP);
    assert_true(jobs[2].response.too_large);
    assert_int_equal(jobs[2].response.status, 0);
    assert_int_equal(jobs[3].response.body_len, BYTES);
    assert_int_equal(arena_used(page), 0);
    arena_free(page);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(a_deaf_host_costs_its_jobs_one_time_limit),
        WITH_SERVER(silence_is_told_from_other_failures),
        WITH_SERVER(answers_that_are_taken_are_not_kept),
        WITH_SERVER(packed_answers_are_unpacked_when_they_are_whole),
        WITH_SERVER(connections_outlive_a_smaller_batch),
    };
    static const char *const proxies[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                           "ALL_PROXY" };

    for (size_t i = 0; i < LENGTH(proxies); i++)
        unsetenv(proxies[i]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
