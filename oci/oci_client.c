/* oci/oci_client.c - sends, waits and authenticates.  Judges no answer but 401.
 *
 * Nothing is sent with a request before the registry asked for it with a 401.  Then it is a Basic
 * header, or a token that the token server gives for the scope that this client wants: pull and
 * push of the one repository, whatever the challenge says.  One fresh credential is tried for each
 * request; a second 401 is a refusal, and ends the work with this registry, so no loop and no
 * locked account.
 *
 * The realm of a challenge is the registry's word for where to send a password.  It is believed
 * when it is the registry itself, or the server that the configuration names (tokenServer):
 * otherwise a server in the place of the registry could have the password sent anywhere.
 *
 * Every request here may be sent again: uploads are new sessions, blobs are named by their content.
 * Requests and waits share one budget. */
#include "oci/oci_client.h"
#include "base/clock.h"
#include "base/http_url.h"
#include "base/memory.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/visible.h"
#include "base/wipe.h"
#include "oci/oci_challenge.h"
#include "oci/oci_reference.h"
#include <time.h>

enum {
    TRIES = 4,
    WAIT_MS = 500, /* doubled with each try */
    WHOLE_MS = 120000,
    BUDGET_MS = 300000,
    ANSWER_MAX = 4 * 1024 * 1024, /* what the distribution spec asks registries to take */
    TOKEN_MAX = 64 * 1024,
    WORDS_MAX = 300
};

struct oci_client {
    struct http *http;
    struct oci_server server;
    struct oci_challenge challenge; /* that was met last */
    struct arena *arena;            /* of its texts */
    char *token;                    /* wiped when released; NULL: there is none */
    const char *repository;         /* of the token */
    int64_t deadline;               /* monotonic, ms */
    struct err down;                /* why it is not asked again; kind ERR_NONE: it is */
};

struct oci_client *oci_client_open(struct http *http, const struct oci_server *server)
{
    struct oci_client *out = memory_grow(NULL, sizeof *out);

    *out = (struct oci_client){ .http = http, .server = *server, .arena = arena_new() };
    out->deadline =
        clock_monotonic_ms() + (server->budget_ms ? server->budget_ms : (int64_t)BUDGET_MS);
    return out;
}

static void forget(struct oci_client *client)
{
    if (client->token)
        wipe_free(client->token);
    client->token = NULL;
}

void oci_client_close(struct oci_client *client)
{
    if (!client)
        return;
    forget(client);
    arena_free(client->arena);
    wipe_free(client);
}

bool oci_client_is_down(const struct oci_client *client) { return client->down.kind != ERR_NONE; }

static int stop(struct oci_client *client, struct err *err)
{
    client->down = *err;
    return -1;
}

static int64_t left_ms(const struct oci_client *client)
{
    return client->deadline - clock_monotonic_ms();
}

/* --- the words of a refusal --- */

/* {"errors": [{"code", "message", "detail"}]} (distribution spec, "Error Codes"). */
static const char *words_of(const struct http_response *response, struct arena *arena)
{
    const struct node *root = NULL, *errors;
    struct err unused;
    const char *text;

    if (!response->body_len
        || parse_json(&root, response->body, response->body_len, arena, &unused) < 0)
        return "";
    errors = node_find(root, "errors");
    if (!errors || !errors->first)
        return "";
    text = node_get(errors->first, "message", NULL);
    if (text_empty(text))
        text = node_get(errors->first, "code", NULL);
    if (text_empty(text))
        return "";
    text = visible_text(text, arena);
    return arena_printf(arena, ": %.*s", (int)text_cut(text, WORDS_MAX), text);
}

int oci_client_refused(struct err *err, const char *what, const struct http_response *response,
                       struct arena *arena)
{
    const char *location = http_header(response, "location");
    struct url_parts parts;

    if (response->status / 100 == 3 && location && http_url_split(&parts, location, arena))
        return err_set(err, ERR_REFUSED, response->status,
                       "%s: the registry redirects to %s, and nothing is sent there; name that "
                       "registry in output.oci.url if it is the right one",
                       what, parts.host);
    return err_set(err, ERR_HTTP, response->status, "%s: the registry answers %d%s", what,
                   response->status, words_of(response, arena));
}

/* --- sending --- */

