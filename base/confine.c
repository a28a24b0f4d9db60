/* base/confine.c - privileges and files; system calls are in confine_calls.c.
 *
 * The order matters: Landlock and seccomp demand no_new_privs (or a capability that is about to
 * go), so privileges come first.  Landlock compares the inode that is opened, not the path's text:
 * a symbolic link that is exchanged later opens no other file.
 */
#include "base/confine.h"
#include "base/compiler.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- privileges --- */

/* Without CAP_SETPCAP the bounding set stays as it is: nothing in it can be gained without a
 * program that grants it, which no_new_privs rules out. */
static void drop_bounding_set(void)
{
    for (unsigned long capability = 0; capability <= CAP_LAST_CAP; capability++)
        (void)prctl(PR_CAPBSET_DROP, capability, 0L, 0L, 0L);
    (void)prctl(PR_CAP_AMBIENT, (unsigned long)PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L);
}

int confine_privileges(struct err *err)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 }, { 0 } };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0)
        return err_errno(err, "set no_new_privs");
    drop_bounding_set();
    if (syscall(SYS_capset, &header, none) < 0)
        return err_errno(err, "drop all capabilities");
    return 0;
}

/* --- files --- */

/* Headers are older than kernels: rights and flags of later versions by their numbers
 * (include/uapi/linux/landlock.h). */
enum {
    FS_REFER = 1 << 13,    /* version 2 */
    FS_TRUNCATE = 1 << 14, /* version 3 */
    NET_BIND_TCP = 1 << 0, /* version 4 */
    SCOPE_SIGNAL = 1 << 1, /* version 6 */
};

struct ruleset_attr { /* struct landlock_ruleset_attr of version 6 */
    uint64_t fs, net, scoped;
};

enum {
    FILE_READ = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE,
    FOLDER_READ = FILE_READ | LANDLOCK_ACCESS_FS_READ_DIR,
    FILE_WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE,
    FOLDER_WRITE = FILE_WRITE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
                   | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | FS_REFER,
    NEVER = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK
            | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO
            | LANDLOCK_ACCESS_FS_MAKE_SYM,
};

/* The version of Landlock that the kernel offers; -1: none. */
static int landlock_version(struct err *err)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    if (version < 1)
        return err_errno(err, "the kernel has no Landlock");
    return (int)version;
}

/* All that this version can rule; what is handled and not granted is refused. */
static struct ruleset_attr handled(int version)
{
    struct ruleset_attr attr = { .fs = FOLDER_READ | FOLDER_WRITE | NEVER };

    if (version < 2)
        attr.fs &= ~(uint64_t)FS_REFER;
    if (version < 3)
        attr.fs &= ~(uint64_t)FS_TRUNCATE;
    if (version >= 4)
        attr.net = NET_BIND_TCP;
    if (version >= 6)
        attr.scoped = SCOPE_SIGNAL;
    return attr;
}

/* How much of the struct a kernel of this version knows; it refuses more. */
static size_t attr_size(int version)
{
    if (version >= 6)
        return sizeof(struct ruleset_attr);
    return version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static uint64_t access_of(const struct confine_path *path, bool folder)
{
    if (folder)
        return path->access == CONFINE_WRITE ? FOLDER_READ | FOLDER_WRITE : FOLDER_READ;
    return path->access == CONFINE_WRITE ? FILE_READ | FILE_WRITE : FILE_READ;
}

static int allow(int ruleset, const struct confine_path *path, uint64_t known, struct err *err)
{
    AUTO_FD int fd = open(path->path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr rule = { .parent_fd = fd };
    struct stat info;

    if (fd < 0 || fstat(fd, &info) < 0)
        return 0; /* what does not exist needs no rule, and what cannot be reached gets none */
    rule.allowed_access = access_of(path, S_ISDIR(info.st_mode)) & known;
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
        return err_errno(err, "Landlock rule for %s", path->path);
    return 0;
}

int confine_files(const struct confine_path *paths, size_t count, struct err *err)
{
    int version = landlock_version(err);
    struct ruleset_attr attr = handled(version);

    if (version < 0)
        return -1;
    AUTO_FD int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, attr_size(version), 0);
    if (ruleset < 0)
        return err_errno(err, "create a Landlock ruleset");
    for (size_t i = 0; i < count; i++)
        if (allow(ruleset, &paths[i], attr.fs, err) < 0)
            return -1;
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        return err_errno(err, "enter the Landlock ruleset");
    return 0;
}
