/* tests/unit/base/test_http.c - the HTTP client against a real server on loopback: answers, limits,
 * refusals, many at once. */
#include "base/http_all.h"
#include "tests/lib/check.h"

#include "base/clock.h"
#include "base/http.h"
#include "tests/lib/web_server.h"
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
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

static const char *url(const struct bench *bench, const char *path)
{
    return arena_printf(bench->arena, "http://127.0.0.1:%d%s", bench->server.port, path);
}

static struct http_request get(const struct bench *bench, const char *path)
{
    return (struct http_request){ .method = "GET", .url = url(bench, path), .plain_http = true };
}

static struct http_response answered(const struct bench *bench, const struct http_request *request)
{
    struct http_response response;
    struct err err = { 0 };

    if (http_do(bench->http, &response, request, bench->arena, &err) < 0)
        fail_msg("%s", err.text);
    return response;
}

/* The text of the failure, without "http://127.0.0.1:PORT". */
static const char *refused(const struct bench *bench, const struct http_request *request)
{
    struct http_response response = { .status = 99 };
    struct err err = { 0 };
    const char *host = url(bench, ""), *at;

    assert_int_equal(http_do(bench->http, &response, request, bench->arena, &err), -1);
    assert_int_equal(err.kind, ERR_HTTP);
    assert_int_equal(err.code, 0);
    assert_int_equal(response.status, 0);
    at = strstr(err.text, host);
    return at ? arena_printf(bench->arena, "%.*s%s", (int)(at - err.text), err.text,
                             at + strlen(host))
              : arena_text(bench->arena, err.text);
}

static void an_answer_has_status_body_and_headers(void **state)
{
    struct bench *bench = *state;
    struct http_request request = get(bench, "/ok");
    struct http_response response = answered(bench, &request);

    assert_int_equal(response.status, 200);
    assert_string_equal(response.body, "hello");
    assert_int_equal(response.body_len, 5);
    assert_string_equal(http_header(&response, "x-thing"), "a b");
    assert_string_equal(http_header(&response, "x-empty"), "");
    assert_null(http_header(&response, "x-th"));
    assert_null(http_header(&response, "location"));
}

static int64_t after(const char *header)
{
    const char *const headers[] = { "date: x", header, NULL };
    const struct http_response response = { .headers = headers };

    return http_retry_after(&response);
}

static void retry_after_is_seconds(void **state)
{
    const struct http_response none = { .headers = NULL };

    (void)state;
    assert_int_equal(http_retry_after(&none), -1);
    assert_int_equal(after("content-type: 12"), -1);
    assert_int_equal(after("retry-after: 12"), 12);
    assert_int_equal(after("retry-after:12"), 12);
    assert_int_equal(after("retry-after: 0"), 0);
    assert_int_equal(after("retry-after: -1"), -1);
    assert_int_equal(after("retry-after: Mon, 23 Nov 2026 11:00:00 GMT"), -1);
    assert_int_equal(after("retry-after: 99999999999999999999"), -1);
}

static void any_status_is_an_answer(void **state)
{
    static const int statuses[] = { 201, 404, 409, 500, 503 };
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH(statuses); i++) {
        struct http_request request =
            get(bench, arena_printf(bench->arena, "/status/%d", statuses[i]));

        assert_int_equal(answered(bench, &request).status, statuses[i]);
    }
}

