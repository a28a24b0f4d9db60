/* vault/vault_client.c - sends requests to one Vault and sends them again.  What an answer means is
 * vault_answer.c's.
 *
 * A pass must end in time whatever the server does: every request has a time limit, all of them and
 * the waits between them share a budget, and after a failure that is the server's own no further
 * request is sent.  Whatever held a token is wiped. */
#include "vault/vault_client.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/wipe.h"
#include <errno.h>
#include <string.h>
#include <time.h>

enum {
    TRIES = 4,
    CONNECT_MS = 5000,
    WHOLE_MS = 20000,
    WAIT_MS = 250, /* doubled with each try */
    WAIT_MAX_MS = 10000,
    ANSWER_MAX = 512 * 1024,
    BUDGET_MS = 120000
};

struct vault_client {
    struct http *http;
    struct vault_server server;
    char *token;     /* wiped when released; NULL: not logged in */
    bool ours;       /* a login got the token */
    int64_t spent;   /* of the budget */
    struct err down; /* why it is not asked again; kind ERR_NONE: it is */
};

struct call {
    const char *method, *path; /* path without "/v1/" */
    const struct text *body;   /* NULL: none */
    bool login;          /* body and answer hold secrets, and the log gets no word of the server */
    struct arena *arena; /* shredded by the caller */
};

struct vault_client *vault_client_open(struct http *http, const struct vault_server *server)
{
    struct vault_client *client = memory_grow(NULL, sizeof *client);

    *client = (struct vault_client){ .http = http, .server = *server };
    if (!client->server.budget_ms)
        client->server.budget_ms = BUDGET_MS;
    return client;
}

static int wrap(const struct vault_client *client, struct err *err)
{
    return err_wrap(err, "%s", client->server.url);
}

static void tell(const struct vault_client *client, const struct call *call,
                 const struct vault_answer *answer)
{
    AUTO_TEXT text = { 0 };

    if (!client->server.tell || call->login || !*answer->said
        || (client->token && strstr(answer->said, client->token)))
        return;
    text_addf(&text, "%s answers %s %s with %d: %s", client->server.url, call->method, call->path,
              answer->status, answer->said);
    client->server.tell(client->server.tell_context, text.bytes);
}

static const char *const *headers_of(const struct vault_client *client, struct arena *arena)
{
    const char **headers = ARENA_NEW(arena, const char *, 5);
    size_t count = 0;

    headers[count++] = "Content-Type: application/json";
    headers[count++] = "Accept: application/json";
    headers[count++] = "X-Vault-Request: true";
    if (!text_empty(client->server.namespace))
        headers[count++] = arena_printf(arena, "X-Vault-Namespace: %s", client->server.namespace);
    return headers;
}

static int64_t left_ms(const struct vault_client *client)
{
    return client->server.budget_ms - client->spent;
}

static int send_once(struct vault_client *client, const struct call *call,
                     struct http_response *response, struct err *err)
{
    const struct http_peer peer = { .ca_pem = client->server.ca_pem,
                                    .bearer = call->login ? NULL : client->token };
    const int64_t began = clock_monotonic_ms();
    const struct http_request request = {
        .method = call->method,
        .url = arena_printf(call->arena, "%s/v1/%s", client->server.url, call->path),
        .headers = headers_of(client, call->arena),
        .body = call->body ? call->body->bytes : NULL,
        .body_len = call->body ? call->body->len : 0,
        .peer = &peer,
        .connect_ms = CONNECT_MS,
        .whole_ms = (long)(left_ms(client) < WHOLE_MS ? left_ms(client) : WHOLE_MS),
        .response_max = ANSWER_MAX,
        .plain_http = client->server.plain_http,
        .secret = call->login,
    };
    int result = http_do(client->http, response, &request, call->arena, err);

    client->spent += clock_monotonic_ms() - began;
    return result;
}

static void wait_for(struct vault_client *client, int64_t ms)
{
    const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

    nanosleep(&time, NULL);
    client->spent += ms;
}

/* Retry-After in seconds wins over ours. */
static int64_t wait_ms(const struct http_response *response, int tries)
{
    const int64_t seconds = http_retry_after(response);

    if (seconds >= 0)
        return seconds * 1000 < WAIT_MAX_MS ? seconds * 1000 : WAIT_MAX_MS;
    return (int64_t)WAIT_MS << (tries - 1);
}

/* Each failure without an answer reads alike: libcurl's own text has times in it. */
static int no_answer(struct vault_client *client, const struct http_response *response,
                     struct err *err)
{
    if (client->server.tell)
        client->server.tell(client->server.tell_context, err->text);
    err_set(err, ERR_HTTP, 0,
            response->too_large ? "%s answers with more than %d KiB"
                                : "%s does not answer, or its certificate does not verify; the log "
                                  "tells why",
            client->server.url, ANSWER_MAX / 1024);
    client->down = *err;
    return -1;
}

static int answered(struct vault_client *client, const struct call *call,
                    const struct vault_answer *answer, struct err *err)
{
    if (answer->status >= 200 && answer->status < 300 && answer->body)
        return 0;
    tell(client, call, answer);
    vault_answer_failure(err, answer, call->path);
    wrap(client, err);
    if (vault_answer_is_down(answer))
        client->down = *err;
    return -1;
}

static int check_use(struct vault_client *client, struct err *err)
{
    if (client->down.kind != ERR_NONE) {
        *err = client->down;
        return -1;
    }
    if (left_ms(client) > 0)
        return 0;
    return err_set(err, ERR_HTTP, 0,
                   "%s has used up its time in this pass; the next one goes on from there",
                   client->server.url);
}

