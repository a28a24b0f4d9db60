/* tests/unit/app/test_confinement.c - each wall is climbed from inside, in a child that has built
 * the walls of a whole configuration. */
#include "app/confinement.h"
#include "base/compiler.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- a small world --- */

static struct arena *kept;  /* texts of configurations */
static char home[PATH_MAX]; /* not below TMPDIR, which a pass may write to */

static const char *in_home(const char *name)
{
    static char paths[8][PATH_MAX + 64];
    static size_t next;
    char *path = paths[next++ % LENGTH(paths)];

    snprintf(path, sizeof paths[0], "%s/%s", home, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(in_home(name), "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_world(void **state)
{
    char folder[] = "./confinement-XXXXXX";

    (void)state;
    kept = arena_new();
    if (!mkdtemp(folder) || !realpath(folder, home))
        return -1;
    mkdir(in_home("state"), 0700);
    mkdir(in_home("outside"), 0700);
    mkdir(in_home("secrets"), 0700);
    mkdir(in_home("tmp"), 0700);
    put("secrets/token", "t\n");
    put("secrets/state.key", "k\n");
    put("outside/secret", "s\n");
    setenv("TMPDIR", in_home("tmp"), 1);
    return 0;
}

static int remove_world(void **state)
{
    struct err err;

    (void)state;
    arena_free(kept);
    return file_remove_folders(home, &err);
}

static struct config world_config(bool programs)
{
    struct config config = {
        .specs = { .url = programs ? "ssh://git@example.com/specs" : "https://example.com/specs" },
        .output = { .url = "https://example.com/out" },
    };

    config.specs.auth.password_file = arena_text(kept, in_home("secrets/token"));
    config.state_path = arena_text(kept, in_home("state/weft.db"));
    config.cache_path = arena_text(kept, in_home("state/cache"));
    config.state_key_file = arena_text(kept, in_home("secrets/state.key"));
    return config;
}

/* --- climbing --- */

/* 0: it was possible; else errno. */
static int opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int read_token(void) { return opens(in_home("secrets/token"), O_RDONLY); }
static int read_system(void) { return opens("/etc/passwd", O_RDONLY); }
static int read_outside(void) { return opens(in_home("outside/secret"), O_RDONLY); }
static int list_home(void) { return opens(home, O_RDONLY | O_DIRECTORY); }
static int write_state(void) { return opens(in_home("state/weft.db"), O_RDWR | O_CREAT); }
static int write_token(void) { return opens(in_home("secrets/token"), O_WRONLY); }
static int write_outside(void) { return opens(in_home("outside/new"), O_WRONLY | O_CREAT); }
static int write_system(void) { return opens("/etc/weft-was-here", O_WRONLY | O_CREAT); }

static int rename_in_state(void)
{
    if (opens(in_home("state/new"), O_WRONLY | O_CREAT) != 0)
        return errno;
    return rename(in_home("state/new"), in_home("state/old")) < 0 ? errno : 0;
}

static int spool(void) { return opens(in_home("tmp"), O_TMPFILE | O_RDWR); }

static int follow_link(void) { return opens(in_home("state/link"), O_RDONLY); }

static int start_program(void)
{
    pid_t child = fork();

    if (child < 0)
        return errno;
    if (child == 0)
        _exit(execl("/bin/true", "true", NULL) < 0 ? 1 : 0);
    waitpid(child, NULL, 0);
    return 0;
}

static int replace_program(void)
{
    execl("/bin/true", "true", NULL);
    return errno;
}

static int make_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int listen_on_port(void)
{
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int result = fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any) < 0 ? errno : 0;

    close(fd);
    return result;
}

static void *nothing(void *argument) { return argument; }

static int start_thread(void)
{
    pthread_t thread;
    int result = pthread_create(&thread, NULL, nothing, NULL);

    if (result == 0)
        pthread_join(thread, NULL);
    return result;
}

static int look_into_parent(void)
{
    return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) < 0 ? errno : 0;
}

static int signal_parent(void) { return kill(getppid(), 0) < 0 ? errno : 0; }
static int mount_something(void) { return mount("none", "/mnt", "tmpfs", 0, NULL) < 0 ? errno : 0; }
static int become_root(void) { return syscall(SYS_setuid, 1) < 0 ? errno : 0; }
static int leave_root(void) { return chroot("/mnt") < 0 ? errno : 0; }
static int set_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return clock_settime(CLOCK_REALTIME, &now) < 0 ? errno : 0;
}

static int gain_privileges(void)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) == 1 ? EPERM : 0;
}

/* The capabilities of this process in hexadecimal are all zero. */
static int use_capabilities(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];
    int found = 0;

    while (file && fgets(line, sizeof line, file))
        if ((strncmp(line, "CapEff:", 7) == 0 || strncmp(line, "CapPrm:", 7) == 0)
            && strtoull(line + 7, NULL, 16) == 0)
            found++;
    if (file)
        fclose(file);
    return found == 2 ? EPERM : 0;
}

enum expectation { POSSIBLE, REFUSED, DEADLY };

struct attempt {
    const char *what;
    int (*try)(void);
    enum expectation offline, network, programs;
};

