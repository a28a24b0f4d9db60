/* tests/unit/sync/test_fetch.c - commits from real servers by every way there. */
#include "sync/clone.h"
#include "sync/fetch.h"
#include "tests/lib/git_specs.h"

#include "sync/limits.h"
#include "sync/private.h"
#include "sync/snapshot.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void test_by_path(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);

    fetches(clone, "main", state->head);
}

static void test_by_daemon(void **context)
{
    struct state *state = *context;

    server_start(&state->server, &state->world, "git-daemon.sh .");
    if (state->server.skipped)
        skip();
    {
        const char *url = server_value(&state->server, "url");
        const struct git_remote_spec remote = { .url = arena_printf(state->world.arena,
                                                                    "%s/specs.git", url) };
        const struct git_remote_spec absent = { .url = arena_printf(state->world.arena,
                                                                    "%s/absent.git", url) };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote), *other = NULL;

        fetches(clone, "main", state->head);
        clone_close(TAKE(clone));
        other = open_with(&state->world, &absent);
        fails(other, "main", "absent.git");
    }
}

static void test_by_http(void **context)
{
    struct state *state = *context;

    server_start(&state->server, &state->world, "git-http.sh . bot geheim");
    if (state->server.skipped)
        skip();
    {
        struct arena *arena = state->world.arena;
        const char *url = server_value(&state->server, "url");
        const char *specs = arena_printf(arena, "%s/specs.git", url),
                   *absent = arena_printf(arena, "%s/absent.git", url);
        const char *moved =
            arena_printf(arena, "%.*s/moved/specs.git", (int)(strlen(url) - strlen("/git")), url);
        // clang-format off
        const struct {
            const char *name;
            struct git_remote_spec remote;
            const char *words; /* NULL: works */
        } cases[] = {
            { "the right password", { specs, { .username = "bot", .password = "geheim" }, 20 }, NULL },
            { "a slash at the end", { arena_printf(arena, "%s/", specs), { .username = "bot", .password = "geheim" }, 20 }, NULL },
            { "a wrong password", { specs, { .username = "bot", .password = "geheimnis" }, 20 }, "refused the credentials (HTTP 401)" },
            { "no password", { specs, { 0 }, 20 }, "requires credentials (HTTP 401)" },
            { "a repository that is not there", { absent, { .username = "bot", .password = "geheim" }, 20 }, "(HTTP 404)" },
            { "a redirect", { moved, { .username = "bot", .password = "geheim" }, 20 }, "redirects (HTTP 301) to " },
        };
        // clang-format on

        for (size_t i = 0; i < LENGTH(cases); i++) {
            AUTO(clone_close) struct clone *clone = open_with(&state->world, &cases[i].remote);

            print_message("%s\n", cases[i].name);
            if (cases[i].words)
                fails(clone, "main", cases[i].words);
            else
                fetches(clone, "main", state->head);
        }
    }
}

static void test_by_https(void **context)
{
    struct state *state = *context;

    setenv("TLS", "1", 1);
    server_start(&state->server, &state->world, "git-http.sh .");
    unsetenv("TLS");
    if (state->server.skipped)
        skip();
    {
        struct arena *arena = state->world.arena;
        const char *url = arena_printf(arena, "%s/specs.git", server_value(&state->server, "url"));
        const struct git_remote_spec trusting = {
            .url = url,
            .auth = { .ca_pem = sh(&state->world, "cat %s", server_value(&state->server, "ca")) }
        };
        const struct git_remote_spec strange = { .url = url };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &strange);

        fails(clone, "main", "certificate");
        clone_close(TAKE(clone));
        clone = open_with(&state->world, &trusting);
        fetches(clone, "main", state->head);
    }
}

