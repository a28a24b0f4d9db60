/* base/http_transfer.h - one request on one libcurl handle: set up, collect, judge.  Only for
 * http.c and http_all.c. */
#ifndef WEFT_BASE_HTTP_TRANSFER_H
#define WEFT_BASE_HTTP_TRANSFER_H

#include "base/http.h"
#include <curl/curl.h>

/* Start with { .easy = handle }; may be used again after transfer_end. */
struct transfer {
    CURL *easy;
    const struct http_request *request;
    struct arena *arena;
    const char *target;  /* "GET https://host/path", for messages */
    struct text body;    /* as it comes */
    struct text headers; /* each ended by a NUL */
    size_t header_count;
    size_t body_max, received;
    struct curl_slist *send, *connect_to;
    bool too_big, too_many; /* the body, the headers */
    CURLcode setup;         /* the first option that failed */
    char problem[CURL_ERROR_SIZE];
};

/* Makes the handle ready for request; -1 and err for a request that must not be sent. */
int transfer_begin(struct transfer *transfer, const char *user_agent,
                   const struct http_request *request, struct arena *arena, struct err *err);
/* It has, or had, a connection that is ready for the request. */
bool transfer_connected(const struct transfer *transfer);
/* After libcurl's result: the response, or -1 and err.  The handle drops the request, keeps its
 * connection. */
int transfer_end(struct transfer *transfer, CURLcode code, struct http_response *response,
                 struct err *err);
/* Releases everything but the handle. */
void transfer_clear(struct transfer *transfer);

#endif