struct sending {
    const char *url;
    const struct oci_call *call;
    struct http_peer peer;
    bool secret;
};

static int send_once(struct http_response *out, struct oci_client *client,
                     const struct sending *sending, struct arena *arena, struct err *err)
{
    const struct oci_call *call = sending->call;
    const char *headers[3] = { NULL };
    size_t count = 0;
    const int64_t left = left_ms(client);

    if (left <= 0)
        return stop(client, (err_set(err, ERR_HTTP, 0,
                                     "%s has used up its time in this pass; the next one goes on "
                                     "from there",
                                     client->server.base),
                             err));
    if (call->accept)
        headers[count++] = arena_printf(arena, "Accept: %s", call->accept);
    if (call->type)
        headers[count++] = arena_printf(arena, "Content-Type: %s", call->type);
    const struct http_request request = { .method = call->method,
                                          .url = sending->url,
                                          .headers = headers,
                                          .body = call->body,
                                          .body_len = call->body_len,
                                          .peer = &sending->peer,
                                          .whole_ms = left < WHOLE_MS ? (long)left : WHOLE_MS,
                                          .response_max = ANSWER_MAX,
                                          .plain_http = client->server.plain_http,
                                          .secret = sending->secret };

    return http_do(client->http, out, &request, arena, err) < 0 ? stop(client, err) : 0;
}

