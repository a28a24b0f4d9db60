/* sync/transport/wire_http.c - Git's smart HTTP (gitprotocol-http) over base/http: a GET for the
 * refs, a POST for each request. Credentials go to the configured host only; a redirect is an error
 * that says where to.
 *
 * Smart HTTP has no connection: each request is whole, and its answer ends the turn. Reading sends
 * the request that was written, so the protocol above needs no difference between a socket and
 * HTTP. A GET and a fetch are repeated while the server asks for patience, within the time that it
 * may be silent at all. A push is not: the server may have taken the pack whatever it answered,
 * and only a look at the branch can tell. Answers go to a spool on disk, since packs can be larger
 * than memory, and only a 200 goes there. */
#include "sync/transport/wire_http.h"

#include "base/clock.h"
#include "base/memory.h"
#include "sync/answer.h"
#include "sync/transport/spool.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPEATS_MAX = 10 }; /* of all requests of a conversation, should a server ask for no pause */

struct wire_http {
    struct wire wire;
    struct arena *arena; /* of the present request and its response */
    struct text request; /* what was written */
    const char *lent;    /* or lent */
    size_t lent_len;
    bool posts, answered;
    int repeats;
    struct spool answer;
    struct err spooling; /* why the answer was not kept */
};

static void wire_http_close(struct wire *wire)
{
    struct wire_http *http = (struct wire_http *)wire;

    arena_free(http->arena);
    text_free(&http->request);
    spool_clear(&http->answer);
    free(http);
}

static void wire_http_end_request(struct wire *wire)
{
    struct wire_http *http = (struct wire_http *)wire;

    arena_reset(http->arena);
    text_clear(&http->request);
    spool_clear(&http->answer);
    http->lent = NULL;
    http->posts = true;
    http->answered = false;
}

static int wire_http_write(struct wire *wire, const char *bytes, size_t len, struct err *err)
{
    struct wire_http *http = (struct wire_http *)wire;

    (void)err;
    text_add(&http->request, bytes, len);
    return 0;
}

static int wire_http_write_borrowed(struct wire *wire, const char *bytes, size_t len,
                                    struct err *err)
{
    struct wire_http *http = (struct wire_http *)wire;

    (void)err;
    http->lent = bytes;
    http->lent_len = len;
    return 0;
}

static int take_answer(void *context, const char *bytes, size_t len)
{
    struct wire_http *http = context;

    if (wire_came(&http->wire, len, &http->spooling) < 0)
        return -1;
    return spool_add(&http->answer, bytes, len, &http->spooling);
}

/* One try. */
static int perform(struct wire_http *http, struct http_response *response,
                   const struct http_request *request, struct err *err)
{
    const struct peer *peer = http->wire.peer;
    const char *name = service_name(http->wire.service);

    if (http_do(peer->http, response, request, http->arena, err) < 0) {
        if (http->spooling.kind != ERR_NONE)
            *err = http->spooling;
        return -1; /* the text names the URL already */
    }
    if (peer->server_time)
        *peer->server_time = clock_parse_http_date(http_header(response, "date"));
    if (answer_check(response, peer,
                     arena_printf(http->arena, "application/x-%s-%s", name,
                                  http->posts ? "result" : "advertisement"),
                     http->arena, err)
        < 0)
        return -1;
    http->answered = true;
    return 0;
}

/* A pack that was sent may have been taken, whatever the answer: that request is never repeated. */
static bool may_repeat(const struct wire_http *http)
{
    return !(http->posts && http->wire.service == SERVICE_PUSH);
}

/* Tries again while the server is busy, as long as the pauses fit into the time that it may be
 * silent.  Nothing of an answer was kept before: only a 200 goes to the spool, and that is not
 * repeated. */
static int perform_patiently(struct wire_http *http, const struct http_request *request,
                             struct err *err)
{
    const struct peer *peer = http->wire.peer;
    int64_t left = peer->timeout_ms, pause = peer->pause_ms;

    for (;; pause *= 2) {
        struct http_response response = { 0 };
        int64_t wait;

        if (perform(http, &response, request, err) == 0)
            return 0;
        if (!may_repeat(http) || !answer_is_transient(&response))
            return -1;
        wait = answer_wait_ms(&response);
        if (wait > left)
            return err_set(err, ERR_HTTP, response.status, "%s; it asks for a pause of %lld s",
                           arena_text(http->arena, err->text), (long long)wait / 1000);
        wait = wait < 0 ? pause : wait;
        if (wait > left || ++http->repeats > REPEATS_MAX)
            return -1;
        left -= wait;
        nanosleep(&(struct timespec){ .tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000 },
                  NULL);
        *err = (struct err){ 0 };
    }
}

/* As git does it: a slash at the end of the URL is not doubled. */
static const char *request_url(const struct wire_http *http)
{
    const char *base = http->wire.peer->url.shown, *name = service_name(http->wire.service);
    size_t len = strlen(base);

    while (len > 0 && base[len - 1] == '/')
        len--;
    return http->posts
               ? arena_printf(http->arena, "%.*s/%s", (int)len, base, name)
               : arena_printf(http->arena, "%.*s/info/refs?service=%s", (int)len, base, name);
}

static int send_request(struct wire_http *http, struct err *err)
{
    const struct peer *peer = http->wire.peer;
    const struct git_auth *auth = &peer->remote.auth;
    const char *name = service_name(http->wire.service);
    const char *headers[] = {
        arena_printf(http->arena, "Accept: application/x-%s-result", name),
        arena_printf(http->arena, "Content-Type: application/x-%s-request", name), NULL
    };
    const struct http_peer who = {
        .ca_pem = auth->ca_pem,
        .username = !auth->password  ? NULL
                    : auth->username ? auth->username
                                     : "git",
        .password = auth->password,
        .proxy = auth->proxy,
    };
    const struct http_request request = {
        .method = http->posts ? "POST" : "GET",
        .url = request_url(http),
        .headers = http->posts ? headers : NULL,
        .body = http->lent ? http->lent : http->request.bytes,
        .body_len = http->lent ? http->lent_len : http->request.len,
        .peer = &who,
        .timeout_s = limits_seconds(&http->wire.spending, &peer->limits),
        .stall_s = peer->timeout_ms / 1000,
        .plain_http = peer->url.scheme == URL_HTTP,
        .take = take_answer,
        .take_context = http,
    };

    return perform_patiently(http, &request, err);
}

static int wire_http_read(struct wire *wire, char *buffer, size_t room, size_t *got,
                          struct err *err)
{
    struct wire_http *http = (struct wire_http *)wire;

    if (!http->answered && send_request(http, err) < 0)
        return -1;
    return spool_read(&http->answer, buffer, room, got, err);
}

static const struct wire_kind http_kind = { wire_http_close, wire_http_end_request,
                                            wire_http_write_borrowed, wire_http_write,
                                            wire_http_read };

int wire_http_open(struct wire **out, const struct peer *peer, enum service service,
                   struct err *err)
{
    struct wire_http *http = memory_grow(NULL, sizeof *http);

    (void)err;
    *http = (struct wire_http){ .wire = wire_begin(&http_kind, peer, service),
                                .arena = arena_new(),
                                .answer = spool_new(spool_place(peer->folder)) };
    *out = &http->wire;
    return 0;
}
