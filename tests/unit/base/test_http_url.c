/* tests/unit/base/test_http_url.c - the parts of a URL are those that libcurl connects to. */
#include "tests/lib/check.h"

#include "base/http_url.h"
#include "base/text.h"

/* clang-format off */
static const struct {
    const char *sentence, *url;
    enum url_fault fault;
    const char *scheme, *user, *password, *host, *bare_host, *port, *path, *shown;
} urls[] = {
    { "https has a usual port", "https://api.example.com/x?a=b#c", URL_FAULT_NONE, "https", NULL, NULL, "api.example.com", "api.example.com", "443", "/x", "https://api.example.com/x" },
    { "no path is the root", "http://h:8080", URL_FAULT_NONE, "http", NULL, NULL, "h", "h", "8080", "/", "http://h:8080/" },
    { "user and password are not shown", "https://ada:geheim@h/x", URL_FAULT_NONE, "https", "ada", "geheim", "h", "h", "443", "/x", "https://h/x" },
    { "IPv6 in brackets", "https://[::1]:6443/", URL_FAULT_NONE, "https", NULL, NULL, "[::1]", "::1", "6443", "/", "https://[::1]:6443/" },
    { "capitals in the scheme", "HTTPS://h/", URL_FAULT_NONE, "https", NULL, NULL, "h", "h", "443", "/", "https://h/" },
    { "an address in another notation", "http://0x7f.1/", URL_FAULT_NONE, "http", NULL, NULL, "127.0.0.1", "127.0.0.1", "80", "/", "http://127.0.0.1/" },
    { "dots in the path of https", "https://h/a/./../b", URL_FAULT_NONE, "https", NULL, NULL, "h", "h", "443", "/b", "https://h/b" },
    { "another scheme keeps its dots", "git+ssh://h/a/../b", URL_FAULT_NONE, "git+ssh", NULL, NULL, "h", "h", NULL, "/a/../b", "git+ssh://h/a/../b" },
    { "no scheme", "api.example.com/x", .fault = URL_FAULT_SCHEME },
    { "one slash", "https:/h/x", .fault = URL_FAULT_FORM },
    { "three slashes", "https:///x", .fault = URL_FAULT_HOST },
    { "a shell's characters", "https://h$(id)/x", .fault = URL_FAULT_HOST },
    { "two at signs", "https://a@b@h/x", .fault = URL_FAULT_HOST },
    { "half an address", "https://[::1/x", .fault = URL_FAULT_ADDRESS },
    { "a port that is a word", "https://h:ssh/x", .fault = URL_FAULT_PORT },
    { "a file of another machine", "file://h/x", .fault = URL_FAULT_FILE },
};
/* clang-format on */

static void same(const char *got, const char *want)
{
    if (!text_equal(got, want))
        fail_msg("got %s, want %s", got ? got : "nothing", want ? want : "nothing");
}

static void urls_come_apart(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(urls); i++) {
        struct url_parts url;

        CASE(urls[i].sentence);
        assert_int_equal(url_parts_read(&url, urls[i].url, arena), urls[i].fault);
        if (urls[i].fault)
            continue;
        same(url.scheme, urls[i].scheme);
        same(url.user, urls[i].user);
        same(url.password, urls[i].password);
        same(url.host, urls[i].host);
        same(url.bare_host, urls[i].bare_host);
        same(url.port, urls[i].port);
        same(url.path, urls[i].path);
        same(url.shown, urls[i].shown);
    }
}

static void only_http_is_split_for_http(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct url_parts url;

    (void)state;
    assert_true(http_url_split(&url, "https://h/x", arena));
    assert_true(http_url_split(&url, "http://h/x", arena));
    assert_false(http_url_split(&url, "ssh://h/x", arena));
    assert_false(http_url_split(&url, "file:///x", arena));
    assert_false(http_url_split(&url, "h/x", arena));
}

static void another_host_is_put_in(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(http_url_with_host("https://10.0.0.1:6443/a?b=c", "api.example.com", arena),
                        "https://api.example.com:6443/a?b=c");
    assert_null(http_url_with_host("https://10.0.0.1/", "a/b", arena));
    assert_null(http_url_with_host("10.0.0.1", "h", arena));
}

static void a_location_is_resolved(void **state)
{
    static const char *const rows[][2] = {
        { "/moved/x", "https://h:8443/moved/x" },
        { "//other/x", "https://other/x" },
        { "http://other:80/x", "http://other:80/x" },
        { "https://[::1", "https://[::1" },
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        same(http_url_resolve("https://h:8443/a/b.git", rows[i][0], arena), rows[i][1]);
}

static void all_but_unreserved_characters_are_escaped(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(http_url_escape("a-b.c_d~e", arena), "a-b.c_d~e");
    assert_string_equal(http_url_escape("../a?b=c&d #%\xc3\xbc", arena),
                        "..%2Fa%3Fb%3Dc%26d%20%23%25%C3%BC");
    assert_string_equal(http_url_escape("", arena), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_come_apart),
        cmocka_unit_test(only_http_is_split_for_http),
        cmocka_unit_test(another_host_is_put_in),
        cmocka_unit_test(a_location_is_resolved),
        cmocka_unit_test(all_but_unreserved_characters_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
