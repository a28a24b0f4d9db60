/* tests/unit/sync/transport/test_wire.c - conversations that would never end, and servers that talk
 * nonsense.
 */
#include "sync/clone.h"
#include "sync/fetch.h"
#include "tests/lib/git_world.h"

#include "sync/transport/push.h"
#include "sync/transport/wire.h"
#include "sync/transport/wire_open.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A server that sends the same bytes to every client: all at once, or one every 50 ms, again and
 * again. */
struct fake {
    pid_t pid;
    int port;
};

static void serve(int fd, const char *bytes, size_t len, bool drip)
{
    for (;;) {
        int client = accept(fd, NULL, NULL);
        char request[4096];

        if (client < 0 || recv(client, request, sizeof request, 0) < 0)
            _exit(1);
        (void)!write(client, bytes, len);
        while (drip && send(client, "x", 1, MSG_NOSIGNAL) == 1)
            usleep(50000);
        close(client);
    }
}

static struct fake fake_start(const char *bytes, size_t len, bool drip)
{
    int fd;
    struct fake fake = { .port = silent_listen(&fd) };

    fake.pid = fork();
    if (fake.pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
        serve(fd, bytes, len, drip);
    close(fd);
    return fake;
}

static void fake_end(struct fake *fake)
{
    kill(fake->pid, SIGKILL);
    waitpid(fake->pid, NULL, 0);
}

static struct peer peer_of(struct arena *arena, const char *scheme, int port)
{
    struct git_remote_spec remote = {
        .url = arena_printf(arena, "%s://127.0.0.1:%d/x.git", scheme, port), .timeout_s = 2
    };
    struct peer peer;
    struct err err;

    if (peer_open(&peer, &remote, "/tmp", arena, &err) < 0)
        fail_msg("%s", err.text);
    return peer;
}

/* A server that gives each connection the next of some answers, and the last one again and again.
 */
struct sequence {
    struct fake fake;
    atomic_int *connections;
};

static void serve_sequence(int fd, const char *const *answers, size_t count,
                           atomic_int *connections)
{
    for (;;) {
        int client = accept(fd, NULL, NULL);
        size_t at = (size_t)atomic_fetch_add(connections, 1);
        const char *answer = answers[at < count ? at : count - 1];
        char request[4096];

        if (client < 0 || recv(client, request, sizeof request, 0) < 0)
            _exit(1);
        (void)!write(client, answer, strlen(answer));
        close(client);
    }
}

static struct sequence sequence_start(const char *const *answers)
{
    int fd;
    size_t count = 0;
    struct sequence sequence = { .fake = { .port = silent_listen(&fd) } };