static void test_by_ssh(void **context)
{
    struct state *state = *context;

    server_start(&state->server, &state->world, "git-ssh.sh .");
    if (state->server.skipped)
        skip();
    {
        struct server *server = &state->server;
        struct arena *arena = state->world.arena;
        const char *specs = arena_printf(arena, "%s/specs.git", server_value(server, "url"));
        const char *absent =
            arena_printf(arena, "%s/it's $(absent).git", server_value(server, "url"));
        const char *key = server_value(server, "key"), *rsa = server_value(server, "rsa");
        const char *stranger = server_value(server, "stranger"),
                   *hosts = server_value(server, "known_hosts");
        const char *wrong = server_value(server, "wrong_hosts");
        // clang-format off
        const struct {
            const char *name;
            struct git_remote_spec remote;
            const char *words; /* NULL: works */
        } cases[] = {
            { "an Ed25519 key", { specs, { .ssh_key_file = key, .known_hosts_file = hosts }, 20 }, NULL },
            { "an RSA key", { specs, { .ssh_key_file = rsa, .known_hosts_file = hosts }, 20 }, NULL },
            { "a key that may not log in", { specs, { .ssh_key_file = stranger, .known_hosts_file = hosts }, 20 },
              "refused the key" },
            { "a changed host key", { specs, { .ssh_key_file = key, .known_hosts_file = wrong }, 20 }, "known hosts" },
            { "a known hosts file that is not there", { specs, { .ssh_key_file = key, .known_hosts_file = "/absent" }, 20 },
              "known hosts" },
        };
        // clang-format on

        (void)absent;
        for (size_t i = 0; i < LENGTH(cases); i++) {
            AUTO(clone_close) struct clone *clone = open_with(&state->world, &cases[i].remote);

            print_message("%s\n", cases[i].name);
            if (cases[i].words)
                fails(clone, "main", cases[i].words);
            else
                fetches(clone, "main", state->head);
        }
    }
}

/* The path goes through a shell on the server: nothing in it may be run there. */
static void test_ssh_quotes_the_path(void **context)
{
    struct state *state = *context;

    server_start(&state->server, &state->world, "git-ssh.sh .");
    if (state->server.skipped)
        skip();
    {
        struct server *server = &state->server;
        const struct git_remote_spec remote = {
            .url = arena_printf(state->world.arena, "%s/it's;touch$IFS%s/ran;.git",
                                server_value(server, "url"), state->world.folder),
            .auth = { .ssh_key_file = server_value(server, "key"),
                      .known_hosts_file = server_value(server, "known_hosts") },
        };
        AUTO(clone_close) struct clone *clone = NULL;

        sh(&state->world, "mkdir -p \"it's;touch\\$IFS$PWD\" && cp -r specs.git "
                          "\"it's;touch\\$IFS$PWD/ran;.git\"");
        clone = open_with(&state->world, &remote);
        fetches(clone, "main", state->head);
        assert_int_equal(sh_status(&state->world, "test -e ran"), 1);
    }
}

static void test_refused_before_connecting(void **context)
{
    struct state *state = *context;
    // clang-format off
    static const struct {
        const char *name;
        struct git_remote_spec remote;
        const char *words;
    } cases[] = {
        { "a password over plain http", { "http://git.example.com/x", { .password = "geheim" }, 0 }, "not encrypted" },
        { "ssh without known hosts", { "git@git.example.com:x", { .ssh_key_file = "/key" }, 0 }, "known hosts" },
        { "an SSH key for https", { "https://git.example.com/x", { .ssh_key_file = "/key" }, 0 }, "SSH key" },
        { "a proxy for ssh", { "ssh://git.example.com/x", { .known_hosts_file = "/hosts", .proxy = "http://p" }, 0 }, "proxy" },
        { "a password in the URL", { "https://bot:geheim@git.example.com/x", { 0 }, 0 }, "password" },
    };
    // clang-format on

    for (size_t i = 0; i < LENGTH(cases); i++) {
        print_message("%s\n", cases[i].name);
        refuses(&state->world, &cases[i].remote, cases[i].words);
    }
}

/* A server that accepts and sends nothing: every way there gives up in time. */
static void test_silent(void **context)
{
    struct state *state = *context;
    int fd, port = silent_listen(&fd);
    const char *const schemes[] = { "git", "http", "ssh" };

    sh(&state->world, "touch hosts");
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        const struct git_remote_spec remote = {
            .url = arena_printf(state->world.arena, "%s://127.0.0.1:%d/x", schemes[i], port),
            .auth = { .known_hosts_file = world_path(&state->world, "hosts") },
            .timeout_s = 1,
        };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote);

        print_message("%s\n", remote.url);
        fails(clone, "main", remote.url);
    }
    close(fd);
}

