/* tests/lib/failing_crypto.c - counts what libcrypto asks for, and refuses it once. */
#include "tests/lib/failing_crypto.h"

#include "tests/lib/check.h"
#include <openssl/crypto.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int calls, fails_at; /* 0: nothing is counted */

static bool strikes(void)
{
    const int at = atomic_load(&fails_at);

    return at && atomic_fetch_add(&calls, 1) + 1 == at;
}

static void *get(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return strikes() ? NULL : malloc(size);
}

static void *get_more(void *old, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return strikes() ? NULL : realloc(old, size);
}

static void give_back(void *memory, const char *file, int line)
{
    (void)file, (void)line;
    free(memory);
}

bool failing_crypto_install(void) { return CRYPTO_set_mem_functions(get, get_more, give_back); }

void failing_crypto_over(void) { atomic_store(&fails_at, 0); }

enum { MEMORY_OUT = 1, END = 64 }; /* exit statuses: memory_out's, and of an attempt unhindered */

static int status_of(enum attempt (*attempt)(void *context), void *context, int n)
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* cmocka's handler would go on with the tests here */
        atomic_store(&fails_at, n);
        enum attempt result = attempt(context);
        _exit(atomic_load(&calls) < n    ? END
              : result == ATTEMPT_FAILED ? MEMORY_OUT
                                         : 2 + (int)result);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("it fell with signal %d when allocation %d failed", WTERMSIG(status), n);
    return WEXITSTATUS(status);
}

int failing_crypto_sweep(enum attempt (*attempt)(void *context), void *context)
{
    int failed = 0;

    for (int n = 1;; n++) {
        int status = status_of(attempt, context, n);

        if (status == END)
            return failed;
        if (status == 2 + ATTEMPT_HALF)
            fail_msg("it came to half a thing when allocation %d failed", n);
        assert_true(status == MEMORY_OUT || status == 2 + ATTEMPT_WHOLE);
        failed += status == MEMORY_OUT;
    }
}
