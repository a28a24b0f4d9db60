/* tests/lib/scratch.h - an empty folder for the files of one test, and an arena; both are gone
 * after it. */
#ifndef WEFT_TESTS_LIB_SCRATCH_H
#define WEFT_TESTS_LIB_SCRATCH_H

#include "tests/lib/check.h"

#include "base/files.h"
#include <stdlib.h>

struct scratch {
    char folder[64];
    struct arena *arena;
};

static inline int scratch_open(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);

    strcpy(scratch->folder, "/tmp/weft-test-XXXXXX");
    assert_non_null(mkdtemp(scratch->folder));
    scratch->arena = arena_new();
    *state = scratch;
    return 0;
}

static inline int scratch_close(void **state)
{
    struct scratch *scratch = *state;
    struct err err;

    assert_int_equal(file_remove_folders(scratch->folder, &err), 0);
    arena_free(scratch->arena);
    free(scratch);
    return 0;
}

/* The path of a file of this name, whether it is there or not. */
static inline const char *scratch_path(struct scratch *scratch, const char *name)
{
    return arena_printf(scratch->arena, "%s/%s", scratch->folder, name);
}

static inline const char *scratch_write(struct scratch *scratch, const char *name,
                                        const char *content, unsigned mode)
{
    const char *path = scratch_path(scratch, name);
    struct err err = { .text = "" };

    if (file_write(path, content, strlen(content), mode, &err) < 0)
        fail_msg("%s", err.text);
    return path;
}

static inline const char *scratch_read(struct scratch *scratch, const char *name)
{
    struct err err = { .text = "" };
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, scratch_path(scratch, name), (size_t)1 << 20, scratch->arena, &err)
        < 0)
        fail_msg("%s", err.text);
    return bytes;
}

#define SCRATCH_TEST(name) cmocka_unit_test_setup_teardown(name, scratch_open, scratch_close)

#endif