static void what_is_sent(void **state)
{
    static const char *const headers[] = { "Content-Type: application/json", "X-One: 1", NULL };
    struct bench *bench = *state;
    struct http_peer peer = { .bearer = "secret.token" };
    struct http_request request = get(bench, "/echo?query=1");
    const char *body;

    request.method = "PATCH";
    request.headers = headers;
    request.body = "{\"a\":\0}";
    request.body_len = 7;
    request.peer = &peer;
    body = answered(bench, &request).body;
    assert_true(text_starts(body, "PATCH /echo?query=1 HTTP/1.1\r\n"));
    assert_non_null(strstr(body, "\r\nAuthorization: Bearer secret.token\r\n"));
    assert_non_null(strstr(body, "\r\nUser-Agent: weft/test\r\n"));
    assert_non_null(strstr(body, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(body, "\r\nX-One: 1\r\n"));
    assert_non_null(strstr(body, "\r\nContent-Length: 7\r\n"));
    assert_null(strstr(body, "Expect:"));
    assert_memory_equal(strstr(body, "\r\n\r\n") + 4, request.body, 7);
}

static void methods_with_and_without_body(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *method, *body, *want; } rows[] = {
        { "a GET", "GET", NULL, NULL },
        { "a DELETE", "DELETE", NULL, NULL },
        { "a POST without a body says so", "POST", NULL, "\r\nContent-Length: 0\r\n" },
        { "a PUT", "PUT", "x", "\r\nContent-Length: 1\r\n" },
        { "a DELETE with a body", "DELETE", "xy", "\r\nContent-Length: 2\r\n" },
    };
    // clang-format on
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct http_request request = get(bench, "/echo");
        const char *body;

        CASE(rows[i].sentence);
        request.method = rows[i].method;
        request.body = rows[i].body;
        request.body_len = rows[i].body ? strlen(rows[i].body) : 0;
        body = answered(bench, &request).body;
        assert_true(
            text_starts(body, arena_printf(bench->arena, "%s /echo HTTP/1.1\r\n", rows[i].method)));
        assert_int_equal(strstr(body, "Content-Length:") != NULL, rows[i].want != NULL);
        assert_true(!rows[i].want || strstr(body, rows[i].want));
        assert_null(strstr(body, "Content-Type:"));
    }
}

static void a_head_has_headers_and_no_body(void **state)
{
    struct bench *bench = *state;
    struct http_request request = get(bench, "/ok");
    struct http_response response;

    request.method = "HEAD";
    response = answered(bench, &request);
    assert_int_equal(response.status, 200);
    assert_int_equal(response.body_len, 0);
    assert_string_equal(http_header(&response, "content-length"), "5");
}

/* What a reader of pieces got, and when it has had enough. */
struct pieces {
    size_t len, most;
};

static int take_piece(void *context, const char *bytes, size_t len)
{
    struct pieces *pieces = context;

    (void)bytes;
    pieces->len += len;
    return pieces->len > pieces->most ? -1 : 0;
}

static void a_large_answer_comes_in_pieces(void **state)
{
    struct bench *bench = *state;
    struct pieces pieces = { .most = 1000000 };
    struct http_request request = get(bench, "/length/500000");
    struct http_response response;

    request.take = take_piece;
    request.take_context = &pieces;
    request.response_max = 10; /* is about what is kept */
    response = answered(bench, &request);
    assert_int_equal(pieces.len, 500000);
    assert_int_equal(response.body_len, 0);
    request.url = url(bench, "/status/404"); /* the words of an error are for the caller */
    assert_string_equal(answered(bench, &request).body, "short");
    request.url = url(bench, "/length/2000000");
    assert_true(text_starts(refused(bench, &request), "GET /length/2000000: "));
    assert_in_range(pieces.len, 1000001, 1900000);
}

static void a_large_body_is_sent_without_asking_first(void **state)
{
    struct bench *bench = *state;
    struct http_request request = get(bench, "/echo");
    size_t len = 2 * 1024 * 1024;
    struct http_response response;

    request.method = "POST";
    request.body = arena_alloc(bench->arena, len, 1);
    request.body_len = len;
    response = answered(bench, &request);
    assert_true(response.body_len > len);
    assert_null(strstr(response.body, "Expect:"));
}

static void credentials_do_not_stay_for_the_next_request(void **state)
{
    struct bench *bench = *state;
    struct http_peer token = { .bearer = "abc" }, user = { .username = "u", .password = "p" };
    struct http_request request = get(bench, "/echo");

    request.peer = &user;
    assert_non_null(strstr(answered(bench, &request).body, "\r\nAuthorization: Basic dTpw\r\n"));
    request.peer = &token;
    assert_non_null(strstr(answered(bench, &request).body, "\r\nAuthorization: Bearer abc\r\n"));
    request.peer = NULL;
    assert_null(strstr(answered(bench, &request).body, "Authorization"));
    assert_int_equal(atomic_load(&bench->counts->connections),
                     1); /* and one connection serves all */
}

