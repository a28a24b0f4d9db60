/* base/suggest.c - "did you mean": the known name nearest to what was written.  Pure. */
#include "base/suggest.h"

#include "base/text.h"
#include <string.h>

enum { NAME_MAX_LEN = 64 }; /* longer names are never compared */

/* The same words, however they are joined: mtls_config, mtls-config and MtlsConfig are mtlsConfig.
 */
static bool same_words(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, "_-");
        b += strspn(b, "_-");
        if (!*a || to_lower(*a) != to_lower(*b))
            return !*a && !*b;
    }
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Inserted, deleted, replaced and swapped neighbouring bytes between a and b (both at most
 * NAME_MAX_LEN). */
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][NAME_MAX_LEN + 1], *before = rows[0], *last = rows[1], *row = rows[2];

    for (size_t j = 0; j <= b_len; j++)
        before[j] = last[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *oldest = before;

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_len];
}

const char *suggest_nearest(const char *name, const char *const *names, size_t count)
{
    size_t len = strlen(name), best = 3;
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t known_len = strlen(names[i]), distance;

        if (same_words(name, names[i]))
            return names[i];
        if (len > NAME_MAX_LEN || known_len > NAME_MAX_LEN || len > known_len + 2
            || known_len > len + 2)
            continue;
        distance = edits(name, len, names[i], known_len);
        /* Of short names half the letters would match anything. */
        if (distance < best && 2 * distance < known_len) {
            best = distance;
            found = names[i];
        }
    }
    return found;
}
