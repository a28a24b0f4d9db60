/* tests/unit/base/test_confine_calls.c - which system calls each filter lets through, tried in a
 * child; whole configurations are in tests/unit/app/test_confinement.c. */
#include "base/compiler.h"
#include "base/confine_calls.h"
#include "base/sanitizer.h"
#include "tests/lib/check.h"
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each: 0 when the call was let through, else errno. */
static int socket_made(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int child_made(void)
{
    pid_t child = fork();

    if (child < 0)
        return errno;
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    return 0;
}

static int mounted(void) { return mount("none", "/none/such", "tmpfs", 0, NULL) < 0 ? errno : 0; }
static int traced(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? errno : 0; }
static int asked(void) { return getppid() > 0 ? 0 : errno; }

enum result { LET, DENIED, KILLED };

/* clang-format off */
static const struct {
    const char *sentence;
    int (*call)(void);
    enum result wanted[CONFINE_ANY]; /* of CONFINE_OFFLINE, _NETWORK, _PROGRAMS */
} rows[] = {
    { "a question about the process", asked, { LET, LET, LET } },
    { "a socket", socket_made, { DENIED, LET, LET } },
    { "a child", child_made, { DENIED, DENIED, LET } },
    { "a mount", mounted, { DENIED, DENIED, DENIED } },
    { "ptrace", traced, { KILLED, KILLED, KILLED } },
};
/* clang-format on */

static enum result result_of(int (*call)(void), enum confine_calls calls)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct err err;

        if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0 || confine_calls(calls, &err) < 0)
            _exit(2);
        _exit(call() == EPERM ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGSYS);
        return KILLED;
    }
    assert_in_range(WEXITSTATUS(status), 0, 1);
    return WEXITSTATUS(status) ? DENIED : LET;
}

static void test_each_filter(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (int calls = CONFINE_OFFLINE; calls < CONFINE_ANY; calls++) {
            print_message("%s, filter %d\n", rows[i].sentence, calls);
            assert_int_equal(result_of(rows[i].call, (enum confine_calls)calls),
                             rows[i].wanted[calls]);
        }
}

/* For a build that is instrumented: the calls of sanitizers are on no list. */
static void test_no_filter(void **state)
{
    (void)state;
    assert_int_equal(result_of(child_made, CONFINE_ANY), LET);
}

/* From here on every malloc of this process fails. */
static void use_up_memory(void)
{
    const struct rlimit none = { 0, 0 };

    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    for (size_t size = (size_t)1 << 20; size > 0; size /= 2) {
        void *volatile kept;

        while ((kept = malloc(size)))
            continue; /* given up on purpose */
    }
}

/* The filter is as whole as ever: a generator that allocates would leave rules out. */
static void test_without_memory(void **state)
{
    int status;
    pid_t child;

    (void)state;
    if (SANITIZED)
        skip(); /* its allocator ends the process */
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct err err;

        use_up_memory();
        if (confine_calls(CONFINE_NETWORK, &err) < 0)
            _exit(2);
        _exit(socket_made() == 0 && mounted() == EPERM && child_made() == EPERM ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_filter),
        cmocka_unit_test(test_no_filter),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests_name("base/confine_calls", tests, NULL, NULL);
}
