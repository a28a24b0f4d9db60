/* base/confine_calls.c - which system calls stay allowed (libseccomp).
 *
 * A pass that starts no program lives on a list of what it may call.  ssh, gpg and credential
 * plugins inherit the filter and are free to need anything, so beside them only the calls are
 * refused that reach into other processes or the kernel.  Calls that weft's own code never makes
 * end the process; everything else fails with EPERM, so that a libc that tries a newer call first
 * falls back to the older one.
 */
#include "base/confine_calls.h"
#include "base/compiler.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>

/* Never, whatever the process does.  ptrace and its like would read keys of another process, or
 * keep this one from wiping its own. */
static const char *const fatal[] = {
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
};

/* Refused to programs that weft starts as well. */
static const char *const privileged[] = {
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsmount",
    "fspick",
    "mount_setattr",
    "open_by_handle_at",
    "name_to_handle_at",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "add_key",
    "request_key",
    "keyctl",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "iopl",
    "ioperm",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "syslog",
    "personality",
    "sethostname",
    "setdomainname",
    "vhangup",
    "lookup_dcookie",
};

/* All that glibc, libgit2, SQLite, libcrypto and weft call on files and memory. */
static const char *const offline[] = {
    /* memory */
    "brk",
    "mmap",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "mlock",
    "mlock2",
    "munlock",
    "membarrier",
    "mincore",
    "msync",
    /* files */
    "read",
    "readv",
    "pread64",
    "preadv",
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "lseek",
    "open",
    "openat",
    "openat2",
    "close",
    "close_range",
    "stat",
    "lstat",
    "fstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents",
    "getdents64",
    "getcwd",
    "chdir",
    "fchdir",
    "mkdir",
    "mkdirat",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "fchownat",
    "lchown",
    "utimensat",
    "futimesat",
    "utimes",
    "umask",
    "truncate",
    "ftruncate",
    "fallocate",
    "fadvise64",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "flock",
    "fcntl",
    "dup",
    "dup2",
    "dup3",
    "ioctl",
    "sendfile",
    "copy_file_range",
    "splice",
    "getxattr",
    "lgetxattr",
    "fgetxattr",
    "listxattr",
    "memfd_create",
    /* waiting */
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "eventfd",
    "eventfd2",
    "pipe",
    "pipe2",
    "nanosleep",
    "clock_nanosleep",
    "futex",
    "pause",
    "restart_syscall",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    /* time, identity, threads, signals */
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "time",
    "times",
    "getpid",
    "gettid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getgroups",
    "getpgrp",
    "getpgid",
    "getsid",
    "getresuid",
    "getresgid",
    "uname",
    "sysinfo",
    "getrlimit",
    "setrlimit",
    "prlimit64",
    "getrusage",
    "getcpu",
    "getrandom",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "rseq",
    "arch_prctl",
    "prctl",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigtimedwait",
    "rt_sigsuspend",
    "sigaltstack",
    "tgkill",
    "alarm",
    "setitimer",
    "getitimer",
    "exit",
    "exit_group",
    "capget",
    "wait4",
    "waitid",
};

static const char *const network[] = {
    "socket",      "socketpair", "connect",    "bind",     "getsockname",
    "getpeername", "getsockopt", "setsockopt", "sendto",   "sendmsg",
    "sendmmsg",    "recvfrom",   "recvmsg",    "recvmmsg", "shutdown",
};

/* A name that this machine has no call for is skipped. */
static int add(scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int call = seccomp_syscall_resolve_name(names[i]);
        int result = call < 0 ? 0 : seccomp_rule_add(filter, action, call, 0);

        if (result < 0 && result != -EACCES) /* EACCES: it is what the filter does anyway */
            return result;
    }
    return 0;
}

/* The resolver of libcurl is a thread.  clone may make one, and nothing else; clone3 keeps its
 * flags in memory, where a filter cannot look, and libc falls back to clone. */
static int add_threads(scmp_filter_ctx filter)
{
    int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

    if (result < 0)
        return result;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}

static int add_listed(scmp_filter_ctx filter, enum confine_calls calls)
{
    int result = add(filter, SCMP_ACT_ALLOW, offline, LENGTH(offline));

    if (result == 0 && calls == CONFINE_NETWORK)
        result = add(filter, SCMP_ACT_ALLOW, network, LENGTH(network));
    return result == 0 ? add_threads(filter) : result;
}

static int add_all(scmp_filter_ctx filter, enum confine_calls calls)
{
    int result = add(filter, SCMP_ACT_KILL_PROCESS, fatal, LENGTH(fatal));

    if (result < 0)
        return result;
    if (calls == CONFINE_PROGRAMS)
        return add(filter, SCMP_ACT_ERRNO(EPERM), privileged, LENGTH(privileged));
    return add_listed(filter, calls);
}

int confine_calls(enum confine_calls calls, struct err *err)
{
    if (calls == CONFINE_ANY)
        return 0;

    bool programs = calls == CONFINE_PROGRAMS;
    scmp_filter_ctx filter = seccomp_init(programs ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM));
    int result = filter ? add_all(filter, calls) : -ENOMEM;

    if (result == 0)
        result = seccomp_load(filter);
    if (filter)
        seccomp_release(filter);
    if (result == 0)
        return 0;
    errno = -result;
    return err_errno(err, "load the filter of system calls (seccomp)");
}
