/* tests/unit/forge/test_forge_call.c - the words of errors, in each shape that a forge gives
 * them. */
#include "base/visible.h"
#include "forge/forge_call.h"
#include "tests/lib/check.h"

static const struct {
    const char *name, *body, *words;
} rows[] = {
    { "GitHub",
      "{\"message\":\"Validation Failed\",\"errors\":[{\"resource\":\"IssueComment\","
      "\"code\":\"unprocessable\",\"field\":\"data\",\"message\":\"Body is too long\"}]}",
      "Validation Failed; IssueComment; unprocessable; data; Body is too long" },
    { "GitLab, a text", "{\"message\":\"404 Project Not Found\"}", "404 Project Not Found" },
    { "GitLab, a list", "{\"message\":[\"one\",\"two\"]}", "one; two" },
    { "GitLab, a map of lists", "{\"message\":{\"note\":[\"can't be blank\"]}}", "can't be blank" },
    { "OAuth", "{\"error\":\"invalid_token\",\"error_description\":\"Token was revoked.\"}",
      "Token was revoked.; invalid_token" },
    { "Gitea", "{\"message\":\"token is required\",\"url\":\"http://h/api\"}",
      "token is required" },
    { "a page", "<html>", "" },
    { "nothing", "", "" },
    { "control bytes", "{\"message\":\"a\\u001b[31m\\nb\"}", "a\\033[31m\\nb" },
    { "too deep", "{\"message\":[[[[[\"x\"]]]]]}", "" },
};

static void the_words_of_the_forge_are_found(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].name);
        assert_string_equal(forge_call_words(rows[i].body, strlen(rows[i].body), arena),
                            rows[i].words);
    }
    arena_free(arena);
}

static void long_words_are_cut_between_characters(void **state)
{
    struct arena *arena = arena_new();
    AUTO_TEXT body = { 0 };
    const char *words;

    (void)state;
    text_adds(&body, "{\"message\":\"a");
    for (int i = 0; i < 400; i++)
        text_adds(&body, "\xC3\xA4"); /* each begins at an odd place */
    text_adds(&body, "\"}");
    words = forge_call_words(body.bytes, body.len, arena);
    assert_int_equal(strlen(words), 399);
    assert_string_equal(visible_text(words, arena), words);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_of_the_forge_are_found),
        cmocka_unit_test(long_words_are_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