static void test_unreachable(void **context)
{
    struct state *state = *context;
    int fd, port = silent_listen(&fd);
    struct arena *arena = state->world.arena;
    const struct {
        const char *url, *words;
    } cases[] = {
        { arena_printf(arena, "git://127.0.0.1:%d/x", port), "onnection refused" },
        { arena_printf(arena, "http://127.0.0.1:%d/x", port), "onnection refused" },
        { "git://no.such.host.invalid/x", "no.such.host.invalid" },
        { "https://no.such.host.invalid/x", "no.such.host.invalid" },
        { world_path(&state->world, "absent.git"), "absent.git" },
    };

    close(fd);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct git_remote_spec remote = { .url = cases[i].url, .timeout_s = 5 };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote);

        fails(clone, "main", cases[i].words);
    }
}

/* Limits as the server's first bytes meet them; each was lowered to what this repository has. */
static void test_too_much(void **context)
{
    struct state *state = *context;

    server_start(&state->server, &state->world, "git-daemon.sh .");
    if (state->server.skipped)
        skip();
    for (int i = 0; i < 3; i++) {
        const struct git_remote_spec remote = {
            .url = arena_printf(state->world.arena, "%s/specs.git",
                                server_value(&state->server, "url")),
        };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote);
        size_t objects = 0;

        assert_int_equal(git_libgit2_opts(GIT_OPT_GET_PACK_MAX_OBJECTS, &objects), 0);
        assert_int_equal(objects, PACK_OBJECTS_MAX);
        clone->peer.limits.refs = i == 0 ? 4 : 5; /* HEAD, dev, main, v1, v1^{} */
        clone->peer.limits.fetch_bytes = i == 1 ? 300 : limits_default.fetch_bytes;
        git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, i == 2 ? (size_t)3 : objects);
        fails(clone, "main",
              i == 0   ? "more than 4 refs"
              : i == 1 ? "one fetch is larger than"
                       : "5000000 objects in a pack");
        git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, objects);
        clone->peer.limits = limits_default;
        fetches(clone, "main", state->head);
        clone_close(TAKE(clone));
        sh(&state->world, "rm -rf cache");
    }
}

/* Its message is never read; nothing is left behind that a later pass would read it for. */
static void test_large_commit(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);

    fetches(clone, "main", state->head);
    sh(&state->world,
       "cd work && head -c 1500000 /dev/zero | tr '\\0' x >../words && git commit -q "
       "--allow-empty -F ../words && git push -q ../specs.git main");
    for (int i = 0; i < 2; i++) {
        fails(clone, "main", "larger than the limit of 1000000 bytes");
        clone_close(TAKE(clone));
        clone = open_specs(state);
        fetches(clone, "dev", sh(&state->world, "git -C specs.git rev-parse dev"));
    }
    {
        const char *large = sh(&state->world, "git -C specs.git rev-parse main");
        struct snapshot *snapshot = NULL;
        struct err err;

        assert_int_equal(snapshot_open(&snapshot, clone, large, &err), -1);
        assert_int_equal(err.code, EFBIG);
        sh(&state->world, "git -C cache/git update-ref refs/weft/heads/main %s", large);
        clone_close(TAKE(clone));
        clone = open_specs(state);
        assert_false(clone_has(clone, large)); /* the cache was made again */
    }
}