static const struct attempt attempts[] = {
    { "a token is read", read_token, REFUSED, POSSIBLE, POSSIBLE },
    { "files of the system are read", read_system, POSSIBLE, POSSIBLE, POSSIBLE },
    { "a file that is not named is read", read_outside, REFUSED, REFUSED, REFUSED },
    { "a folder that is not named is listed", list_home, REFUSED, REFUSED, REFUSED },
    { "the state is written", write_state, REFUSED, POSSIBLE, POSSIBLE },
    { "files are renamed beside the state", rename_in_state, REFUSED, POSSIBLE, POSSIBLE },
    { "an unnamed file is made in TMPDIR", spool, POSSIBLE, POSSIBLE, POSSIBLE },
    { "a link beside the state leads outside", follow_link, REFUSED, REFUSED, REFUSED },
    { "a token is written", write_token, REFUSED, REFUSED, REFUSED },
    { "a file outside is made", write_outside, REFUSED, REFUSED, REFUSED },
    { "a file of the system is made", write_system, REFUSED, REFUSED, REFUSED },
    { "a program is started", start_program, REFUSED, REFUSED, POSSIBLE },
    { "this process becomes another program", replace_program, REFUSED, REFUSED, POSSIBLE },
    { "a socket is made", make_socket, REFUSED, POSSIBLE, POSSIBLE },
    { "a port is opened", listen_on_port, REFUSED, REFUSED, REFUSED },
    { "a thread is started", start_thread, POSSIBLE, POSSIBLE, POSSIBLE },
    { "another process is looked into", look_into_parent, DEADLY, DEADLY, DEADLY },
    { "another process is signalled", signal_parent, REFUSED, REFUSED, REFUSED },
    { "a file system is mounted", mount_something, REFUSED, REFUSED, REFUSED },
    { "root becomes another user", become_root, REFUSED, REFUSED, REFUSED },
    { "another root folder is taken", leave_root, REFUSED, REFUSED, REFUSED },
    { "the clock is set", set_clock, REFUSED, REFUSED, REFUSED },
    { "a set-user-ID program gives rights", gain_privileges, REFUSED, REFUSED, REFUSED },
    { "capabilities are left", use_capabilities, REFUSED, REFUSED, REFUSED },
};

/* What the child came to: its errno as exit status, or the signal. */
static enum expectation outcome(const struct attempt *attempt, const struct config *config)
{
    struct options options = { 0 };
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct arena *arena = arena_new();
        struct confinement confinement = confinement_plan(config, &options, arena);

        confinement_enter(&confinement, &options);
        _exit(attempt->try() == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? DEADLY : POSSIBLE;
    return WEXITSTATUS(status) ? REFUSED : POSSIBLE;
}

static void check(const char *what, enum expectation wanted, enum expectation got)
{
    static const char *const names[] = { "possible", "refused", "deadly" };

    if (wanted != got)
        fail_msg("%s: %s, and should be %s", what, names[got], names[wanted]);
}

static void climb(const struct config *config, size_t column)
{
    assert_return_code(symlink(in_home("outside/secret"), in_home("state/link")), errno);
    for (size_t i = 0; i < LENGTH(attempts); i++) {
        const enum expectation wanted[] = { attempts[i].offline, attempts[i].network,
                                            attempts[i].programs };

        check(attempts[i].what, wanted[column], outcome(&attempts[i], config));
    }
    unlink(in_home("state/link"));
}

static void test_files_of_the_command_line(void **state)
{
    (void)state;
    climb(NULL, 0);
}

static bool is_open(const struct confinement *plan, const char *path)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->paths[i].path, path) == 0)
            return true;
    return false;
}

/* A file may be replaced in its folder, so the folder is open as well, unless others keep their
 * files there. */
static void test_folders_of_files(void **state)
{
    static const char *const wide[][2] = {
        { "/key", "/" },          { "key", "." },         { "/root/key", "/root" },
        { "/home/key", "/home" }, { "/mnt/key", "/mnt" }, { "/srv/key", "/srv" },
    };
    struct options options = { .identity = "/etc/weft/key" };
    struct confinement plan = confinement_plan(NULL, &options, kept);

    (void)state;
    assert_true(is_open(&plan, "/etc/weft/key") && is_open(&plan, "/etc/weft"));
    for (size_t i = 0; i < LENGTH(wide); i++) {
        options.identity = wide[i][0];
        plan = confinement_plan(NULL, &options, kept);
        assert_true(is_open(&plan, wide[i][0]));
        if (is_open(&plan, wide[i][1]))
            fail_msg("%s", wide[i][1]);
    }
}

static void test_network(void **state)
{
    struct config config = world_config(false);

    (void)state;
    climb(&config, 1);
}

static void test_programs(void **state)
{
    struct config config = world_config(true);

    (void)state;
    climb(&config, 2);
}

/* Kubernetes exchanges a mounted Secret by renaming a folder beside it. */
static void test_exchanged_secrets(void **state)
{
    struct config config = world_config(false);
    struct options options = { 0 };
    int status;

    (void)state;
    if (fork() == 0) {
        struct arena *arena = arena_new();
        struct confinement confinement = confinement_plan(&config, &options, arena);

        confinement_enter(&confinement, &options);
        while (opens(in_home("secrets/..new/token"), O_RDONLY) == ENOENT)
            usleep(1000);
        _exit(opens(in_home("secrets/..new/token"), O_RDONLY));
    }
    mkdir(in_home("secrets/..new"), 0700);
    put("secrets/..new/token.part", "new\n");
    rename(in_home("secrets/..new/token.part"), in_home("secrets/..new/token"));
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_the_command_line),
        cmocka_unit_test(test_folders_of_files),
        cmocka_unit_test(test_network),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_exchanged_secrets),
    };

    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 6) {
        puts("SKIP: this kernel has no Landlock of version 6 (Linux 6.12)");
        return 0;
    }
    return cmocka_run_group_tests(tests, make_world, remove_world);
}
