/* app/output_file.c - knows weft's files by their first bytes. */
#include "app/output_file.h"
#include "api/record.h"
#include "base/text.h"
#include "translate/translate.h"
#include <string.h>

/* Every record begins with record_head, every other file of ours with rendered_by_weft. */
bool output_file_is_ours(const char *path, const char *bytes, size_t len)
{
    const char *head = text_starts(path, "weft/") ? record_head : rendered_by_weft;

    return len >= strlen(head) && memcmp(bytes, head, strlen(head)) == 0;
}

const char *output_file_below(const char *path, const char *folder)
{
    const size_t len = strlen(folder);

    if (!len)
        return path;
    return text_starts(path, folder) && path[len] == '/' ? path + len + 1 : NULL;
}
