/* base/url.c - what a repository's URL means.  Resolves no name and opens no file.
 *
 * Every form with a scheme is taken apart by libcurl (base/http_url.h): it is libcurl that connects
 * to the HTTP forms, and two parsers that disagree about a host are a known class of hole.  git
 * alone knows the two other forms: "user@host:path" for SSH, and a path. */
#include "base/url.h"
#include "base/base64.h"

#include "base/http_url.h"
#include "base/text.h"
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    enum url_scheme scheme;
} schemes[] = {
    { "https", URL_HTTPS }, { "http", URL_HTTP }, { "ssh", URL_SSH },
    { "git+ssh", URL_SSH }, { "git", URL_GIT },   { "file", URL_FILE },
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

/* %XX as git's url_decode takes it: what is no such escape, and %00, stays as it is. */
static const char *decoded(const char *text, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    for (; *text; text++) {
        int high = *text == '%' ? hex_digit(text[1]) : -1;
        int low = high >= 0 ? hex_digit(text[2]) : -1;

        if (low < 0 || high + low == 0) {
            text_addc(&out, *text);
            continue;
        }
        text_addc(&out, (char)(high * 16 + low));
        text += 2;
    }
    return arena_bytes(arena, out.len ? out.bytes : "", out.len);
}

/* "user@host" or "user@[::1]" into its parts; git takes a "%" in it for a "%". */
static int split_authority(struct url *url, const char *text, size_t len, struct arena *arena,
                           struct err *err)
{
    const char *authority = arena_bytes(arena, text, len), *at = strrchr(authority, '@');
    const char *host = at ? at + 1 : authority;

    url->user = at ? arena_bytes(arena, authority, (size_t)(at - authority)) : "";
    url->host = host;
    if (host[0] != '[')
        return 0;
    if (host[strcspn(host, "]")] == '\0')
        return refuse(err, "the address in [] is not complete");
    url->host = arena_bytes(arena, host + 1, strcspn(host, "]") - 1);
    return 0;
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

/* "user@host:path", which only SSH understands; git takes a "%" in it for a "%". */
static int parse_scp(struct url *url, const char *text, const char *colon, struct arena *arena,
                     struct err *err)
{
    const char *at = strchr(colon + 1, '@');

    url->scheme = URL_SSH;
    url->has_password = at && !memchr(colon, '/', (size_t)(at - colon));
    if (split_authority(url, text, (size_t)(colon - text), arena, err) < 0)
        return -1;
    url->path = url->plain_path = arena_text(arena, colon + 1);
    url->shown =
        arena_printf(arena, strchr(url->host, ':') ? "[%s]:%s" : "%s:%s", url->host, url->path);
    return check_parts(url, err);
}

static int parse_path(struct url *url, const char *text, struct arena *arena, struct err *err)
{
    url->scheme = URL_FILE;
    url->path = url->plain_path = url->shown = arena_text(arena, text);
    return check_parts(url, err);
}

static const char *const fault_texts[] = {
    [URL_FAULT_NONE] = "",
    [URL_FAULT_SCHEME] = "its scheme is not one of https, http, ssh, git, file",
    [URL_FAULT_HOST] = "it names no host, or its host is not a name or an address",
    [URL_FAULT_ADDRESS] = "the address in [] is not complete",
    [URL_FAULT_PORT] = "its port is not a number from 1 to 65535",
    [URL_FAULT_USER] = "its user cannot be read",
    [URL_FAULT_FILE] = "file:// is for paths on this machine: write file:///path",
    [URL_FAULT_FORM] = "it is not a URL of the form scheme://host/path",
};
static_assert(LENGTH(fault_texts) == URL_FAULT_COUNT, "every fault of a URL has a text");

static bool find_scheme(enum url_scheme *out, const char *name)
{
    for (size_t i = 0; i < LENGTH(schemes); i++)
        if (strcmp(schemes[i].name, name) == 0) {
            *out = schemes[i].scheme;
            return true;
        }
    return false;
}

/* ssh expects the zone of an address after a single "%". */
static const char *host_of(const struct url_parts *parts, struct arena *arena)
{
    return parts->zone ? arena_printf(arena, "%s%%%s", parts->bare_host, parts->zone)
                       : parts->bare_host;
}

/* SSH and the git daemon get the path with its escapes decoded, as from git. */
static const char *path_of(const struct url *url, const char *path)
{
    if (url->scheme != URL_SSH && url->scheme != URL_GIT)
        return path;
    if (url->scheme == URL_SSH && text_starts(url->plain_path, "/~"))
        return url->plain_path + 1; /* git help clone: ssh://host/~user/ */
    return url->plain_path;
}

static int parse_scheme(struct url *url, const char *text, struct arena *arena, struct err *err)
{
    struct url_parts parts;
    enum url_fault fault = url_parts_read(&parts, text, arena);

    if (fault)
        return refuse(err, fault_texts[fault]);
    if (!find_scheme(&url->scheme, parts.scheme))
        return refuse(err, fault_texts[URL_FAULT_SCHEME]);
    url->user = decoded(parts.user ? parts.user : "", arena);
    url->has_password = parts.password || strchr(url->user, ':');
    if (strpbrk(text, "?#"))
        return refuse(err, "it has a \"?\" or \"#\"; a repository's URL has neither");
    if (url->scheme == URL_FILE && !text_starts(strstr(text, "://"), ":///"))
        return refuse(err, fault_texts[URL_FAULT_FILE]);
    url->host = host_of(&parts, arena);
    url->port = parts.given_port ? parts.given_port : "";
    url->plain_path = decoded(parts.path, arena);
    url->path = path_of(url, parts.path);
    url->shown = parts.shown;
    return check_parts(url, err);
}

static int read_form(struct url *out, const char *text, struct arena *arena, struct err *err)
{
    const char *colon;

    *out = (struct url){
        .user = "", .host = "", .port = "", .path = "", .plain_path = "", .shown = ""
    };
    if (text_empty(text))
        return refuse(err, "it is empty");
    if (strlen(text) > 4096 || has_bad_byte(text, 0x21))
        return refuse(err, "it is too long, or has a blank, a control byte or a backslash");
    if (strstr(text, "://"))
        return parse_scheme(out, text, arena, err);
    colon = scp_colon(text);
    if (colon)
        return parse_scp(out, text, colon, arena, err);
    return parse_path(out, text, arena, err);
}

int url_parse(struct url *out, const char *text, struct arena *arena, struct err *err)
{
    if (read_form(out, text, arena, err) < 0)
        return -1;
    if (out->has_password)
        return refuse(err, "it holds a password; take it out and put it into the file of the "
                           "credentials instead");
    return 0;
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

const char *url_repository(const struct url *url, struct arena *arena)
{
    const char *path = url->plain_path;
    const size_t len = path_core(&path);

    return arena_bytes(arena, path, len);
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

bool url_same_text(const char *a, const char *b, struct arena *arena)
{
    struct err unused = { 0 };
    struct url one, other;

    return read_form(&one, a, arena, &unused) == 0 && read_form(&other, b, arena, &unused) == 0
           && url_same_repository(&one, &other);
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
