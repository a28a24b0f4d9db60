/* tests/unit/ci/test_markdown.c - words of others show as they are, and do nothing. */
#include "ci/markdown.h"
#include "tests/lib/check.h"

#define ZWSP "\xe2\x80\x8b"

static const struct {
    const char *name, *text, *want;
} rows[] = {
    { "plain", "Service shop/cart: 3 callers", "Service shop/cart: 3 callers" },
    { "a mention", "@everyone", "@" ZWSP "everyone" },
    { "an issue", "a#12", "a\\#" ZWSP "12" },
    { "a link", "[x](http://h)", "\\[x\\](http:" ZWSP "//h)" },
    { "a bare link", "WWW.h.example", "W" ZWSP "WW.h.example" },
    { "an image", "![x](y)", "\\!\\[x\\](y)" },
    { "HTML", "<img src=x> &lt;", "&lt;img src=x&gt; &amp;lt;" },
    { "emphasis and code", "*a* _b_ `c` ~~d~~", "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~" },
    { "a cell", "a|b\\|c", "a\\|b\\\\\\|c" },
    { "mathematics", "$x$", "\\$x\\$" },
};

static void words_are_no_markup(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].name);
        assert_string_equal(markdown_text(rows[i].text, arena), rows[i].want);
    }
    arena_free(arena);
}

static void a_fence_is_longer_than_what_it_holds(void **state)
{
    AUTO_TEXT out = { 0 };

    (void)state;
    markdown_fence(&out, "a ``` b ```` c `");
    assert_string_equal(out.bytes, "`````");
    text_clear(&out);
    markdown_fence(&out, "plain");
    assert_string_equal(out.bytes, "```");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_no_markup),
        cmocka_unit_test(a_fence_is_longer_than_what_it_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
