/* tests/unit/base/test_gunzip.c - a whole gzip file in memory. */
#include "base/gunzip.h"
#include "tests/lib/check.h"

/* "hello, hello, hello\n" by gzip -n */
static const unsigned char hello[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                       0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0x40, 0xa2,
                                       0xb8, 0x00, 0xe7, 0x42, 0x6e, 0x52, 0x14, 0x00, 0x00, 0x00 };
enum { HELLO_LEN = 20 };

static enum gunzip_end unpack(const unsigned char *bytes, size_t len, size_t max,
                              struct arena *arena, char **out, size_t *out_len)
{
    return gunzip(out, out_len, (const char *)bytes, len, max, arena);
}

static void what_was_packed_comes_out(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    size_t len;
    char *out;

    (void)state;
    assert_int_equal(unpack(hello, sizeof hello, HELLO_LEN, arena, &out, &len), GUNZIP_OK);
    assert_int_equal(len, HELLO_LEN);
    assert_string_equal(out, "hello, hello, hello\n");
    assert_int_equal(unpack(hello, sizeof hello, HELLO_LEN - 1, arena, &out, &len), GUNZIP_LARGE);
}

static void every_cut_is_broken(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    size_t len;
    char *out;

    (void)state;
    for (size_t cut = 0; cut < sizeof hello; cut++)
        assert_int_not_equal(unpack(hello, cut, 1 << 20, arena, &out, &len), GUNZIP_OK);
}

/* Every single wrong bit behind the header: its checksum, its length or its structure shows it. */
static void every_wrong_bit_is_broken(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    unsigned char bytes[sizeof hello];
    size_t len;
    char *out;

    (void)state;
    for (size_t bit = 80; bit < 8 * sizeof hello; bit++) {
        memcpy(bytes, hello, sizeof hello);
        bytes[bit / 8] = (unsigned char)(bytes[bit / 8] ^ 1U << bit % 8);
        if (unpack(bytes, sizeof bytes, 1 << 20, arena, &out, &len) == GUNZIP_OK)
            assert_memory_equal(out, "hello, hello, hello\n", HELLO_LEN);
    }
}

static void bytes_behind_it_are_broken(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    unsigned char twice[2 * sizeof hello];
    size_t len;
    char *out;

    (void)state;
    memcpy(twice, hello, sizeof hello);
    memcpy(twice + sizeof hello, hello, sizeof hello);
    assert_int_equal(unpack(twice, sizeof twice, 1 << 20, arena, &out, &len), GUNZIP_BROKEN);
    assert_int_equal(unpack((const unsigned char *)"{\"kind\":\"List\",\"items\":[]}", 26, 1 << 30,
                            arena, &out, &len),
                     GUNZIP_LARGE); /* by what would be its last four bytes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_comes_out),
        cmocka_unit_test(every_cut_is_broken),
        cmocka_unit_test(every_wrong_bit_is_broken),
        cmocka_unit_test(bytes_behind_it_are_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
