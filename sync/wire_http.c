/* sync/wire_http.c - Git's smart HTTP (gitprotocol-http) over base/http: a GET for the refs, a POST
 * for each request. Credentials go to the configured host only; a redirect is an error that says
 * where to. */
#include "sync/wire.h"

#include "base/clock.h"
#include "base/memory.h"
#include "sync/spool.h"
#include <stdlib.h>
#include <string.h>

struct wire_http {
    struct wire wire;
    struct arena *arena; /* of the present request and its response */
    struct text request; /* what was written */
    const char *lent;    /* or lent */
    size_t lent_len;
    bool posts, answered;
    struct spool answer;
    struct err spooling; /* why the answer could not be kept */
};

static void wire_http_close(struct wire *wire)
{
    struct wire_http *http = (struct wire_http *)wire;

    arena_free(http->arena);
    text_free(&http->request);
    spool_clear(&http->answer);
    free(http);
}

static void wire_http_turn(struct wire *wire)
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

static int wire_http_lend(struct wire *wire, const char *bytes, size_t len, struct err *err)
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

    return spool_add(&http->answer, bytes, len, &http->spooling);
}

/* The first words of a body, when it is text. */
static const char *words_of(const struct http_response *response, struct arena *arena)
{
    const char *type = http_header(response, "content-type");
    size_t len = response->body_len < 300 ? response->body_len : 300;

    if (!type || !text_starts(type, "text/") || text_starts(type, "text/html") || len == 0)
        return "";
    return arena_printf(arena, "; the server says: %.*s", (int)len, response->body);
}

static const char *status_cause(const struct wire_http *http, const struct http_response *response)
{
    const struct git_auth *auth = &http->wire.peer->remote.auth;
    const char *place = http_header(response, "location");

    switch (response->status) {
    case 401:
        return auth->password
                   ? "the server refused the credentials (HTTP 401); check user name and token"
                   : "the server wants credentials (HTTP 401) and none are configured";
    case 403:
        return "these credentials may not do that (HTTP 403); check the rights of the user or "
               "token";
    case 404:
        return "no repository there, or these credentials may not see it (HTTP 404); check the URL "
               "and the rights";
    case 407:
        return "the proxy wants credentials (HTTP 407)";
    case 413:
        return "the server, or a proxy before it, takes no request of this size (HTTP 413); raise "
               "its limit";
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return arena_printf(http->arena,
                            "the server redirects (HTTP %d) to %s; weft follows no redirects with "
                            "credentials: put the "
                            "repository's real URL into the configuration",
                            response->status, place ? place : "nowhere");
    default:
        return arena_printf(http->arena, "the server answers with HTTP status %d",
                            response->status);
    }
}

static int check_answer(const struct wire_http *http, const struct http_response *response,
                        const char *type, struct err *err)
{
    const char *shown = http->wire.peer->url.shown;
    const char *got = http_header(response, "content-type");

    if (response->status != 200)
        return err_set(err, ERR_HTTP, response->status, "%s: %s%s", shown,
                       status_cause(http, response), words_of(response, http->arena));
    if (!got || strcmp(got, type) != 0)
        return err_set(
            err, ERR_HTTP, response->status,
            "%s: the server answers, but not as a Git server (%s instead of %s); check the URL",
            shown, got ? got : "no content type", type);
    return 0;
}

static int perform(struct wire_http *http, const struct http_request *request, struct err *err)
{
    const struct peer *peer = http->wire.peer;
    const char *name = service_name(http->wire.service);
    struct http_response response = { 0 };

    if (http_do(peer->http, &response, request, http->arena, err) < 0) {
        if (http->spooling.kind != ERR_NONE)
            *err = http->spooling;
        return -1; /* the text names the URL already */
    }
    if (peer->server_time)
        *peer->server_time = http_date_parse(http_header(&response, "date"));
    if (check_answer(http, &response,
                     arena_printf(http->arena, "application/x-%s-%s", name,
                                  http->posts ? "result" : "advertisement"),
                     err)
        < 0)
        return -1;
    http->answered = true;
    return 0;
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
        .timeout_s = peer->whole_s,
        .stall_s = peer->timeout_ms / 1000,
        .plain_http = peer->url.scheme == URL_HTTP,
        .take = take_answer,
        .take_context = http,
    };

    return perform(http, &request, err);
}

static int wire_http_read(struct wire *wire, char *buffer, size_t room, size_t *got,
                          struct err *err)
{
    struct wire_http *http = (struct wire_http *)wire;

    if (!http->answered && send_request(http, err) < 0)
        return -1;
    return spool_read(&http->answer, buffer, room, got, err);
}

static const struct wire_kind http_kind = { wire_http_close, wire_http_turn, wire_http_lend,
                                            wire_http_write, wire_http_read };

int wire_http_open(struct wire **out, const struct peer *peer, enum service service,
                   struct err *err)
{
    struct wire_http *http = memory_grow(NULL, sizeof *http);

    (void)err;
    *http = (struct wire_http){ .wire = { &http_kind, peer, service },
                                .arena = arena_new(),
                                .answer = spool_new(peer->folder) };
    *out = &http->wire;
    return 0;
}
