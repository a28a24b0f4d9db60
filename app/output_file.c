/* app/output_file.c - knows weft's files by their first bytes.
 *
 * Whether a file is weft's decides what a pass may change or delete on the branch. The first bytes
 * decide and nothing else: a path could be that of another program, and a list of files could be
 * lost. A file without that line is left alone, even where weft would write one. */
#include "app/output_file.h"
#include "api/record.h"
#include "app/audit/certificate_log.h"
#include "base/text.h"
#include "translate/translate.h"
#include <string.h>

/* Every record begins with record_head, the certificate log with its first entry, every other file
 * of ours with rendered_by_weft. */
bool output_file_is_ours(const char *path, const char *bytes, size_t len)
{
    const char *head = text_equal(path, CERTIFICATE_LOG_PATH) ? certificate_log_first
                       : text_starts(path, "weft/")           ? record_head
                                                              : rendered_by_weft;

    return len >= strlen(head) && memcmp(bytes, head, strlen(head)) == 0;
}

const char *output_file_below(const char *path, const char *folder)
{
    const size_t len = strlen(folder);

    if (!len)
        return path;
    return text_starts(path, folder) && path[len] == '/' ? path + len + 1 : NULL;
}
