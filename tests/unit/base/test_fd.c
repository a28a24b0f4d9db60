/* tests/unit/base/test_fd.c - a descriptor is read to its end and written to the last byte, however
 * small the pieces. */
#include "tests/lib/scratch.h"

#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>

static void pieces_of_a_pipe_become_one(void **state)
{
    char bytes[16] = "";
    int ends[2];
    size_t len;
    struct err err;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fd_write(ends[1], "one ", 4, "a pipe", &err), 0);
    assert_int_equal(fd_write(ends[1], "two", 3, "a pipe", &err), 0);
    close(ends[1]);
    assert_int_equal(fd_read(&len, ends[0], bytes, sizeof bytes, "a pipe", &err), 0);
    assert_int_equal(len, 7);
    assert_memory_equal(bytes, "one two", 7);
    close(ends[0]);
}

static void no_more_than_the_room_is_read(void **state)
{
    struct scratch *scratch = *state;
    AUTO_FD int fd = open(scratch_write(scratch, "f", "123456", 0600), O_RDONLY);
    char bytes[5] = "";
    size_t len;
    struct err err;

    assert_int_equal(fd_read(&len, fd, bytes, 4, "f", &err), 0);
    assert_int_equal(len, 4);
    assert_string_equal(bytes, "1234");
    assert_int_equal(fd_read(&len, fd, bytes, 0, "f", &err), 0);
    assert_int_equal(len, 0);
}

static void a_failure_names_what_and_why(void **state)
{
    struct scratch *scratch = *state;
    AUTO_FD int folder = open(scratch->folder, O_RDONLY);
    AUTO_FD int full = open("/dev/full", O_WRONLY);
    char byte;
    size_t len;
    struct err err;

    assert_int_equal(fd_read(&len, folder, &byte, 1, "the folder", &err), -1);
    assert_int_equal(err.kind, ERR_SYSTEM);
    assert_int_equal(err.code, EISDIR);
    assert_non_null(strstr(err.text, "the folder"));
    assert_int_equal(fd_write(full, "x", 1, "the disk", &err), -1);
    assert_int_equal(err.code, ENOSPC);
    assert_non_null(strstr(err.text, "the disk"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_a_pipe_become_one),
        SCRATCH_TEST(no_more_than_the_room_is_read),
        SCRATCH_TEST(a_failure_names_what_and_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
