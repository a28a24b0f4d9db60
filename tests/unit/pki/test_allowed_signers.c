/* tests/unit/pki/test_allowed_signers.c - lists of signers as ssh-keygen reads them: who may sign
 * what, and when; lines that allow nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64.h"
#include "pki/allowed_signers.h"
#include <string.h>

#define TYPE "ssh-ed25519"
#define KEY "AAAAC3NzaC1lZDI1NTE5AAAAIFwR1LPFbcjS3meMcs44tmtcwmNddKn3uR/haPi5zS4o"
#define OTHER "AAAAC3NzaC1lZDI1NTE5AAAAIAwR1LPFbcjS3meMcs44tmtcwmNddKn3uR/haPi5zS4o"

enum { NOV_30_2026 = 1795996800 };

static const struct {
    const char *sentence, *file;
    const char *principals; /* NULL: KEY may not sign now */
    size_t mistakes;
} lists[] = {
    { "the key is there", "alice@example.com " TYPE " " KEY " a comment\n", "alice@example.com",
      0 },
    { "another key is there", "bob@example.com " TYPE " " OTHER "\n", NULL, 0 },
    { "comments, empty lines, blanks, CR LF", "# team\r\n\r\n  alice,bob \t" TYPE "  " KEY "\r\n",
      "alice,bob", 0 },
    { "no newline at the end", "a " TYPE " " KEY, "a", 0 },
    { "for commits", "a namespaces=\"git\" " TYPE " " KEY, "a", 0 },
    { "for commits among others", "a namespaces=\"file,g*\" " TYPE " " KEY, "a", 0 },
    { "for files only", "a namespaces=\"file\" " TYPE " " KEY, NULL, 0 },
    { "valid by now", "a valid-after=\"20261129\" " TYPE " " KEY, "a", 0 },
    { "valid from tomorrow", "a valid-after=\"20261201\" " TYPE " " KEY, NULL, 0 },
    { "valid until tomorrow", "a valid-before=\"20261201\" " TYPE " " KEY, "a", 0 },
    { "not valid any more", "a valid-before=\"202611292359\" " TYPE " " KEY, NULL, 0 },
    { "both, and a namespace",
      "a namespaces=\"git\",valid-after=\"20260101Z\",valid-before=\"20270101\" " TYPE " " KEY, "a",
      0 },
    { "first a line that does not allow it, then one that does",
      "a valid-before=\"20200101\" " TYPE " " KEY "\nb " TYPE " " KEY, "b", 0 },
    { "an authority for certificates", "a cert-authority " TYPE " " KEY, NULL, 1 },
    { "an option that is not known, a good line after it",
      "a wild " TYPE " " OTHER "\na " TYPE " " KEY, "a", 1 },
    { "a time that is none", "a valid-after=\"2026\" " TYPE " " KEY, NULL, 1 },
    { "a day that is none", "a valid-before=\"20280230\" " TYPE " " KEY, NULL, 1 },
    { "the last day of February", "a valid-before=\"20280229\" " TYPE " " KEY, "a", 0 },
    { "a minute and a second",
      "a valid-after=\"20261129235959Z\",valid-before=\"209901010000\" " TYPE " " KEY, "a", 0 },
    { "a month that is none", "a valid-after=\"20261301\" " TYPE " " KEY, NULL, 1 },
    { "no key", "a\n", NULL, 1 },
    { "a key that is not base64", "a " TYPE " !!!!\n", NULL, 1 },
    { "a key of another type than it says", "a ssh-rsa " KEY "\n", NULL, 1 },
    { "a hardware key", "a sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t\n",
      NULL, 1 },
    { "an empty list", "# nothing yet\n", NULL, 1 },
};

static void each_list(void **state)
{
    AUTO_TEXT key = { 0 };

    (void)state;
    assert_true(base64_decode(&key, KEY, strlen(KEY)));
    for (size_t i = 0; i < LENGTH(lists); i++) {
        struct arena *arena = arena_new();
        struct diags diags = { .arena = arena };
        struct allowed_signers signers;
        const struct allowed_signer *found;
        const char *why;

        print_message("%s\n", lists[i].sentence);
        allowed_signers_parse(&signers, "signers", lists[i].file, strlen(lists[i].file), arena,
                              &diags);
        assert_int_equal(diags.errors, lists[i].mistakes);
        if (diags.first)
            assert_string_equal(diags.first->place.file, "signers");
        found = allowed_signers_find(
            &signers, (struct ssh_string){ (const unsigned char *)key.bytes, key.len }, "git",
            NOV_30_2026, &why, arena);
        assert_int_equal(!found, !lists[i].principals);
        if (found)
            assert_string_equal(found->principals, lists[i].principals);
        else
            assert_non_null(strstr(why, "signers"));
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_list) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
