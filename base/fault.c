/* base/fault.c - counts how often the chosen place was passed.  In test builds only. */
#include "base/fault.h"

#ifdef WEFT_FAULTS
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KILLED = 137 };

void fault_point(const char *point)
{
    static int64_t passed; /* of the one chosen point */
    const char *wanted = getenv("WEFT_FAULT");
    size_t len = strlen(point);
    int64_t number = 1;

    if (!wanted || strncmp(wanted, point, len) != 0 || (wanted[len] && wanted[len] != ':'))
        return;
    if (wanted[len] == ':' && !parse_int(wanted + len + 1, 1, INT64_MAX, &number))
        return;
    if (++passed == number)
        _exit(KILLED);
}
#else
typedef int fault_nothing; /* ISO C wants a translation unit to hold something */
#endif