static void the_netrc_file_is_not_read(void **state)
{
    struct bench *bench = *state;
    char home[] = "/tmp/weft-test-http-XXXXXX", *file;
    struct http_request request = get(bench, "/echo");
    FILE *netrc;

    assert_non_null(mkdtemp(home));
    file = arena_printf(bench->arena, "%s/.netrc", home);
    netrc = fopen(file, "w");
    fputs("machine 127.0.0.1 login me password secret\n", netrc);
    fclose(netrc);
    setenv("HOME", home, 1);
    assert_null(strstr(answered(bench, &request).body, "Authorization"));
    remove(file);
    remove(home);
}

static void redirects_are_not_followed(void **state)
{
    struct bench *bench = *state;
    struct http_request request = get(bench, "/redirect");
    struct http_response response = answered(bench, &request);

    assert_int_equal(response.status, 302);
    assert_string_equal(http_header(&response, "location"), "/ok");
    assert_int_equal(atomic_load(&bench->counts->requests), 1);
}

static void limits(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *path; size_t max; const char *want; } rows[] = {
        { "a body of exactly the limit", "/length/1000", 1000, NULL },
        { "one byte more", "/length/1001", 1000, "GET /length/1001: the answer is larger than the limit of 1000 bytes" },
        { "the same without a length", "/chunks/1000", 1000, NULL },
        { "one chunk more", "/chunks/1100", 1000, "GET /chunks/1100: the answer is larger than the limit of 1000 bytes" },
        { "compressed: what comes out counts", "/gzip", 99999, "GET /gzip: the answer is larger than the limit of 99999 bytes" },
        { "compressed and within the limit", "/gzip", 100000, NULL },
        { "no answer in time", "/wait/3000", 0, "GET /wait/3000: not answered within 1 s" },
        { "an answer that never ends", "/drip", 0, "GET /drip: not answered within 1 s" },
        { "headers that never end", "/headers", 0, "GET /headers: the answer's headers are larger than the limit of 256 KiB" },
        { "no answer at all", "/close", 0, "GET /close: Empty reply from server" },
    };
    // clang-format on
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct http_request request = get(bench, rows[i].path);

        CASE(rows[i].sentence);
        request.timeout_s = 1;
        request.response_max = rows[i].max;
        if (rows[i].want)
            assert_true(text_starts(refused(bench, &request), rows[i].want));
        else
            assert_int_equal(answered(bench, &request).body_len, rows[i].max);
    }
}

static void silence_has_its_own_limit(void **state)
{
    struct bench *bench = *state;
    struct http_request request = get(bench, "/wait/5000");

    request.timeout_s = 20;
    request.stall_s = 1;
    assert_string_equal(refused(bench, &request), "GET /wait/5000: no data for 1 s");
}

static void what_must_not_be_sent(void **state)
{
    static const char *const broken[] = { "X: a\r\nY: b", NULL },
                             *const nameless[] = { "novalue", NULL },
                             *const blank[] = { "X Y: a", NULL };
    static const struct http_peer bad_token = { .bearer = "abc\n" }, no_token = { .bearer = "" },
                                  bad_user = { .username = "a\nb" };
    // clang-format off
    const struct { const char *sentence, *method; const char *const *headers; const struct http_peer *peer; bool plain; const char *want; } rows[] = {
        { "a header with a line break", "GET", broken, NULL, true, "GET /ok: a request header holds a line break or has no name" },
        { "a header without a name", "GET", nameless, NULL, true, "GET /ok: a request header holds a line break or has no name" },
        { "a header name with a blank", "GET", blank, NULL, true, "GET /ok: a request header holds a line break or has no name" },
        { "a token with a line break", "GET", NULL, &bad_token, true, "GET /ok: the token is empty or holds bytes" },
        { "an empty token", "GET", NULL, &no_token, true, "GET /ok: the token is empty or holds bytes" },
        { "a user name with a line break", "GET", NULL, &bad_user, true, "GET /ok: the user name or password holds" },
        { "a method with a blank", "GET /x", NULL, NULL, true, "GET /x /ok: not an HTTP method" },
        { "no method", "", NULL, NULL, true, " /ok: not an HTTP method" },
        { "plain http where it was not asked for", "GET", NULL, NULL, false, "GET /ok: plain http is not allowed here; use https" },
    };
    // clang-format on
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct http_request request = get(bench, "/ok");

        CASE(rows[i].sentence);
        request.method = rows[i].method;
        request.headers = rows[i].headers;
        request.peer = rows[i].peer;
        request.plain_http = rows[i].plain;
        assert_true(text_starts(refused(bench, &request), rows[i].want));
    }
    assert_int_equal(atomic_load(&bench->counts->connections), 0);
}

