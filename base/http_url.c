/* base/http_url.c - URLs by libcurl's own parser, so that what we check is what it connects to.
 *
 * A URL decides where a credential goes, so it is parsed by the library that connects: two parsers
 * that differ on "@", brackets or slashes are how requests end at another host. libcurl is lenient
 * where people make mistakes (one slash, three slashes); those forms are refused, for the host
 * would be another than it seems. A lack of memory must end the program: libcurl reports it as an
 * absent part, and a URL without its port leads elsewhere. */
#include "base/http_url.h"

#include "base/compiler.h"
#include "base/memory.h"
#include "base/text.h"
#include <assert.h>
#include <curl/curl.h>

AUTO_DEFINE(CURLU, curl_url_cleanup)

static const struct {
    CURLUcode code;
    enum url_fault fault;
} faults[] = {
    { CURLUE_OK, URL_FAULT_NONE },
    { CURLUE_BAD_SCHEME, URL_FAULT_SCHEME },
    { CURLUE_UNSUPPORTED_SCHEME, URL_FAULT_SCHEME },
    { CURLUE_BAD_HOSTNAME, URL_FAULT_HOST },
    { CURLUE_NO_HOST, URL_FAULT_HOST },
    { CURLUE_BAD_IPV6, URL_FAULT_ADDRESS },
    { CURLUE_BAD_PORT_NUMBER, URL_FAULT_PORT },
    { CURLUE_BAD_LOGIN, URL_FAULT_USER },
    { CURLUE_BAD_USER, URL_FAULT_USER },
    { CURLUE_BAD_PASSWORD, URL_FAULT_USER },
    { CURLUE_BAD_FILE_URL, URL_FAULT_FILE },
};

/* libcurl says in one way that a URL is wrong, and in the same way that there is no memory to look:
 * a host or a port that seems to be absent for that reason would change where the URL leads. */
static CURLUcode judged(CURLUcode code)
{
    if (code == CURLUE_OUT_OF_MEMORY)
        memory_out();
    return code;
}

static enum url_fault fault_of(CURLUcode code)
{
    judged(code);
    for (size_t i = 0; i < LENGTH(faults); i++)
        if (faults[i].code == code)
            return faults[i].fault;
    return URL_FAULT_FORM;
}

static CURLU *handle_new(void)
{
    CURLU *handle = curl_url();

    if (!handle)
        memory_out();
    return handle;
}

/* A part in the arena; NULL when the URL has none. */
static const char *part_of(CURLU *handle, CURLUPart part, unsigned flags, struct arena *arena)
{
    char *text = NULL;
    const char *copy;

    if (judged(curl_url_get(handle, part, &text, flags)))
        return NULL;
    copy = arena_text(arena, text);
    curl_free(text);
    return copy;
}

static const char *without_brackets(const char *host, struct arena *arena)
{
    return *host == '[' ? arena_bytes(arena, host + 1, strlen(host) - 2) : host;
}

/* RFC 6874: the zone of an IPv6 address follows "%25", inside the brackets. */
static const char *show(const struct url_parts *url, struct arena *arena)
{
    const char *host =
        url->zone ? arena_printf(arena, "[%s%%25%s]", url->bare_host, url->zone) : url->host;

    return arena_printf(arena, "%s://%s%s%s%s", url->scheme, host, url->given_port ? ":" : "",
                        url->given_port ? url->given_port : "", url->path);
}

static void take_parts(struct url_parts *out, CURLU *handle, struct arena *arena)
{
    const char *host = part_of(handle, CURLUPART_HOST, 0, arena);

    *out = (struct url_parts){
        .scheme = part_of(handle, CURLUPART_SCHEME, 0, arena),
        .user = part_of(handle, CURLUPART_USER, 0, arena),
        .password = part_of(handle, CURLUPART_PASSWORD, 0, arena),
        .host = host ? host : "",
        .bare_host = host ? without_brackets(host, arena) : "",
        .zone = part_of(handle, CURLUPART_ZONEID, 0, arena),
        .port = part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena),
        .given_port = part_of(handle, CURLUPART_PORT, 0, arena),
        .path = part_of(handle, CURLUPART_PATH, 0, arena),
    };
    assert(out->scheme && out->path);
    assert(*out->host != '[' || strlen(out->host) > 2);
    out->shown = show(out, arena);
}

static bool is_http(const char *scheme)
{
    return text_equal(scheme, "https") || text_equal(scheme, "http");
}

enum url_fault url_parts_read(struct url_parts *out, const char *url, struct arena *arena)
{
    AUTO(curl_url_cleanup) CURLU *handle = handle_new();
    const char *slashes = strstr(url, "://");
    enum url_fault fault = fault_of(
        curl_url_set(handle, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS));

    /* libcurl takes one slash or three for two; then "https:///x" would have the host x */
    if (!fault && !slashes)
        return URL_FAULT_FORM;
    if (fault)
        return fault;
    take_parts(out, handle, arena);
    if (!text_equal(out->scheme, "file") && (slashes[3] == '/' || !*out->host))
        return URL_FAULT_HOST;
    if (is_http(out->scheme)) {
        AUTO(curl_url_cleanup) CURLU *sent = handle_new();

        fault = fault_of(curl_url_set(sent, CURLUPART_URL, url, 0));
        if (!fault)
            take_parts(out, sent, arena);
    }
    return fault;
}

bool http_url_split(struct url_parts *out, const char *url, struct arena *arena)
{
    return url_parts_read(out, url, arena) == URL_FAULT_NONE && is_http(out->scheme) && out->port;
}

bool http_url_is_loopback(const char *url, struct arena *arena)
{
    static const char *const hosts[] = { "127.0.0.1", "localhost", "::1" };
    struct url_parts parts;

    return http_url_split(&parts, url, arena) && !parts.user && !parts.password
           && text_listed(hosts, LENGTH(hosts), parts.bare_host);
}

const char *http_url_with_host(const char *url, const char *name, struct arena *arena)
{
    AUTO(curl_url_cleanup) CURLU *handle = handle_new();

    if (curl_url_set(handle, CURLUPART_URL, url, 0)
        || curl_url_set(handle, CURLUPART_HOST, name, 0))
        return NULL;
    return part_of(handle, CURLUPART_URL, 0, arena);
}

const char *http_url_resolve(const char *base, const char *location, struct arena *arena)
{
    AUTO(curl_url_cleanup) CURLU *handle = handle_new();

    if (judged(curl_url_set(handle, CURLUPART_URL, base, 0))
        || judged(curl_url_set(handle, CURLUPART_URL, location, 0)))
        return location;
    return part_of(handle, CURLUPART_URL, 0, arena);
}

const char *http_url_escape(const char *text, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (; *text; text++)
        if (is_alnum(*text) || strchr("-._~", *text))
            text_addc(&out, *text);
        else
            text_addf(&out, "%%%02X", (unsigned)(unsigned char)*text);
    return arena_text(arena, out.bytes);
}
