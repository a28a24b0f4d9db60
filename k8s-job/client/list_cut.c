/* k8s-job/client/list_cut.c - lists without what weft never reads.  Pure.
 * To parse what is dropped afterwards costs most of the time and memory of a large list, so it goes
 * from the text.  One pass over the bytes: out is never ahead of in.  A string is a key when a
 * colon follows, and only a list or map that is closed goes; its brackets stay.  A name belongs
 * here only while no reader of a list needs it: to a reader the member is there, and empty. */
#include "k8s-job/client/list_cut.h"

#include "base/text.h"
#include <string.h>

/* Sorted; the values are lists or maps in Kubernetes' own kinds. */
static const char *const names[] = {
    "affinity",
    "images",
    "lifecycle",
    "livenessProbe",
    "managedFields",
    "readinessProbe",
    "resources",
    "securityContext",
    "startupProbe",
    "tolerations",
    "topologySpreadConstraints",
    "volumeMounts",
    "volumes",
};

/* Behind the string that begins at p; end: it is not closed. */
static const char *skip_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        p += *p == '\\';
    return p < end ? p + 1 : end;
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p;
}

/* At the last bracket of the list or map that begins at p; NULL: it is not closed, or by the
 * bracket of the other. */
static const char *value_end(const char *p, const char *end)
{
    const char last = *p == '[' ? ']' : '}';
    size_t depth = 0;

    while (p < end) {
        if (*p == '"') {
            p = skip_string(p, end);
            continue;
        }
        depth += *p == '[' || *p == '{';
        if ((*p == ']' || *p == '}') && --depth == 0)
            return *p == last ? p : NULL;
        p++;
    }
    return NULL;
}

static bool is_cut(const char *name, size_t len)
{
    for (size_t i = 0; i < LENGTH(names); i++)
        if (names[i][0] == name[0] && strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return true;
    return false;
}

/* The list or map that is the value of the member whose key is from key to after; NULL: there is
 * none, or it stays. */
static const char *value_of(const char *key, const char *after, const char *end)
{
    const char *p = skip_space(after, end);

    if (p == end || *p != ':')
        return NULL;
    p = skip_space(p + 1, end);
    if (p == end || (*p != '[' && *p != '{') || after - key < 3)
        return NULL;
    return is_cut(key + 1, (size_t)(after - key) - 2) ? p : NULL;
}

size_t list_cut(char *bytes, size_t len)
{
    const char *end = bytes + len, *kept = bytes, *p = bytes;
    char *out = bytes;

    while (p < end && (p = memchr(p, '"', (size_t)(end - p)))) {
        const char *after = skip_string(p, end);
        const char *value = value_of(p, after, end), *last = value ? value_end(value, end) : NULL;

        p = after;
        if (!last)
            continue;
        memmove(out, kept, (size_t)(value + 1 - kept));
        out += value + 1 - kept;
        kept = p = last;
    }
    memmove(out, kept, (size_t)(end - kept));
    return len - (size_t)(kept - out);
}
