/* base/url.h - where a repository is, taken apart (git help clone, "GIT URLS").  Pure. */
#ifndef WEFT_BASE_URL_H
#define WEFT_BASE_URL_H

#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>

enum url_scheme { URL_HTTPS, URL_HTTP, URL_SSH, URL_GIT, URL_FILE, URL_SCHEME_COUNT };

/* Texts are in the arena; none is NULL, "" = not given. */
struct url {
    enum url_scheme scheme;
    const char *user; /* with %XX decoded, but that of user@host:path */
    const char *host; /* without the brackets of IPv6 */
    const char *port;
    bool has_password; /* or what looks like one; it is in none of these texts but user */
    const char *path; /* as the server gets it: SSH and git:// with %XX decoded; all but SSH: begins
                         with "/" */
    const char *plain_path; /* with %XX decoded, for comparison */
    const char
        *shown; /* without user and password: for messages, and as the base of HTTP requests */
};

/* ERR_INPUT for a URL that cannot be used or that a program further on could take for an option or
 * a command. A password in it is refused: it would end up in configuration, logs and
 * process lists. */
MUST_USE int url_parse(struct url *out, const char *text, struct arena *arena, struct err *err);
/* The path without what makes no difference to a server: slashes at both ends, ".git".  In the
 * arena. */
const char *url_repository(const struct url *url, struct arena *arena);
/* Two ways to one repository: the same host and path, whatever the user, a trailing "/" or ".git",
 * or the scheme (then ports are not compared). */
bool url_same_repository(const struct url *a, const struct url *b);
/* The same of two URLs as other programs may hold them, with a password, too; one that cannot be
 * read is the same as none. */
bool url_same_text(const char *a, const char *b, struct arena *arena);
/* The traffic stays on this machine: localhost, 127.0.0.0/8, ::1. */
bool url_is_loopback(const struct url *url);

#endif