/* A signature that is made twice is one certificate more in Vault's store, and no harm; but a
 * server that did not answer in its time limit is not given another one. */
static int exchange(struct vault_answer *out, struct vault_client *client, const struct call *call,
                    struct err *err)
{
    if (check_use(client, err) < 0)
        return -1;
    for (int tries = 1;; tries++) {
        struct http_response response;
        int64_t wait;

        if (send_once(client, call, &response, err) < 0)
            return no_answer(client, &response, err);
        vault_answer_read(out, response.status, response.body, response.body_len, call->login,
                          call->arena);
        wait = wait_ms(&response, tries);
        if (!vault_answer_is_transient(out) || tries == TRIES || wait >= left_ms(client))
            return answered(client, call, out, err);
        wait_for(client, wait);
    }
}

/* --- login --- */

static void forget(struct vault_client *client)
{
    if (client->token)
        wipe_free(client->token);
    client->token = NULL;
    client->ours = false;
}

static void keep_token(struct vault_client *client, const char *token, bool ours)
{
    forget(client);
    client->token = memory_grow(NULL, strlen(token) + 1);
    memcpy(client->token, token, strlen(token) + 1);
    client->ours = ours;
}

/* A token that was revoked shows now, and not first when a certificate has to be renewed. */
static int check_token(struct vault_client *client, struct err *err)
{
    AUTO(arena_shred) struct arena *arena = arena_new();
    const struct call request = { .method = "GET",
                                  .path = "auth/token/lookup-self",
                                  .arena = arena };
    struct vault_answer answer;

    return exchange(&answer, client, &request, err);
}

int vault_client_login(struct vault_client *client, const struct vault_credential *login,
                       struct err *err)
{
    AUTO(arena_shred) struct arena *arena = arena_new();
    AUTO_TEXT body = { .secret = true };
    struct call request = { .method = "POST", .body = &body, .login = true, .arena = arena };
    struct vault_answer answer;
    const char *token;

    if (login->auth == VAULT_AUTH_TOKEN) {
        keep_token(client, login->secret, false);
        return check_token(client, err);
    }
    request.path = arena_printf(arena, "%s/login", login->mount);
    vault_request_login(&body, login);
    if (exchange(&answer, client, &request, err) < 0)
        return -1;
    if (vault_answer_token(&token, &answer, err) < 0)
        return wrap(client, err);
    keep_token(client, token, true);
    return 0;
}

/* The token ends by itself anyway, so a failure is no loss. */
static void give_back(struct vault_client *client)
{
    AUTO(arena_shred) struct arena *arena = arena_new();
    const struct call request = { .method = "POST",
                                  .path = "auth/token/revoke-self",
                                  .arena = arena };
    struct http_response response;
    struct err ignored;

    if (client->ours && client->down.kind == ERR_NONE && left_ms(client) > 0)
        (void)!send_once(client, &request, &response, &ignored);
}

void vault_client_close(struct vault_client *client)
{
    if (!client)
        return;
    give_back(client);
    forget(client);
    wipe_free(client);
}

/* --- issuers --- */

int vault_client_issuer(struct vault_issuer *out, struct vault_client *client, const char *mount,
                        const char *ref, struct arena *arena, struct err *err)
{
    AUTO(arena_shred) struct arena *scratch = arena_new();
    const struct call request = { .method = "GET",
                                  .path = arena_printf(scratch, "%s/issuer/%s/json", mount, ref),
                                  .arena = scratch };
    struct vault_answer answer;

    if (exchange(&answer, client, &request, err) < 0)
        return -1;
    return vault_answer_issuer(out, &answer, arena, err) < 0 ? wrap(client, err) : 0;
}

static int list_issuers(const char ***out, size_t *count, struct vault_client *client,
                        const char *mount, struct arena *arena, struct err *err)
{
    AUTO(arena_shred) struct arena *scratch = arena_new();
    const struct call request = { .method = "LIST",
                                  .path = arena_printf(scratch, "%s/issuers", mount),
                                  .arena = scratch };
    struct vault_answer answer;

    if (exchange(&answer, client, &request, err) < 0)
        return -1;
    return vault_answer_issuers(out, count, &answer, arena, err) < 0 ? wrap(client, err) : 0;
}

int vault_client_find(struct vault_issuer *out, struct vault_client *client, const char *mount,
                      const char *fingerprint, struct arena *arena, struct err *err)
{
    const char **ids;
    size_t count;
    char has[65];

    if (list_issuers(&ids, &count, client, mount, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (vault_client_issuer(out, client, mount, ids[i], arena, err) < 0)
            return -1;
        if (vault_answer_fingerprint(has, out->certificate) && text_equal(has, fingerprint))
            return 0;
    }
    return err_set(err, ERR_INPUT, ENOENT,
                   "%s has no issuer with CA %.8s in mount %s any more: import it again until no "
                   "cluster trusts it",
                   client->server.url, fingerprint, mount);
}

int vault_client_sign(const char **certificate, struct vault_client *client, const char *path,
                      const struct vault_signing *signing, struct arena *arena, struct err *err)
{
    AUTO(arena_shred) struct arena *scratch = arena_new();
    AUTO_TEXT body = { 0 };
    const struct call request = { .method = "POST", .path = path, .body = &body, .arena = scratch };
    struct vault_answer answer;

    vault_request_sign(&body, signing);
    if (exchange(&answer, client, &request, err) < 0)
        return -1;
    return vault_answer_signed(certificate, &answer, arena, err) < 0 ? wrap(client, err) : 0;
}
