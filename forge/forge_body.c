/* forge/forge_body.c - compares bodies of comments and pull requests.  Pure. */
#include "forge/forge_body.h"
#include "base/text.h"
#include <string.h>

bool forge_body_has_marker(const char *body, const char *marker)
{
    const size_t len = strlen(marker);

    return body && text_starts(body, marker) && (!body[len] || strchr("\r\n", body[len]));
}

bool forge_body_equal(const char *a, const char *b)
{
    for (a = a ? a : "", b = b ? b : "";; a++, b++) {
        while (*a == '\r')
            a++;
        while (*b == '\r')
            b++;
        if (*a != *b)
            return !a[strspn(a, "\r\n")] && !b[strspn(b, "\r\n")];
        if (!*a)
            return true;
    }
}
