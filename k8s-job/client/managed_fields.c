/* k8s-job/client/managed_fields.c - lists without managedFields.  Pure.
 * To parse what is dropped afterwards costs most of the time and memory of a large list, so it goes
 * from the text.  One pass over the bytes: out is never ahead of in.  A string is such a key when a
 * colon follows, and only a list that is closed goes; its brackets stay. */
#include "k8s-job/client/managed_fields.h"

#include <string.h>

#define KEY "\"managedFields\""

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

/* At the last bracket of the list that begins at p; NULL: it is not closed, or not by a bracket. */
static const char *list_end(const char *p, const char *end)
{
    size_t depth = 0;

    while (p < end) {
        if (*p == '"') {
            p = skip_string(p, end);
            continue;
        }
        depth += *p == '[' || *p == '{';
        if ((*p == ']' || *p == '}') && --depth == 0)
            return *p == ']' ? p : NULL;
        p++;
    }
    return NULL;
}

/* The list that is the value of the key at p; NULL: there is none. */
static const char *list_of(const char *p, const char *end)
{
    const size_t len = strlen(KEY);

    if ((size_t)(end - p) < len || memcmp(p, KEY, len) != 0)
        return NULL;
    p = skip_space(p + len, end);
    if (p == end || *p != ':')
        return NULL;
    p = skip_space(p + 1, end);
    return p < end && *p == '[' ? p : NULL;
}

size_t managed_fields_cut(char *bytes, size_t len)
{
    const char *end = bytes + len, *kept = bytes, *p = bytes;
    char *out = bytes;

    while (p < end && (p = memchr(p, '"', (size_t)(end - p)))) {
        const char *list = list_of(p, end), *last = list ? list_end(list, end) : NULL;

        p = skip_string(p, end);
        if (!last)
            continue;
        memmove(out, kept, (size_t)(list + 1 - kept));
        out += list + 1 - kept;
        kept = p = last;
    }
    memmove(out, kept, (size_t)(end - kept));
    return len - (size_t)(kept - out);
}
