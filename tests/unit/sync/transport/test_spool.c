/* tests/unit/sync/transport/test_spool.c - what came is read once, in order, from memory or from a
 * file that has no name. */
#include "tests/lib/scratch.h"

#include "base/folder.h"
#include "sync/transport/spool.h"
#include <stdlib.h>

enum { PIECE = 100000 };

/* COUNT pieces in, all out in odd portions. */
static void check_round(struct scratch *scratch, size_t count, bool file)
{
    struct spool spool = spool_new(scratch->folder);
    static char piece[PIECE], portion[77777];
    size_t got, at = 0;
    struct err err = { .text = "" };

    for (size_t i = 0; i < count; i++) {
        memset(piece, (int)('a' + i % 26), sizeof piece);
        if (spool_add(&spool, piece, sizeof piece, &err) < 0)
            fail_msg("%s", err.text);
    }
    assert_int_equal(spool.fd >= 0, file);
    do {
        assert_int_equal(spool_read(&spool, portion, sizeof portion, &got, &err), 0);
        for (size_t i = 0; i < got; i++, at++)
            assert_int_equal(portion[i], 'a' + at / PIECE % 26);
    } while (got);
    assert_int_equal(at, count * PIECE);
    spool_clear(&spool);
    assert_int_equal(spool.len, 0);
    assert_int_equal(spool.fd, -1);
}

static void a_little_stays_in_memory_and_much_goes_to_a_file(void **state)
{
    check_round(*state, 0, false);
    check_round(*state, 5, false);
    check_round(*state, 30, true);
}

/* A process that is killed leaves nothing behind. */
static void the_file_has_no_name(void **state)
{
    struct scratch *scratch = *state;
    const struct tree_reader reader = folder_tree_reader(scratch->folder);
    struct err err;
    AUTO_FD int fd = spool_unnamed_file(scratch->folder, &err);
    const char **names;
    size_t count;

    assert_true(fd >= 0);
    assert_int_equal(reader.list(reader.context, "", &names, &count, scratch->arena, &err), 0);
    assert_int_equal(count, 0);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    struct scratch *scratch = *state;
    struct err err = { .text = "" };

    assert_int_equal(spool_unnamed_file(scratch_path(scratch, "absent"), &err), -1);
    assert_int_equal(err.kind, ERR_SYSTEM);
    assert_non_null(strstr(err.text, "absent"));
}

static void the_place_is_tmpdir_then_var_tmp_then_beside(void **state)
{
    struct scratch *scratch = *state;

    setenv("TMPDIR", scratch->folder, 1);
    assert_string_equal(spool_place("/beside"), scratch->folder);
    setenv("TMPDIR", scratch_path(scratch, "absent"), 1);
    assert_string_equal(spool_place("/beside"), "/beside");
    setenv("TMPDIR", "", 1);
    assert_string_equal(spool_place("/beside"),
                        access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/beside");
    unsetenv("TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_little_stays_in_memory_and_much_goes_to_a_file),
        SCRATCH_TEST(the_file_has_no_name),
        SCRATCH_TEST(a_folder_that_is_not_there_is_named),
        SCRATCH_TEST(the_place_is_tmpdir_then_var_tmp_then_beside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
