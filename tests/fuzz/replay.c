/* tests/fuzz/replay.c - runs a fuzz target over each file of a folder, so that every build replays
 * the corpus. */
#include "base/files.h"
#include "base/folder.h"
#include "base/text.h"
#include <stdint.h>
#include <stdio.h>

enum { FILE_MAX = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* One input; -1 and err when it cannot be read.  A finding ends the process. */
static int replay(const char *folder, const char *name, struct arena *arena, struct err *err)
{
    char *bytes;
    size_t len;

    fprintf(stderr, "%s/%s\n", folder, name);
    if (file_read(&bytes, &len, arena_printf(arena, "%s/%s", folder, name), FILE_MAX, arena, err)
        < 0)
        return -1;
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, len);
    return 0;
}

static int replay_all(size_t *count, const char *folder, struct arena *arena, struct err *err)
{
    struct tree_reader reader = folder_tree_reader(folder);
    const char **names;

    if (reader.list(reader.context, "", &names, count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < *count; i++)
        if (replay(folder, names[i], arena, err) < 0)
            return -1;
    return *count ? 0 : err_set(err, ERR_INPUT, 0, "%s: no inputs; is it the corpus?", folder);
}

int main(int argc, char **argv)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct err err = { 0 };
    size_t count = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    if (replay_all(&count, argv[1], arena, &err) < 0) {
        fprintf(stderr, "error %s\n", err.text);
        return 1;
    }
    printf("%zu inputs\n", count);
    return 0;
}
