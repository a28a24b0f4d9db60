/* base/http.h - one HTTP client and one TLS policy (libcurl): Git, API servers, forges, Vault.
 * TLS 1.2 or newer, certificates verified, no redirects unless asked, time and size limits on
 * everything. */
#ifndef WEFT_BASE_HTTP_H
#define WEFT_BASE_HTTP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include <stddef.h>

/* The server of a request, and how both sides authenticate.  Texts must outlive the requests; NULL
 * = not set.  PEM texts are handed to libcurl as blobs: no temporary files. */
struct http_peer {
    const char *ca_pem;             /* only these roots; NULL: the system's */
    const char *cert_pem, *key_pem; /* client certificate */
    const char *bearer;             /* token; sent to this peer only; printable ASCII */
    const char *username, *password;
    const char *server_name; /* TLS name when it differs from the URL's host */
    const char *proxy;       /* NULL: environment (HTTPS_PROXY, NO_PROXY) */
    bool insecure;           /* skips verification; only after the user said so for this peer */
};

struct http_request {
    const char *method; /* "GET", "POST", "PATCH", ... */
    const char *url;
    const char *const *headers; /* "Name: value", ended by NULL; may be NULL */
    const char *body;
    size_t body_len;
    const struct http_peer *peer; /* NULL: nothing set */
    long timeout_s;               /* whole request; 0: 30 */
    long stall_s;                 /* without a byte; 0: 30 */
    long connect_ms;              /* until it is connected, with TLS; 0: 10 s */
    long whole_ms;                /* not 0: the whole request, instead of timeout_s */
    size_t response_max;          /* bytes, as decoded; 0: 64 MiB */
    bool plain_http;              /* http:// is allowed for this request */
    /* Not NULL: gets the body of an answer 200 piece by piece, for large ones; response->body is
     * empty then, and response_max counts nothing.  -1 ends the request. */
    int (*take)(void *context, const char *bytes, size_t len);
    void *take_context;
    /* For http_all: the body is kept as the server packed it (gzip) until it is whole, so many
     * large answers at a time take what they are on the wire. */
    bool packed;
    bool secret; /* body and answer hold secrets: whatever is copied on the way is wiped; what is
                    left is response->body, in the arena, for the caller to wipe (arena_shred) */
    bool hello;  /* TLS hello only: nothing is asked; the answer is response->chain, status 0 */
};

struct http_response {
    int status;      /* 0: there was no answer; then err says why */
    bool too_large;  /* no answer because body or headers are above the limit: so the next one will
                        be */
    bool silent;     /* no answer because a time limit passed before its first line */
    bool broken;     /* no answer because the connection ended before its first line */
    size_t received; /* bytes of the body as decoded, also of an answer that broke off */
    char *body;      /* NUL-terminated, in the arena */
    size_t body_len;
    const char *const *headers; /* "name: value", names in lower case, ended by NULL */
    const char **chain; /* of a hello: SHA-256 of each certificate's DER as the server sent it, hex,
                           the leaf first */
    size_t chain_count;
};

/* Keeps connections between requests.  One thread. */
struct http;
MUST_USE int http_open(struct http **out, const char *user_agent, struct err *err);
void http_close(struct http *http);
AUTO_DEFINE(struct http, http_close)

/* One request: 0 for any answer (look at status), -1 and ERR_HTTP when there was none.
 * The text names method, host and path, never user, password, token or query: "GET
 * https://host/path: connection refused". Limits besides timeout_s: connect_ms, stall_s. */
MUST_USE int http_do(struct http *http, struct http_response *response,
                     const struct http_request *request, struct arena *arena, struct err *err);

/* Many at once; returns when each job has its response or err.  At most in_flight run at a time,
 * and at most per_host for one host and port (two until it has answered); hosts take turns, so that
 * a slow host does not delay the jobs of the others.  When the first connection to a host times
 * out, all its jobs end with that error: each would wait as long again. */
struct http_job {
    struct http_request request;
    struct http_response response;
    struct err err; /* kind ERR_NONE: answered */
    int64_t due_ms; /* monotonic: not sent before; 0: at once */
    /* Not NULL: called when it is about to be sent, to make request.  -1 and err: it ends with
     * that, unsent. */
    int (*ready)(struct http_job *job);
    /* Not NULL: called when it has its response or err.  True: it is queued again, for the host
     * of its request, from due_ms on.  So no job waits for another one's end. */
    bool (*again)(struct http_job *job);
    /* Not NULL: gets an answer 200 as soon as it is there, in page, which is reset afterwards; of
     * response only the status and the counts stay.  So many large answers take no more memory than
     * one.  Jobs may share a page, but nothing else may be in it. */
    void (*take)(struct http_job *job);
    struct arena *page;
    void *context; /* of ready, again and take */
};
const char *http_header(const struct http_response *response,
                        const char *name); /* lower case; NULL: absent */
/* Retry-After (RFC 9110, 10.2.3) in seconds; -1: there is none, or it is a date. */
int64_t http_retry_after(const struct http_response *response);

#endif
