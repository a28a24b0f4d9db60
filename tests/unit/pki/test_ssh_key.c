/* tests/unit/pki/test_ssh_key.c - private keys as ssh-keygen writes them; public keys as SSH sends
 * them.  tests/e2e/signing.bats opens each kind that ssh-keygen makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64.h"
#include "pki/ssh_key.h"
#include "tests/lib/failing_crypto.h"
#include <string.h>

/* A key of this test alone. */
static const char openssh[] =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "QyNTUxOQAAACBcEdSzxW3I0t5njHLOOLZrXMJjXXSp97kf4Wj4uc0uKAAAAIhVCMEHVQjB\n"
    "BwAAAAtzc2gtZWQyNTUxOQAAACBcEdSzxW3I0t5njHLOOLZrXMJjXXSp97kf4Wj4uc0uKA\n"
    "AAAEAucvNiV4QOQ9KWlsYcp5PsOi2iG35I2t3z6IXv+3k5ylwR1LPFbcjS3meMcs44tmtc\n"
    "wmNddKn3uR/haPi5zS4oAAAAAXQBAgME\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

static const char ecdsa[] =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS\n"
    "1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQTXRm3kyl3yRsKFsKx5TNzQebckl4bI\n"
    "112MItTseOAHBSclusXflxsvI7VySIeNrbK3h1yGKD7LJ2z1Q1iWMAKdAAAAoPsQjkr7EI\n"
    "5KAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNdGbeTKXfJGwoWw\n"
    "rHlM3NB5tySXhsjXXYwi1Ox44AcFJyW6xd+XGy8jtXJIh42tsreHXIYoPssnbPVDWJYwAp\n"
    "0AAAAgeeAjsmoDDfrjuhz6nD+sgR2vLj9vFkzxxkJIPfmyBMoAAAABdAECAwQFBgc=\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

static int open_key(struct ssh_key **out, const char *text, struct err *err)
{
    return ssh_key_open(out, "signing key k", text, strlen(text), err);
}

static void a_file_of_openssh(void **state)
{
    AUTO(ssh_key_close) struct ssh_key *key = NULL;
    char fingerprint[52];
    struct err err;

    (void)state;
    if (open_key(&key, openssh, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(key->type, SSH_ED25519);
    ssh_key_fingerprint(fingerprint, key->blob.bytes, key->blob.len);
    assert_string_equal(fingerprint, "SHA256:f7vEnzMdKhzn7HiswMNt3/4mCOh5w7zTagRuyAYkK98");
}

/* A file that ends anywhere, or has one character that differs, is refused or is the same key; the
 * err never repeats it. */
static void damaged_files(void **state)
{
    char text[sizeof openssh];

    (void)state;
    for (size_t len = 0; len < strlen(openssh) - 2; len++) {
        struct ssh_key *key = NULL;
        struct err err = { 0 };

        memcpy(text, openssh, len);
        text[len] = '\0';
        assert_int_equal(open_key(&key, text, &err), -1);
        assert_non_null(strstr(err.text, "signing key k"));
        assert_null(strstr(err.text, "b3BlbnNz"));
    }
    for (size_t at = 36; at < strlen(openssh) - 37; at++) {
        AUTO(ssh_key_close) struct ssh_key *key = NULL;
        struct err err = { 0 };

        memcpy(text, openssh, sizeof openssh);
        text[at] = text[at] == 'A' ? 'B' : 'A';
        if (open_key(&key, text, &err) < 0)
            assert_non_null(strstr(err.text, "signing key k"));
    }
}

static void what_is_no_signing_key(void **state)
{
    static const char *const texts[] = {
        "", "ssh-ed25519 AAAA", "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct ssh_key *key = NULL;
        struct err err = { 0 };

        assert_int_equal(open_key(&key, texts[i], &err), -1);
        assert_null(key);
    }
}

static void public_keys(void **state)
{
    static const struct {
        const char *base64;
        const char *says; /* NULL: it is taken */
    } blobs[] = {
        { "AAAAC3NzaC1lZDI1NTE5AAAAIFwR1LPFbcjS3meMcs44tmtcwmNddKn3uR/haPi5zS4o", NULL },
        { "AAAAC3NzaC1lZDI1NTE5AAAAIFwR1LPFbcjS3meMcs44tmtcwmNddKn3uR/haPi5zS4oAA==", "malformed" },
        { "AAAAC3NzaC1lZDI1NTE5AAAAHw==", "malformed" },
        { "AAAAB3NzaC1kc3M=", "type" },
        { "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAzODQAAAABBA==", "malformed" },
        { "", "type" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(blobs); i++) {
        AUTO(ssh_key_close) struct ssh_key *key = NULL;
        AUTO_TEXT blob = { 0 };
        struct err err = { 0 };

        assert_true(base64_decode(&blob, blobs[i].base64, strlen(blobs[i].base64)));
        assert_int_equal(
            ssh_key_of_blob(&key,
                            (struct ssh_string){
                                (const unsigned char *)(blob.bytes ? blob.bytes : ""), blob.len },
                            &err),
            blobs[i].says ? -1 : 0);
        if (blobs[i].says)
            assert_non_null(strstr(err.text, blobs[i].says));
    }
}

static enum attempt open_starved(void *context)
{
    AUTO(ssh_key_close) struct ssh_key *key = NULL;
    char fingerprint[52];
    struct err err;
    const int result = open_key(&key, context, &err);

    failing_crypto_over();
    if (result < 0)
        return ATTEMPT_FAILED;
    ssh_key_fingerprint(fingerprint, key->blob.bytes, key->blob.len);
    return strcmp(fingerprint, "SHA256:8/4DaSsH6/3Ra28X0p4ElT8QT3r0Afqc53Dq2KmLccE") == 0
               ? ATTEMPT_WHOLE
               : ATTEMPT_HALF;
}

/* Commits are signed by a key that others look up by these bytes. */
static void want_of_memory_leaves_no_half_of_a_public_key(void **state)
{
    (void)state;
    assert_true(failing_crypto_sweep(open_starved, UNCONST(ecdsa)) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_openssh),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(what_is_no_signing_key),
        cmocka_unit_test(public_keys),
        cmocka_unit_test(want_of_memory_leaves_no_half_of_a_public_key),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests(tests, NULL, NULL);
}
