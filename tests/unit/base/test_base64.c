/* tests/unit/base/test_base64.c - base64 as RFC 4648 has it and nothing else, and hex */
#include "tests/lib/check.h"

#include "base/base64.h"
#include <limits.h>

/* RFC 4648, 10. */
static void base64_of_the_rfc(void **state)
{
    static const char *const rows[][2] = { { "", "" },
                                           { "f", "Zg==" },
                                           { "fo", "Zm8=" },
                                           { "foo", "Zm9v" },
                                           { "foob", "Zm9vYg==" },
                                           { "fooba", "Zm9vYmE=" },
                                           { "foobar", "Zm9vYmFy" } };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT encoded = { 0 };
        AUTO_TEXT decoded = { 0 };

        base64_encode(&encoded, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(encoded.bytes, rows[i][1]);
        assert_true(base64_decode(&decoded, rows[i][1], strlen(rows[i][1])));
        assert_string_equal(decoded.bytes, rows[i][0]);
    }
}

static void base64_of_every_byte_comes_back(void **state)
{
    AUTO_TEXT encoded = { 0 };
    AUTO_TEXT decoded = { 0 };
    unsigned char all[256];

    (void)state;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)(255 - i);
    base64_encode(&encoded, all, sizeof all);
    assert_true(base64_decode(&decoded, encoded.bytes, encoded.len));
    assert_int_equal(decoded.len, sizeof all);
    assert_memory_equal(decoded.bytes, all, sizeof all);
}

static void base64_for_urls_comes_back(void **state)
{
    static const char bytes[] = "\xfb\xff\xbe"
                                "f";

    (void)state;
    for (size_t len = 0; len < sizeof bytes; len++) {
        AUTO_TEXT encoded = { 0 };
        AUTO_TEXT decoded = { 0 };

        text_adds(&encoded, "+/=."); /* what was there stays */
        base64_url_encode(&encoded, bytes, len);
        assert_memory_equal(encoded.bytes, "+/=.", 4);
        assert_int_equal(strcspn(encoded.bytes + 4, "+/="), encoded.len - 4);
        assert_true(base64_url_decode(&decoded, encoded.bytes + 4, encoded.len - 4));
        assert_int_equal(decoded.len, len);
        assert_memory_equal(decoded.bytes, bytes, len);
    }
}

static void what_is_not_base64_is_refused(void **state)
{
    static const char *const rows[] = { "Zg",       "Zg=",  "Zg===",  "Z===", "====",
                                        "Zh==",     "Zm9=", "Zm9v\n", "Zm 9", "Zm9-",
                                        "Zg==Zg==", "=AAA", "Zm9v=" };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT decoded = { 0 };

        CASE(rows[i]);
        assert_false(base64_decode(&decoded, rows[i], strlen(rows[i])));
    }
}

static void base64_for_urls_has_its_own_alphabet(void **state)
{
    static const char *const bad[] = { "Zg==", "Zm9v=", "a+b/", "Z", "Zh", "Z g" };
    AUTO_TEXT decoded = { 0 };

    (void)state;
    assert_true(base64_url_decode(&decoded, "-_-_Zg", 6));
    assert_int_equal(decoded.len, 4);
    assert_memory_equal(decoded.bytes, "\xfb\xff\xbf\x66", 4);
    for (size_t i = 0; i < LENGTH(bad); i++) {
        AUTO_TEXT out = { 0 };

        CASE(bad[i]);
        assert_false(base64_url_decode(&out, bad[i], strlen(bad[i])));
    }
}

static void hex_is_lower_case(void **state)
{
    char out[9];

    (void)state;
    hex_encode(out, "\x00\x9a\xbc\xff", 4);
    assert_string_equal(out, "009abcff");
}

static void hex_digits_have_values_in_either_case(void **state)
{
    static const char digits[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";

    (void)state;
    for (int i = 0; i < 16; i++) {
        assert_int_equal(hex_digit(digits[i]), i);
        assert_int_equal(hex_digit(upper[i]), i);
    }
    for (int c = CHAR_MIN; c <= CHAR_MAX; c++)
        if (!c || !strchr("0123456789abcdefABCDEF", c))
            assert_int_equal(hex_digit((char)c), -1);
    assert_true(hex_is_plain("09af/", 4));
    assert_false(hex_is_plain("09af/", 5));
    assert_false(hex_is_plain("09aF", 4));
    assert_true(hex_is_plain("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_the_rfc),
        cmocka_unit_test(base64_of_every_byte_comes_back),
        cmocka_unit_test(what_is_not_base64_is_refused),
        cmocka_unit_test(base64_for_urls_has_its_own_alphabet),
        cmocka_unit_test(base64_for_urls_comes_back),
        cmocka_unit_test(hex_is_lower_case),
        cmocka_unit_test(hex_digits_have_values_in_either_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
