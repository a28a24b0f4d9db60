/* tests/lib/api_server.c - a thread for each connection; plain HTTP/1.1 with Content-Length, which
 * is all that libcurl needs here. */
#include "tests/lib/api_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A client that waits without end is left after PATIENCE_S, so that its test fails instead of
 * hanging. */
enum { CONNECTIONS_MAX = 1024, REQUEST_MAX = 4 * 1024 * 1024, PATIENCE_S = 30 };

struct connection {
    struct server *server;
    int fd;
    pthread_t thread;
};

struct server {
    server_handler *handler;
    void *context;
    int fd, port, requests;
    pthread_t thread;
    pthread_mutex_t mutex;
    struct connection connections[CONNECTIONS_MAX];
    int count;
};

static bool send_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

static void reset(int fd)
{
    struct linger linger = { 1, 0 };

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* Reads until the head and the body are there; the total length, 0 at the end. */
static size_t receive(int fd, char *buffer)
{
    size_t len = 0, want = 0;

    for (;;) {
        char *end;
        ssize_t got = recv(fd, buffer + len, REQUEST_MAX - len - 1, 0);

        if (got <= 0)
            return 0;
        len += (size_t)got;
        buffer[len] = '\0';
        end = strstr(buffer, "\r\n\r\n");
        if (end && want == 0) {
            char *field = strcasestr(buffer, "\r\ncontent-length:");

            want = (size_t)(end - buffer) + 4;
            if (field && field < end)
                want += strtoul(field + 17, NULL, 10);
        }
        if (want && len >= want)
            return len;
    }
}

static void split(struct exchange *exchange, char *buffer)
{
    char *line_end = strstr(buffer, "\r\n"), *head_end = strstr(buffer, "\r\n\r\n");
    char *path = strchr(buffer, ' ') + 1, *version;

    *line_end = '\0';
    *head_end = '\0';
    path[-1] = '\0';
    version = strchr(path, ' ');
    *version = '\0';
    exchange->method = buffer;
    exchange->path = path;
    exchange->headers = line_end < head_end ? line_end + 2 : "";
    exchange->body = head_end + 4;
}

static bool drip(int fd)
{
    for (int i = 0; i < PATIENCE_S * 20 && send_all(fd, " ", 1); i++)
        nanosleep(&(struct timespec){ .tv_nsec = 50000000L }, NULL);
    return false;
}

static bool answer(int fd, const struct exchange *exchange)
{
    size_t len = exchange->len;
    char head[4096];
    int head_len = snprintf(head, sizeof head,
                            "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                            "Audit-Id: audit-%d\r\nDate: Mon, 23 Nov 2026 11:00:00 GMT\r\n%s\r\n",
                            exchange->status, exchange->type ? exchange->type : "application/json",
                            len, exchange->number, exchange->extra);

    if (exchange->action == SERVER_RESET) {
        reset(fd);
        return false;
    }
    if (exchange->action == SERVER_CUT)
        return send_all(fd, head, (size_t)head_len) && send_all(fd, exchange->text, len / 2)
               && false;
    if (exchange->action == SERVER_DRIP)
        return send_all(fd, head, (size_t)head_len) && drip(fd);
    return send_all(fd, head, (size_t)head_len) && send_all(fd, exchange->text, len);
}

/* What the handler gave is its own, and may change with the next request. */
static void keep_answer(struct exchange *exchange)
{
    const char *text = exchange->text ? exchange->text : "";
    char *copy;

    exchange->len = exchange->len ? exchange->len : strlen(text);
    copy = malloc(exchange->len + 1);
    memcpy(copy, text, exchange->len);
    exchange->text = copy;
    exchange->extra = strdup(exchange->extra ? exchange->extra : "");
}

static void drop_answer(struct exchange *exchange)
{
    free((char *)(uintptr_t)exchange->text);
    free((char *)(uintptr_t)exchange->extra);
}

static void *serve(void *argument)
{
    struct connection *connection = argument;
    struct server *server = connection->server;
    char *buffer = malloc(REQUEST_MAX);
    bool more = true;

    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    setsockopt(connection->fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = PATIENCE_S },
               sizeof(struct timeval));
    while (more && receive(connection->fd, buffer)) {
        struct exchange exchange = { .status = 200 };

        split(&exchange, buffer);
        pthread_mutex_lock(&server->mutex);
        exchange.number = ++server->requests;
        server->handler(&exchange, server->context);
        keep_answer(&exchange);
        pthread_mutex_unlock(&server->mutex);
        if (exchange.delay_ms)
            nanosleep(
                &(struct timespec){ exchange.delay_ms / 1000, exchange.delay_ms % 1000 * 1000000L },
                NULL);
        if (exchange.action == SERVER_SILENT)
            recv(connection->fd, buffer, 1, 0); /* until the other side closes */
        more = exchange.action != SERVER_SILENT && answer(connection->fd, &exchange);
        drop_answer(&exchange);
    }
    if (connection->fd >= 0) {
        pthread_mutex_lock(&server->mutex);
        close(connection->fd);
        connection->fd = -1;
        pthread_mutex_unlock(&server->mutex);
    }
    free(buffer);
    return NULL;
}

static void *listen_on(void *argument)
{
    struct server *server = argument;

    for (;;) {
        int fd = accept(server->fd, NULL, NULL);
        struct connection *connection;

        if (fd < 0)
            return NULL;
        pthread_mutex_lock(&server->mutex);
        if (server->count == CONNECTIONS_MAX)
            abort();
        connection = &server->connections[server->count++];
        *connection = (struct connection){ .server = server, .fd = fd };
        pthread_create(&connection->thread, NULL, serve, connection);
        pthread_mutex_unlock(&server->mutex);
    }
}

struct server *server_start(server_handler *handler, void *context)
{
    struct server *server = calloc(1, sizeof *server);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;

    server->handler = handler;
    server->context = context;
    pthread_mutex_init(&server->mutex, NULL);
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->fd, (struct sockaddr *)&address, len) < 0 || listen(server->fd, 128) < 0
        || getsockname(server->fd, (struct sockaddr *)&address, &len) < 0)
        abort();
    server->port = ntohs(address.sin_port);
    pthread_create(&server->thread, NULL, listen_on, server);
    return server;
}

void server_stop(struct server *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
    pthread_mutex_lock(&server->mutex);
    for (int i = 0; i < server->count; i++)
        if (server->connections[i].fd >= 0)
            shutdown(server->connections[i].fd, SHUT_RDWR);
    pthread_mutex_unlock(&server->mutex);
    for (int i = 0; i < server->count; i++)
        pthread_join(server->connections[i].thread, NULL);
    pthread_mutex_destroy(&server->mutex);
    free(server);
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

int server_port(const struct server *server) { return server->port; }

int server_requests(struct server *server)
{
    int requests;

    pthread_mutex_lock(&server->mutex);
    requests = server->requests;
    pthread_mutex_unlock(&server->mutex);
    return requests;
}

bool exchange_header(const struct exchange *exchange, const char *name, char *out, size_t size)
{
    char key[128];
    const char *found, *end;

    snprintf(key, sizeof key, "%s: ", name);
    found = strcasestr(exchange->headers, key);
    if (!found)
        return false;
    found += strlen(key);
    end = strstr(found, "\r\n");
    snprintf(out, size, "%.*s", (int)(end ? end - found : (long)strlen(found)), found);
    return true;
}
