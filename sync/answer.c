/* sync/answer.c - the usual web pages, redirects and refusals that come instead of a repository.
 * Pure.
 *
 * Most failures of a first setup end in a web page instead of a repository: a sign-in page with
 * status 200, a redirect to the canonical name, a proxy's own error. Each is recognised by what
 * the protocol shows (status, content type, location), and the message says what to change in the
 * configuration. Redirects are never followed, as they could lead the credentials to another host.
 */
#include "sync/answer.h"

#include "base/clock.h"
#include "base/http_url.h"
#include "base/text.h"
#include <string.h>

static const char info_refs[] = "/info/refs";

/* The beginning of a body, when it is text. */
static const char *words_of(const struct http_response *response, struct arena *arena)
{
    const char *type = http_header(response, "content-type");
    size_t len = response->body_len < 300 ? response->body_len : 300;

    if (!type || !text_starts(type, "text/") || text_starts(type, "text/html") || len == 0)
        return "";
    return arena_printf(arena, "; the server says: %.*s", (int)len, response->body);
}

static const char *sign_in_cause(const struct peer *peer)
{
    return peer->remote.auth.password
               ? "a sign-in page came instead of a repository: the token is wrong or expired"
               : "a sign-in page came instead of a repository: the server requires credentials, "
                 "and none are configured";
}

/* A path as those that Azure DevOps, GitLab, Bitbucket, Gitea and single sign-on send to. */
static bool is_sign_in(const char *place, size_t len)
{
    static const char *const words[] = { "signin", "sign_in", "sign-in", "login",
                                         "oauth",  "saml",    "/sso" };

    for (size_t i = 0; i < LENGTH(words); i++)
        for (size_t at = 0; at + strlen(words[i]) <= len; at++)
            if (strncasecmp(place + at, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

/* The same request at another place is a repository that moved, or its name without ".git". */
static const char *redirect_cause(const struct http_response *response, const struct peer *peer,
                                  struct arena *arena)
{
    const char *place = http_header(response, "location");
    size_t len = place ? strcspn(place, "?") : 0, end = strlen(info_refs);

    if (len > end && memcmp(place + len - end, info_refs, end) == 0)
        return arena_printf(
            arena,
            "the server redirects (HTTP %d) to another URL, and weft follows no redirects with "
            "credentials: write %s into the configuration",
            response->status,
            http_url_resolve(peer->url.shown, arena_bytes(arena, place, len - end), arena));
    if (place && is_sign_in(place, len))
        return sign_in_cause(peer);
    return arena_printf(arena,
                        "the server redirects (HTTP %d) to %s; weft follows no redirects with "
                        "credentials: put the repository's real URL into the configuration",
                        response->status, place ? place : "nowhere");
}

static const char *status_cause(const struct http_response *response, const struct peer *peer,
                                struct arena *arena)
{
    switch (response->status) {
    case 203:
        return sign_in_cause(peer);
    case 401:
        return peer->remote.auth.password
                   ? "the server refused the credentials (HTTP 401); check user name and token"
                   : "the server requires credentials (HTTP 401) and none are configured";
    case 403:
        return "these credentials may not do that (HTTP 403); check the rights of the user or "
               "token";
    case 404:
        return "no repository there, or these credentials may not see it (HTTP 404); check the URL "
               "and the rights";
    case 407:
        return "the proxy requires credentials (HTTP 407)";
    case 413:
        return "the server, or a proxy before it, takes no request of this size (HTTP 413); raise "
               "its limit";
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return redirect_cause(response, peer, arena);
    default:
        return arena_printf(arena, "the server answers with HTTP status %d", response->status);
    }
}

int answer_check(const struct http_response *response, const struct peer *peer, const char *type,
                 struct arena *arena, struct err *err)
{
    const char *shown = peer->url.shown, *got = http_header(response, "content-type");

    if (response->status != 200)
        return err_set(err, ERR_HTTP, response->status, "%s: %s%s", shown,
                       status_cause(response, peer, arena), words_of(response, arena));
    if (got && strcmp(got, type) == 0)
        return 0;
    return err_set(
        err, ERR_HTTP, response->status,
        "%s: the server answers, but not as a Git server (%s instead of %s); check the URL%s",
        shown, got ? got : "no content type", type,
        got && text_starts(got, "text/html") ? ", and that the token is valid" : "");
}

bool answer_is_transient(const struct http_response *response)
{
    switch (response->status) {
    case 0:
        return response->broken;
    case 429:
    case 502:
    case 503:
    case 504:
        return true;
    default:
        return false;
    }
}

int64_t answer_wait_ms(const struct http_response *response)
{
    const int64_t seconds = http_retry_after(response);
    int64_t until, now;

    if (seconds >= 0)
        return seconds * 1000;
    until = clock_parse_http_date(http_header(response, "retry-after"));
    now = clock_parse_http_date(http_header(response, "date"));
    return until > 0 && now > 0 ? (until > now ? until - now : 0) * 1000 : -1;
}
