/* tests/lib/web_server.c - see web_server.h.  One process for each connection; speaks just enough
 * HTTP/1.1. */
#include "tests/lib/web_server.h"

#include "base/text.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char zeros_gzip[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x31, 0x01, 0x00,
    0x00, 0x00, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0x0d, 0x0f, 0xa0, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x80, 0x57, 0x03, 0x7d, 0x95, 0x11, 0xd4, 0xa0, 0x86, 0x01, 0x00
};

struct line {
    int fd;
    SSL *ssl;
    const struct server *server;
    struct text in; /* bytes read and not used */
};

static void send_bytes(struct line *line, const char *bytes, size_t len)
{
    while (len) {
        ssize_t sent = line->ssl ? SSL_write(line->ssl, bytes, (int)len)
                                 : send(line->fd, bytes, len, MSG_NOSIGNAL);

        if (sent <= 0)
            _exit(0);
        bytes += sent;
        len -= (size_t)sent;
    }
}

static void send_head(struct line *line, int status, const char *more)
{
    AUTO_TEXT head = { 0 };

    text_addf(&head, "HTTP/1.1 %d Word\r\nX-Server: %s\r\n%s\r\n", status, line->server->name,
              more);
    send_bytes(line, head.bytes, head.len);
}

static void answer(struct line *line, int status, const char *headers, const char *body, size_t len)
{
    AUTO_TEXT more = { 0 };

    text_addf(&more, "Content-Length: %zu\r\n%s", len, headers);
    send_head(line, status, more.bytes);
    if (!text_starts(line->in.bytes, "HEAD "))
        send_bytes(line, body, len);
}

static void answer_text(struct line *line, int status, const char *headers, const char *body)
{
    answer(line, status, headers, body, strlen(body));
}

/* Until there are at least len bytes; the other side going away ends the process. */
static void receive(struct line *line, size_t len)
{
    char part[4096];

    while (line->in.len < len) {
        ssize_t got =
            line->ssl ? SSL_read(line->ssl, part, sizeof part) : read(line->fd, part, sizeof part);

        if (got <= 0)
            _exit(0);
        text_add(&line->in, part, (size_t)got);
    }
}

/* A whole request in line->in; its length. */
static size_t receive_request(struct line *line)
{
    const char *end, *length;
    size_t head, body = 0;

    text_add(&line->in, "", 0);
    while (!(end = strstr(line->in.bytes, "\r\n\r\n")))
        receive(line, line->in.len + 1);
    head = (size_t)(end - line->in.bytes) + 4;
    length = strcasestr(line->in.bytes, "\r\ncontent-length:");
    if (length && length < line->in.bytes + head)
        body = (size_t)strtoul(length + 17, NULL, 10);
    receive(line, head + body);
    return head + body;
}

static void send_chunks(struct line *line, size_t total)
{
    send_head(line, 200, "Transfer-Encoding: chunked\r\n");
    for (; total >= 100; total -= 100) {
        char chunk[107] = "64\r\n";

        memset(chunk + 4, 'x', 100);
        memcpy(chunk + 104, "\r\n", 2);
        send_bytes(line, chunk, 106);
    }
    send_bytes(line, "0\r\n\r\n", 5);
}

static void send_length(struct line *line, size_t total)
{
    char *body = calloc(total ? total : 1, 1);

    memset(body, 'x', total);
    answer(line, 200, "", body, total);
    free(body);
}

static void send_peer(struct line *line)
{
    char name[100] = "nobody";
    X509 *peer = line->ssl ? SSL_get1_peer_certificate(line->ssl) : NULL;

    if (peer)
        X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, sizeof name);
    X509_free(peer);
    answer_text(line, 200, "", name);
}

static void send_text(struct line *line, const char *text) { send_bytes(line, text, strlen(text)); }

static void send_for_ever(struct line *line, const char *text, useconds_t pause)
{
    send_bytes(line, "HTTP/1.1 200 OK\r\n", 17);
    for (;;) {
        send_bytes(line, text, strlen(text));
        if (pause)
            usleep(pause);
    }
}

