/* tests/unit/base/test_hash.c - published digests, and Git's own object names. */
#include "tests/lib/check.h"

#include "base/hash.h"

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
    struct git_id empty = hash_git_blob("", 0), hello = hash_git_blob("hello\n", 6);
    struct git_id again = hash_git_blob("hello\n", 6);
    char hex[41];

    (void)state;
    git_id_hex(hex, &empty);
    assert_string_equal(hex, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    git_id_hex(hex, &hello);
    assert_string_equal(hex, "ce013625030ba8dba906f756967f9e9ca394464a");
    assert_true(git_id_equal(&hello, &again));
    assert_false(git_id_equal(&hello, &empty));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_known_texts),
        cmocka_unit_test(pieces_give_the_digest_of_the_whole),
        cmocka_unit_test(blob_names_are_gits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
