/* tests/unit/base/test_files.c - bounded reads, atomic writes, folders that no symbolic link leads
 * out of. */
#include "base/folder.h"
#include "tests/lib/check.h"

#include "base/files.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

struct place_on_disk {
    struct arena *arena;
    char *root;
};

static int setup(void **state)
{
    struct arena *arena = arena_new();
    struct place_on_disk *disk = ARENA_NEW(arena, struct place_on_disk, 1);

    disk->arena = arena;
    disk->root = arena_text(arena, "/tmp/weft-test-files-XXXXXX");
    *state = disk;
    return mkdtemp(disk->root) ? 0 : -1;
}

static int teardown(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    int result = file_remove_folders(disk->root, &err);

    arena_free(disk->arena);
    return result;
}

static const char *path_in(const struct place_on_disk *disk, const char *name)
{
    return arena_printf(disk->arena, "%s/%s", disk->root, name);
}

static void write_file(const struct place_on_disk *disk, const char *name, const char *text)
{
    struct err err = { 0 };

    if (file_write(path_in(disk, name), text, strlen(text), 0644, &err) < 0)
        fail_msg("%s", err.text);
}

static void what_is_written_is_read(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    struct stat info;
    char *bytes;
    size_t len;

    assert_int_equal(file_write(path_in(disk, "a"), "x\0y", 3, 0600, &err), 0);
    assert_int_equal(file_read(&bytes, &len, path_in(disk, "a"), 3, disk->arena, &err), 0);
    assert_int_equal(len, 3);
    assert_memory_equal(bytes, "x\0y\0", 4);
    assert_int_equal(stat(path_in(disk, "a"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(file_write(path_in(disk, "a"), "", 0, 0644, &err), 0);
    assert_int_equal(stat(path_in(disk, "a"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0644);
    assert_int_equal(info.st_size, 0);
}

static void creating_overwrites_nothing_and_follows_no_link(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    struct stat info;
    char *bytes;
    size_t len;

    assert_int_equal(file_create(path_in(disk, "a"), "one", 3, 0600, &err), 0);
    assert_int_equal(stat(path_in(disk, "a"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(file_create(path_in(disk, "a"), "two", 3, 0644, &err), -1);
    assert_int_equal(err.code, EEXIST);
    assert_int_equal(symlink("b", path_in(disk, "link")), 0);
    assert_int_equal(file_create(path_in(disk, "link"), "two", 3, 0644, &err), -1);
    assert_int_equal(access(path_in(disk, "b"), F_OK), -1);
    assert_int_equal(file_read(&bytes, &len, path_in(disk, "a"), 9, disk->arena, &err), 0);
    assert_string_equal(bytes, "one");
}

static void writing_replaces_whole_and_leaves_nothing_behind(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    struct tree_reader reader = folder_tree_reader(disk->root);
    const char **names;
    size_t count;
    struct stat before, after;

    write_file(disk, "a", "old");
    assert_int_equal(stat(path_in(disk, "a"), &before), 0);
    write_file(disk, "a", "new");
    assert_int_equal(stat(path_in(disk, "a"), &after), 0);
    assert_int_not_equal(before.st_ino, after.st_ino); /* renamed over, never written into */
    assert_int_equal(mkdir(path_in(disk, "d"), 0755), 0);
    assert_int_equal(file_write(path_in(disk, "d"), "x", 1, 0644, &err),
                     -1); /* a folder has that name */
    assert_int_equal(file_write(path_in(disk, "none/x"), "x", 1, 0644, &err), -1);
    assert_non_null(strstr(err.text, "none/x: No such file or directory"));
    assert_int_equal(reader.list(reader.context, "", &names, &count, disk->arena, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "d/");
}

static void a_pipe_is_written_to_and_stays(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    struct stat info;
    char room[8];
    int fd;

    assert_int_equal(mkfifo(path_in(disk, "pipe"), 0600), 0);
    assert_int_equal(symlink("pipe", path_in(disk, "link")), 0);
    assert_int_equal(file_write(path_in(disk, "pipe"), "x", 1, 0644, &err), -1); /* no reader */
    assert_int_equal(err.code, ENXIO);
    fd = open(path_in(disk, "pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(file_write(path_in(disk, "pipe"), "one", 3, 0644, &err), 0);
    assert_int_equal(file_write(path_in(disk, "link"), "two", 3, 0644, &err), 0);
    assert_int_equal(read(fd, room, sizeof room), 6);
    assert_memory_equal(room, "onetwo", 6);
    close(fd);
    assert_int_equal(lstat(path_in(disk, "pipe"), &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    assert_int_equal(lstat(path_in(disk, "link"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
}

/* A rename is atomic only within a folder's file system. */
static void the_temporary_file_is_beside_it(void **state)
{
    struct place_on_disk *disk = *state;
    _Alignas(struct inotify_event) char room[1024];
    const struct inotify_event *event = (const void *)room;
    int watch = inotify_init1(IN_NONBLOCK);

    assert_true(inotify_add_watch(watch, disk->root, IN_MOVED_FROM) >= 0);
    write_file(disk, "a", "x");
    assert_true(read(watch, room, sizeof room) > 0);
    assert_true(text_starts(event->name, ".weft."));
    close(watch);
}

static void reading_has_limits(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    char *bytes;
    size_t len;

    write_file(disk, "a", "1234");
    assert_int_equal(file_read(&bytes, &len, path_in(disk, "a"), 3, disk->arena, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "has 4 bytes, more than the limit of 3"));
    assert_int_equal(file_read(&bytes, &len, disk->root, 100, disk->arena, &err), -1);
    assert_non_null(strstr(err.text, "is not a regular file"));
    assert_int_equal(mkfifo(path_in(disk, "pipe"), 0600), 0);
    assert_int_equal(file_read(&bytes, &len, path_in(disk, "pipe"), 100, disk->arena, &err), -1);
    assert_non_null(strstr(err.text, "is not a regular file"));
    assert_int_equal(file_read(&bytes, &len, path_in(disk, "none"), 100, disk->arena, &err), -1);
    assert_int_equal(err.kind, ERR_SYSTEM);
    assert_non_null(strstr(err.text, "none: No such file or directory"));
}

static void folders_are_made_and_removed(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    struct stat info;

    assert_int_equal(file_make_folders(path_in(disk, "a/b//c/"), 0755, &err), 0);
    assert_int_equal(file_make_folders(path_in(disk, "a/b/c"), 0755, &err), 0);
    assert_int_equal(stat(path_in(disk, "a/b/c"), &info), 0);
    write_file(disk, "a/b/c/file", "x");
    assert_int_equal(file_make_folders(path_in(disk, "a/b/c/file"), 0755, &err), -1);
    assert_int_equal(file_make_folders(path_in(disk, "a/b/c/file/d"), 0755, &err), -1);
    assert_int_equal(file_remove_folders(path_in(disk, "a"), &err), 0);
    assert_int_equal(stat(path_in(disk, "a"), &info), -1);
    assert_int_equal(file_remove_folders(path_in(disk, "a"), &err), 0); /* gone already: fine */
}

static void removing_follows_no_link(void **state)
{
    struct place_on_disk *disk = *state;
    struct err err = { 0 };
    struct stat info;

    assert_int_equal(file_make_folders(path_in(disk, "keep"), 0755, &err), 0);
    assert_int_equal(file_make_folders(path_in(disk, "gone/deep"), 0755, &err), 0);
    write_file(disk, "keep/file", "x");
    assert_int_equal(symlink(path_in(disk, "keep"), path_in(disk, "gone/deep/link")), 0);
    assert_int_equal(symlink(path_in(disk, "keep"), path_in(disk, "link")), 0);
    assert_int_equal(file_remove_folders(path_in(disk, "gone"), &err), 0);
    assert_int_equal(stat(path_in(disk, "gone"), &info), -1);
    assert_int_equal(file_remove_folders(path_in(disk, "link"), &err), -1);
    assert_int_equal(stat(path_in(disk, "keep/file"), &info), 0);
}

#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void folders_of_paths(void **state)
{
    static const struct {
        const char *path, *folder;
    } rows[] = { { "a", "." }, { "/a", "/" }, { "a/b", "a" }, { "/a/b/c", "/a/b" }, { "a/", "a" } };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_string_equal(file_folder(rows[i].path, arena), rows[i].folder);
    arena_free(arena);
}

static void a_tree_of_files_and_folders_is_plain(void **state)
{
    struct place_on_disk *disk = *state;
    const char *below = path_in(disk, "below"), *odd = path_in(disk, "below/odd");

    assert_int_equal(mkdir(below, 0700), 0);
    write_file(disk, "below/file", "x");
    assert_true(file_tree_is_plain(disk->root));
    assert_false(file_tree_is_plain(path_in(disk, "absent")));
    assert_false(file_tree_is_plain(path_in(disk, "below/file")));
    assert_int_equal(mkfifo(odd, 0600), 0);
    assert_false(file_tree_is_plain(disk->root));
    assert_int_equal(unlink(odd), 0);
    assert_int_equal(symlink("file", odd), 0);
    assert_false(file_tree_is_plain(disk->root));
    assert_int_equal(unlink(odd), 0);
    assert_true(file_tree_is_plain(disk->root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DISK(what_is_written_is_read),
        ON_DISK(creating_overwrites_nothing_and_follows_no_link),
        ON_DISK(writing_replaces_whole_and_leaves_nothing_behind),
        ON_DISK(the_temporary_file_is_beside_it),
        ON_DISK(reading_has_limits),
        ON_DISK(folders_are_made_and_removed),
        ON_DISK(removing_follows_no_link),
        cmocka_unit_test(folders_of_paths),
        ON_DISK(a_pipe_is_written_to_and_stays),
        ON_DISK(a_tree_of_files_and_folders_is_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
