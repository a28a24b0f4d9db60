/* tests/lib/api_server.h - a small HTTP server on loopback that plays an API server: every answer
 * comes from the test's own function. */
#ifndef WEFT_TESTS_LIB_API_SERVER_H
#define WEFT_TESTS_LIB_API_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum server_action {
    SERVER_ANSWER,
    SERVER_RESET, /* the connection is reset instead of answered */
    SERVER_CUT,   /* half of the body, then the end */
    SERVER_DRIP,  /* the head, then a byte now and then, until the client gives up */
    SERVER_SILENT /* nothing, until the client gives up */
};

struct exchange {
    const char *method, *path; /* with the query */
    const char *headers;       /* as they came, lines ended by \r\n */
    const char *body;
    int number; /* 1 for the first request to this server, ... */
    /* the answer */
    enum server_action action;
    int status;
    const char *type;  /* NULL: application/json */
    const char *extra; /* header lines, each ended by \r\n; NULL: none */
    const char *text;  /* body; NULL: empty */
    size_t len;        /* of text when it holds NULs; 0: it ends with one */
    int delay_ms;
};

/* Called for one request at a time. */
typedef void server_handler(struct exchange *exchange, void *context);

struct server;
struct server *server_start(server_handler *handler, void *context);
void server_stop(struct server *server);
/* A port that refuses connections for as long as the returned descriptor is open: no other
 * process gets it. */
int server_nowhere(int *port);
int server_port(const struct server *server);
int server_requests(struct server *server); /* so far */
/* The value of a request header (case as sent by us), copied into out; false: absent. */
bool exchange_header(const struct exchange *exchange, const char *name, char *out, size_t size);

#endif