static void respond(struct line *line, const char *path, size_t len)
{
    const char *slash = memchr(path + 1, '/', strcspn(path + 1, " "));
    size_t number = slash ? strtoul(slash + 1, NULL, 10) : 0;

    if (text_starts(path, "/ok"))
        answer_text(line, 200, "X-Thing:  a b \r\nX-Empty:\r\n", "hello");
    else if (text_starts(path, "/folded"))
        send_text(line, "HTTP/1.1 200 OK\r\n a longer line than the value before it "
                        "was\r\nContent-Length: 2\r\n\r\nok");
    else if (text_starts(path, "/echo"))
        answer(line, 200, "", line->in.bytes, len);
    else if (text_starts(path, "/status/"))
        answer_text(line, (int)number, "", "short");
    else if (text_starts(path, "/redirect"))
        answer_text(line, 302, "Location: /ok\r\n", "");
    else if (text_starts(path, "/wait/"))
        usleep((useconds_t)number * 1000), answer_text(line, 200, "", "waited");
    else if (text_starts(path, "/drip"))
        send_for_ever(line, "\r\n\r\nx", 100000);
    else if (text_starts(path, "/length/"))
        send_length(line, number);
    else if (text_starts(path, "/chunks/"))
        send_chunks(line, number);
    else if (text_starts(path, "/gzip"))
        answer(line, 200, "Content-Encoding: gzip\r\n", (const char *)zeros_gzip,
               sizeof zeros_gzip);
    else if (text_starts(path, "/headers"))
        send_for_ever(line, "X-More: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
                      0);
    else if (text_starts(path, "/peer"))
        send_peer(line);
    else if (text_starts(path, "refused.example:443 ")) /* CONNECT */
        answer_text(line, 403, "", "");
    else
        _exit(0);
}

static void serve(struct line *line)
{
    struct counts *counts = line->server->counts;

    for (;;) {
        size_t len = receive_request(line), rest;
        int active = atomic_fetch_add(&counts->active, 1) + 1, most = atomic_load(&counts->most);

        while (active > most && !atomic_compare_exchange_weak(&counts->most, &most, active))
            ;
        atomic_fetch_add(&counts->requests, 1);
        respond(line, strchr(line->in.bytes, ' ') + 1, len);
        atomic_fetch_sub(&counts->active, 1);
        rest = line->in.len - len;
        memmove(line->in.bytes, line->in.bytes + len, rest);
        line->in.len = rest;
        line->in.bytes[rest] = '\0';
    }
}

static void serve_connection(const struct server *server, int fd, SSL_CTX *tls)
{
    struct line line = { .fd = fd, .server = server };

    alarm(30); /* whatever happens to the test: it fails, and does not hang */
    if (tls) {
        line.ssl = SSL_new(tls);
        if (!line.ssl || !SSL_set_fd(line.ssl, fd) || SSL_accept(line.ssl) <= 0)
            _exit(0);
    }
    serve(&line);
}

static void accept_for_ever(const struct server *server, SSL_CTX *tls)
{
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    alarm(120);
    for (;;) {
        int fd = accept(server->listener, NULL, NULL);

        if (fd < 0)
            continue;
        atomic_fetch_add(&server->counts->connections, 1);
        if (fork() == 0)
            serve_connection(server, fd, tls);
        close(fd);
    }
}

static int listen_at(const char *address, int *port)
{
    struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons((uint16_t)*port) };
    socklen_t len = sizeof where;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    inet_pton(AF_INET, address, &where.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&where, sizeof where) < 0 || listen(listener, 64) < 0
        || getsockname(listener, (struct sockaddr *)&where, &len) < 0) {
        perror("test server");
        abort();
    }
    *port = ntohs(where.sin_port);
    return listener;
}

static void run(struct server *server, SSL_CTX *tls)
{
    server->pid = fork();
    if (server->pid == 0) {
        setpgid(0, 0); /* connections end with their server */
        accept_for_ever(server, tls);
    }
    setpgid(server->pid, server->pid);
}

static void end(const struct server *server)
{
    kill(-server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}

struct server server_start(const char *name, const char *address, int port, SSL_CTX *tls,
                           struct counts *counts)
{
    struct server server = { .name = name, .counts = counts, .port = port };

    server.listener = listen_at(address, &server.port);
    run(&server, tls);
    return server;
}

void server_replace(struct server *server, SSL_CTX *tls)
{
    end(server);
    run(server, tls);
}

void server_stop(const struct server *server)
{
    shutdown(server->listener, SHUT_RDWR); /* at once for every process that holds it */
    close(server->listener);
    end(server);
}

int server_nowhere(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&address, len) < 0
        || getsockname(fd, (struct sockaddr *)&address, &len) < 0)
        abort();
    *port = ntohs(address.sin_port);
    return fd;
}

struct counts *counts_new(void)
{
    void *memory = mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        abort();
    return memory;
}