static bool is_transient(int status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

static int64_t wait_ms(const struct http_response *response, int tries)
{
    const int64_t asked = http_retry_after(response);

    return asked >= 0 ? asked * 1000 : (int64_t)WAIT_MS << tries;
}

/* A wait that the budget does not hold ends the work: the registry would only answer the same to
 * the next request. */
static int send_patiently(struct http_response *out, struct oci_client *client,
                          const struct sending *sending, struct arena *arena, struct err *err)
{
    for (int tries = 0;; tries++) {
        int64_t wait;

        if (send_once(out, client, sending, arena, err) < 0)
            return -1;
        if (!is_transient(out->status) || tries + 1 == TRIES)
            return 0;
        wait = wait_ms(out, tries);
        if (wait >= left_ms(client)) {
            err_set(err, ERR_HTTP, out->status,
                    "%s answers %d and asks to wait %lld s, longer than a pass does; the next one "
                    "goes on from there",
                    client->server.base, out->status, (long long)(wait / 1000));
            return stop(client, err);
        }
        nanosleep(&(struct timespec){ .tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000 },
                  NULL);
    }
}

static struct http_peer peer_of(const struct oci_client *client)
{
    return (struct http_peer){ .ca_pem = client->server.ca_pem, .proxy = client->server.proxy };
}

/* --- tokens --- */

static void set_password(struct http_peer *peer, const struct oci_client *client)
{
    peer->username = client->server.username;
    peer->password = client->server.password;
}

static int check_realm(const struct oci_client *client, struct arena *arena, struct err *err)
{
    const char *realm = client->challenge.realm;
    struct url_parts parts;

    if (!http_url_split(&parts, realm, arena) || parts.user)
        return err_set(err, ERR_HTTP, 401, "%s asks for a token of something that is no URL",
                       client->server.base);
    if (oci_reference_same_server(realm, client->server.base, arena)
        || (client->server.token_server
            && oci_reference_same_server(realm, client->server.token_server, arena)))
        return 0;
    return err_set(err, ERR_REFUSED, 401,
                   "%s asks to send the password to %s://%s%s%s, which is another server: if that "
                   "is right, name it as output.oci.tokenServer",
                   client->server.base, parts.scheme, parts.host, parts.given_port ? ":" : "",
                   parts.given_port ? parts.given_port : "");
}

static const char *token_url(const struct oci_client *client, const char *repository,
                             struct arena *arena)
{
    const char *realm = client->challenge.realm;
    const char *scope = arena_printf(arena, "repository:%s:pull,push", repository);

    return arena_printf(arena, "%s%cservice=%s&scope=%s", realm, strchr(realm, '?') ? '&' : '?',
                        http_url_escape(client->challenge.service, arena),
                        http_url_escape(scope, arena));
}

static int keep_token(struct oci_client *client, const struct http_response *response,
                      const char *repository, struct arena *secret, struct err *err)
{
    const struct node *root = NULL;
    const char *token = NULL;

    if (parse_json_secret(&root, response->body, response->body_len, secret, err) == 0) {
        token = node_get(root, "token", NULL);
        if (text_empty(token))
            token = node_get(root, "access_token", NULL);
    }
    if (!token || !*token || strlen(token) > TOKEN_MAX)
        return err_set(err, ERR_HTTP, response->status, "%s: the token server gives no token",
                       client->server.base);
    client->token = memory_grow(NULL, strlen(token) + 1);
    memcpy(client->token, token, strlen(token) + 1);
    client->repository = arena_text(client->arena, repository);
    return 0;
}

static int fetch_token(struct oci_client *client, const char *repository, struct err *err)
{
    AUTO(arena_shred) struct arena *secret = arena_new();
    const struct oci_call call = { .method = "GET", .accept = "application/json" };
    struct sending sending = { .call = &call, .peer = peer_of(client), .secret = true };
    struct http_response response;

    forget(client);
    if (check_realm(client, secret, err) < 0)
        return stop(client, err);
    sending.url = token_url(client, repository, secret);
    set_password(&sending.peer, client);
    if (send_patiently(&response, client, &sending, secret, err) < 0)
        return -1;
    if (response.status != 200) {
        oci_client_refused(err, "get a token", &response, secret);
        return stop(client, err);
    }
    return keep_token(client, &response, repository, secret, err) < 0 ? stop(client, err) : 0;
}

/* --- one call --- */

/* The answer's challenge; false: weft can meet none of it. */
static bool find_challenge(struct oci_client *client, const struct http_response *response)
{
    static const char name[] = "www-authenticate: ";

    for (const char *const *header = response->headers; header && *header; header++)
        if (text_starts(*header, name)
            && oci_challenge_read(&client->challenge, *header + sizeof name - 1, client->arena))
            return true;
    return false;
}

static int authorize(struct http_peer *peer, struct oci_client *client, const char *repository,
                     struct err *err)
{
    *peer = peer_of(client);
    switch (client->challenge.scheme) {
    case OCI_SCHEME_NONE:
        return 0;
    case OCI_SCHEME_BASIC:
        set_password(peer, client);
        return 0;
    case OCI_SCHEME_BEARER:
        break;
    }
    if ((!client->token || !text_equal(client->repository, repository))
        && fetch_token(client, repository, err) < 0)
        return -1;
    peer->bearer = client->token;
    return 0;
}

static int unauthorized(struct oci_client *client, const struct http_response *response,
                        struct arena *arena, struct err *err)
{
    err_set(err, ERR_HTTP, 401, "%s refuses the credentials of output.oci%s%s", client->server.base,
            client->server.password ? "" : ", which has no auth.passwordFile",
            words_of(response, arena));
    return stop(client, err);
}

/* Whether a second request may succeed: with a first credential, or in place of a token that may
 * have ended.  A password that was refused is not sent again. */
static bool can_authorize(struct oci_client *client, const struct http_response *response)
{
    const bool had_password = client->challenge.scheme == OCI_SCHEME_BASIC;

    forget(client);
    if (!find_challenge(client, response))
        return false;
    return client->challenge.scheme == OCI_SCHEME_BEARER
           || (client->server.password && !had_password);
}

static const char *url_of(const struct oci_client *client, const char *path, struct arena *arena)
{
    return *path == '/' ? arena_printf(arena, "%s%s", client->server.base, path) : path;
}

int oci_client_do(struct http_response *out, struct oci_client *client, const struct oci_call *call,
                  struct arena *arena, struct err *err)
{
    struct sending sending = { .url = url_of(client, call->path, arena), .call = call };

    if (oci_client_is_down(client)) {
        *err = client->down;
        return -1;
    }
    if (!oci_reference_same_server(sending.url, client->server.base, arena))
        return err_set(err, ERR_REFUSED, 0,
                       "%s sends to another server for an upload: nothing is sent there",
                       client->server.base);
    for (int asked = 0;; asked++) {
        if (authorize(&sending.peer, client, call->repository, err) < 0
            || send_patiently(out, client, &sending, arena, err) < 0)
            return -1;
        if (out->status != 401)
            return 0;
        if (asked || !can_authorize(client, out))
            return unauthorized(client, out, arena, err);
    }
}
