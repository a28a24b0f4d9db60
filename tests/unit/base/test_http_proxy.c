/* tests/unit/base/test_http_proxy.c - which proxy libcurl takes, as messages name it: never with
 * its password. */
#include "tests/lib/check.h"

#include "base/http_proxy.h"
#include <stdlib.h>

static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
                                     "HTTP_PROXY", "all_proxy",   "ALL_PROXY" };

/* clang-format off */
static const struct {
    const char *sentence, *configured, *name, *value, *url, *shown, *from;
} rows[] = {
    { "the configured one first", "http://proxy:3128", "https_proxy", "http://other", "https://h/", "proxy:3128", "configured" },
    { "its password is not shown", "http://bot:geheim@proxy:3128/", NULL, NULL, "https://h/", "proxy:3128", "configured" },
    { "one that libcurl refuses, an at sign in its password, is not shown", "http://bot:ge@heim@proxy", NULL, NULL, "https://h/", "that is no URL", "configured" },
    { "without a scheme", "proxy:3128", NULL, NULL, "https://h/", "proxy:3128", "configured" },
    { "https_proxy for https", NULL, "https_proxy", "http://p", "https://h/", "p", "https_proxy" },
    { "its name in capitals", NULL, "HTTPS_PROXY", "http://p", "https://h/", "p", "HTTPS_PROXY" },
    { "http_proxy for http", NULL, "http_proxy", "http://p", "http://h/", "p", "http_proxy" },
    { "HTTP_PROXY is not taken", NULL, "HTTP_PROXY", "http://p", "http://h/", "that is used", "of the environment" },
    { "https_proxy is not for http", NULL, "https_proxy", "http://p", "http://h/", "that is used", "of the environment" },
    { "all_proxy for both", NULL, "all_proxy", "socks5://p:1080", "http://h/", "p:1080", "all_proxy" },
    { "an empty one is none", NULL, "https_proxy", "", "https://h/", "that is used", "of the environment" },
};
/* clang-format on */

static void a_proxy_is_named_with_where_it_comes_from(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct http_peer peer = { .proxy = rows[i].configured };
        struct proxy_used used;

        CASE(rows[i].sentence);
        for (size_t k = 0; k < LENGTH(names); k++)
            unsetenv(names[k]);
        if (rows[i].name)
            setenv(rows[i].name, rows[i].value, 1);
        used = proxy_used(rows[i].configured ? &peer : NULL, rows[i].url, arena);
        assert_string_equal(used.shown, rows[i].shown);
        assert_string_equal(used.from, rows[i].from);
        assert_true(*used.way_out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        a_proxy_is_named_with_where_it_comes_from) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
