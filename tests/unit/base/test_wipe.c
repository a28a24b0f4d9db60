/* tests/unit/base/test_wipe.c - what is given back holds nothing of what was in it. */
#include "tests/lib/check.h"

#include "base/wipe.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 4000, ALLOCATOR = 32 /* what free may write of its own at the beginning */ };
static const char secret[] = "the secret";

static char *filled(void)
{
    char *bytes = malloc(SIZE);

    assert_non_null(bytes);
    for (size_t at = 0; at + sizeof secret <= SIZE; at += sizeof secret)
        memcpy(bytes + at, secret, sizeof secret);
    return bytes;
}

/* Reads memory that was given back through the kernel, as an attacker would. */
static bool still_there(uintptr_t address)
{
    static char seen[SIZE];
    struct iovec here = { seen, SIZE }, there = { (void *)address, SIZE };

    if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != SIZE)
        return false; /* its page is gone */
    return memmem(seen + ALLOCATOR, SIZE - ALLOCATOR, secret, sizeof secret - 1) != NULL;
}

static void freed_memory_is_overwritten(void **state)
{
    char *bytes = filled();
    uintptr_t address = (uintptr_t)bytes;

    (void)state;
    assert_true(still_there(address));
    wipe_free(bytes);
    assert_false(still_there(address));
    wipe_free(NULL);
}

static void memory_that_grows_moves_and_leaves_nothing(void **state)
{
    char *bytes = filled(), *grown;
    uintptr_t address = (uintptr_t)bytes;

    (void)state;
    grown = wipe_realloc(bytes, 3 * SIZE);
    assert_memory_equal(grown, secret, sizeof secret);
    assert_false(still_there(address));
    grown = wipe_realloc(grown, 5);
    assert_memory_equal(grown, secret, 5);
    wipe_free(grown);
    grown = wipe_realloc(NULL, 0);
    assert_non_null(grown);
    wipe_free(grown);
}

static bool wipes, wipes_late;

static void libcrypto_wipes_what_it_frees(void **state)
{
    char *bytes;
    uintptr_t address;

    (void)state;
    assert_true(wipes);
    bytes = OPENSSL_malloc(SIZE);
    address = (uintptr_t)bytes;
    for (size_t at = 0; at + sizeof secret <= SIZE; at += sizeof secret)
        memcpy(bytes + at, secret, sizeof secret);
    assert_true(still_there(address));
    OPENSSL_free(bytes);
    assert_false(still_there(address));
    assert_false(wipes_late);
}

/* Whether it works in a process that has used libcrypto. */
static bool wipe_after_use(void)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        OPENSSL_free(OPENSSL_malloc(1));
        _exit(wipe_libcrypto());
    }
    return waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

int main(void)
{
    wipes_late = wipe_after_use();
    wipes = wipe_libcrypto(); /* as the program does, before anything uses libcrypto */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libcrypto_wipes_what_it_frees),
        cmocka_unit_test(freed_memory_is_overwritten),
        cmocka_unit_test(memory_that_grows_moves_and_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
