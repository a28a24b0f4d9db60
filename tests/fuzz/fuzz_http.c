/* tests/fuzz/fuzz_http.c - any bytes as what an HTTP server sends: status line, headers, body.
 * libcurl reads them from a socket that leads to no one, as it reads any server's.  The answer
 * keeps its limits; its dates, Retry-After and content type mean what they may mean, and no more.
 */
#include "base/clock.h"
#include "base/http_transfer.h"
#include "base/parse_json.h"
#include "base/visible.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/retry.h"
#include "sync/answer.h"
#include "tests/fuzz/expect.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY_MAX = 2048, INPUT_MAX = 100000, HEADERS_MAX = 256 * 1024 };

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    (void)address;
    return dup(*(const int *)context);
}

static int is_connected(void *context, curl_socket_t fd, curlsocktype purpose)
{
    (void)context;
    (void)fd;
    (void)purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* The server's side has said all before the request comes. */
static int ask(struct http_response *response, CURL *easy, int fd, struct arena *arena,
               struct err *err)
{
    static const struct http_peer peer = { .proxy = "" };
    const struct http_request request = { .method = "GET",
                                          .url = "http://127.0.0.1/info/refs",
                                          .peer = &peer,
                                          .response_max = BODY_MAX,
                                          .plain_http = true };
    struct transfer transfer = { .easy = easy };
    int result;

    EXPECT(transfer_begin(&transfer, "weft", &request, arena, err) == 0);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &fd);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, is_connected);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    result = transfer_end(&transfer, curl_easy_perform(easy), response, err);
    transfer_clear(&transfer);
    return result;
}

static void check_header(const char *header)
{
    const char *colon = strchr(header, ':');

    EXPECT(colon && !strpbrk(header, "\r\n"));
    EXPECT((unsigned char)header[strlen(header) - 1] > ' ');
    for (const char *c = header; c < colon; c++)
        EXPECT(*c == to_lower(*c));
}

static void check_response(const struct http_response *response)
{
    size_t all = 0;

    EXPECT(response->status > 0 && response->body && response->body_len <= BODY_MAX);
    EXPECT(response->body[response->body_len] == '\0');
    EXPECT(response->body_len <= response->received);
    for (const char *const *header = response->headers; header && *header; header++) {
        check_header(*header);
        all += strlen(*header);
    }
    EXPECT(all <= HEADERS_MAX);
}

/* A server may ask for patience; it gets no more than the table allows. */
static void check_retry(const struct http_response *response)
{
    int64_t after = retry_after(http_header(response, "retry-after"));
    int64_t wait = answer_wait_ms(response);
    const struct retry_case last = {
        .idempotent = true, .tries = 1, .status = response->status, .after_s = after
    };
    struct retry retry = retry_decide(last, &retry_limits_default, 1);

    EXPECT(after >= -1 && wait >= -1);
    EXPECT(after < 0 || wait == after * 1000);
    EXPECT(retry.wait_ms >= 0 && retry.wait_ms <= retry_limits_default.after_max_ms);
    EXPECT(!answer_is_transient(response) || retry.action == RETRY_WAIT);
}

static void check_text(const struct err *err, struct arena *arena)
{
    EXPECT(*err->text && strcmp(visible_text(err->text, arena), err->text) == 0);
}

static void check_git(const struct http_response *response, struct arena *arena)
{
    static const char type[] = "application/x-git-receive-pack-advertisement";
    const struct peer peer = { .url = { .scheme = URL_HTTPS, .shown = "https://git.example.com" } };
    const char *got = http_header(response, "content-type");
    struct err err = { 0 };

    if (answer_check(response, &peer, type, arena, &err) == 0) {
        EXPECT(response->status == 200 && text_equal(got, type));
        return;
    }
    EXPECT(err.kind == ERR_HTTP && err.code == response->status);
    check_text(&err, arena);
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static void check_kube(const struct http_response *response, struct arena *arena)
{
    struct kube_answer answer = { .status = response->status, .reason = "", .message = "" };
    struct err err = { 0 };

    answer.audit_id = or_empty(http_header(response, "audit-id"));
    answer.type = or_empty(http_header(response, "content-type"));
    if (parse_json(&answer.body, response->body, response->body_len, arena, &err) < 0)
        answer.body = NULL;
    if (kube_answer_is_status(&answer)) {
        answer.reason = or_empty(node_get(answer.body, "reason", NULL));
        answer.message = or_empty(node_get(answer.body, "message", NULL));
    }
    EXPECT(kube_answer_failure(&err, &answer, "read it") == -1);
    EXPECT(err.kind == ERR_KUBE && err.code == response->status);
    check_text(&err, arena);
}

/* A time that has a text is the same time again. */
static void check_date(const struct http_response *response, struct arena *arena)
{
    static const int64_t year_10000 = 253402300800;
    int64_t date = clock_parse_http_date(http_header(response, "date")), again;

    if (date <= 0 || date >= year_10000)
        return;
    EXPECT(clock_parse(clock_text(date, arena), &again) && again == date);
}

static void check_all(const struct http_response *response, struct arena *arena)
{
    check_response(response);
    check_retry(response);
    check_git(response, arena);
    check_kube(response, arena);
    check_date(response, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static CURL *easy;
    struct http_response response = { 0 };
    struct err err = { 0 };
    int ends[2];

    if (!easy)
        easy = curl_easy_init();
    if (len > INPUT_MAX)
        return 0;
    EXPECT(easy && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    EXPECT(write(ends[1], bytes, len) == (ssize_t)len && shutdown(ends[1], SHUT_WR) == 0);
    if (ask(&response, easy, ends[0], arena, &err) == 0)
        check_all(&response, arena);
    else
        EXPECT(err.kind == ERR_HTTP && response.status == 0 && *err.text);
    close(ends[0]);
    close(ends[1]);
    return 0;
}
