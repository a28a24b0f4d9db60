/* tests/unit/base/test_memory.c - memory is there, or the process ends with a message and status 1.
 */
#include "tests/lib/check.h"

#include "base/memory.h"
#include <malloc.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void memory_grows_and_keeps_its_content(void **state)
{
    char *bytes = memory_grow(NULL, 0);

    (void)state;
    assert_non_null(bytes);
    bytes = memory_grow(bytes, 8);
    memcpy(bytes, "content", 8);
    bytes = memory_grow(bytes, 1 << 20);
    assert_string_equal(bytes, "content");
    free(bytes);
}

/* Counted by the allocator itself; without glibc, or under a sanitizer, it counts none. */
static void large_blocks_stay_apart_from_the_heap(void **state)
{
    enum { BLOCK = 1 << 20 };
    char *first, *second;
    size_t before;

    (void)state;
    memory_return_blocks();
    before = mallinfo2().hblks;
    first = memory_grow(NULL, 2 * BLOCK);
    if (mallinfo2().hblks == before) {
        free(first);
        skip();
    }
    free(first);
    assert_int_equal(mallinfo2().hblks, before);
    second = memory_grow(NULL, BLOCK);
    assert_int_equal(mallinfo2().hblks, before + 1);
    free(second);
}

static void ask_for_too_much(void) { free(memory_grow(NULL, SIZE_MAX / 4)); }

/* What a child that runs act says on stderr; it must end with status 1. */
static void ends(char out[64], void (*act)(void))
{
    int ends[2], status;
    ssize_t len;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(ends[1]);
    len = read(ends[0], out, 63);
    out[len > 0 ? len : 0] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
}

static void out(void) { memory_out(); }

static void without_memory_the_process_ends(void **state)
{
    char said[64];

    (void)state;
    ends(said, out);
    assert_string_equal(said, "error out of memory\n");
#ifndef __SANITIZE_ADDRESS__ /* ends by itself at such a size */
    ends(said, ask_for_too_much);
    assert_string_equal(said, "error out of memory\n");
#else
    (void)ask_for_too_much;
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_grows_and_keeps_its_content),
        cmocka_unit_test(large_blocks_stay_apart_from_the_heap),
        cmocka_unit_test(without_memory_the_process_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
