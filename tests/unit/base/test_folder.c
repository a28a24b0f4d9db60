/* tests/unit/base/test_folder.c - a folder reads as a tree, and no link leads out of it */
#include "tests/lib/scratch.h"

#include "base/folder.h"
#include <unistd.h>

static void a_folder_reads_as_a_tree(void **state)
{
    struct scratch *disk = *state;
    struct tree_reader reader;
    struct err err = { 0 };
    const char **names;
    char *bytes;
    size_t len, count;

    assert_int_equal(file_make_folders(scratch_path(disk, "t/sub/deep"), 0755, &err), 0);
    (void)scratch_write(disk, "secret", "outside", 0644);
    (void)scratch_write(disk, "t/sub/file.yaml", "a: 1\n", 0644);
    (void)scratch_write(disk, "t/sub/another", "", 0644);
    assert_int_equal(symlink("../../secret", scratch_path(disk, "t/sub/link")), 0);
    assert_int_equal(symlink("..", scratch_path(disk, "t/up")), 0);
    for (int i = 0; i < 20; i++)
        (void)scratch_write(disk, arena_printf(disk->arena, "t/%02d", i * 7 % 20), "", 0644);
    reader = folder_tree_reader(scratch_path(disk, "t"));
    assert_int_equal(reader.list(reader.context, "", &names, &count, disk->arena, &err), 0);
    assert_int_equal(count, 21);
    for (size_t i = 1; i < count; i++)
        assert_true(strcmp(names[i - 1], names[i]) < 0);

    assert_int_equal(reader.read(reader.context, "sub/file.yaml", &bytes, &len, disk->arena, &err),
                     0);
    assert_string_equal(bytes, "a: 1\n");
    assert_int_equal(reader.list(reader.context, "sub", &names, &count, disk->arena, &err), 0);
    assert_int_equal(count, 3); /* not the link */
    assert_string_equal(names[0], "another");
    assert_string_equal(names[1], "deep/");
    assert_string_equal(names[2], "file.yaml");
    assert_int_equal(reader.list(reader.context, "none", &names, &count, disk->arena, &err), 0);
    assert_int_equal(count, 0);
    assert_int_equal(
        reader.list(reader.context, "sub/file.yaml", &names, &count, disk->arena, &err), 0);
    assert_int_equal(count, 0);
    for (size_t i = 0; i < 4; i++) {
        static const char *const absent[] = { "none", "sub", "sub/link", "up/secret" };

        CASE(absent[i]);
        assert_int_equal(reader.read(reader.context, absent[i], &bytes, &len, disk->arena, &err),
                         0);
        assert_null(bytes);
    }
    assert_int_equal(reader.read(reader.context, "../secret", &bytes, &len, disk->arena, &err), -1);
    assert_int_equal(
        reader.read(reader.context, "sub/../../secret", &bytes, &len, disk->arena, &err), -1);
    assert_int_equal(reader.read(reader.context, "/etc/hostname", &bytes, &len, disk->arena, &err),
                     -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_folder_reads_as_a_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
