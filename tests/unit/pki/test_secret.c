/* tests/unit/pki/test_secret.c - bytes in guarded memory, and a process that cannot be looked into.
 */
#include "base/sanitizer.h"
#include "pki/openssl.h"
#include "pki/secret.h"
#include "tests/lib/trust_fixture.h"
#include <openssl/crypto.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void bytes_are_copied_with_a_nul_behind(void **state)
{
    AUTO(secret_free) struct secret *secret = secret_copy("a\0b", 3);
    AUTO(secret_free) struct secret *empty = secret_copy(NULL, 0);
    AUTO(secret_free) struct secret *zero = secret_new(4);

    (void)state;
    assert_int_equal(secret->len, 3);
    assert_memory_equal(secret->bytes, "a\0b", 4);
    assert_int_equal(empty->len, 0);
    assert_int_equal(empty->bytes[0], 0);
    assert_memory_equal(zero->bytes, "\0\0\0\0", 5);
}

static void equal_is_equal_in_length_and_bytes(void **state)
{
    static const struct {
        const char *a, *b;
        size_t a_len, b_len;
        bool equal;
    } rows[] = {
        { "ab", "ab", 2, 2, true }, { "ab", "ac", 2, 2, false }, { "ab", "ab", 2, 1, false },
        { "", "", 0, 0, true },     { "", "a", 0, 1, false },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(secret_free) struct secret *a = secret_copy(rows[i].a, rows[i].a_len);
        AUTO(secret_free) struct secret *b = secret_copy(rows[i].b, rows[i].b_len);

        assert_int_equal(secret_equal(a, b), rows[i].equal);
    }
}

static void wiping_leaves_nothing(void **state)
{
    char bytes[] = "password";

    (void)state;
    secret_wipe(bytes, sizeof bytes);
    assert_memory_equal(bytes, "\0\0\0\0\0\0\0\0", sizeof bytes);
}

/* What a protected process is: no core file, no debugger of the same user, secrets in libcrypto's
 * heap.  The bit that is not so is the exit status. */
static int protected(void)
{
    struct rlimit core;
    struct secret *secret;
    bool locked;
    struct err err;
    int result = 0;

    if (secret_protect_all(&locked, &err) < 0 || secret_protect_all(&locked, &err) < 0)
        return 1;
    secret = secret_copy("x", 1);
    if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        result |= 2;
    if (!SANITIZED && prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L) != 0)
        result |= 4;
    if (!CRYPTO_secure_allocated(secret))
        result |= 8;
    secret_free(secret);
    return CRYPTO_secure_used() == 0 ? result : result | 16;
}

static void a_protected_process_shows_no_memory(void **state)
{
    int status;
    pid_t child = fork();

    (void)state;
    assert_true(child >= 0);
    if (child == 0)
        _exit(protected());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_copied_with_a_nul_behind),
        cmocka_unit_test(equal_is_equal_in_length_and_bytes),
        cmocka_unit_test(wiping_leaves_nothing),
        cmocka_unit_test(a_protected_process_shows_no_memory),
    };

    return cmocka_run_group_tests_name("pki/secret", tests, NULL, NULL);
}
