/* tests/torture/fail.c - a shared object for LD_PRELOAD: the n-th call of one kind fails, as in
 * SQLite's and curl's torture tests.
 *   TORTURE=memory:N   the N-th malloc, calloc or realloc returns NULL
 *   TORTURE=disk:N     the N-th call that reads or changes a file fails with EIO or ENOSPC
 *   TORTURE=net:N      the N-th call on a socket fails with ECONNRESET
 *   TORTURE_GOES_ON=1  and every later one: a disk that stays full, a peer that stays gone
 *   TORTURE_KILLS=1    instead of failing, the call ends the process as kill -9 would
 *   TORTURE_CLOCK=N    the machine's clock began to say N seconds after 1970 as the program started
 *   TORTURE_COUNT=FILE how many calls of that kind there were is written there at the end
 *   TORTURE_PLACES=FILE a line for each call: the digest of the stack it came from
 * A process that falls with SIGSEGV, SIGBUS or SIGABRT says whose code fell: "torture: fell in
 * FILE", of the innermost frame that is not the C library's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc's own names for what
// this file replaces
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

enum kind { NOTHING, MEMORY, DISK, NET };

static enum kind kind; /* NOTHING until main begins: the loader's calls do not count */
static unsigned long fails_at;
static bool goes_on, kills;
static time_t clock_ahead; /* of the real one */
static atomic_ulong calls;
static char count_file[4096];
static int places_fd = -1;

/* --- where a call or a fall came from --- */

enum { FRAMES = 24, OWN_FRAMES = 3 };

/* Two calls from the same chain of callers have one place. */
static void note_place(void)
{
    char line[32];
    void *frames[FRAMES];
    int count;
    unsigned long sum = 14695981039346656037UL; /* FNV-1a */

    count = backtrace(frames, FRAMES);
    for (int i = OWN_FRAMES; i < count; i++)
        sum = (sum ^ (unsigned long)frames[i]) * 1099511628211UL;
    count = snprintf(line, sizeof line, "%016lx\n", sum);
    if (syscall(SYS_write, places_fd, line, (size_t)count) < 0)
        _exit(99);
}

/* Where the C library falls, its caller gave it a pointer that leads nowhere. */
static bool has_fallen(const char *file)
{
    return !strstr(file, "/libc.so") && !strstr(file, "torture");
}

static void report_fall(int signal)
{
    static const char words[] = "torture: fell in ";
    void *frames[FRAMES];
    int count = backtrace(frames, FRAMES);
    Dl_info info;

    for (int i = 0; i < count; i++)
        if (dladdr(frames[i], &info) && has_fallen(info.dli_fname)) {
            (void)!syscall(SYS_write, STDERR_FILENO, words, sizeof words - 1);
            (void)!syscall(SYS_write, STDERR_FILENO, info.dli_fname, strlen(info.dli_fname));
            (void)!syscall(SYS_write, STDERR_FILENO, "\n", 1UL);
            break;
        }
    raise(signal); /* SA_RESETHAND: now it ends the process */
}

static void watch_falls(void)
{
    struct sigaction action = { .sa_handler = report_fall, .sa_flags = SA_RESETHAND | SA_NODEFER };
    void *frame;

    backtrace(&frame, 1); /* what it loads, it loads now */
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGABRT, &action, NULL);
}

/* Whether this call is the one. */
static bool strikes(enum kind of)
{
    unsigned long number = kind == of ? atomic_fetch_add(&calls, 1) + 1 : 0;

    if (number > 0 && places_fd >= 0)
        note_place();
    if (number == 0 || fails_at == 0 || (number != fails_at && !(goes_on && number > fails_at)))
        return false;
    if (kills)
        _exit(137); /* what a shell reports after SIGKILL; no destructor runs */
    return true;
}

static void set_clock(void)
{
    const char *wanted = getenv("TORTURE_CLOCK");
    struct timespec now = { 0 };

    if (wanted && clock_gettime(CLOCK_REALTIME, &now) == 0)
        clock_ahead = (time_t)strtoll(wanted, NULL, 10) - now.tv_sec;
}

__attribute__((constructor)) static void begin(void)
{
    static const char *const names[] = { [MEMORY] = "memory:", [DISK] = "disk:", [NET] = "net:" };
    const char *wanted = getenv("TORTURE"), *file = getenv("TORTURE_COUNT");

    snprintf(count_file, sizeof count_file, "%s", file ? file : "");
    for (int i = MEMORY; wanted && i <= NET; i++)
        if (strncmp(wanted, names[i], strlen(names[i])) == 0) {
            fails_at = strtoul(wanted + strlen(names[i]), NULL, 10);
            kind = (enum kind)i;
        }
    set_clock();
    watch_falls();
    if (kind && getenv("TORTURE_PLACES"))
        places_fd = (int)syscall(SYS_open, getenv("TORTURE_PLACES"),
                                 O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    goes_on = getenv("TORTURE_GOES_ON");
    kills = getenv("TORTURE_KILLS");
    unsetenv("LD_PRELOAD"); /* programs that are started are not tortured */
}

__attribute__((destructor)) static void end(void)
{
    unsigned long count = atomic_load(&calls);
    FILE *file;

    kind = NOTHING;
    file = *count_file ? fopen(count_file, "w") : NULL;
    if (file) {
        fprintf(file, "%lu\n", count);
        fclose(file);
    }
}

/* --- memory --- */

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) { return strikes(MEMORY) ? no_memory() : __libc_malloc(size); }

