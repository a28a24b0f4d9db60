/* tests/unit/base/test_url.c - repository URLs, taken apart or refused. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/text.h"
#include "base/url.h"
#include <stdio.h>
#include <string.h>

struct good {
    const char *name, *text;
    enum url_scheme scheme;
    const char *user, *host, *port, *path, *shown;
    bool loopback;
};

// clang-format off
static const struct good good[] = {
    { "a forge over https", "https://git.example.com/mesh/specs.git", URL_HTTPS, "", "git.example.com", "",
      "/mesh/specs.git", "https://git.example.com/mesh/specs.git", false },
    { "a user name is kept apart", "https://bot@git.example.com:8443/x", URL_HTTPS, "bot", "git.example.com", "8443", "/x",
      "https://git.example.com:8443/x", false },
    { "http on this machine", "http://127.0.0.1:8080/git/x.git", URL_HTTP, "", "127.0.0.1", "8080", "/git/x.git",
      "http://127.0.0.1:8080/git/x.git", true },
    { "IPv6 in brackets", "https://[::1]:8443/x", URL_HTTPS, "", "::1", "8443", "/x", "https://[::1]:8443/x", true },
    { "ssh with a port", "ssh://git@host:2222/srv/x.git", URL_SSH, "git", "host", "2222", "/srv/x.git",
      "ssh://host:2222/srv/x.git", false },
    { "ssh into a home folder", "ssh://host/~ada/x.git", URL_SSH, "", "host", "", "~ada/x.git", "ssh://host/~ada/x.git",
      false },
    { "a blank in the path of ssh", "ssh://git@ssh.example.com/v3/our-org/My%20Project/repo", URL_SSH, "git",
      "ssh.example.com", "", "/v3/our-org/My Project/repo", "ssh://ssh.example.com/v3/our-org/My%20Project/repo", false },
    { "an at sign in the user of ssh", "ssh://first.last%40corp.example@host:2022/p/x", URL_SSH, "first.last@corp.example",
      "host", "2022", "/p/x", "ssh://host:2022/p/x", false },
    { "a home folder, escaped", "ssh://host/%7eada/x.git", URL_SSH, "", "host", "", "~ada/x.git", "ssh://host/%7eada/x.git",
      false },
    { "what is no escape stays", "ssh://host/a%2/%zz%00%", URL_SSH, "", "host", "", "/a%2/%zz%00%", "ssh://host/a%2/%zz%00%",
      false },
    { "a blank in the path of a daemon", "git://host/a%20b", URL_GIT, "", "host", "", "/a b", "git://host/a%20b", false },
    { "escapes stay in the path of https", "https://me%40corp@host/a%20b", URL_HTTPS, "me@corp", "host", "", "/a%20b",
      "https://host/a%20b", false },
    { "no escapes in user@host:path", "a%40b@host:x%20y", URL_SSH, "a%40b", "host", "", "x%20y", "host:x%20y", false },
    { "IPv6 in user@host:path", "git@[2001:db8::1]:group/repo.git", URL_SSH, "git", "2001:db8::1", "", "group/repo.git",
      "[2001:db8::1]:group/repo.git", false },
    { "git+ssh is ssh", "git+ssh://host/x.git", URL_SSH, "", "host", "", "/x.git", "git+ssh://host/x.git", false },
    { "user@host:path", "git@github.com:mesh/specs.git", URL_SSH, "git", "github.com", "", "mesh/specs.git",
      "github.com:mesh/specs.git", false },
    { "host:path", "host:x.git", URL_SSH, "", "host", "", "x.git", "host:x.git", false },
    { "a git daemon", "git://localhost:9418/x.git", URL_GIT, "", "localhost", "9418", "/x.git", "git://localhost:9418/x.git",
      true },
    { "a path", "/srv/git/x.git", URL_FILE, "", "", "", "/srv/git/x.git", "/srv/git/x.git", false },
    { "a path with a colon further on", "./a:b", URL_FILE, "", "", "", "./a:b", "./a:b", false },
    { "file://", "file:///srv/x.git", URL_FILE, "", "", "", "/srv/x.git", "file:///srv/x.git", false },
    { "a name that only looks local", "http://127.0.0.1.example.com/x", URL_HTTP, "", "127.0.0.1.example.com", "", "/x",
      "http://127.0.0.1.example.com/x", false },
    { "the loopback in another notation is what is connected to", "http://127.1/x", URL_HTTP, "", "127.0.0.1", "", "/x",
      "http://127.0.0.1/x", true },
    { "dots go from the path of http, as libcurl sends it", "https://h/a/../b", URL_HTTPS, "", "h", "", "/b", "https://h/b",
      false },
    { "dots stay in the path of ssh, as git sends it", "ssh://h/a/../b", URL_SSH, "", "h", "", "/a/../b", "ssh://h/a/../b",
      false },
    { "the zone of an address", "https://[fe80::1%25eth0]:8443/x", URL_HTTPS, "", "fe80::1%eth0", "8443", "/x",
      "https://[fe80::1%25eth0]:8443/x", false },
    { "the scheme in capitals", "HTTPS://h/x", URL_HTTPS, "", "h", "", "/x", "https://h/x", false },
    { "localhost as a part of a name", "http://localhost.example.com/x", URL_HTTP, "", "localhost.example.com", "", "/x",
      "http://localhost.example.com/x", false },
};

static const struct {
    const char *name, *text, *words;
} bad[] = {
    { "nothing", "", "empty" },
    { "a password", "https://bot:geheim@git.example.com/x", "password" },
    { "a password in user@host:path", "bot:geheim@host:x", "password" },
    { "an empty password", "https://bot:@git.example.com/x", "password" },
    { "two hosts", "https://bot@evil.example.com@git.example.com/x", "host" },
    { "a host with a slash, escaped", "https://h%2Fevil/x", "host" },
    { "another scheme", "ftp://host/x", "scheme" },
    { "a helper of git", "ext::sh -c id", "" },
    { "a host that is an option", "ssh://-oProxyCommand=id/x", "host" },
    { "a host that is an option, short form", "-oProxyCommand=id:x", "" },
    { "a user that is an option", "ssh://-l@host/x", "option" },
    { "a path that is an option", "host:--upload-pack=id", "option" },
    { "a host with a shell's characters", "ssh://ho$(id)st/x", "host" },
    { "a blank", "https://git.example.com/a b", "blank" },
    { "a line break", "https://git.example.com/a\nb", "control byte" },
    { "a line break, escaped", "ssh://host/a%0Ab", "control byte" },
    { "a backslash, escaped", "ssh://host/a%5cb", "backslash" },
    { "a user that is an option, escaped", "ssh://%2Dl@host/x", "option" },
    { "a password, escaped", "ssh://bot%3Ageheim@host/x", "password" },
    { "a control byte in the user", "https://a%1bb@host/x", "control byte" },
    { "half an address in user@host:path", "git@[::1:x", "[]" },
    { "no host", "https:///x", "no host" },
    { "no path", "https://git.example.com/", "no repository" },
    { "no path at all", "https://git.example.com", "no repository" },
    { "a port that is none", "https://git.example.com:0/x", "port" },
    { "a port that is a word", "https://git.example.com:ssh/x", "port" },
    { "a query", "https://git.example.com/x?token=1", "\"?\"" },
    { "a fragment", "https://git.example.com/x#1", "\"#\"" },
    { "half an address", "https://[::1/x", "[]" },
    { "a host after file://", "file://server/x", "this machine" },
};
// clang-format on

static void test_good(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(good); i++) {
        const struct good *want = &good[i];
        struct url url;
        struct err err;

        print_message("%s\n", want->name);
        if (url_parse(&url, want->text, arena, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(url.scheme, want->scheme);
        assert_string_equal(url.user, want->user);
        assert_string_equal(url.host, want->host);
        assert_string_equal(url.port, want->port);
        assert_string_equal(url.path, want->path);
        assert_string_equal(url.shown, want->shown);
        assert_int_equal(url_is_loopback(&url), want->loopback);
    }
    arena_free(arena);
}

static void test_bad(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct url url;
        struct err err;

        print_message("%s\n", bad[i].name);
        assert_int_equal(url_parse(&url, bad[i].text, arena, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
        if (!strstr(err.text, bad[i].words))
            fail_msg("no \"%s\" in: %s", bad[i].words, err.text);
        assert_null(strstr(err.text, "geheim"));
    }
    arena_free(arena);
}

static const struct {
    const char *one, *other;
    bool same;
} pairs[] = {
    { "https://git.example.com/a/b.git", "https://GIT.example.com/a/b/", true },
    { "https://git.example.com/a/b", "git@git.example.com:a/b.git", true },
    { "https://git.example.com:443/a/b", "https://git.example.com/a/b", true },
    { "ssh://git@git.example.com:2222/a/b", "https://git.example.com/a/b", true },
    { "file:///srv/a.git", "/srv/a", true },
    { "https://h/a%20b", "ssh://h/a%20b", true },
    { "https://h/x/../y", "https://h/y", true },
    { "git://h:1/a", "git://h:2/a", false },
    { "https://h/a/b", "https://h/a/bc", false },
    { "https://h/a", "https://i/a", false },
    { "/h/a", "ssh://h/h/a", false },
};

static void test_same_repository(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct arena *arena = arena_new();
        struct url one, other;
        struct err err;

        assert_int_equal(url_parse(&one, pairs[i].one, arena, &err), 0);
        assert_int_equal(url_parse(&other, pairs[i].other, arena, &err), 0);
        if (url_same_repository(&one, &other) != pairs[i].same
            || url_same_repository(&other, &one) != pairs[i].same)
            fail_msg("%s, %s", pairs[i].one, pairs[i].other);
        arena_free(arena);
    }
}

struct same_row {
    const char *a, *b;
    bool same;
};

static const struct same_row same_rows[] = {
    { "https://h/a/b.git", "https://h/a/b", true },
    { "https://h/a/b/", "https://H/a/b", true },
    { "https://user@h/a/b", "https://h/a/b", true },
    { "git@h:a/b.git", "ssh://git@h/a/b", true },
    { "ssh://git@h:2222/a/b", "https://h/a/b", true },
    { "https://h/a/b", "https://h/a/B", false },
    { "https://h/a/b", "https://h2/a/b", false },
    { "https://h/a/b", "https://h/a/bc", false },
    { "https://h/a@b/c", "https://h/a@b/c.git", true },
    { "", "https://h/a", false },
    { "https://h:8443/a", "https://h/a", false },
    { "https://bot:geheim@h/a", "https://h/a", true },
    { "git@h:geheim@a", "git@h:geheim@a", true },
};

static void a_repository_has_many_urls(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(same_rows); i++)
        if (url_same_text(same_rows[i].a, same_rows[i].b, arena) != same_rows[i].same)
            fail_msg("%s and %s", same_rows[i].a, same_rows[i].b);
    arena_free(arena);
}

static void a_repository_is_its_path_without_what_makes_no_difference(void **state)
{
    static const char *const rows[][2] = {
        { "https://git.example.com/platform/mesh.git", "platform/mesh" },
        { "https://git.example.com//group/sub/mesh/", "group/sub/mesh" },
        { "git@git.example.com:platform/mesh.git/", "platform/mesh" },
        { "https://git.example.com/.git", ".git" },
        { "https://git.example.com/a%20b", "a b" },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url url;
        struct err err;

        assert_int_equal(url_parse(&url, rows[i][0], arena, &err), 0);
        assert_string_equal(url_repository(&url, arena), rows[i][1]);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repository_has_many_urls),
        cmocka_unit_test(a_repository_is_its_path_without_what_makes_no_difference),
        cmocka_unit_test(test_good), cmocka_unit_test(test_bad),
        cmocka_unit_test(test_same_repository)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
