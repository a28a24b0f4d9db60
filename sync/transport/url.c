/* sync/transport/url.c - takes repository URLs apart.  Pure: resolves no name and opens no file. */
#include "sync/transport/url.h"

#include "base/text.h"
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *prefix;
    enum url_scheme scheme;
} schemes[] = {
    { "https://", URL_HTTPS }, { "http://", URL_HTTP }, { "ssh://", URL_SSH },
    { "git+ssh://", URL_SSH }, { "git://", URL_GIT },   { "file://", URL_FILE },
};

static int refuse(struct err *err, const char *why)
{
    /* the URL itself may hold a password, so it is not shown here */
    return err_set(err, ERR_INPUT, 0, "repository URL: %s", why);
}

static bool has_bad_byte(const char *text, unsigned char least)
{
    for (; *text; text++)
        if ((unsigned char)*text < least || *text == 0x7F || *text == '\\')
            return true;
    return false;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX as git's url_decode takes it: what is no such escape, and %00, stays as it is. */
static const char *decoded(const char *text, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    for (; *text; text++) {
        int high = *text == '%' ? hex_value(text[1]) : -1;
        int low = high >= 0 ? hex_value(text[2]) : -1;

        if (low < 0 || high + low == 0) {
            text_addc(&out, *text);
            continue;
        }
        text_addc(&out, (char)(high * 16 + low));
        text += 2;
    }
    return arena_bytes(arena, out.len ? out.bytes : "", out.len);
}

/* "user@host:22" or "[::1]:22" into its parts; escapes: %XX in the user is decoded. */
static int split_authority(struct url *url, const char *text, size_t len, bool escapes,
                           struct arena *arena, struct err *err)
{
    const char *authority = arena_bytes(arena, text, len), *at = strrchr(authority, '@');
    const char *host = at ? at + 1 : authority, *colon;

    url->user = at ? arena_bytes(arena, authority, (size_t)(at - authority)) : "";
    if (escapes)
        url->user = decoded(url->user, arena);
    if (strchr(url->user, ':'))
        return refuse(err, "it holds a password; take it out and put it into the file of the "
                           "credentials instead");
    if (host[0] == '[') {
        const char *end = strchr(host, ']');

        if (!end || (end[1] != '\0' && end[1] != ':'))
            return refuse(err, "the address in [] is not complete");
        url->host = arena_bytes(arena, host + 1, (size_t)(end - host) - 1);
        url->port = end[1] ? arena_text(arena, end + 2) : "";
        return 0;
    }
    colon = strchr(host, ':');
    url->host = arena_bytes(arena, host, colon ? (size_t)(colon - host) : strlen(host));
    url->port = colon ? arena_text(arena, colon + 1) : "";
    return 0;
}

static const char *authority_shown(const struct url *url, struct arena *arena)
{
    bool v6 = strchr(url->host, ':') != NULL;

    return arena_printf(arena, "%s%s%s%s%s", v6 ? "[" : "", url->host, v6 ? "]" : "",
                        *url->port ? ":" : "", url->port);
}

static int check_parts(const struct url *url, struct err *err)
{
    int64_t port;

    if (url->scheme != URL_FILE && !*url->host)
        return refuse(err, "it names no host");
    if (has_bad_byte(url->user, 0x20) || has_bad_byte(url->path, 0x20))
        return refuse(err, "its user or path holds a control byte or a backslash, written as %XX");
    for (const char *p = url->host; *p; p++)
        if (!is_alnum(*p) && !strchr(".-_:%", *p))
            return refuse(err, "its host is not a name or an address");
    if (url->host[0] == '-' || url->user[0] == '-' || url->path[0] == '-')
        return refuse(err,
                      "its user, host or path begins with \"-\" and would be taken for an option");
    if (*url->port && !parse_int(url->port, 1, 65535, &port))
        return refuse(err, "its port is not a number from 1 to 65535");
    if (!*url->path || strcmp(url->path, "/") == 0)
        return refuse(err, "it names no repository on that host");
    return 0;
}

/* The ":" of "user@host:path" or "user@[2001:db8::1]:path"; NULL: text is a path. */
static const char *scp_colon(const char *text)
{
    size_t len = strcspn(text, "/");
    const char *at = memchr(text, '@', len), *host = at ? at + 1 : text;
    const char *end = *host == '[' ? memchr(host, ']', len - (size_t)(host - text)) : NULL;

    if (end)
        return end[1] == ':' ? end + 1 : NULL;
    return memchr(text, ':', len);
}

/* "user@host:path", which only SSH understands; a "%" in it is a "%" for git, too. */
static int parse_scp(struct url *url, const char *text, const char *colon, struct arena *arena,
                     struct err *err)
{
    const char *at = strchr(colon + 1, '@');

    url->scheme = URL_SSH;
    if (at && !memchr(colon, '/', (size_t)(at - colon)))
        return refuse(err, "it looks as if it held a password; take it out and put it into the "
                           "file of the credentials instead");
    if (split_authority(url, text, (size_t)(colon - text), false, arena, err) < 0)
        return -1;
    url->path = url->plain_path = arena_text(arena, colon + 1);
    url->shown = arena_printf(arena, "%s:%s", authority_shown(url, arena), url->path);
    return check_parts(url, err);
}

static int parse_path(struct url *url, const char *text, struct arena *arena, struct err *err)
{
    url->scheme = URL_FILE;
    url->path = url->plain_path = url->shown = arena_text(arena, text);
    return check_parts(url, err);
}

static int parse_scheme(struct url *url, const char *prefix, const char *rest, struct arena *arena,
                        struct err *err)
{
    size_t len = strcspn(rest, "/");
    const char *path = rest + len;

    if (split_authority(url, rest, len, true, arena, err) < 0)
        return -1;
    if (strpbrk(path, "?#"))
        return refuse(err, "it has a \"?\" or \"#\"; a repository's URL has neither");
    url->plain_path = decoded(path, arena);
    url->path = url->scheme == URL_SSH || url->scheme == URL_GIT ? url->plain_path
                                                                 : arena_text(arena, path);
    url->shown = arena_printf(arena, "%s%s%s", prefix, authority_shown(url, arena), path);
    if (url->scheme == URL_SSH && text_starts(url->path, "/~"))
        url->path++; /* git help clone: ssh://host/~user/ */
    if (url->scheme == URL_FILE && *url->host)
        return refuse(err, "file:// is for paths on this machine: write file:///path");
    return check_parts(url, err);
}

int url_parse(struct url *out, const char *text, struct arena *arena, struct err *err)
{
    const char *colon;

    *out = (struct url){
        .user = "", .host = "", .port = "", .path = "", .plain_path = "", .shown = ""
    };
    if (text_empty(text))
        return refuse(err, "it is empty");
    if (strlen(text) > 4096 || has_bad_byte(text, 0x21))
        return refuse(err, "it is too long, or has a blank, a control byte or a backslash");
    for (size_t i = 0; i < LENGTH(schemes); i++)
        if (text_starts(text, schemes[i].prefix)) {
            out->scheme = schemes[i].scheme;
            return parse_scheme(out, schemes[i].prefix, text + strlen(schemes[i].prefix), arena,
                                err);
        }
    if (strstr(text, "://"))
        return refuse(err, "its scheme is not one of https, http, ssh, git, file");
    colon = scp_colon(text);
    if (colon)
        return parse_scp(out, text, colon, arena, err);
    return parse_path(out, text, arena, err);
}

/* Without what makes no difference to a server: slashes at both ends, ".git". */
static size_t path_core(const char **path)
{
    size_t len;

    while (**path == '/')
        ++*path;
    len = strlen(*path);
    while (len > 0 && (*path)[len - 1] == '/')
        len--;
    return len > 4 && strncmp(*path + len - 4, ".git", 4) == 0 ? len - 4 : len;
}

static const char *port_of(const struct url *url)
{
    static const char *const usual[] = { [URL_HTTPS] = "443",
                                         [URL_HTTP] = "80",
                                         [URL_SSH] = "22",
                                         [URL_GIT] = "9418",
                                         [URL_FILE] = "" };

    return *url->port ? url->port : usual[url->scheme];
}

bool url_same_repository(const struct url *a, const struct url *b)
{
    const char *one = a->plain_path, *other = b->plain_path;
    size_t len = path_core(&one);

    if ((a->scheme == URL_FILE) != (b->scheme == URL_FILE))
        return false;
    if (a->scheme == b->scheme && strcmp(port_of(a), port_of(b)) != 0)
        return false;
    return strcasecmp(a->host, b->host) == 0 && path_core(&other) == len
           && strncmp(one, other, len) == 0;
}

bool url_is_loopback(const struct url *url)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (strcmp(url->host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, url->host, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    return inet_pton(AF_INET6, url->host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}