static void other_schemes_are_refused(void **state)
{
    static const char *const urls[] = { "ftp://x/", "file:///etc/passwd", "x",          "",
                                        "http://",  "gopher://x",         "http://a b/" };
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH(urls); i++) {
        struct http_request request = { .method = "GET", .url = urls[i], .plain_http = true };

        CASE(urls[i]);
        assert_string_equal(refused(bench, &request), "GET: the URL is not an http or https URL");
    }
}

static void errors_name_the_place_and_no_secret(void **state)
{
    struct bench *bench = *state;
    struct http_peer peer = { .bearer = "topsecret" };
    struct http_request request = get(bench, "");
    int port, gone = server_nowhere(&port);
    struct http_response response;
    struct err err = { 0 };

    request.url = arena_printf(bench->arena, "http://user:pass@127.0.0.1:%d/api/x?token=y#z", port);
    request.peer = &peer;
    assert_int_equal(http_do(bench->http, &response, &request, bench->arena, &err), -1);
    assert_string_equal(
        err.text,
        arena_printf(bench->arena, "GET http://127.0.0.1:%d/api/x: connection refused", port));
    close(gone);
    request.url = "https://nothing.invalid/x?token=y";
    assert_int_equal(http_do(bench->http, &response, &request, bench->arena, &err), -1);
    assert_true(text_starts(err.text, "GET https://nothing.invalid/x: "));
    assert_null(strstr(err.text, "token"));
}

