/* tests/unit/translate/test_principal.c - how identities are written. */
#include "translate/principal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static const struct {
    const char *sentence;
    struct principal principal;
    bool literal;
    const char *text; /* "": a condition names the account */
} cases[] = {
    { "an account", { "a.example", "shop", "web" }, false, "a.example/ns/shop/sa/web" },
    { "a namespace", { "a.example", "shop", "" }, false, "a.example/ns/shop/sa/*" },
    { "a cluster", { "a.example", "", "" }, false, "a.example/ns/*" },
    { "five parts would be rewritten", { "cluster.local", "shop", "web" }, true, "" },
    { "four parts are left alone",
      { "cluster.local", "shop", "" },
      true,
      "cluster.local/ns/shop/*" },
    { "three parts are left alone", { "cluster.local", "", "" }, true, "cluster.local/ns/*" },
};

static void test_text(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *text = principal_text(&cases[i].principal, cases[i].literal, arena);

        if (!text_equal(text ? text : "", cases[i].text))
            fail_msg("%s: %s", cases[i].sentence, text ? text : "(a condition)");
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_text) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
