/* base/fault.c - ends the process at a chosen point, as kill -9 would.  Must not be part of a
 * release. */
#include "base/fault.h"

#include "base/text.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef WEFT_FAULTS
#define KILLED 137 /* what a shell reports after SIGKILL */

void fault_here(const char *point)
{
    static int64_t passed; /* counts one point only: the one that is asked for */
    const char *wanted = getenv("WEFT_FAULT");
    size_t len = strlen(point);
    int64_t number = 1;

    if (!wanted || strncmp(wanted, point, len) != 0)
        return;
    if (wanted[len] == ':' ? !parse_int(wanted + len + 1, 1, INT64_MAX, &number)
                           : wanted[len] != '\0')
        return;
    if (++passed == number)
        _exit(KILLED);
}
#else
extern const int fault_unused; /* a translation unit is never empty (C17, 6.9) */
#endif