    while (answers[count])
        count++;
    sequence.connections = mmap(NULL, sizeof *sequence.connections, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(sequence.connections != MAP_FAILED);
    sequence.fake.pid = fork();
    if (sequence.fake.pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
        serve_sequence(fd, answers, count, sequence.connections);
    close(fd);
    return sequence;
}

static void sequence_end(struct sequence *sequence)
{
    fake_end(&sequence->fake);
    munmap(sequence->connections, sizeof *sequence->connections);
}

/* One request, its answer to the end: -1 and err, or the number of bytes. */
static int converse_with(const struct peer *peer, enum service service, bool posts, struct err *err)
{
    AUTO(wire_close) struct wire *wire = NULL;
    char buffer[1000];
    size_t got = 1;
    int all = 0;

    if (wire_open(&wire, peer, service, err) < 0)
        return -1;
    if (posts)
        wire_end_request(wire);
    if (posts && wire_write(wire, "0000", 4, err) < 0)
        return -1;
    for (; got > 0; all += (int)got)
        if (wire_read(wire, buffer, sizeof buffer, &got, err) < 0)
            return -1;
    return all;
}

/* The same for a list of refs. */
static int read_all(const struct peer *peer, struct err *err)
{
    return converse_with(peer, SERVICE_FETCH, false, err);
}

static const char endless[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n";

/* Progress without end is bounded, too. */
static void test_drip(void **state)
{
    static const char *const schemes[] = { "git", "http" };
    struct arena *arena = arena_new();
    struct fake fake = fake_start(endless, strlen(endless), true);

    (void)state;
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct peer peer = peer_of(arena, schemes[i], fake.port);
        struct err err;

        peer.limits.list_s = 1;
        assert_int_equal(read_all(&peer, &err), -1);
        if (!strstr(err.text, "not done after 1 seconds")
            && !(i && strstr(err.text, "not answered within 1 s")))
            fail_msg("%s", err.text);
        peer_close(&peer);
    }
    fake_end(&fake);
    arena_free(arena);
}

/* Transfers that are too slow, or larger than the limits, end as well. */
static void test_limits(void **state)
{
    static const char *const schemes[] = { "git", "http" };
    struct arena *arena = arena_new();
    struct fake fake = fake_start(endless, strlen(endless), true);

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(schemes); i++) {
        struct peer peer = peer_of(arena, schemes[i / 2], fake.port);
        struct err err;

        if (i % 2) {
            peer.limits.list_bytes = i / 2 ? 1 : strlen(endless) + 1;
        } else {
            peer.limits.grace_s = 0;
            peer.limits.window_s = 0;
        }
        peer.limits.list_s = 20; /* should it hang */
        assert_int_equal(read_all(&peer, &err), -1);
        assert_int_equal(err.kind, ERR_GIT);
        assert_int_equal(err.code, i % 2 ? EFBIG : ETIMEDOUT);
        assert_null(strstr(err.text, "not done after"));
        peer_close(&peer);
    }
    fake_end(&fake);
    arena_free(arena);
}

/* An open file below a folder. */
static bool is_open_below(const char *folder)
{
    for (int fd = 0; fd < 100; fd++) {
        char name[40], target[4096];
        ssize_t len;

        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        len = readlink(name, target, sizeof target - 1);
        target[len > 0 ? len : 0] = '\0';
        if (text_starts(target, folder))
            return true;
    }
    return false;
}

/* A large answer waits in TMPDIR, in /var/tmp without one, and beside the cache when that place
 * cannot be written. */
static void test_spool_folder(void **state)
{
    static const size_t large = 1500000;
    static const char *const temporary[] = { "tmp", NULL, "absent" }, *const wanted[] = { "tmp",
                                                                                          NULL,
                                                                                          "cache" };
    struct world world;
    AUTO_TEXT answer = { 0 };

    (void)state;
    world_make(&world);
    sh(&world, "mkdir cache tmp");
    text_adds(&answer, endless);
    for (size_t i = 0; i < large; i++)
        text_addc(&answer, 'x');
    for (size_t i = 0; i < LENGTH(temporary); i++) {
        struct fake fake = fake_start(answer.bytes, answer.len, false);
        struct peer peer = peer_of(world.arena, "http", fake.port);
        AUTO(wire_close) struct wire *wire = NULL;
        char buffer[10];
        size_t got;
        struct err err;

        peer.folder = world_path(&world, "cache");
        if (temporary[i])
            setenv("TMPDIR", world_path(&world, temporary[i]), 1);
        assert_int_equal(wire_open(&wire, &peer, SERVICE_FETCH, &err), 0);
        if (wire_read(wire, buffer, sizeof buffer, &got, &err) < 0)
            fail_msg("%s", err.text);
        assert_true(is_open_below(wanted[i] ? world_path(&world, wanted[i]) : "/var/tmp"));
        unsetenv("TMPDIR");
        wire_close(TAKE(wire));
        peer_close(&peer);
        fake_end(&fake);
    }
    world_end(&world);
}

/* What libgit2 has no words for. */
static void test_no_protocol(void **state)
{
    static const char *const answers[] = { "0003", "001", "0001", "<html>", "0009hello00g0" };
    struct world world;

    (void)state;
    world_make(&world);
    for (size_t i = 0; i < LENGTH(answers); i++) {
        struct fake fake = fake_start(answers[i], strlen(answers[i]), false);
        const struct git_remote_spec remote = {
            .url = arena_printf(world.arena, "git://127.0.0.1:%d/x.git", fake.port), .timeout_s = 2
        };
        AUTO(clone_close) struct clone *clone = NULL;
        char commit[41];
        struct err err;

        print_message("%s\n", answers[i]);
        assert_int_equal(clone_open(&clone, world_path(&world, "cache"), &remote, &err), 0);
        assert_int_equal(clone_fetch(clone, commit, "main", false, &err), -1);
        if (i != 1 && !strstr(err.text, "not Git's protocol"))
            fail_msg("%s", err.text);
        assert_null(strstr(err.text, "config value"));
        fake_end(&fake);
    }
    world_end(&world);
}

#define ID "0123456789abcdef0123456789abcdef01234567"
#define HTTP(type, body)                                                                           \
    "HTTP/1.1 200 OK\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" body
#define REFS "application/x-git-receive-pack-advertisement"

#define LIST HTTP("application/x-git-upload-pack-advertisement", "0000")
#define PACKED HTTP("application/x-git-upload-pack-result", "0008NAK\n")
#define REPORT HTTP("application/x-git-receive-pack-result", "0000")
#define STATUS(code, headers)                                                                      \
    "HTTP/1.1 " code " Word\r\nContent-Length: 0\r\nConnection: close\r\n" headers "\r\n"

// clang-format off
static const struct {
    const char *name;
    enum service service;
    bool posts;
    const char *answers[6];
    int result, connections; /* bytes that were read, or -1; requests */
    const char *words;
} busy[] = {
    { "busy, and then not", SERVICE_FETCH, false, { STATUS("503", ""), STATUS("502", ""), LIST }, 4, 3, NULL },
    { "too many requests, with a pause", SERVICE_FETCH, false, { STATUS("429", "Retry-After: 0\r\n"), LIST }, 4, 2, NULL },
    { "a pause up to a date", SERVICE_FETCH, false,
      { STATUS("503", "Date: Mon, 23 Nov 2026 11:00:00 GMT\r\nRetry-After: Mon, 23 Nov 2026 10:00:00 GMT\r\n"), LIST }, 4, 2, NULL },
    { "a pause that is too long", SERVICE_FETCH, false, { STATUS("503", "Retry-After: 3600\r\n"), LIST }, -1, 1, "a pause of 3600 s" },
    { "a connection that ends before an answer", SERVICE_FETCH, false, { "", STATUS("504", ""), LIST }, 4, 3, NULL },
    { "busy in every answer", SERVICE_FETCH, false, { STATUS("503", "Retry-After: 0\r\n") }, -1, 11, "HTTP status 503" },
    { "a mistake", SERVICE_FETCH, false, { STATUS("500", ""), LIST }, -1, 1, "HTTP status 500" },
    { "a request for a pack", SERVICE_FETCH, true, { STATUS("502", ""), PACKED }, 8, 2, NULL },
    { "the list before a push", SERVICE_PUSH, false,
      { STATUS("503", ""), HTTP("application/x-git-receive-pack-advertisement", "0000") }, 4, 2, NULL },
    { "a push is not repeated", SERVICE_PUSH, true, { STATUS("503", "Retry-After: 0\r\n"), REPORT }, -1, 1, "HTTP status 503" },
    { "a push that got no answer is not repeated", SERVICE_PUSH, true, { "", REPORT }, -1, 1, "http://127.0.0.1" },
};
// clang-format on

static void test_busy(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(busy); i++) {
        struct sequence sequence = sequence_start(busy[i].answers);
        struct peer peer = peer_of(arena, "http", sequence.fake.port);
        struct err err = { 0 };

        print_message("%s\n", busy[i].name);
        peer.pause_ms = 1;
        assert_int_equal(converse_with(&peer, busy[i].service, busy[i].posts, &err),
                         busy[i].result);
        assert_int_equal(atomic_load(sequence.connections), busy[i].connections);
        if (busy[i].words && !strstr(err.text, busy[i].words))
            fail_msg("no \"%s\" in: %s", busy[i].words, err.text);
        peer_close(&peer);
        sequence_end(&sequence);
    }
    arena_free(arena);
}

/* What a push makes of such answers: never sends anything, and says what is wrong. */
// clang-format off
static const struct {
    const char *name, *scheme, *bytes, *words;
} nonsense[] = {
    { "nothing", "git", "", "ends in the middle" },
    { "text", "git", "hello there", "not Git's protocol" },
    { "a line without its end", "git", "00ff0123", "ends in the middle" },
    { "a refusal", "git", "001dERR access denied to all\n", "access denied to all" },
    { "a list that is none", "git", "0009hello0000", "malformed" },
    { "a list without its end", "git", "003d" ID " refs/heads/main\n", "ends in the middle" },
    { "SHA-256", "git", "0036" "xx object-format=sha256 object-format=sha256 x0000", "malformed" },
    { "a web page", "http", HTTP("text/html", "<html>"), "not as a Git server" },
    { "an error of a web server", "http", "HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\ncome later",
      "HTTP status 500; the server says: come later" },
    { "a sign-in page", "http", "HTTP/1.1 203 Info\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>",
      "a sign-in page came" },
    { "a way to a sign-in page", "http", STATUS("302", "Location: https://h/_signin?realm=x&reply=/x.git/info/refs\r\n"),
      "a sign-in page came" },
    { "the path of a repository without .git", "http", STATUS("301", "Location: /g/login.git/info/refs?service=git-receive-pack\r\n"),
      "/g/login.git into the configuration" },
    { "a redirect to nowhere", "http", STATUS("302", ""), "redirects (HTTP 302) to nowhere" },
    { "dumb HTTP", "http", HTTP("text/plain", ID "\trefs/heads/main\n"), "not as a Git server" },
    { "an empty answer", "http", HTTP(REFS, ""), "ends in the middle" },
    { "not HTTP at all", "http", "SSH-2.0-OpenSSH\r\n", "http://127.0.0.1" },
};
// clang-format on

static void test_nonsense(void **state)
{
    struct arena *arena = arena_new();
    struct objects *objects = pack_writer_new("/tmp");

    (void)state;
    for (size_t i = 0; i < LENGTH(nonsense); i++) {
        struct fake fake = fake_start(nonsense[i].bytes, strlen(nonsense[i].bytes), false);
        struct peer peer = peer_of(arena, nonsense[i].scheme, fake.port);
        const struct push_request request = { .ref = "refs/heads/main" };
        AUTO_PUSHED pushed = { 0 };
        struct err err = { 0 };

        print_message("%s\n", nonsense[i].name);
        assert_int_equal(push(&pushed, &peer, &request, 1, objects, &err), -1);
        if (!strstr(err.text, nonsense[i].words))
            fail_msg("no \"%s\" in: %s", nonsense[i].words, err.text);
        peer_close(&peer);
        fake_end(&fake);
    }
    pack_writer_free(objects);
    arena_free(arena);
}

/* The ref has another value: nothing is sent. */
static void test_moved(void **state)
{
    struct arena *arena = arena_new();
    struct objects *objects = pack_writer_new("/tmp");
    const char bytes[] = "004b" ID " refs/heads/main\0report-status\n0000";
    struct fake fake = fake_start(bytes, sizeof bytes - 1, false);
    struct peer peer = peer_of(arena, "git", fake.port);
    const struct push_request request = { .ref = "refs/heads/main" };
    AUTO_PUSHED pushed = { 0 };
    struct err err = { 0 };

    (void)state;
    if (push(&pushed, &peer, &request, 1, objects, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(pushed.outcome, PUSH_MOVED);
    assert_null(pushed.pack.bytes);
    peer_close(&peer);
    fake_end(&fake);
    pack_writer_free(objects);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drip),         cmocka_unit_test(test_limits),
        cmocka_unit_test(test_spool_folder), cmocka_unit_test(test_no_protocol),
        cmocka_unit_test(test_nonsense),     cmocka_unit_test(test_busy),
        cmocka_unit_test(test_moved),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
