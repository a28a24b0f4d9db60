/* base/http_url.h - URLs by libcurl's own parser, for HTTP and for repositories of any scheme: the
 * parts that are checked are those that it connects to. */
#ifndef WEFT_BASE_HTTP_URL_H
#define WEFT_BASE_HTTP_URL_H

#include "base/arena.h"
#include <stdbool.h>

/* In the arena.  Nothing is decoded but a host of percent escapes, and an IPv4 address in another
 * notation is in the usual one. */
struct url_parts {
    const char *scheme;          /* lower case */
    const char *user, *password; /* NULL: not given */
    const char *host;            /* "" without one; an IPv6 address in brackets */
    const char *bare_host;       /* the same without brackets */
    const char *zone;            /* of an IPv6 address; NULL: not given */
    const char *port;            /* the usual one of the scheme if not given; NULL: neither */
    const char *given_port;      /* NULL: not given */
    const char *path;            /* begins with "/" */
    const char *shown;           /* scheme, host, port if it was given, and path */
};

enum url_fault {
    URL_FAULT_NONE,
    URL_FAULT_SCHEME,
    URL_FAULT_HOST,
    URL_FAULT_ADDRESS, /* of IPv6 */
    URL_FAULT_PORT,
    URL_FAULT_USER,
    URL_FAULT_FILE, /* file:// with a host */
    URL_FAULT_FORM,
    URL_FAULT_COUNT
};

/* Any URL of the form "scheme://".  The path of http and https loses its "." and "..", as it does
 * on the way to the server. */
enum url_fault url_parts_read(struct url_parts *out, const char *url, struct arena *arena);
/* As url_parts_read; false: not an absolute http or https URL. */
bool http_url_split(struct url_parts *out, const char *url, struct arena *arena);
/* An http or https URL of this machine, without a user: 127.0.0.1, ::1 or localhost.  By the parts
 * that libcurl connects to: "http://127.0.0.1:80@evil.example" has another host than it seems. */
bool http_url_is_loopback(const char *url, struct arena *arena);
/* The same URL with another host; NULL when name cannot be a host. */
const char *http_url_with_host(const char *url, const char *name, struct arena *arena);

/* Where a Location of an answer to base leads (RFC 9110, 10.2.2), as a whole URL; without a form
 * that can be read, location as it is. */
const char *http_url_resolve(const char *base, const char *location, struct arena *arena);

/* text with everything but unreserved characters percent-encoded (RFC 3986, 2.3); in the arena. */
const char *http_url_escape(const char *text, struct arena *arena);

#endif
