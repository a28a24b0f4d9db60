/* tests/unit/k8s-job/access/test_token_expiry.c - when a token ends. */
#include "base/base64.h"
#include "base/compiler.h"
#include "k8s-job/access/token_expiry.h"
#include "tests/lib/check.h"

/* "header.<claims>.signature" in base64url. */
static const char *token_of(const char *claims, struct arena *arena)
{
    AUTO_TEXT text = { 0 };
    char *out;

    base64_encode(&text, claims, strlen(claims));
    out = arena_printf(arena, "e30.%s.c2ln", text.bytes);
    for (char *c = out; *c; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    for (char *equal; (equal = strchr(out, '='));)
        memmove(equal, equal + 1, strlen(equal));
    return out;
}

static void the_claim_exp_is_the_end(void **state)
{
    static const struct {
        const char *claims;
        int64_t end;
    } rows[] = {
        { "{\"exp\":1764500000}", 1764500000 },
        { "{\"exp\": 1764500000 }", 1764500000 },
        { "{\"iss\":\"\xc3\xbf\xc3\xbe?>\",\"exp\":1764500000}", 1764500000 },
        { "{\"exp\":1764500000,\"a\":1}", 1764500000 },
        { "{\"exp\":\"x\"}", 0 },
        { "{\"exp\":-5}", 0 },
        { "{}", 0 },
        { "[1]", 0 },
        { "no JSON", 0 },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();

        CASE(rows[i].claims);
        assert_int_equal(token_expiry(token_of(rows[i].claims, arena)), rows[i].end);
    }
}

static void what_is_no_jwt_does_not_say(void **state)
{
    static const char *const tokens[] = { "",   "abc",  "a.b",     "a.b.c",
                                          "..", "a..c", "a.===.c", "a.\xff\xff.c" };

    (void)state;
    for (size_t i = 0; i < LENGTH(tokens); i++)
        assert_int_equal(token_expiry(tokens[i]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_claim_exp_is_the_end),
        cmocka_unit_test(what_is_no_jwt_does_not_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
