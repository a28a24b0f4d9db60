/* base/enums.h - an enum's names, listed once: parsing and printing both come from the table. */
#ifndef WEFT_BASE_ENUMS_H
#define WEFT_BASE_ENUMS_H

#include "base/compiler.h"
#include <stddef.h>

struct enum_table {
    const char *const *names; /* by value, no holes */
    size_t count;
};
#define ENUM_TABLE(array)                                                                          \
    {                                                                                              \
        (array), LENGTH(array)                                                                     \
    }

const char *enums_name(const struct enum_table *table,
                       int value); /* never NULL; asserts the range */
int enums_find(const struct enum_table *table, const char *name); /* -1: no such name */

#endif
