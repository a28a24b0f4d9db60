/* base/enums.c - names of enum values, from their tables. */
#include "base/enums.h"

#include <assert.h>
#include <string.h>

const char *enums_name(const struct enum_table *table, int value)
{
    assert(value >= 0 && (size_t)value < table->count);
    return value >= 0 && (size_t)value < table->count ? table->names[value] : "?";
}

int enums_find(const struct enum_table *table, const char *name)
{
    for (size_t i = 0; name && i < table->count; i++)
        if (strcmp(table->names[i], name) == 0)
            return (int)i;
    return -1;
}
