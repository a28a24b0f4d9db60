/* base/http_proxy.h - which proxy libcurl takes for a request, for messages.  Only for
 * http_transfer.c. */
#ifndef WEFT_BASE_HTTP_PROXY_H
#define WEFT_BASE_HTTP_PROXY_H

#include "base/http.h"

struct proxy_used {
    const char *shown;   /* host and port, without user and password */
    const char *from;    /* "HTTPS_PROXY", or "configured" */
    const char *way_out; /* "; or ...": how to go without it */
};

/* The proxy of the peer, else that of the environment as libcurl looks for it (libcurl-env).  Texts
 * are in the arena or static. */
struct proxy_used proxy_used(const struct http_peer *peer, const char *url, struct arena *arena);

#endif
