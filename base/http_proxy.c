/* base/http_proxy.c - names a proxy in messages.  Must never show its password. */
#include "base/http_proxy.h"
#include "base/http_url.h"

#include <stdlib.h>
#include <string.h>

/* "http://user:password@host:port/" as "host:port"; a proxy without a scheme is one of HTTP, as
 * libcurl has it. */
static const char *host_of(const char *proxy, struct arena *arena)
{
    const char *url = strstr(proxy, "://") ? proxy : arena_printf(arena, "http://%s", proxy);
    struct url_parts parts;

    if (url_parts_read(&parts, url, arena) != URL_FAULT_NONE)
        return "that is no URL";
    return parts.given_port ? arena_printf(arena, "%s:%s", parts.host, parts.given_port)
                            : parts.host;
}

/* HTTP_PROXY in capitals is not taken: a CGI program would get it from a request's header. */
struct proxy_used proxy_used(const struct http_peer *peer, const char *url, struct arena *arena)
{
    static const char *const names[2][4] = {
        { "http_proxy", "all_proxy", "ALL_PROXY", NULL },
        { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" },
    };
    const char *const *list = names[text_starts(url, "https:")];

    if (peer && peer->proxy)
        return (struct proxy_used){ host_of(peer->proxy, arena), "configured",
                                    ", or take it out of the configuration" };
    for (size_t i = 0; i < LENGTH(names[0]) && list[i]; i++) {
        const char *value = getenv(list[i]);

        if (value && *value)
            return (
                struct proxy_used){ host_of(value, arena), list[i],
                                    ", or list the host in NO_PROXY if it is reached directly" };
    }
    return (struct proxy_used){ "that is used", "of the environment",
                                ", or list the host in NO_PROXY if it is reached directly" };
}
