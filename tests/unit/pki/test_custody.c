/* tests/unit/pki/test_custody.c - a sealed key opens only where it was sealed, under the state key
 * that sealed it. */
#include "tests/lib/trust_fixture.h"

#include "base/base64.h"
#include "base/files.h"
#include "base/text.h"
#include <string.h>

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void test_key_id_is_stable(void **state)
{
    struct fixture *fixture = *state;
    const char *path = arena_printf(fixture->arena, "%s/other", fixture->folder);
    AUTO(custody_close) struct custody *custody = NULL;
    struct err err;

    assert_int_equal(file_write(path, HEX, 64, 0600, &err), 0);
    assert_int_equal(custody_open(&custody, path, &err), 0);
    /* printf 'weft kek id' | openssl mac -digest SHA256 -macopt hexkey:0001..1f HMAC, first 16
     * bytes */
    assert_string_equal(custody_key_id(custody), "959cff24c356ffc902b51eaea4470c77");
    assert_string_not_equal(custody_key_id(custody), custody_key_id(fixture->custody));
}

/* Every row of a stored state has such a MAC. */
static void test_row_macs_are_stable(void **state)
{
    struct fixture *fixture = *state;
    const char *path = arena_printf(fixture->arena, "%s/another", fixture->folder);
    AUTO(custody_close) struct custody *custody = NULL;
    unsigned char mac[32];
    struct ledger_key key;
    char hex[65];
    struct err err;

    assert_int_equal(file_write(path, HEX, 64, 0600, &err), 0);
    assert_int_equal(custody_open(&custody, path, &err), 0);
    key = custody_ledger_key(custody);
    assert_int_equal(key.mac(key.context, mac, "a row", 5, &err), 0);
    hex_encode(hex, mac, sizeof mac);
    /* printf 'a row' | openssl mac -digest SHA256 -macopt hexkey:$(printf 'weft state rows' |
     * openssl mac -digest SHA256 -macopt hexkey:0001..1f HMAC) HMAC */
    assert_string_equal(hex, "db73d7ef7fd3036238de2a784fcc7635a3747a641d574a693dacfb7f70da8408");
}

static const struct custody_row here = { "root", "id-1", "sign", "spki-1" };

/* clang-format off */
static const struct {
    const char *sentence;
    struct custody_row row;
    size_t flip; /* which byte of the row is changed; SIZE_MAX: none */
    bool opens;
} rows[] = {
    { "a row opens where it was sealed", { "root", "id-1", "sign", "spki-1" }, SIZE_MAX, true },
    { "not in another table", { "intermediate", "id-1", "sign", "spki-1" }, SIZE_MAX, false },
    { "not under another id", { "root", "id-2", "sign", "spki-1" }, SIZE_MAX, false },
    { "not for another purpose", { "root", "id-1", "seal", "spki-1" }, SIZE_MAX, false },
    { "not beside another public key", { "root", "id-1", "sign", "spki-2" }, SIZE_MAX, false },
    { "not with another version", { "root", "id-1", "sign", "spki-1" }, 0, false },
    { "not under another state key's name", { "root", "id-1", "sign", "spki-1" }, 1, false },
    { "not with another way of wrapping", { "root", "id-1", "sign", "spki-1" }, 17, false },
    { "not with a changed nonce of the wrap", { "root", "id-1", "sign", "spki-1" }, 18, false },
    { "not with a changed wrapped key", { "root", "id-1", "sign", "spki-1" }, 30, false },
    { "not with a changed nonce", { "root", "id-1", "sign", "spki-1" }, 78, false },
    { "not with a changed byte", { "root", "id-1", "sign", "spki-1" }, 90, false },
};
/* clang-format on */

static void test_rows(void **state)
{
    struct fixture *fixture = *state;
    AUTO(secret_free) struct secret *plain = secret_copy("a private key", 13);

    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(secret_free) struct secret *opened = NULL;
        unsigned char *bytes;
        struct sealed sealed;
        struct err err;

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(
            custody_seal(&sealed, fixture->custody, &here, plain, fixture->arena, &err), 0);
        assert_int_equal(sealed.len, 1 + 16 + 1 + 12 + 48 + 12 + 13 + 16);
        bytes = (unsigned char *)arena_bytes(fixture->arena, sealed.bytes, sealed.len);
        if (rows[i].flip != SIZE_MAX)
            bytes[rows[i].flip] ^= 1;
        assert_int_equal(custody_unseal(&opened, fixture->custody, &rows[i].row,
                                        (struct sealed){ bytes, sealed.len }, &err),
                         rows[i].opens ? 0 : -1);
        if (rows[i].opens)
            assert_true(secret_equal(opened, plain));
    }
}

