/* base/confine_calls.c - which system calls stay allowed, as a program for seccomp(2).
 *
 * A pass that starts no program lives on a list of what it may call.  ssh, gpg and credential
 * plugins inherit the filter and are free to need anything, so beside them only the calls are
 * refused that reach into other processes or the kernel.  Calls that weft's own code never makes
 * end the process; everything else fails with EPERM, so that a libc that tries a newer call first
 * falls back to the older one.
 *
 * libseccomp gives the numbers of the calls; the program is written here, into a fixed array.  When
 * an allocation fails inside libseccomp 2.5's generator, the generator loops endlessly, frees twice
 * or loads a filter that refuses even write(2), and the process ends without a message.  A program
 * for a flat list needs no memory: two instructions for each call, the first match decides.
 */
#include "base/confine_calls.h"
#include "base/compiler.h"

#include <assert.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

enum {
    FRAME = 16, /* the instructions of begin, add_threads and the last one, rounded up */
    X32 = 0x40000000,
    LOW_WORD = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0, /* of an argument */
};

struct program {
    struct sock_filter
        at[2 * (LENGTH(fatal) + LENGTH(privileged) + LENGTH(offline) + LENGTH(network)) + FRAME];
    unsigned short count;
};

static void put(struct program *program, struct sock_filter instruction)
{
    assert(program->count < LENGTH(program->at));
    program->at[program->count++] = instruction;
}

static void load(struct program *program, size_t offset)
{
    put(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void answer(struct program *program, uint32_t action)
{
    put(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* A call of another architecture has other numbers, as one of x32 has: either ends the process. */
static void begin(struct program *program)
{
    load(program, offsetof(struct seccomp_data, arch));
    put(program,
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 1, 0));
    answer(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1));
    answer(program, SECCOMP_RET_KILL_PROCESS);
}

/* A name that this machine has no call for is skipped. */
static void add(struct program *program, uint32_t action, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int call = seccomp_syscall_resolve_name(names[i]);

        if (call < 0)
            continue;
        put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1));
        answer(program, action);
    }
}

/* The resolver of libcurl is a thread.  clone may make one, and nothing else; clone3 keeps its
 * flags in memory, where a filter cannot look, and libc falls back to clone.  The last rule: the
 * number of the call is no longer loaded behind it. */
static void add_threads(struct program *program)
{
    static const char *const unseen[] = { "clone3" };

    add(program, SECCOMP_RET_ERRNO | ENOSYS, unseen, LENGTH(unseen));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3));
    load(program, offsetof(struct seccomp_data, args) + LOW_WORD);
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
    answer(program, SECCOMP_RET_ALLOW);
}

static void write_program(struct program *out, enum confine_calls calls)
{
    begin(out);
    add(out, SECCOMP_RET_KILL_PROCESS, fatal, LENGTH(fatal));
    if (calls == CONFINE_PROGRAMS) {
        add(out, SECCOMP_RET_ERRNO | EPERM, privileged, LENGTH(privileged));
        answer(out, SECCOMP_RET_ALLOW);
        return;
    }
    add(out, SECCOMP_RET_ALLOW, offline, LENGTH(offline));
    if (calls == CONFINE_NETWORK)
        add(out, SECCOMP_RET_ALLOW, network, LENGTH(network));
    add_threads(out);
    answer(out, SECCOMP_RET_ERRNO | EPERM);
}

int confine_calls(enum confine_calls calls, struct err *err)
{
    struct program program = { .count = 0 };
    struct sock_fprog loaded = { .filter = program.at };

    if (calls == CONFINE_ANY)
        return 0;
    write_program(&program, calls);
    loaded.len = program.count;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0
        || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &loaded) < 0)
        return err_errno(err, "load the filter of system calls (seccomp)");
    return 0;
}
