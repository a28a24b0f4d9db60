/* base/http_transfer.c - the one place that sets libcurl's options: the TLS policy and the limits.
 * Must not retry.
 *
 * The policy is fail closed: an option that libcurl refuses stops the request, for a build of
 * libcurl without it would otherwise send it with less protection than was asked for. Whatever
 * comes from outside is checked before it becomes part of a request line or header, so that no
 * line break in a token or URL adds a header. Bodies and headers have limits, and a body counts as
 * received only when it is whole. Key material is lent to libcurl, never copied, because only its
 * owner can wipe it. */
#include "base/http_transfer.h"
#include "base/http_hello.h"

#include "base/http_proxy.h"
#include "base/http_url.h"
#include "base/memory.h"
#include <string.h>

enum {
    CONNECT_MS = 10000,
    STALL_S = 30, /* without one byte a second */
    WHOLE_S = 30,
    HEADERS_MAX = 256 * 1024
};
static const size_t body_max_default = (size_t)64 * 1024 * 1024;

/* The first option that libcurl refuses (it was built without it, or a text is too long) stops the
 * request. */
#define set(transfer, option, value)                                                               \
    ((transfer)->setup = (transfer)->setup                                                         \
                             ? (transfer)->setup                                                   \
                             : curl_easy_setopt((transfer)->easy, (option), (value)))

static bool is_printable(const char *text)
{
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7E)
            return false;
    return true;
}

/* No line break and no other control byte can smuggle in a second header. */
static bool is_header(const char *text)
{
    const char *colon = strchr(text, ':');

    for (const char *p = text; *p; p++)
        if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7F)
            return false;
    return colon && colon != text && !memchr(text, ' ', (size_t)(colon - text));
}

static bool is_method(const char *method)
{
    const char *p = method;

    while (*p >= 'A' && *p <= 'Z')
        p++;
    return p != method && !*p;
}

static int refuse(const struct transfer *transfer, struct err *err, const char *why)
{
    return err_set(err, ERR_HTTP, 0, "%s: %s", transfer->target, why);
}

/* Nothing that was given may change the shape of the request. */
static int check(const struct transfer *transfer, const struct url_parts *url, struct err *err)
{
    const struct http_request *request = transfer->request;
    const struct http_peer *peer = request->peer;

    if (!is_method(request->method))
        return refuse(transfer, err, "not an HTTP method");
    if (!request->plain_http && strcmp(url->scheme, "https") != 0)
        return refuse(transfer, err, "plain http is not allowed here; use https");
    for (const char *const *header = request->headers; header && *header; header++)
        if (!is_header(*header))
            return refuse(transfer, err, "a request header holds a line break or has no name");
    if (peer && peer->bearer && (!*peer->bearer || !is_printable(peer->bearer)))
        return refuse(transfer, err,
                      "the token is empty or holds bytes that are not printable ASCII; check the "
                      "file that it is read from (a line break at its end must be cut off)");
    if (peer
        && ((peer->username && !is_printable(peer->username))
            || (peer->password && strpbrk(peer->password, "\r\n"))))
        return refuse(transfer, err, "the user name or password holds control bytes");
    return 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t len = size * count;
    long status = 0;

    transfer->received += len;
    if (transfer->request->take
        && curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK
        && status == 200)
        return transfer->request->take(transfer->request->take_context, bytes, len) < 0 ? 0 : len;
    if (len > transfer->body_max - transfer->body.len) {
        transfer->too_big = true;
        return 0;
    }
    text_add(&transfer->body, bytes, len);
    return len;
}

/* What no header may hold counts as a blank (RFC 9110, 5.5). */
static char header_char(char c)
{
    if (c == '\r' || c == '\n' || c == '\0')
        return ' ';
    return c;
}

/* One header line; a status line begins a new set (a proxy's or an interim answer came before). */
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t len = size * count, used = len, colon;
    const char *end = memchr(bytes, ':', len);

    if (len >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        text_clear(&transfer->headers);
        transfer->header_count = 0;
        return len;
    }
    while (used && ((unsigned char)bytes[used - 1] <= ' '))
        used--;
    if (!end || used == 0)
        return len;
    if (used >= HEADERS_MAX - transfer->headers.len) { /* with its NUL */
        transfer->too_many = true;
        return 0;
    }
    colon = (size_t)(end - bytes);
    for (size_t i = 0; i < used; i++) {
        char c = header_char(bytes[i]);

        if (i < colon) /* its name */
            c = to_lower(c);
        text_addc(&transfer->headers, c);
    }
    text_addc(&transfer->headers, '\0');
    transfer->header_count++;
    return len;
}

