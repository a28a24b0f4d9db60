/* base/http_url.h - the parts of a URL that we need.  Only for http_transfer.c and http_all.c. */
#ifndef WEFT_BASE_HTTP_URL_H
#define WEFT_BASE_HTTP_URL_H

#include "base/arena.h"
#include <stdbool.h>

/* In the arena. host is as in the URL (an IPv6 address with brackets), port is never missing. */
struct url_parts {
    const char *scheme, *host, *port;
    const char
        *shown; /* scheme, host, port if it was given, and path: without user, password and query */
};

/* False: not an absolute http or https URL. */
bool http_url_split(struct url_parts *out, const char *url, struct arena *arena);
/* The same URL with another host; NULL when name cannot be a host. */
const char *http_url_with_host(const char *url, const char *name, struct arena *arena);

/* text with everything but unreserved characters percent-encoded (RFC 3986, 2.3); in the arena. */
const char *http_url_escape(const char *text, struct arena *arena);

#endif
