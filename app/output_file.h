/* app/output_file.h - which files of the output branch are weft's. */
#ifndef WEFT_APP_OUTPUT_FILE_H
#define WEFT_APP_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a file (path below output.path) was written by weft: its first bytes say so. */
bool output_file_is_ours(const char *path, const char *bytes, size_t len);
/* The path below output.path, of one that begins at the root of the repository; NULL: it is not
 * there.  folder "": the root. */
const char *output_file_below(const char *path, const char *folder);

#endif