static void add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *grown = curl_slist_append(*list, line);

    if (!grown)
        memory_out();
    *list = grown;
}

static void set_headers(struct transfer *transfer)
{
    bool has_type = false;

    for (const char *const *header = transfer->request->headers; header && *header; header++) {
        has_type = has_type || strncasecmp(*header, "content-type:", 13) == 0;
        add_line(&transfer->send, *header);
    }
    add_line(&transfer->send, "Expect:"); /* no second round trip before a body */
    if (!has_type)
        add_line(&transfer->send, "Content-Type:"); /* libcurl would say it is a form */
    set(transfer, CURLOPT_HTTPHEADER, transfer->send);
}

static void set_method(struct transfer *transfer)
{
    const struct http_request *request = transfer->request;

    if (strcmp(request->method, "HEAD") == 0) {
        set(transfer, CURLOPT_NOBODY, 1L);
        return;
    }
    if (request->body || strcmp(request->method, "POST") == 0) {
        set(transfer, CURLOPT_POSTFIELDS, request->body ? request->body : "");
        set(transfer, CURLOPT_POSTFIELDSIZE_LARGE,
            (curl_off_t)(request->body ? request->body_len : 0));
    }
    set(transfer, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_blob(struct transfer *transfer, CURLoption option, const char *pem)
{
    /* Not copied: key material stays where its owner can wipe it.  libcurl only reads it. */
    struct curl_blob blob = { UNCONST(pem), strlen(pem), CURL_BLOB_NOCOPY };

    set(transfer, option, &blob);
}

static void set_tls(struct transfer *transfer, const struct http_peer *peer)
{
    set(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    set(transfer, CURLOPT_SSL_VERIFYPEER, peer && peer->insecure ? 0L : 1L);
    set(transfer, CURLOPT_SSL_VERIFYHOST, peer && peer->insecure ? 0L : 2L);
    if (peer && peer->ca_pem) {
        set_blob(transfer, CURLOPT_CAINFO_BLOB, peer->ca_pem);
        set(transfer, CURLOPT_CAPATH,
            NULL); /* these roots only: the system's folder counts otherwise */
    }
    if (peer && peer->cert_pem && peer->key_pem) {
        set(transfer, CURLOPT_SSLCERTTYPE, "PEM");
        set_blob(transfer, CURLOPT_SSLCERT_BLOB, peer->cert_pem);
        set(transfer, CURLOPT_SSLKEYTYPE, "PEM");
        set_blob(transfer, CURLOPT_SSLKEY_BLOB, peer->key_pem);
    }
}

static void set_identity(struct transfer *transfer, const struct http_peer *peer)
{
    set(transfer, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    if (peer && peer->bearer) {
        set(transfer, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        set(transfer, CURLOPT_XOAUTH2_BEARER, peer->bearer);
    } else if (peer && peer->username) {
        set(transfer, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        set(transfer, CURLOPT_USERNAME, peer->username);
        set(transfer, CURLOPT_PASSWORD, peer->password ? peer->password : "");
    }
    if (peer && peer->proxy)
        set(transfer, CURLOPT_PROXY, peer->proxy);
}

static long stall_limit(const struct http_request *request)
{
    return request->stall_s > 0 ? request->stall_s : STALL_S;
}

static long whole_limit(const struct http_request *request)
{
    if (request->whole_ms > 0)
        return request->whole_ms;
    return (request->timeout_s > 0 ? request->timeout_s : (long)WHOLE_S) * 1000;
}

static long connect_limit(const struct http_request *request)
{
    return request->connect_ms > 0 ? request->connect_ms : CONNECT_MS;
}

static void set_limits(struct transfer *transfer)
{
    const struct http_request *request = transfer->request;

    transfer->body_max = request->response_max ? request->response_max : body_max_default;
    set(transfer, CURLOPT_NOSIGNAL, 1L);
    set(transfer, CURLOPT_FOLLOWLOCATION, 0L); /* a redirect would carry the token away */
    set(transfer, CURLOPT_PROTOCOLS_STR, request->plain_http ? "http,https" : "https");
    set(transfer, CURLOPT_CONNECTTIMEOUT_MS, connect_limit(request));
    set(transfer, CURLOPT_TIMEOUT_MS, whole_limit(request));
    set(transfer, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(transfer, CURLOPT_LOW_SPEED_TIME, stall_limit(request));
    set(transfer, CURLOPT_HTTP_CONTENT_DECODING, request->packed ? 0L : 1L);
    if (!request->take)
        set(transfer, CURLOPT_ACCEPT_ENCODING, "gzip"); /* body_max counts what comes out */
}

static void set_callbacks(struct transfer *transfer)
{
    set(transfer, CURLOPT_WRITEFUNCTION, take_body);
    set(transfer, CURLOPT_WRITEDATA, transfer);
    set(transfer, CURLOPT_HEADERFUNCTION, take_header);
    set(transfer, CURLOPT_HEADERDATA, transfer);
    set(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(transfer, CURLOPT_ERRORBUFFER, transfer->problem);
    set(transfer, CURLOPT_PRIVATE, transfer);
}

/* libcurl takes the TLS name from the URL: so the name goes into the URL, and CONNECT_TO says where
 * it really is. */
static int set_url(struct transfer *transfer, const struct url_parts *url, struct err *err)
{
    const struct http_request *request = transfer->request;
    const char *name = request->peer ? request->peer->server_name : NULL, *named;

    if (!name) {
        set(transfer, CURLOPT_URL, request->url);
        return 0;
    }
    named = http_url_with_host(request->url, name, transfer->arena);
    if (!named)
        return refuse(transfer, err, "the TLS server name is not a host name");
    add_line(&transfer->connect_to,
             arena_printf(transfer->arena, "%s:%s:%s:%s", name, url->port, url->host, url->port));
    set(transfer, CURLOPT_URL, named);
    set(transfer, CURLOPT_CONNECT_TO, transfer->connect_to);
    return 0;
}

/* A connection of its own that ends with the request: no buffer of libcurl outlives it.  HTTP/2's
 * are not libcurl's own, so it is never used.  http.c makes libcurl wipe what it frees. */
static void set_secret(struct transfer *transfer)
{
    transfer->body.secret = true;
    set(transfer, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set(transfer, CURLOPT_FRESH_CONNECT, 1L);
    set(transfer, CURLOPT_FORBID_REUSE, 1L);
}

static void set_hello(struct transfer *transfer)
{
    set(transfer, CURLOPT_CONNECT_ONLY, 1L);
    set(transfer, CURLOPT_CERTINFO, 1L);
}

static const char *target_of(const struct http_request *request, const struct url_parts *url,
                             struct arena *arena)
{
    if (request->hello)
        return arena_printf(arena, "TLS hello to %s:%s", url->host, url->port);
    return arena_printf(arena, "%.10s %s", request->method, url->shown);
}

int transfer_begin(struct transfer *transfer, const char *user_agent,
                   const struct http_request *request, struct arena *arena, struct err *err)
{
    struct url_parts url;

    transfer->request = request;
    transfer->arena = arena;
    if (!http_url_split(&url, request->url, arena))
        return err_set(err, ERR_HTTP, 0, "%.10s: the URL is not an http or https URL",
                       request->method);
    transfer->target = target_of(request, &url, arena);
    if (check(transfer, &url, err) < 0)
        return -1;
    set_limits(transfer);
    set_callbacks(transfer);
    set_tls(transfer, request->peer);
    set_identity(transfer, request->peer);
    set_method(transfer);
    set_headers(transfer);
    set(transfer, CURLOPT_USERAGENT, user_agent);
    if (request->secret)
        set_secret(transfer);
    if (request->hello)
        set_hello(transfer);
    if (set_url(transfer, &url, err) < 0)
        return -1;
    return transfer->setup ? refuse(transfer, err, curl_easy_strerror(transfer->setup)) : 0;
}

static const char *const *header_array(const struct transfer *transfer)
{
    const char **list = ARENA_NEW(transfer->arena, const char *, transfer->header_count + 1);
    const char *p = arena_bytes(transfer->arena, transfer->headers.bytes, transfer->headers.len);

    for (size_t i = 0; i < transfer->header_count; i++, p += strlen(p) + 1)
        list[i] = p;
    return list;
}

bool transfer_connected(const struct transfer *transfer)
{
    double connected = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME, &connected);
    return connected > 0;
}

static int report_timeout(const struct transfer *transfer, struct err *err)
{
    double total = 0, limit = (double)whole_limit(transfer->request) / 1000;

    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME, &total);
    if (total + 0.05 >= limit)
        return err_set(err, ERR_HTTP, 0, "%s: not answered within %g s", transfer->target, limit);
    if (!transfer_connected(transfer))
        return err_set(err, ERR_HTTP, 0, "%s: no connection within %g s", transfer->target,
                       (double)connect_limit(transfer->request) / 1000);
    return err_set(err, ERR_HTTP, 0, "%s: no data for %ld s", transfer->target,
                   stall_limit(transfer->request));
}

/* The server was reached, and then there was nothing; a proxy's refusal is an answer. */
static bool is_broken(const struct transfer *transfer, CURLcode code)
{
    long status = 0, proxy = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &proxy);
    return status == 0 && (proxy == 0 || proxy == 200)
           && (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR);
}

/* What the proxy that libcurl goes to made of it; false: it is not to blame. */
static bool report_proxy(const struct transfer *transfer, CURLcode code, struct err *err)
{
    struct proxy_used used;
    long status = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    if (code != CURLE_COULDNT_RESOLVE_PROXY && (status == 0 || status / 100 == 2))
        return false;
    used = proxy_used(transfer->request->peer, transfer->request->url, transfer->arena);
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        err_set(err, ERR_HTTP, 0, "%s: the host of the proxy %s (%s) is not known%s",
                transfer->target, used.shown, used.from, used.way_out);
    else
        err_set(err, ERR_HTTP, 0, "%s: the proxy %s (%s) refuses to connect there (HTTP %ld)%s%s",
                transfer->target, used.shown, used.from, status,
                status == 407 ? ": it requires credentials" : ": allow this host there",
                used.way_out);
    return true;
}

/* The certificate is not valid now: one of the two clocks is wrong, or it was not renewed. */
static bool is_about_time(const struct transfer *transfer)
{
    enum { NOT_YET_VALID = 9, HAS_EXPIRED = 10 }; /* X509_V_ERR_CERT_* of OpenSSL */
    long result = 0;

    return curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &result) == CURLE_OK
           && (result == NOT_YET_VALID || result == HAS_EXPIRED);
}

/* The cause as text; libcurl's own where it is clear. */
static int report(const struct transfer *transfer, CURLcode code, struct err *err)
{
    const char *problem = *transfer->problem ? transfer->problem : curl_easy_strerror(code);
    long os = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os);
    if (transfer->too_big)
        return err_set(err, ERR_HTTP, 0, "%s: the answer is larger than the limit of %zu bytes",
                       transfer->target, transfer->body_max);
    if (transfer->too_many)
        return refuse(transfer, err, "the answer's headers are larger than the limit of 256 KiB");
    if (report_proxy(transfer, code, err))
        return -1;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return report_timeout(transfer, err);
    if (code == CURLE_COULDNT_CONNECT && os && strerrordesc_np((int)os)) {
        const char *words = strerrordesc_np((int)os);

        return err_set(err, ERR_HTTP, 0, "%s: %c%s", transfer->target, to_lower(words[0]),
                       words + 1);
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION && is_about_time(transfer))
        return err_set(err, ERR_HTTP, 0,
                       "%s: %s; compare this machine's clock with the server's, or renew the "
                       "server's certificate",
                       transfer->target, problem);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return err_set(err, ERR_HTTP, 0, "%s: %s; check the CA and the server name given for it",
                       transfer->target, problem);
    if (code == CURLE_SSL_CONNECT_ERROR)
        return err_set(err, ERR_HTTP, 0,
                       "%s: %s; check the port, and that the server speaks TLS there",
                       transfer->target, problem);
    if (code == CURLE_SSL_CACERT_BADFILE)
        return refuse(transfer, err, "the CA given for it is not a PEM certificate");
    if (code == CURLE_SSL_CERTPROBLEM)
        return err_set(err, ERR_HTTP, 0, "%s: the client certificate given for it: %s",
                       transfer->target, problem);
    return refuse(transfer, err, problem);
}

int transfer_end(struct transfer *transfer, CURLcode code, struct http_response *response,
                 struct err *err)
{
    long status = 0;
    int result = 0;

    *response = (struct http_response){ .received = transfer->received };
    if (code != CURLE_OK) {
        curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
        response->too_large = transfer->too_big || transfer->too_many;
        response->broken = is_broken(transfer, code);
        response->silent = code == CURLE_OPERATION_TIMEDOUT && status == 0;
        result = report(transfer, code, err);
    } else if (transfer->request->hello) {
        result = http_hello_chain(response, transfer, err);
    } else if (curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status) || status < 100) {
        result = refuse(transfer, err, "the answer has no HTTP status");
    } else {
        response->status = (int)status;
        response->body = arena_bytes(transfer->arena, transfer->body.bytes, transfer->body.len);
        response->body_len = transfer->body.len;
        response->headers = header_array(transfer);
    }
    transfer_clear(transfer);
    return result;
}

void transfer_clear(struct transfer *transfer)
{
    curl_easy_reset(transfer->easy); /* drops credentials and pointers, keeps connections */
    curl_slist_free_all(transfer->send);
    curl_slist_free_all(transfer->connect_to);
    text_free(&transfer->body);
    text_free(&transfer->headers);
    *transfer = (struct transfer){ .easy = transfer->easy };
}
