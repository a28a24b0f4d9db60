/* tests/unit/sync/test_fetch.c - commits from real servers by every way there, and a cache that
 * heals. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct state {
    struct world world;
    struct server server;
    const char *head; /* of specs.git's main */
};

/* specs.git with main, dev and a tag; no server. */
static int begin(void **out)
{
    struct state *state = calloc(1, sizeof *state);
    struct world *world = &state->world;

    world_make(world);
    sh(world, "git init -q -b main work && cd work && mkdir specs && echo 'kind: A' >specs/a.yaml "
              "&& echo text >README && "
              "git add . && git commit -q -m first && git branch dev && echo 'kind: B' "
              ">specs/b.yaml && git add . && "
              "git commit -q -m second -m 'Weft-Source-Commit: abc' && git tag -a -m one v1 && git "
              "clone -q --bare . ../specs.git");
    state->head = sh(world, "git -C specs.git rev-parse main");
    *out = state;
    return 0;
}

static int finish(void **out)
{
    struct state *state = *out;

    server_end(&state->server);
    text_free(&state->server.said);
    world_end(&state->world);
    free(state);
    return 0;
}

static struct clone *open_with(const struct world *world, const struct git_remote_spec *remote)
{
    struct clone *clone;
    struct err err;

    if (clone_open(&clone, world_path(world, "cache"), remote, &err) < 0)
        fail_msg("%s", err.text);
    return clone;
}

/* By path: for all that does not depend on the way there. */
static struct clone *open_specs(const struct state *state)
{
    const struct git_remote_spec remote = { .url = world_path(&state->world, "specs.git") };

    return open_with(&state->world, &remote);
}

