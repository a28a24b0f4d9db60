/* tests/unit/delivery/test_bech32.c - the valid and invalid texts of BIP-173, and its data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/text.h"
#include "delivery/bech32.h"

static const struct {
    const char *text;
    size_t len;
    const char *hex; /* NULL: not compared */
    enum bech32_problem problem;
} texts[] = {
    { "A12UEL5L", 0, "", BECH32_FINE },
    { "a12uel5l", 0, "", BECH32_FINE },
    { "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      0, "", BECH32_FINE },
    { "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", 20,
      "00443214c74254b635cf84653a56d7c675be77df", BECH32_FINE },
    { "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", 30,
      "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d", BECH32_FINE },
    { "?1ezyfcl", 0, "", BECH32_FINE },
    { "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", 29, NULL, BECH32_LENGTH },
    { "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", 31, NULL, BECH32_LENGTH },
    { "split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w", 30, NULL, BECH32_CHECKSUM },
    { "A1G7SGD8", 0, NULL, BECH32_CHECKSUM },
    { "A1LQFN3A", 0, NULL, BECH32_CHECKSUM }, /* Bech32m */
    { "li1dgmt3", 0, NULL, BECH32_CHECKSUM },
    { "de1lg7wt\xff", 0, NULL, BECH32_CHARACTER },
    { "x1b4n0q5v", 0, NULL, BECH32_CHARACTER },
    { "pzry9x0s0muk", 0, NULL, BECH32_NO_PREFIX },
    { "1pzry9x0s0muk", 0, NULL, BECH32_NO_PREFIX },
    { "", 0, NULL, BECH32_NO_PREFIX },
    { "Abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", 20, NULL, BECH32_MIXED_CASE },
};

static void texts_of_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        unsigned char bytes[64] = { 0 };
        char hex[2 * sizeof bytes + 1] = "";

        print_message("%s\n", texts[i].text);
        assert_int_equal(bech32_decode(bytes, texts[i].len, texts[i].text), texts[i].problem);
        if (texts[i].hex) {
            hex_encode(hex, bytes, texts[i].len);
            assert_string_equal(hex, texts[i].hex);
        }
    }
}

/* One character changed anywhere is found: that is what the checksum is for. */
static void one_wrong_character_is_found(void **state)
{
    static const char right[] = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
    static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    unsigned char bytes[20];

    (void)state;
    for (size_t at = 7; at < sizeof right - 1; at++)
        for (size_t i = 0; i < 32; i++) {
            char text[sizeof right];

            memcpy(text, right, sizeof right);
            text[at] = alphabet[i];
            assert_int_equal(bech32_decode(bytes, 20, text),
                             text[at] == right[at] ? BECH32_FINE : BECH32_CHECKSUM);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_the_standard),
        cmocka_unit_test(one_wrong_character_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
