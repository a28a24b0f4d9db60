/* forge/forge_call.c - requests, their retries and the words of errors.
 *
 * A request is sent again only where the forge says that it did not act: 429, 503, and 403 with
 * Retry-After or an exhausted rate limit (GitHub's secondary limits).  502 and 504 leave open
 * whether it acted: reading is sent again, writing is not, because a comment would be there twice.
 * The next pipeline finds what this one left. */
#include "forge/forge_call.h"
#include "base/parse_json.h"
#include "base/visible.h"
#include "base/write_json.h"
#include "forge/forge_row.h"
#include <time.h>

enum { ATTEMPTS = 4, PAUSE_S = 2, PATIENCE_S = 60, ANSWER_MAX = 32 * 1024 * 1024, WORDS_MAX = 400 };

/* --- the words of errors --- */

static void add_words(struct text *out, const struct node *node, int depth)
{
    if (node_text(node)) {
        text_addf(out, "%s%s", out->len ? "; " : "", node_text(node));
        return;
    }
    for (const struct node *at = depth < 3 ? node->first : NULL; at; at = at->next)
        add_words(out, at, depth + 1);
}

const char *forge_call_words(const char *body, size_t len, struct arena *arena)
{
    static const char *const keys[] = { "message", "errors", "error_description", "error" };
    const struct node *root = NULL;
    AUTO_TEXT out = { 0 };
    struct err unused;
    char *words;

    text_adds(&out, "");
    if (!len || parse_json(&root, body, len, arena, &unused) < 0)
        return "";
    for (size_t i = 0; i < LENGTH(keys); i++)
        if (node_find(root, keys[i]))
            add_words(&out, node_find(root, keys[i]), 0);
    words = visible_text(out.bytes, arena);
    words[text_cut(words, WORDS_MAX)] = '\0';
    return words;
}

static const char *hint(int status)
{
    switch (status) {
    case 401:
        return "; the token is not valid there, or has expired";
    case 403:
        return "; the token lacks the right to do that";
    case 404:
        return "; there is no such thing, or the token may not see it";
    default:
        return "";
    }
}

static int refused(const struct forge *forge, const char *what,
                   const struct http_response *response, struct err *err)
{
    const char *words = forge_call_words(response->body, response->body_len, forge->arena);

    return err_set(err, ERR_HTTP, response->status, "%s: %s answers %d%s%s%s", what,
                   forge_row(forge->target.kind)->name, response->status, *words ? ": " : "", words,
                   hint(response->status));
}

/* --- patience --- */

static bool did_not_act(const struct http_response *response, bool reads)
{
    switch (response->status) {
    case 403:
        return http_header(response, "retry-after")
               || text_equal(http_header(response, "x-ratelimit-remaining"), "0");
    case 429:
    case 503:
        return true;
    case 502:
    case 504:
        return reads;
    default:
        return false;
    }
}

/* Seconds; more than PATIENCE_S: not worth waiting. */
static int64_t pause_of(const struct http_response *response, int attempt)
{
    const int64_t seconds = http_retry_after(response);

    return seconds >= 0 ? seconds : (int64_t)PAUSE_S << attempt;
}

static int send_patiently(struct http_response *response, const struct forge *forge,
                          const struct http_request *request, struct err *err)
{
    const bool reads = strcmp(request->method, "GET") == 0;
    int64_t patience = PATIENCE_S;

    for (int attempt = 0;; attempt++) {
        int64_t pause;

        if (http_do(forge->http, response, request, forge->arena, err) < 0)
            return -1;
        pause = pause_of(response, attempt);
        if (!did_not_act(response, reads) || attempt + 1 == ATTEMPTS || pause > patience)
            return 0;
        patience -= pause;
        nanosleep(&(struct timespec){ .tv_sec = pause }, NULL);
    }
}

/* --- one request --- */

int forge_call(const struct node **answer, const struct forge *forge, const char *what,
               const char *method, const char *url, const struct node *body, struct err *err)
{
    const struct forge_row *row = forge_row(forge->target.kind);
    const struct http_peer peer = { .ca_pem = forge->target.ca_pem, .bearer = forge->target.token };
    const char *headers[4] = { "Content-Type: application/json" };
    struct http_response response = { 0 };
    AUTO_TEXT text = { 0 };
    size_t count = 1;

    if (row->accept)
        headers[count++] = row->accept;
    if (row->version)
        headers[count++] = row->version;
    if (body)
        write_json(&text, body, false);
    const struct http_request request = { .method = method,
                                          .url = url,
                                          .headers = headers,
                                          .body = body ? text.bytes : NULL,
                                          .body_len = body ? text.len : 0,
                                          .peer = &peer,
                                          .response_max = ANSWER_MAX,
                                          .plain_http = true, /* forge_open allowed the URL */
                                          .secret = forge->secret };

    if (send_patiently(&response, forge, &request, err) < 0)
        return err_wrap(err, "%s", what);
    if (response.status < 200 || response.status > 299)
        return refused(forge, what, &response, err);
    if ((forge->secret ? parse_json_secret : parse_json)(answer, response.body, response.body_len,
                                                         forge->arena, err)
        < 0)
        return err_wrap(err, "%s: the answer of %s", what, row->name);
    return 0;
}
