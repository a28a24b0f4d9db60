/* tests/unit/forge/test_forge_call.c - the words of errors, in each shape that a forge gives them;
 * which answers are taken, and which requests are sent again. */
#include "base/visible.h"
#include "forge/forge_call.h"
#include "tests/lib/api_server.h"
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

/* What a forge answers first; later it answers 200. */
struct answers {
    int status;
    const char *extra;
};

static void answer(struct exchange *exchange, void *context)
{
    const struct answers *first = context;

    exchange->status = exchange->number == 1 ? first->status : 200;
    exchange->extra = exchange->number == 1 ? first->extra : NULL;
    exchange->text = "{\"number\":7}";
}

#define NOW_AGAIN "Retry-After: 0\r\n"

static const struct {
    const char *name, *method;
    struct answers first;
    int code; /* of the error; 0: the answer is taken */
    int requests;
} calls[] = {
    { "good", "GET", { 200, NULL }, 0, 1 },
    { "made", "POST", { 201, NULL }, 0, 1 },
    { "the last good one", "GET", { 299, NULL }, 0, 1 },
    { "the first that is none", "GET", { 300, NULL }, 300, 1 },
    { "unknown", "GET", { 404, NULL }, 404, 1 },
    { "busy", "GET", { 429, NOW_AGAIN }, 0, 2 },
    { "busy, and did not write", "POST", { 503, NOW_AGAIN }, 0, 2 },
    { "a limit", "POST", { 403, NOW_AGAIN }, 0, 2 },
    { "forbidden", "POST", { 403, NULL }, 403, 1 },
    { "lost behind its proxy", "GET", { 502, NOW_AGAIN }, 0, 2 },
    { "lost behind its proxy, and may have written", "POST", { 502, NOW_AGAIN }, 502, 1 },
    { "busy for longer than a pipeline waits", "GET", { 429, "Retry-After: 61\r\n" }, 429, 1 },
};

static void requests_are_sent_again_where_the_forge_did_not_act(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(calls); i++) {
        struct arena *arena = arena_new();
        struct server *server = server_start(answer, UNCONST(&calls[i].first));
        const char *api = arena_printf(arena, "http://127.0.0.1:%d", server_port(server));
        const struct forge_target target = { FORGE_GITEA, api, "a/b", "", "1", "t", NULL };
        const struct node *got = NULL;
        AUTO_FORGE forge = { .http = NULL };
        struct err err = { .text = "" };
        int result;

        CASE(calls[i].name);
        assert_int_equal(forge_open(&forge, &target, "test", arena, &err), 0);
        result = forge_call(&got, &forge, "try", calls[i].method, arena_printf(arena, "%s/x", api),
                            NULL, &err);
        assert_int_equal(result, calls[i].code ? -1 : 0);
        if (calls[i].code)
            assert_int_equal(err.code, calls[i].code);
        else
            assert_string_equal(node_get(got, "number", NULL), "7");
        assert_int_equal(server_requests(server), calls[i].requests);
        server_stop(server);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_of_the_forge_are_found),
        cmocka_unit_test(long_words_are_cut_between_characters),
        cmocka_unit_test(requests_are_sent_again_where_the_forge_did_not_act),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
