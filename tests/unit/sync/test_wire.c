/* tests/unit/sync/test_wire.c - conversations that would never end, and servers that talk nonsense.
 */
#include "world.h"

#include "sync/push.h"
#include "sync/wire.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A server that sends the same bytes to everybody: all at once, or one every 50 ms, again and
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

/* Reads to the end: -1 and err, or the number of bytes. */
static int read_all(const struct peer *peer, struct err *err)
{
    AUTO(wire_close) struct wire *wire = NULL;
    char buffer[1000];
    size_t got = 1;
    int all = 0;

    if (wire_open(&wire, peer, SERVICE_FETCH, err) < 0)
        return -1;
    while (got > 0) {
        if (wire_read(wire, buffer, sizeof buffer, &got, err) < 0)
            return -1;
        all += (int)got;
    }
    return all;
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
        time_t before = time(NULL);
        struct err err;

        peer.whole_s = 1;
        assert_int_equal(read_all(&peer, &err), -1);
        assert_in_range(time(NULL) - before, 0, 10);
        if (!strstr(err.text, i ? "not answered within 1 s" : "not done after 1 seconds"))
            fail_msg("%s", err.text);
        peer_close(&peer);
    }
    fake_end(&fake);
    arena_free(arena);
}

#define ID "0123456789abcdef0123456789abcdef01234567"
#define HTTP(type, body)                                                                           \
    "HTTP/1.1 200 OK\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" body
#define REFS "application/x-git-receive-pack-advertisement"

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
    { "an error of a web server", "http", "HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\ncome later",
      "HTTP status 503; the server says: come later" },
    { "dumb HTTP", "http", HTTP("text/plain", ID "\trefs/heads/main\n"), "not as a Git server" },
    { "an empty answer", "http", HTTP(REFS, ""), "ends in the middle" },
    { "not HTTP at all", "http", "SSH-2.0-OpenSSH\r\n", "http://127.0.0.1" },
};
// clang-format on

static void test_nonsense(void **state)
{
    struct arena *arena = arena_new();
    struct objects *objects = objects_new("/tmp");

    (void)state;
    for (size_t i = 0; i < LENGTH(nonsense); i++) {
        struct fake fake = fake_start(nonsense[i].bytes, strlen(nonsense[i].bytes), false);
        struct peer peer = peer_of(arena, nonsense[i].scheme, fake.port);
        const struct push_request request = { .ref = "refs/heads/main" };
        AUTO_PUSHED pushed = { 0 };
        struct err err = { 0 };

        print_message("%s\n", nonsense[i].name);
        assert_int_equal(push(&pushed, &peer, &request, objects, &err), -1);
        if (!strstr(err.text, nonsense[i].words))
            fail_msg("no \"%s\" in: %s", nonsense[i].words, err.text);
        peer_close(&peer);
        fake_end(&fake);
    }
    objects_free(objects);
    arena_free(arena);
}

/* The ref has another value: nothing is sent. */
static void test_moved(void **state)
{
    struct arena *arena = arena_new();
    struct objects *objects = objects_new("/tmp");
    const char bytes[] = "004b" ID " refs/heads/main\0report-status\n0000";
    struct fake fake = fake_start(bytes, sizeof bytes - 1, false);
    struct peer peer = peer_of(arena, "git", fake.port);
    const struct push_request request = { .ref = "refs/heads/main" };
    AUTO_PUSHED pushed = { 0 };
    struct err err = { 0 };

    (void)state;
    if (push(&pushed, &peer, &request, objects, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(pushed.outcome, PUSH_MOVED);
    assert_null(pushed.pack.bytes);
    peer_close(&peer);
    fake_end(&fake);
    objects_free(objects);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drip),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_moved),
    };

    return cmocka_run_group_tests(tests, sync_begin, sync_end);
}
