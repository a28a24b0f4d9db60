/* tests/unit/base/test_digest.c - published digests, Git's own object names, and what a restricted
 * libcrypto still does. */
#include "tests/lib/check.h"

#include "base/digest.h"
#include <openssl/evp.h>

/* FIPS 180-4 examples. */
static void sha256_of_known_texts(void **state)
{
    char hex[65];

    (void)state;
    sha256_hex(hex, "", 0);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_hex(hex, "abc", 3);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void pieces_give_the_digest_of_the_whole(void **state)
{
    struct sha256_stream *one = sha256_begin(), *two = sha256_begin();
    struct sha256 whole = sha256_of("abcdef", 6), pieces;

    (void)state;
    sha256_add(one, "abc", 3);
    sha256_add(two, "other", 5);
    sha256_add(one, "", 0);
    sha256_add(one, "def", 3);
    pieces = sha256_end(one);
    assert_memory_equal(&pieces, &whole, sizeof whole);
    pieces = sha256_end(two);
    assert_memory_not_equal(&pieces, &whole, sizeof whole);
}

/* As "git hash-object --stdin" says. */
static void blob_names_are_gits(void **state)
{
    struct git_id empty = git_id_of_blob("", 0), hello = git_id_of_blob("hello\n", 6);
    struct git_id again = git_id_of_blob("hello\n", 6);
    char hex[41];

    (void)state;
    git_id_hex(hex, &empty);
    assert_string_equal(hex, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    git_id_hex(hex, &hello);
    assert_string_equal(hex, "ce013625030ba8dba906f756967f9e9ca394464a");
    assert_true(git_id_equal(&hello, &again));
    assert_false(git_id_equal(&hello, &empty));
}

/* RFC 1321, A.5, and the lengths around a block's end. */
/* clang-format off */
static const struct {
    const char *in, *digest;
} md5s[] = {
    { "", "d41d8cd98f00b204e9800998ecf8427e" },
    { "abc", "900150983cd24fb0d6963f7d28e17f72" },
    { "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
    { "1234567890123456789012345678901234567890123456789012345", "c9ccf168914a1bcfc3229f1948e67da0" },
    { "12345678901234567890123456789012345678901234567890123456", "49f193adce178490e34d1b3a4ec0064c" },
    { "1234567890123456789012345678901234567890123456789012345678901234", "eb6c4179c0a7c82cc2828c1e6338e165" },
    { "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a" },
};
/* clang-format on */

static void md5_of_known_texts(void **state)
{
    char hex[33];

    (void)state;
    for (size_t i = 0; i < LENGTH(md5s); i++) {
        digest_md5_hex(hex, md5s[i].in, strlen(md5s[i].in));
        assert_string_equal(hex, md5s[i].digest);
    }
}

/* The configuration of a machine in FIPS mode: "default_properties = fips=yes". */
static void md5_is_there_in_fips_mode(void **state)
{
    char hex[33];

    (void)state;
    assert_true(EVP_set_default_properties(NULL, "fips=yes"));
    digest_md5_hex(hex, "abc", 3);
    assert_true(EVP_set_default_properties(NULL, ""));
    assert_string_equal(hex, "900150983cd24fb0d6963f7d28e17f72");
}

static void sha1_pieces_are_git_s_blob(void **state)
{
    struct git_id whole = git_id_of_blob("hello\n", 6), pieces;
    struct sha1 *stream = sha1_begin();

    (void)state;
    sha1_add(stream, "blob 6", 7);
    sha1_add(stream, "hel", 3);
    sha1_add(stream, "lo\n", 3);
    pieces = sha1_end(stream);
    assert_true(git_id_equal(&pieces, &whole));
}

static void libcrypto_has_them_all(void **state)
{
    struct err err;

    (void)state;
    assert_int_equal(digest_check(&err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(md5_is_there_in_fips_mode), /* first: nothing is fetched yet */
        cmocka_unit_test(md5_of_known_texts),
        cmocka_unit_test(sha1_pieces_are_git_s_blob),
        cmocka_unit_test(libcrypto_has_them_all),
        cmocka_unit_test(sha256_of_known_texts),
        cmocka_unit_test(pieces_give_the_digest_of_the_whole),
        cmocka_unit_test(blob_names_are_gits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
