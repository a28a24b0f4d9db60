/* oci/oci_reference.c - repositories and tags, taken apart and put together.
 *
 * A name that a registry would refuse is refused here, with the object that has it; one that a
 * registry could take for another path ("..", "%2e") never gets into a URL, since the grammar has
 * no such characters. */
#include "oci/oci_reference.h"
#include "base/http_url.h"
#include "base/text.h"
#include <strings.h>

enum { NAME_MAX_LEN = 255, TAG_MAX = 128 };

static const char scheme[] = "oci://";

static size_t letters(const char *at)
{
    size_t len = 0;

    while (is_lower(at[len]) || is_digit(at[len]))
        len++;
    return len;
}

/* "." or "_" or "__" or any number of "-" (distribution spec 1.1: name). */
static size_t separator(const char *at)
{
    if (*at == '.')
        return 1;
    if (*at == '_')
        return at[1] == '_' ? 2 : 1;
    return strspn(at, "-");
}

static bool is_name(const char *at)
{
    for (size_t len = letters(at);; len = letters(at)) {
        if (!len)
            return false;
        at += len;
        if (!*at)
            return true;
        at += *at == '/' ? 1 : separator(at);
    }
}

bool oci_reference_is_tag(const char *text)
{
    size_t len = 0;

    if (*text == '.' || *text == '-')
        return false;
    while (is_alnum(text[len]) || (text[len] && strchr("_.-", text[len])))
        len++;
    return len && len <= TAG_MAX && !text[len];
}

/* The URL with "https" in place of "oci"; NULL: another scheme. */
static const char *as_http(const char *url, bool plain, struct arena *arena)
{
    if (!text_starts(url, scheme))
        return NULL;
    return arena_printf(arena, "%s://%s", plain ? "http" : "https", url + sizeof scheme - 1);
}

/* As it is written: libcurl would take ".." away. */
static const char *path_of(const char *url)
{
    const char *host = url + sizeof scheme - 1, *slash = strchr(host, '/');

    return slash ? slash + 1 : "";
}

const char *oci_reference_fault(const char *url, struct arena *arena)
{
    const char *http = as_http(url, false, arena);
    struct url_parts parts;

    if (!http)
        return "has to begin with oci://";
    if (strpbrk(url, "?#%@\\") || !http_url_split(&parts, http, arena) || !*parts.host)
        return "has to be oci://HOST/PATH: without user, password, query and percent escapes";
    if (!is_name(path_of(url)))
        return "needs a path of lower-case letters, digits and single separators, such as "
               "oci://registry.example.com/platform/mesh";
    return NULL;
}

int oci_reference_make(struct oci_reference *out, const char *url, const char *cluster,
                       const char *tag, bool plain, struct arena *arena, struct err *err)
{
    const char *http = as_http(url, plain, arena);
    struct url_parts parts;

    if (!http || !http_url_split(&parts, http, arena))
        return err_set(err, ERR_INPUT, 0, "%s is not the URL of a registry", url);
    if (plain && !http_url_is_loopback(http, arena))
        return err_set(err, ERR_REFUSED, 0,
                       "%s is not on the loopback, so it has to be https://: remove "
                       "output.oci.allowInsecure",
                       url);
    out->host =
        parts.given_port ? arena_printf(arena, "%s:%s", parts.host, parts.given_port) : parts.host;
    out->base = arena_printf(arena, "%s://%s", parts.scheme, out->host);
    out->repository = arena_printf(arena, "%s/%s", path_of(url), cluster);
    out->tag = tag;
    out->shown = arena_printf(arena, "oci://%s/%s:%s", out->host, out->repository, tag);
    if (!is_name(out->repository) || strlen(out->host) + strlen(out->repository) >= NAME_MAX_LEN)
        return err_set(err, ERR_INPUT, 0,
                       "cluster %s cannot have an artifact: %s is not the name of a repository "
                       "(lower-case letters, digits, single separators, 255 characters at most)",
                       cluster, out->repository);
    return 0;
}

bool oci_reference_same_server(const char *a, const char *b, struct arena *arena)
{
    struct url_parts x, y;

    return http_url_split(&x, a, arena) && http_url_split(&y, b, arena) && !x.user && !y.user
           && text_equal(x.scheme, y.scheme) && strcasecmp(x.host, y.host) == 0
           && text_equal(x.port, y.port);
}
