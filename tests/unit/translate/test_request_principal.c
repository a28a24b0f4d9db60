/* tests/unit/translate/test_request_principal.c - which entries no token can meet. */
#include "tests/lib/check.h"
#include "translate/request_principal.h"

static const struct {
    const char *asked[2], *excluded[2];
    bool any;
} rows[] = {
    { { NULL }, { NULL }, true },
    { { NULL }, { "*" }, true }, /* a request without a token */
    { { "a/b" }, { NULL }, true },
    { { "a/b" }, { "a/b" }, false },
    { { "a/b" }, { "a/c" }, true },
    { { "a/b" }, { "*" }, false },
    { { "*" }, { "*" }, false },
    { { "*" }, { "a*" }, true },
    { { "a/b" }, { "a/*" }, false },
    { { "a/*" }, { "a/*" }, false },
    { { "a/b*" }, { "a/*" }, false },
    { { "a/*" }, { "a/b*" }, true },
    { { "a/*" }, { "a/b" }, true },
    { { "a/b" }, { "*/b" }, false },
    { { "/b" }, { "*/b" }, false },
    { { "b" }, { "*/b" }, true },
    { { "*a/b" }, { "*/b" }, false },
    { { "*/b" }, { "*a/b" }, true },
    { { "a/*" }, { "*/b" }, true },
    { { "*/b" }, { "a/*" }, true },
    { { "a/b", "c/d" }, { "a/*" }, true },
    { { "a/b", "c/d" }, { "a/*", "c/d" }, false },
};

static size_t count(const char *const texts[2]) { return texts[0] ? texts[1] ? 2 : 1 : 0; }

static void an_entry_is_met_unless_all_that_it_asks_for_is_excluded(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct identity_selector source = {
            .principals = rows[i].asked,
            .principal_count = count(rows[i].asked),
            .not_principals = rows[i].excluded,
            .not_principal_count = count(rows[i].excluded),
        };

        if (request_principal_any(&source) != rows[i].any)
            fail_msg("row %zu: %s", i, rows[i].any ? "a request meets it" : "no request meets it");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_met_unless_all_that_it_asks_for_is_excluded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
