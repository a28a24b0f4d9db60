/* tests/unit/base/test_merkle.c - hashes and proofs of trees as RFC 9162 has them; the vectors are
 * those of the Certificate Transparency project's own tests. */
#include "base/base64.h"
#include "base/merkle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ENTRIES = 8, MANY = 70 };

static const struct {
    const char *bytes;
    size_t len;
} entries[ENTRIES] = {
    { "", 0 },
    { "\x00", 1 },
    { "\x10", 1 },
    { "\x20\x21", 2 },
    { "\x30\x31", 2 },
    { "\x40\x41\x42\x43", 4 },
    { "\x50\x51\x52\x53\x54\x55\x56\x57", 8 },
    { "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16 },
};

static void hex_is(const struct sha256 *hash, const char *want)
{
    char hex[65];

    hex_encode(hex, hash->bytes, sizeof hash->bytes);
    assert_string_equal(hex, want);
}

static void roots_are_those_of_the_published_vectors(void **state)
{
    static const char *const roots[ENTRIES + 1] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    struct sha256 leaves[ENTRIES];

    (void)state;
    for (size_t i = 0; i < ENTRIES; i++)
        leaves[i] = merkle_leaf(entries[i].bytes, entries[i].len);
    for (size_t count = 0; count <= ENTRIES; count++) {
        const struct sha256 root = merkle_root(leaves, count);

        hex_is(&root, roots[count]);
    }
}

static void a_path_proves_its_leaf_and_no_other(void **state)
{
    struct sha256 leaves[MANY], path[MERKLE_PATH_MAX];

    (void)state;
    for (unsigned char i = 0; i < MANY; i++)
        leaves[i] = merkle_leaf(&i, 1);
    for (size_t count = 1; count <= MANY; count++)
        for (size_t index = 0; index < count; index++) {
            struct merkle_proof proof = { .leaf = leaves[index],
                                          .root = merkle_root(leaves, count),
                                          .index = index,
                                          .count = count,
                                          .path = path };

            proof.path_len = merkle_path(path, leaves, count, index);
            assert_true(merkle_proves(&proof));
            proof.leaf.bytes[0] ^= 1;
            assert_false(merkle_proves(&proof));
            proof.leaf.bytes[0] ^= 1;
            proof.index = count; /* there is no such leaf */
            assert_false(merkle_proves(&proof));
            proof.index = index;
            if (proof.path_len) {
                path[proof.path_len - 1].bytes[31] ^= 1;
                assert_false(merkle_proves(&proof));
                path[proof.path_len - 1].bytes[31] ^= 1;
                proof.path_len--;
                assert_false(merkle_proves(&proof));
                proof.path_len += 2; /* one node too many */
                path[proof.path_len - 1] = leaves[0];
                assert_false(merkle_proves(&proof));
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_of_the_published_vectors),
        cmocka_unit_test(a_path_proves_its_leaf_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
