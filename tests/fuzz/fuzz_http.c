/* tests/fuzz/fuzz_http.c - any bytes as what an HTTP server sends: status line, headers, body.
 * libcurl reads them from a socket of this process.  The answer keeps its limits; its dates,
 * Retry-After and content type mean what they may mean, and no more.
 *
 * Each answer has a handle of its own: when the first header line of an answer begins with a blank,
 * libcurl 7.88 continues the last header of the handle's former answer, whose memory it has freed.
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
#include <sys/un.h>
#include <unistd.h>

enum { BODY_MAX = 2048, INPUT_MAX = 100000, HEADERS_MAX = 256 * 1024 };

struct server {
    int listening, connected;
    const uint8_t *bytes;
    size_t len;
    char name[32]; /* of its abstract socket */
};

static void server_open(struct server *server)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = (size_t)snprintf(server->name, sizeof server->name, "weft-fuzz-%d", getpid());

    memcpy(address.sun_path + 1, server->name, len);
    server->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(server->listening >= 0);
    EXPECT(bind(server->listening, (struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len))
           == 0);
    EXPECT(listen(server->listening, 1) == 0);
}

/* libcurl is connected and has not sent its request: the server says all that it will ever say. */
static int answer(void *context, char *there, char *here, int there_port, int here_port)
{
    struct server *server = context;

    (void)there;
    (void)here;
    (void)there_port;
    (void)here_port;
    server->connected = accept(server->listening, NULL, NULL);
    EXPECT(server->connected >= 0);
    EXPECT(write(server->connected, server->bytes, server->len) == (ssize_t)server->len);
    EXPECT(shutdown(server->connected, SHUT_WR) == 0);
    return CURL_PREREQFUNC_OK;
}

static int ask(struct http_response *response, CURL *easy, struct server *server,
               struct arena *arena, struct err *err)
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
    curl_easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, server->name);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, answer);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, server);
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
    int64_t after = http_retry_after(response);
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
    static struct server server;
    CURL *easy = curl_easy_init();
    struct http_response response = { 0 };
    struct err err = { 0 };

    EXPECT(easy);
    if (!*server.name)
        server_open(&server);
    server.bytes = bytes;
    server.len = len < INPUT_MAX ? len : INPUT_MAX;
    server.connected = -1;
    if (ask(&response, easy, &server, arena, &err) == 0)
        check_all(&response, arena);
    else
        EXPECT(err.kind == ERR_HTTP && response.status == 0 && *err.text);
    EXPECT(server.connected >= 0);
    close(server.connected);
    curl_easy_cleanup(easy);
    return 0;
}