static void test_destroyed_and_cut(void **state)
{
    struct fixture *fixture = *state;
    AUTO(secret_free) struct secret *plain = secret_copy("a private key", 13);
    struct secret *opened = NULL;
    struct sealed sealed;
    struct err err;

    assert_int_equal(custody_seal(&sealed, fixture->custody, &here, plain, fixture->arena, &err),
                     0);
    for (size_t len = 0; len < sealed.len; len++) /* cut at every byte */
        assert_int_equal(custody_unseal(&opened, fixture->custody, &here,
                                        (struct sealed){ sealed.bytes, len }, &err),
                         -1);
    assert_int_equal(custody_unseal(&opened, fixture->custody, &here, (struct sealed){ 0 }, &err),
                     -1);
    assert_non_null(strstr(err.text, "was destroyed"));
}

static void test_never_the_same_twice(void **state)
{
    struct fixture *fixture = *state;
    AUTO(secret_free) struct secret *plain = secret_copy("a private key", 13);
    struct sealed first, second;
    struct err err;

    assert_int_equal(custody_seal(&first, fixture->custody, &here, plain, fixture->arena, &err), 0);
    assert_int_equal(custody_seal(&second, fixture->custody, &here, plain, fixture->arena, &err),
                     0);
    assert_memory_not_equal(first.bytes + 18, second.bytes + 18, 12);
    assert_memory_not_equal(first.bytes + 78, second.bytes + 78, 12);
    assert_memory_not_equal(first.bytes + 90, second.bytes + 90, 13);
}

static void test_digest_frames_its_pieces(void **state)
{
    struct fixture *fixture = *state;
    const struct custody_piece one[] = { { "ab", 2 }, { "c", 1 } },
                               two[] = { { "a", 1 }, { "bc", 2 } };
    char first[65], second[65], again[65];
    struct err err;

    assert_int_equal(custody_digest(first, fixture->custody, one, 2, &err), 0);
    assert_int_equal(custody_digest(again, fixture->custody, one, 2, &err), 0);
    assert_int_equal(custody_digest(second, fixture->custody, two, 2, &err), 0);
    assert_string_equal(first, again);
    assert_string_not_equal(first, second);
}

/* Nothing can be fetched.  What is not sealed, opened or computed must not look as if it were. */
static void test_a_library_that_fails(void **state)
{
    struct fixture *fixture = *state;
    const char *path = arena_printf(fixture->arena, "%s/other", fixture->folder);
    AUTO(secret_free) struct secret *plain = secret_copy("a private key", 13);
    AUTO(secret_free) struct secret *opened = NULL;
    AUTO(custody_close) struct custody *custody = NULL;
    const struct custody_piece piece = { "a", 1 };
    struct sealed good, sealed = { 0 };
    char digest[65];
    struct err err;
    int open, seal, unseal, compute;

    assert_int_equal(file_write(path, HEX, 64, 0600, &err), 0);
    assert_int_equal(custody_seal(&good, fixture->custody, &here, plain, fixture->arena, &err), 0);
    assert_true(EVP_set_default_properties(NULL, "provider=none"));
    open = custody_open(&custody, path, &err);
    seal = custody_seal(&sealed, fixture->custody, &here, plain, fixture->arena, &err);
    unseal = custody_unseal(&opened, fixture->custody, &here, good, &err);
    compute = custody_digest(digest, fixture->custody, &piece, 1, &err);
    assert_true(EVP_set_default_properties(NULL, ""));
    assert_int_equal(open, -1);
    assert_int_equal(seal, -1);
    assert_int_equal(sealed.len, 0);
    assert_int_equal(unseal, -1);
    assert_null(opened);
    assert_int_equal(compute, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(test_key_id_is_stable),
        FIXTURE_CASE(test_row_macs_are_stable),
        FIXTURE_CASE(test_rows),
        FIXTURE_CASE(test_destroyed_and_cut),
        FIXTURE_CASE(test_never_the_same_twice),
        FIXTURE_CASE(test_digest_frames_its_pieces),
        FIXTURE_CASE(test_a_library_that_fails),
    };

    return cmocka_run_group_tests_name("pki/custody", tests, NULL, NULL);
}
