/* base/http_url.c - URLs by libcurl's own parser, so that what we check is what it connects to. */
#include "base/http_url.h"

#include "base/compiler.h"
#include "base/memory.h"
#include "base/text.h"
#include <curl/curl.h>

AUTO_DEFINE(CURLU, curl_url_cleanup)

static CURLU *url_parse(const char *url)
{
    AUTO(curl_url_cleanup) CURLU *handle = curl_url();

    if (!handle)
        memory_out();
    return curl_url_set(handle, CURLUPART_URL, url, 0) ? NULL : TAKE(handle);
}

/* A part in the arena; NULL when the URL has none. */
static const char *part_of(CURLU *handle, CURLUPart part, unsigned flags, struct arena *arena)
{
    char *text = NULL;
    const char *copy;

    if (curl_url_get(handle, part, &text, flags))
        return NULL;
    copy = arena_text(arena, text);
    curl_free(text);
    return copy;
}

bool http_url_split(struct url_parts *out, const char *url, struct arena *arena)
{
    AUTO(curl_url_cleanup) CURLU *handle = url_parse(url);
    const char *port, *path;

    if (!handle)
        return false;
    out->scheme = part_of(handle, CURLUPART_SCHEME, 0, arena);
    out->host = part_of(handle, CURLUPART_HOST, 0, arena);
    out->port = part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena);
    port = part_of(handle, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT, arena);
    path = part_of(handle, CURLUPART_PATH, 0, arena);
    if (!out->scheme || !out->host || !out->port
        || (!text_equal(out->scheme, "https") && !text_equal(out->scheme, "http")))
        return false;
    out->shown = arena_printf(arena, "%s://%s%s%s%s", out->scheme, out->host, port ? ":" : "",
                              port ? port : "", path ? path : "");
    return true;
}

const char *http_url_with_host(const char *url, const char *name, struct arena *arena)
{
    AUTO(curl_url_cleanup) CURLU *handle = url_parse(url);

    if (!handle || curl_url_set(handle, CURLUPART_HOST, name, 0))
        return NULL;
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
