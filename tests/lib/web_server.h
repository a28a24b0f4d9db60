/* tests/lib/web_server.h - a small web server on loopback for the tests of the HTTP client; TLS
 * when given a context.  What it answers depends on the path:
 *
 *   /ok          "hello", with headers "X-Thing: a b" and "X-Empty:"
 *   /echo        the request as it came
 *   /status/N    status N with a short body
 *   /redirect    302 to /ok
 *   /wait/MS     "waited" after MS milliseconds
 *   /drip        one byte every 100 ms, without end
 *   /length/N    N bytes with Content-Length; /chunks/N the same without
 *   /gzip        100,000 zero bytes, compressed to 132
 *   /headers     response headers without end
 *   /folded      its first header line begins with a blank
 *   /close       closes without an answer
 *   CONNECT refused.example:443   403
 *   /peer        the common name of the client's certificate */
#ifndef WEFT_TESTS_LIB_WEB_SERVER_H
#define WEFT_TESTS_LIB_WEB_SERVER_H

#include <openssl/ssl.h>
#include <stdatomic.h>
#include <sys/types.h>

/* Shared with the server's processes. */
struct counts {
    atomic_int active, most; /* requests being answered: now, and the most there ever were */
    atomic_int connections, requests;
};

struct server {
    pid_t pid;
    int port, listener;
    const char *name;      /* sent as header "X-Server" */
    struct counts *counts; /* may be shared between servers */
};

/* Listens at address ("127.0.0.1") and port (0: any) until server_stop; tls may be NULL. */
struct server server_start(const char *name, const char *address, int port, SSL_CTX *tls,
                           struct counts *counts);
/* Another one in its place: the address stays taken in between. */
void server_replace(struct server *server, SSL_CTX *tls);
void server_stop(const struct server *server);
/* A port that refuses connections for as long as the returned descriptor is open: no other
 * process gets it. */
int server_nowhere(int *port);
struct counts *counts_new(void);

#endif