static void test_refs(void **context)
{
    struct state *state = *context;
    const char *dev = sh(&state->world, "git -C specs.git rev-parse dev");
    AUTO(clone_close) struct clone *clone = open_specs(state);
    char commit[41];
    struct err err;

    fetches(clone, "dev", dev);
    fetches(clone, "refs/heads/main", state->head);
    fetches(clone, "HEAD", state->head);
    fetches(clone, "", state->head);
    fetches(clone, "v1", state->head);
    fetches(clone, "refs/tags/v1", state->head);
    fetches(clone, state->head, state->head);
    fetches(clone, dev, dev);
    fails(clone, "mian", "did you mean \"main\"?");
    fails(clone, "mian", "there are: dev, main, v1");
    fails(clone, "0123456789abcdef0123456789abcdef01234567", "no commit 0123456789abcdef");
    assert_int_equal(clone_fetch(clone, commit, "absent", true, &err), 0);
    assert_string_equal(commit, "");
}

/* An id that no ref shows: found among the ancestors. */
static void test_commit_id_in_a_new_cache(void **context)
{
    struct state *state = *context;
    const char *first = sh(&state->world, "git -C specs.git rev-parse main~1");
    AUTO(clone_close) struct clone *clone = open_specs(state);

    fetches(clone, first, first);
}

static void test_tag_of_no_commit(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);

    sh(&state->world, "git -C specs.git tag readme main:README");
    fails(clone, "readme", "does not name a commit");
}

static void test_empty_repository(void **context)
{
    struct state *state = *context;
    const struct git_remote_spec remote = { .url = world_path(&state->world, "empty.git") };
    AUTO(clone_close) struct clone *clone = NULL;
    char commit[41];
    struct err err;

    sh(&state->world, "git init -q --bare empty.git");
    clone = open_with(&state->world, &remote);
    fails(clone, "main", "is empty");
    assert_int_equal(clone_fetch(clone, commit, "main", true, &err), 0);
    assert_string_equal(commit, "");
}

static void test_sha256(void **context)
{
    struct state *state = *context;

    sh(&state->world, "git init -q -b main --object-format=sha256 new && cd new && git commit -q "
                      "--allow-empty -m x && "
                      "git clone -q --bare . ../new.git");
    server_start(&state->server, &state->world, "git-daemon.sh .");
    if (state->server.skipped)
        skip();
    {
        const struct git_remote_spec remote = { .url = arena_printf(
                                                    state->world.arena, "%s/new.git",
                                                    server_value(&state->server, "url")) };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote);

        fails(clone, "main", "SHA-256");
    }
}

static void test_shallow(void **context)
{
    struct state *state = *context;

    sh(&state->world, "git clone -q --bare --depth 1 \"file://$PWD/specs.git\" cut.git");
    server_start(&state->server, &state->world, "git-daemon.sh .");
    if (state->server.skipped)
        skip();
    {
        const struct git_remote_spec remote = { .url = arena_printf(
                                                    state->world.arena, "%s/cut.git",
                                                    server_value(&state->server, "url")) };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote);

        fails(clone, "main", "is a shallow repository");
    }
}

/* A partial clone serves what it does not have. */
static void test_partial(void **context)
{
    struct state *state = *context;

    sh(&state->world,
       "git -C specs.git config uploadpack.allowFilter true && "
       "git clone -q --bare --filter=blob:none \"file://$PWD/specs.git\" part.git && "
       "git -C part.git config remote.origin.url /absent && git -C part.git config --unset "
       "remote.origin.promisor");
    server_start(&state->server, &state->world, "git-daemon.sh .");
    if (state->server.skipped)
        skip();
    {
        const struct git_remote_spec remote = { .url = arena_printf(
                                                    state->world.arena, "%s/part.git",
                                                    server_value(&state->server, "url")) };
        AUTO(clone_close) struct clone *clone = open_with(&state->world, &remote);

        fails(clone, "main", "partial repository?");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_by_path),
        CASE(test_by_daemon),
        CASE(test_by_http),
        CASE(test_by_https),
        CASE(test_too_much),
        CASE(test_large_commit),
        CASE(test_by_ssh),
        CASE(test_ssh_quotes_the_path),
        CASE(test_refused_before_connecting),
        CASE(test_silent),
        CASE(test_unreachable),
        CASE(test_refs),
        CASE(test_commit_id_in_a_new_cache),
        CASE(test_tag_of_no_commit),
        CASE(test_empty_repository),
        CASE(test_sha256),
        CASE(test_shallow),
        CASE(test_partial),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