static void fetches(struct clone *clone, const char *ref, const char *want)
{
    char commit[41];
    struct err err;

    if (clone_fetch(clone, commit, ref, false, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(commit, want);
}

static void fails(struct clone *clone, const char *ref, const char *words)
{
    char commit[41];
    struct err err = { 0 };

    assert_int_equal(clone_fetch(clone, commit, ref, false, &err), -1);
    if (!strstr(err.text, words))
        fail_msg("no \"%s\" in: %s", words, err.text);
    assert_null(strstr(err.text, "geheim"));
}

/* clone_open fails; nothing was connected. */
static void refuses(const struct world *world, const struct git_remote_spec *remote,
                    const char *words)
{
    struct clone *clone = NULL;
    struct err err;

    assert_int_equal(clone_open(&clone, world_path(world, "cache"), remote, &err), -1);
    if (!strstr(err.text, words))
        fail_msg("no \"%s\" in: %s", words, err.text);
    assert_null(strstr(err.text, "geheim"));
}

/* ---- ways there ---- */

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
            { "a wrong password", { specs, { .username = "bot", .password = "geheimnis" }, 20 }, "refused the credentials (HTTP 401)" },
            { "no password", { specs, { 0 }, 20 }, "wants credentials (HTTP 401)" },
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

/* A server that accepts and says nothing: every way there gives up in time. */
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
        time_t before = time(NULL);

        print_message("%s\n", remote.url);
        fails(clone, "main", remote.url);
        assert_in_range(time(NULL) - before, 0, 8);
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

/* ---- refs ---- */

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

/* ---- the cache ---- */

static void test_nothing_new_fetches_nothing(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    const char *before;

    fetches(clone, "main", state->head);
    before = sh(&state->world, "find cache/git -type f | xargs sha1sum | sort");
    clone_close(TAKE(clone));
    clone = open_specs(state);
    fetches(clone, "main", state->head);
    assert_string_equal(sh(&state->world, "find cache/git -type f | xargs sha1sum | sort"), before);
}

static void test_follows(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    const char *rewound;

    fetches(clone, "main", state->head);
    sh(&state->world, "cd work && echo 3 >three && git add . && git commit -q -m third && git push "
                      "-q ../specs.git main");
    fetches(clone, "main", sh(&state->world, "git -C specs.git rev-parse main"));
    rewound =
        sh(&state->world,
           "git -C specs.git update-ref refs/heads/main main~2 && git -C specs.git rev-parse main");
    fetches(clone, "main", rewound);
}

static void test_private(void **context)
{
    struct state *state = *context;
    struct clone *clone = open_specs(state);
    struct stat info;

    assert_int_equal(stat(world_path(&state->world, "cache"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    clone_close(clone);
}

static void test_one_user_at_a_time(void **context)
{
    struct state *state = *context;
    struct clone *clone = open_specs(state);
    const struct git_remote_spec remote = { .url = world_path(&state->world, "specs.git") };

    refuses(&state->world, &remote, "in use by another pass");
    clone_close(clone);
}

/* What may happen to a folder between two passes. */
// clang-format off
static const struct {
    const char *name, *command;
} damages[] = {
    { "the folder is gone", "rm -rf cache" },
    { "the repository is gone", "rm -rf cache/git" },
    { "it was never finished", "rm cache/origin" },
    { "HEAD is empty", ": >cache/git/HEAD" },
    { "HEAD is rubbish", "head -c 100 /dev/urandom >cache/git/HEAD" },
    { "the configuration is rubbish", "echo '[[[' >cache/git/config" },
    { "a ref is rubbish", "echo rubbish >cache/git/refs/weft/heads/main" },
    { "a ref names nothing", "echo 0123456789abcdef0123456789abcdef01234567 >cache/git/refs/weft/heads/main" },
    { "the packs are gone", "rm -f cache/git/objects/pack/*" },
    { "the pack is gone, its index is not", "rm -f cache/git/objects/pack/*.pack" },
    { "the index is gone", "rm -f cache/git/objects/pack/*.idx" },
    { "the pack is cut", "for p in cache/git/objects/pack/*.pack; do chmod u+w $p; truncate -s -40 $p; done" },
    { "the pack is empty", "for p in cache/git/objects/pack/*.pack; do chmod u+w $p; : >$p; done" },
    { "the index is cut", "for p in cache/git/objects/pack/*.idx; do chmod u+w $p; truncate -s 500 $p; done" },
    { "bytes in the middle of the pack are wrong",
      "for p in cache/git/objects/pack/*.pack; do chmod u+w $p; printf '\\377\\377\\377\\377\\377\\377\\377\\377' | "
      "dd of=$p bs=1 seek=200 conv=notrunc status=none; done" },
    { "half a pack was left", "echo PACK >cache/git/objects/pack/pack_git2_abc" },
    { "another repository's clone", "rm -rf cache && git clone -q --bare specs.git cache/git && "
      "printf 'weft clone 1\\n/somewhere/else\\n' >cache/origin" },
};
// clang-format on

static int count_file(void *context, const struct snapshot_file *file, struct err *err)
{
    (void)err;
    assert_null(file->skipped);
    ++*(size_t *)context;
    return 0;
}

static void test_heals(void **context)
{
    static const char *const suffixes[] = { "", NULL };
    struct state *state = *context;

    for (size_t i = 0; i < LENGTH(damages); i++) {
        AUTO(clone_close) struct clone *clone = open_specs(state);
        AUTO(snapshot_close) struct snapshot *snapshot = NULL;
        size_t files = 0;
        struct err err;

        print_message("%s\n", damages[i].name);
        fetches(clone, "main", state->head);
        clone_close(TAKE(clone));
        sh(&state->world, "%s", damages[i].command);
        clone = open_specs(state);
        fetches(clone, "main", state->head);
        if (snapshot_open(&snapshot, clone, state->head, &err) < 0
            || snapshot_each(snapshot, "", suffixes, 1000, count_file, &files, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(files, 3);
        clone_close(TAKE(clone));
        sh(&state->world, "git -C cache/git fsck --full 2>&1 && test -z \"$(ls "
                          "cache/git/objects/pack | grep -v '[.]')\"");
    }
}

/* Cut off from the server a damaged cache cannot heal, and says so. */
static void test_cannot_heal(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    struct snapshot *snapshot = NULL;
    struct err err;

    fetches(clone, "main", state->head);
    sh(&state->world, "rm -f cache/git/objects/pack/* && mv specs.git away.git");
    clone_close(TAKE(clone));
    clone = open_specs(state);
    fails(clone, "main", "specs.git");
    assert_int_equal(snapshot_open(&snapshot, clone, state->head, &err), -1);
}

static void test_too_many_packs(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);

    fetches(clone, "main", state->head);
    clone_close(TAKE(clone));
    sh(&state->world, "cd cache/git/objects/pack && for i in $(seq 500); do : >pack-$i.pack; done");
    clone = open_specs(state);
    assert_string_equal(sh(&state->world, "ls cache/git/objects/pack | wc -l"), "0");
    clone_close(TAKE(clone));
    sh(&state->world, "mkdir -p cache/git/objects/17 && cd cache/git/objects/17 && for i in $(seq "
                      "30); do : >$i; done");
    clone = open_specs(state);
    assert_int_equal(sh_status(&state->world, "test -e cache/git/objects/17"), 1);
}

/* ---- reading ---- */

struct seen {
    struct text list;
};

static int note_file(void *context, const struct snapshot_file *file, struct err *err)
{
    struct seen *seen = context;

    (void)err;
    if (file->skipped)
        text_addf(&seen->list, "%s %s\n", file->path, file->skipped);
    else
        text_addf(&seen->list, "%s (%zu)\n", file->path, file->len);
    return 0;
}

static const char *each(struct state *state, const char *folder, size_t max)
{
    static const char *const suffixes[] = { ".yaml", ".yml", NULL };
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct seen seen = { 0 };
    const char *list;
    char commit[41];
    struct err err;

    if (clone_fetch(clone, commit, "main", false, &err) < 0
        || snapshot_open(&snapshot, clone, commit, &err) < 0)
        fail_msg("%s", err.text);
    if (snapshot_each(snapshot, folder, suffixes, max, note_file, &seen, &err) < 0)
        list = arena_text(state->world.arena, err.text);
    else
        list = arena_bytes(state->world.arena, seen.list.bytes, seen.list.len);
    text_free(&seen.list);
    return list;
}

static void test_each(void **context)
{
    struct state *state = *context;
    const char *list;

    sh(&state->world,
       "cd work && mkdir -p all/b all/b.d && echo 1 >all/b/x.yaml && echo 22 >all/b.yml && echo 1 "
       ">all/b.d/y.yaml && "
       "echo no >all/notes.txt && ln -s b.yml all/link.yaml && head -c 10000000 /dev/zero "
       ">all/big.yaml && git add . && "
       "git update-index --add --cacheinfo 160000,0123456789abcdef0123456789abcdef01234567,all/sub "
       "&& git commit -q -m all && "
       "git push -q ../specs.git main");
    assert_string_equal(each(state, "all", 1000000),
                        "b.d/y.yaml (2)\nb.yml (3)\nb/x.yaml (2)\n"
                        "big.yaml is 10.0 MB, more than the 1.0 MB that are read\n"
                        "link.yaml is a symbolic link\nsub is a submodule\n");
    assert_string_equal(each(state, "all/b", 1000000), "x.yaml (2)\n");
    assert_string_equal(each(state, "/all//b/", 1000000), "x.yaml (2)\n");
    list = each(state, "", 1000000);
    assert_non_null(strstr(list, "specs/a.yaml (8)\n"));
    assert_non_null(strstr(each(state, "absent", 1),
                           "has no folder \"absent\"; nothing was changed or deleted"));
    assert_non_null(strstr(each(state, "README", 1), "not a folder"));
    assert_non_null(strstr(each(state, "all/link.yaml", 1), "not a folder"));
    assert_non_null(strstr(each(state, "all/sub", 1), "not a folder"));
    sh(&state->world, "cd work && mkdir none && echo x >none/README && git add . && git commit -q "
                      "-m none && git push -q ../specs.git main");
    assert_non_null(strstr(each(state, "none", 1), "nothing was changed or deleted"));
}

static void test_reader(void **context)
{
    struct state *state = *context;
    AUTO(clone_close) struct clone *clone = open_specs(state);
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct arena *arena = state->world.arena;
    struct tree_reader reader;
    const char **names;
    char *bytes;
    size_t count, len;
    struct err err;

    fetches(clone, "main", state->head);
    assert_int_equal(snapshot_open(&snapshot, clone, state->head, &err), 0);
    assert_string_equal(snapshot_commit(snapshot), state->head);
    assert_string_equal(snapshot_trailer(snapshot, "Weft-Source-Commit", arena), "abc");
    assert_null(snapshot_trailer(snapshot, "Weft-Run", arena));
    reader = snapshot_reader(snapshot, "", arena);
    assert_int_equal(reader.list(reader.context, "", &names, &count, arena, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(names[0], "README");
    assert_string_equal(names[1], "specs/");
    assert_int_equal(reader.list(reader.context, "absent", &names, &count, arena, &err), 0);
    assert_int_equal(count, 0);
    reader = snapshot_reader(snapshot, "specs", arena);
    assert_int_equal(reader.read(reader.context, "a.yaml", &bytes, &len, arena, &err), 0);
    assert_string_equal(bytes, "kind: A\n");
    assert_int_equal(len, 8);
    assert_int_equal(reader.read(reader.context, "c.yaml", &bytes, &len, arena, &err), 0);
    assert_null(bytes);
    assert_int_equal(reader.read(reader.context, "../README", &bytes, &len, arena, &err), 0);
    assert_null(bytes);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, finish)
    const struct CMUnitTest tests[] = {
        CASE(test_by_path),
        CASE(test_by_daemon),
        CASE(test_by_http),
        CASE(test_by_https),
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
        CASE(test_nothing_new_fetches_nothing),
        CASE(test_follows),
        CASE(test_private),
        CASE(test_one_user_at_a_time),
        CASE(test_heals),
        CASE(test_cannot_heal),
        CASE(test_too_many_packs),
        CASE(test_each),
        CASE(test_reader),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
