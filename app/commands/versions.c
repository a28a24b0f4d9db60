/* app/commands/versions.c - weft version: the version of weft and of its libraries. */
#include "app/commands/versions.h"
#include "version.h"
#include <stdio.h>

int versions_main(const struct options *options)
{
    (void)options;
    puts("weft " WEFT_VERSION "\nbuilt with " WEFT_LIBRARIES);
    return EXIT_CONVERGED;
}