/* A server without TLS, as most are: it takes the hello for a request and answers. */
static pid_t plain_server(int *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char hello[4096];
    pid_t child;

    assert_int_equal(bind(listener, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    child = fork();
    if (child == 0) {
        static const char answer[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
        int fd = accept(listener, NULL, NULL);

        _exit(read(fd, hello, sizeof hello) > 0 && write(fd, answer, sizeof answer - 1) > 0 ? 0
                                                                                            : 1);
    }
    close(listener);
    return child;
}

static void a_port_without_tls_is_told(void **state)
{
    struct bench *bench = *state;
    struct http_request request = get(bench, "");
    struct http_response response;
    struct err err = { 0 };
    int port, status;
    pid_t child = plain_server(&port);

    request.url = arena_printf(bench->arena, "https://127.0.0.1:%d/ok", port);
    assert_int_equal(http_do(bench->http, &response, &request, bench->arena, &err), -1);
    assert_non_null(strstr(err.text, "speaks TLS"));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_proxy_is_used_when_given(void **state)
{
    struct bench *bench = *state;
    struct http_peer peer = { .proxy = url(bench, "") };
    struct http_request request = {
        .method = "GET", .url = "http://mesh.example/echo", .plain_http = true, .peer = &peer
    };

    /* The proxy gets the whole URL as its path, which our server does not know: it closes. */
    assert_non_null(strstr(refused(bench, &request), "Empty reply from server"));
    assert_int_equal(atomic_load(&bench->counts->requests), 1);
}

/* The refusal is the proxy's, so the proxy is named: host and port, never its password. */
static void a_proxy_that_refuses_is_named(void **state)
{
    struct bench *bench = *state;
    const char *host = url(bench, "") + strlen("http://");
    struct http_peer peer = { .proxy = arena_printf(bench->arena, "http://bot:geheim@%s", host) };
    struct http_request request = { .method = "GET",
                                    .url = "https://refused.example/x",
                                    .peer = &peer };
    const char *said = refused(bench, &request);

    assert_non_null(strstr(said, arena_printf(bench->arena, "proxy %s (configured)", host)));
    assert_non_null(strstr(said, "HTTP 403"));
    assert_null(strstr(said, "geheim"));
    assert_int_equal(atomic_load(&bench->counts->requests), 1);
    request.peer = NULL;
    setenv("HTTPS_PROXY", peer.proxy, 1);
    said = refused(bench, &request);
    unsetenv("HTTPS_PROXY");
    assert_non_null(strstr(said, arena_printf(bench->arena, "proxy %s (HTTPS_PROXY)", host)));
    assert_non_null(strstr(said, "NO_PROXY"));
    peer.proxy = "http://proxy.invalid:3128";
    request.peer = &peer;
    assert_non_null(strstr(refused(bench, &request), "proxy.invalid:3128"));
}

static struct http_job *jobs_of(const struct bench *bench, size_t count, const char *path)
{
    struct http_job *jobs = ARENA_NEW(bench->arena, struct http_job, count);

    for (size_t i = 0; i < count; i++)
        jobs[i].request = get(bench, path);
    return jobs;
}

static void many_at_once_are_all_answered(void **state)
{
    struct bench *bench = *state;
    struct http_job *jobs = jobs_of(bench, 40, "/wait/30");

    http_all(bench->http, jobs, 40, 8, 3, bench->arena);
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(jobs[i].err.kind, ERR_NONE);
        assert_int_equal(jobs[i].response.status, 200);
        assert_string_equal(jobs[i].response.body, "waited");
    }
    assert_int_equal(atomic_load(&bench->counts->most), 3); /* for one host */
    assert_in_range(atomic_load(&bench->counts->connections), 3, 4);
}

static void all_hosts_together_stay_below_the_limit(void **state)
{
    struct bench *bench = *state;
    struct server other = server_start("two", "127.0.0.1", 0, NULL, bench->counts);
    struct http_job *jobs = jobs_of(bench, 30, "/wait/30");

    for (size_t i = 0; i < 30; i += 2)
        jobs[i].request.url = arena_printf(bench->arena, "http://127.0.0.1:%d/wait/30", other.port);
    http_all(bench->http, jobs, 30, 4, 3, bench->arena);
    for (size_t i = 0; i < 30; i++) {
        assert_int_equal(jobs[i].response.status, 200);
        assert_string_equal(http_header(&jobs[i].response, "x-server"), i % 2 ? "one" : "two");
    }
    assert_int_equal(atomic_load(&bench->counts->most), 4);
    server_stop(&other);
}

static void a_slow_host_delays_no_other(void **state)
{
    struct bench *bench = *state;
    struct server other = server_start("two", "127.0.0.1", 0, NULL, bench->counts);
    struct http_job *jobs = jobs_of(bench, 10, "/wait/400");
    int64_t began = clock_monotonic_ms();

    /* The first five jobs go to one host, one at a time: two seconds in all.  The other five run
     * beside them. */
    for (size_t i = 5; i < 10; i++)
        jobs[i].request.url =
            arena_printf(bench->arena, "http://127.0.0.1:%d/wait/400", other.port);
    http_all(bench->http, jobs, 10, 2, 1, bench->arena);
    assert_true(clock_monotonic_ms() - began >= 2000);
    assert_int_equal(atomic_load(&bench->counts->most), 2);
    server_stop(&other);
}

static void each_job_has_its_own_failure(void **state)
{
    struct bench *bench = *state;
    struct http_job *jobs = jobs_of(bench, 6, "/ok");

    jobs[0].request.url = "ftp://x";
    jobs[1].request.url = url(bench, "/close");
    jobs[2].request.url = url(bench, "/wait/3000");
    jobs[2].request.timeout_s = 1;
    jobs[3].request.url = url(bench, "/length/2000");
    jobs[3].request.response_max = 100;
    jobs[4].request.url = url(bench, "/status/404");
    http_all(bench->http, jobs, 6, 2, 2, bench->arena);
    assert_string_equal(jobs[0].err.text, "GET: the URL is not an http or https URL");
    assert_non_null(strstr(jobs[1].err.text, "/close: Empty reply from server"));
    assert_non_null(strstr(jobs[2].err.text, "not answered within 1 s"));
    assert_non_null(strstr(jobs[3].err.text, "larger than the limit of 100 bytes"));
    assert_int_equal(jobs[4].err.kind, ERR_NONE);
    assert_int_equal(jobs[4].response.status, 404);
    assert_int_equal(jobs[5].response.status, 200);
}

/* Also with more hosts than requests in flight. */
/* A line that begins with a blank continues the one before it, and here there is none. */
static void a_header_continues_nothing_of_the_answer_before(void **state)
{
    struct bench *bench = *state;
    struct http_request first = get(bench, "/ok"), second = get(bench, "/folded");
    struct http_job jobs[] = { { .request = get(bench, "/ok") },
                               { .request = get(bench, "/folded") } };

    for (int i = 0; i < 2; i++) {
        struct http_response response;
        struct err err;

        assert_int_equal(answered(bench, &first).status, 200);
        (void)!http_do(bench->http, &response, &second, bench->arena, &err);
    }
    assert_in_range(atomic_load(&bench->counts->connections), 1, 2);
    for (size_t i = 0; i < LENGTH(jobs); i++)
        http_all(bench->http, &jobs[i], 1, 1, 1, bench->arena);
}

static void connections_last_from_one_batch_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct server others[8];
    struct http_job *jobs;

    http_all(bench->http, NULL, 0, 4, 2, bench->arena);
    for (size_t i = 0; i < 8; i++)
        others[i] = server_start("other", "127.0.0.1", 0, NULL, bench->counts);
    for (int round = 0; round < 3; round++) {
        jobs = jobs_of(bench, 8, "/ok");
        for (size_t i = 0; i < 8; i++)
            jobs[i].request.url =
                arena_printf(bench->arena, "http://127.0.0.1:%d/ok", others[i].port);
        http_all(bench->http, jobs, 8, 1, 1, bench->arena);
    }
    assert_int_equal(atomic_load(&bench->counts->requests), 24);
    assert_int_equal(atomic_load(&bench->counts->connections), 8);
    for (size_t i = 0; i < 8; i++)
        server_stop(&others[i]);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(an_answer_has_status_body_and_headers),
        cmocka_unit_test(retry_after_is_seconds),
        WITH_SERVER(any_status_is_an_answer),
        WITH_SERVER(what_is_sent),
        WITH_SERVER(methods_with_and_without_body),
        WITH_SERVER(a_head_has_headers_and_no_body),
        WITH_SERVER(a_large_answer_comes_in_pieces),
        WITH_SERVER(a_large_body_is_sent_without_asking_first),
        WITH_SERVER(credentials_do_not_stay_for_the_next_request),
        WITH_SERVER(the_netrc_file_is_not_read),
        WITH_SERVER(redirects_are_not_followed),
        WITH_SERVER(limits),
        WITH_SERVER(silence_has_its_own_limit),
        WITH_SERVER(what_must_not_be_sent),
        WITH_SERVER(other_schemes_are_refused),
        WITH_SERVER(errors_name_the_place_and_no_secret),
        WITH_SERVER(a_port_without_tls_is_told),
        WITH_SERVER(a_proxy_is_used_when_given),
        WITH_SERVER(a_proxy_that_refuses_is_named),
        WITH_SERVER(many_at_once_are_all_answered),
        WITH_SERVER(all_hosts_together_stay_below_the_limit),
        WITH_SERVER(a_slow_host_delays_no_other),
        WITH_SERVER(each_job_has_its_own_failure),
        WITH_SERVER(a_header_continues_nothing_of_the_answer_before),
        WITH_SERVER(connections_last_from_one_batch_to_the_next),
    };
    static const char *const proxies[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                           "ALL_PROXY" };

    for (size_t i = 0; i < LENGTH(proxies); i++)
        unsetenv(proxies[i]); /* loopback is reached directly, whatever the machine says */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