void *calloc(size_t count, size_t size)
{
    return strikes(MEMORY) ? no_memory() : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return strikes(MEMORY) ? no_memory() : __libc_realloc(old, size);
}

/* --- disk and network --- */

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static long fails(int code)
{
    errno = code;
    return -1;
}

/* A descriptor of a file, not of a socket or a terminal. */
static bool is_file(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
}

static bool is_socket(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode);
}

static bool strikes_fd(int fd)
{
    if (kind == DISK && is_file(fd))
        return strikes(DISK);
    return kind == NET && is_socket(fd) && strikes(NET);
}

static int code_of(int on_disk) { return kind == DISK ? on_disk : ECONNRESET; }

ssize_t read(int fd, void *to, size_t len)
{
    return strikes_fd(fd) ? fails(code_of(EIO)) : REAL(read)(fd, to, len);
}

ssize_t write(int fd, const void *from, size_t len)
{
    return strikes_fd(fd) ? fails(code_of(ENOSPC)) : REAL(write)(fd, from, len);
}

ssize_t pread64(int fd, void *to, size_t len, off64_t at)
{
    return strikes_fd(fd) ? fails(EIO) : REAL(pread64)(fd, to, len, at);
}

ssize_t pread(int fd, void *to, size_t len, off_t at)
{
    return strikes_fd(fd) ? fails(EIO) : REAL(pread)(fd, to, len, at);
}

ssize_t pwrite64(int fd, const void *from, size_t len, off64_t at)
{
    return strikes_fd(fd) ? fails(ENOSPC) : REAL(pwrite64)(fd, from, len, at);
}

ssize_t pwrite(int fd, const void *from, size_t len, off_t at)
{
    return strikes_fd(fd) ? fails(ENOSPC) : REAL(pwrite)(fd, from, len, at);
}

int fsync(int fd) { return strikes(DISK) ? (int)fails(EIO) : REAL(fsync)(fd); }
int fdatasync(int fd) { return strikes(DISK) ? (int)fails(EIO) : REAL(fdatasync)(fd); }

int ftruncate(int fd, off_t len)
{
    return strikes(DISK) ? (int)fails(EIO) : REAL(ftruncate)(fd, len);
}

int rename(const char *from, const char *to)
{
    return strikes(DISK) ? (int)fails(EIO) : REAL(rename)(from, to);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    return strikes(DISK) ? (int)fails(EIO) : REAL(renameat)(from_fd, from, to_fd, to);
}

int unlink(const char *path) { return strikes(DISK) ? (int)fails(EIO) : REAL(unlink)(path); }

int mkdir(const char *path, mode_t mode)
{
    return strikes(DISK) ? (int)fails(ENOSPC) : REAL(mkdir)(path, mode);
}

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = mode_of(flags, args);
    va_end(args);
    return strikes(DISK) ? (int)fails(EMFILE) : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = mode_of(flags, args);
    va_end(args);
    return strikes(DISK) ? (int)fails(EMFILE) : REAL(open64)(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = mode_of(flags, args);
    va_end(args);
    return strikes(DISK) ? (int)fails(EMFILE) : REAL(openat)(folder, path, flags, mode);
}

int connect(int fd, const struct sockaddr *to, socklen_t len)
{
    return strikes(NET) ? (int)fails(ECONNREFUSED) : REAL(connect)(fd, to, len);
}

ssize_t send(int fd, const void *from, size_t len, int flags)
{
    return strikes(NET) ? fails(ECONNRESET) : REAL(send)(fd, from, len, flags);
}

ssize_t recv(int fd, void *to, size_t len, int flags)
{
    return strikes(NET) ? fails(ECONNRESET) : REAL(recv)(fd, to, len, flags);
}

int socket(int domain, int type, int protocol)
{
    return strikes(NET) ? (int)fails(EMFILE) : REAL(socket)(domain, type, protocol);
}

/* --- clock --- */

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = REAL(clock_gettime)(clock, out);

    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += clock_ahead;
    return result;
}

time_t time(time_t *out)
{
    struct timespec now = { 0 };

    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now = { 0 };

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
    return 0;
}
