/* tests/unit/base/test_confine.c - privileges and files that a process gave up, tried in a child;
 * whole configurations are in tests/unit/app/test_confinement.c. */
#include "base/compiler.h"
#include "base/confine.h"
#include "tests/lib/scratch.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 3;
}

/* What a child returns: 0, or the number of the first check that failed. */
static int in_child(int (*work)(struct scratch *), struct scratch *s)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit(work(s));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int opened(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int drop_privileges(struct scratch *s)
{
    struct err err;

    (void)s;
    if (confine_privileges(&err) < 0)
        return 1;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) != 1)
        return 2;
    for (unsigned long i = 0; i < 32; i++)
        if (prctl(PR_CAP_AMBIENT, (unsigned long)PR_CAP_AMBIENT_IS_SET, i, 0L, 0L) == 1)
            return 3;
    return syscall(SYS_chroot, "/") == 0 || errno != EPERM ? 4 : 0; /* it needs a capability */
}

static void test_privileges_are_gone(void **state)
{
    assert_int_equal(in_child(drop_privileges, *state), 0);
}

static int confine_to_two(struct scratch *s)
{
    const struct confine_path paths[] = {
        { scratch_path(s, "read"), CONFINE_READ },
        { scratch_path(s, "write"), CONFINE_WRITE },
        { scratch_path(s, "none"), CONFINE_WRITE }, /* skipped: it does not exist */
    };
    const int kept = open(scratch_path(s, "other/file"), O_RDONLY | O_CLOEXEC);
    struct err err;
    char byte;

    if (confine_privileges(&err) < 0 || confine_files(paths, LENGTH(paths), &err) < 0)
        return 1;
    if (opened(scratch_path(s, "read/file"), O_RDONLY) != 0)
        return 2;
    if (opened(scratch_path(s, "read/file"), O_WRONLY) != EACCES)
        return 3;
    if (opened(scratch_path(s, "read/new"), O_WRONLY | O_CREAT) != EACCES)
        return 4;
    if (opened(scratch_path(s, "write/new"), O_WRONLY | O_CREAT) != 0)
        return 5;
    if (opened(scratch_path(s, "other/file"), O_RDONLY) != EACCES)
        return 6;
    if (opened(scratch_path(s, "write/link"), O_RDONLY) != EACCES)
        return 7;
    if (symlink("x", scratch_path(s, "write/another")) == 0)
        return 8;
    return read(kept, &byte, 1) == 1 ? 0 : 9; /* what is open stays open */
}

static void test_only_named_paths_open(void **state)
{
    static const char *const folders[] = { "read", "write", "other" };
    struct scratch *s = *state;

    if (!has_landlock())
        skip();
    for (size_t i = 0; i < LENGTH(folders); i++) {
        assert_int_equal(mkdir(scratch_path(s, folders[i]), 0700), 0);
        scratch_write(s, arena_printf(s->arena, "%s/file", folders[i]), "x", 0600);
    }
    assert_int_equal(symlink(scratch_path(s, "other/file"), scratch_path(s, "write/link")), 0);
    assert_int_equal(in_child(confine_to_two, s), 0);
}

/* A wall around one file, not around its folder. */
static int confine_to_a_file(struct scratch *s)
{
    const struct confine_path path = { scratch_path(s, "a"), CONFINE_WRITE };
    struct err err;

    if (confine_privileges(&err) < 0 || confine_files(&path, 1, &err) < 0)
        return 1;
    if (opened(scratch_path(s, "a"), O_RDWR) != 0)
        return 2;
    return opened(scratch_path(s, "b"), O_RDONLY) == EACCES ? 0 : 3;
}

static void test_a_single_file(void **state)
{
    struct scratch *s = *state;

    if (!has_landlock())
        skip();
    scratch_write(s, "a", "a", 0600);
    scratch_write(s, "b", "b", 0600);
    assert_int_equal(in_child(confine_to_a_file, s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_privileges_are_gone),
        SCRATCH_TEST(test_only_named_paths_open),
        SCRATCH_TEST(test_a_single_file),
    };

    return cmocka_run_group_tests_name("base/confine", tests, NULL, NULL);
}
