/* tests/unit/base/test_stand_in.c - what takes the place of a file is recognised, and a good file
 * is not. */
#include "tests/lib/check.h"

#include "base/stand_in.h"

#define BYTES(text) (text), sizeof(text) - 1

/* clang-format off */
static const struct {
    const char *sentence, *bytes;
    size_t len;
    const char *part; /* of what is said; NULL: nothing */
} rows[] = {
    { "a Git LFS pointer", BYTES("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"), "Git LFS" },
    { "git-crypt", BYTES("\0GITCRYPT\0abc"), "git-crypt" },
    { "SOPS", BYTES("a: ENC[AES256_GCM,data:x]\n"), "SOPS" },
    { "Ansible Vault", BYTES("$ANSIBLE_VAULT;1.1;AES256\n"), "Ansible Vault" },
    { "age", BYTES("age-encryption.org/v1\n"), "age" },
    { "PGP", BYTES("-----BEGIN PGP MESSAGE-----\n"), "PGP" },
    { "a page", BYTES("<!DOCTYPE html>\n"), "web page" },
    { "a page after a byte order mark", BYTES("\xEF\xBB\xBF<html>"), "web page" },
    { "an error of kubectl", BYTES("Error from server (NotFound): x\n"), "error message" },
    { "an error of git", BYTES("fatal: not a repository\n"), "error message" },
    { "a symbolic link as text", BYTES("../shared/mesh.yaml"), "symbolic link" },
    { "a merge conflict", BYTES("a: 1\n<<<<<<< HEAD\n"), "merge conflict" },
    { "a template at the beginning of a line", BYTES("{{- if .Values.x }}\na: 1\n"), "template" },
    { "a template as a value", BYTES("a: {{ .Values.x }}\n"), "template" },
    { "UTF-16, little end first", BYTES("\xFF\xFE" "a\0"), "UTF-16" },
    { "UTF-16 without a mark", BYTES("\0a\0:"), "UTF-16" },
    { "gzip", BYTES("\x1F\x8B\x08"), "gzip" },
    { "zip", BYTES("PK\x03\x04"), "zip" },
    { "a good file", BYTES("a: 1\n"), NULL },
    { "braces inside of a text", BYTES("a: \"x {{ y }}\"\n"), NULL },
    { "nothing", BYTES(""), NULL },
    { "a name of a file inside of a document", BYTES("a: mesh.yaml\n"), NULL },
};
/* clang-format on */

static void what_a_file_is_instead(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *found = stand_in_find(rows[i].bytes, rows[i].len);

        CASE(rows[i].sentence);
        if (!rows[i].part)
            assert_null(found);
        else if (!found || !strstr(found, rows[i].part))
            fail_msg("no \"%s\" in: %s", rows[i].part, found ? found : "nothing");
    }
}

static void only_encodings_are_no_text_at_all(void **state)
{
    (void)state;
    assert_non_null(stand_in_encoding(BYTES("\0GITCRYPT\0")));
    assert_non_null(stand_in_encoding(BYTES("\xFE\xFF\0a")));
    assert_null(stand_in_encoding(BYTES("<html>")));
    assert_null(stand_in_encoding(BYTES("a")));
    assert_null(stand_in_encoding(BYTES("\0\0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_file_is_instead),
        cmocka_unit_test(only_encodings_are_no_text_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
