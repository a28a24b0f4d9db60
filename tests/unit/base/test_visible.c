/* tests/unit/base/test_visible.c - what foreign words look like, and that nothing gets past. */
#include "base/names.h"
#include "tests/lib/check.h"

#include "base/visible.h"

/* clang-format off */
static const struct { const char *sentence, *text, *want; } words[] = {
    { "plain words", "a b\\n \"c\" | é 漢 🙂", "a b\\n \"c\" | é 漢 🙂" },
    { "line breaks and tabs", "a\nb\rc\td", "a\\nb\\rc\\td" },
    { "escapes of a terminal", "\x1B[31m\a\x7F", "\\033[31m\\007\\177" },
    { "C1 controls, as UTF-8 and as bytes", "\xC2\x9B" "31m \x9B" "31m", "\\302\\23331m \\23331m" },
    { "marks of direction", "a\xE2\x80\xAE" "b\xE2\x81\xA6" "c\xE2\x80\x8F" "d\xD8\x9C", "a\\342\\200\\256b\\342\\201\\246c\\342\\200\\217d\\330\\234" },
    { "line separators and byte order marks", "\xE2\x80\xA8 \xEF\xBB\xBF", "\\342\\200\\250 \\357\\273\\277" },
    { "bytes that are no UTF-8", "\xC3 \xFF \xED\xA0\x80 \xC3", "\\303 \\377 \\355\\240\\200 \\303" },
    { "a command of a CI system", "::error::x", "\\072:error::x" },
    { "after blanks", "  ##vso[x]", "  \\043#vso[x]" },
    { "which is none in the middle", "a::error::", "a::error::" },
};
/* clang-format on */

static void each_has_a_form(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(words); i++) {
        char *once = visible_text(words[i].text, arena);

        CASE(words[i].sentence);
        assert_string_equal(once, words[i].want);
        assert_string_equal(visible_text(once, arena), once); /* again changes nothing */
    }
}

static void only_the_start_of_a_line_is_a_command(void **state)
{
    AUTO_TEXT out = { 0 };

    (void)state;
    text_adds(&out, "! ");
    visible_add(&out, "::x");
    text_addc(&out, '\n');
    visible_add(&out, "::x");
    assert_string_equal(out.bytes, "! ::x\n\\072:x");
}

/* Whatever the bytes are, what comes out is UTF-8 without a control byte. */
static void any_pair_of_bytes_is_harmless(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        const char bytes[] = { 'x', (char)(pair >> 8), (char)pair, '\0' };
        AUTO_TEXT out = { 0 };

        visible_add(&out, bytes);
        assert_true(names_is_utf8(out.bytes, out.len, NULL));
        for (size_t i = 0; i < out.len; i++)
            assert_true((unsigned char)out.bytes[i] >= ' ' && out.bytes[i] != 0x7F);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_a_form),
        cmocka_unit_test(only_the_start_of_a_line_is_a_command),
        cmocka_unit_test(any_pair_of_bytes_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
