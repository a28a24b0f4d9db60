/* base/http.c - the client: one request at a time, over connections that are kept.  Must
 * not know what is asked.
 *
 * Each request has a handle of its own, and connections are kept beside them: fuzzing found that
 * libcurl 7.88 reads freed memory when a handle is used again and the first header line of the next
 * answer begins with a blank, so nothing of an answer may outlive it. */
#include "base/http_transfer.h"

#include "base/http_client.h"
#include "base/memory.h"
#include "base/wipe.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* libcurl requires this once in a process, before the first handle; a process that makes no request
 * does without.  What it frees is wiped: passwords, tokens, and bodies that went through it. */
static void init_curl(void)
{
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_free, wipe_realloc, strdup, calloc)
        != CURLE_OK)
        memory_out();
}

static bool shares_connections(CURLSH *share)
{
    return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) == CURLSHE_OK
           && curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
}

int http_open(struct http **out, const char *user_agent, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    AUTO(http_close) struct http *http = memory_grow(NULL, sizeof *http);

    pthread_once(&once, init_curl);
    *http = (struct http){ .user_agent = strdup(user_agent), .share = curl_share_init() };
    if (!http->user_agent || !http->share || !shares_connections(http->share))
        return err_set(err, ERR_HTTP, 0, "start the HTTP client: libcurl gives no handle");
    *out = TAKE(http);
    return 0;
}

void http_close(struct http *http)
{
    if (!http)
        return;
    if (http->share)
        (void)curl_share_cleanup(http->share);
    if (http->multi)
        curl_multi_cleanup(http->multi);
    free(http->user_agent);
    free(http);
}

int http_do(struct http *http, struct http_response *response, const struct http_request *request,
            struct arena *arena, struct err *err)
{
    struct transfer transfer = { .easy = curl_easy_init() };
    int result = -1;

    *response = (struct http_response){ 0 };
    if (!transfer.easy)
        memory_out();
    if (transfer_begin(&transfer, http->user_agent, request, arena, err) < 0)
        transfer_clear(&transfer);
    else if (curl_easy_setopt(transfer.easy, CURLOPT_SHARE, http->share) != CURLE_OK)
        memory_out();
    else
        result = transfer_end(&transfer, curl_easy_perform(transfer.easy), response, err);
    curl_easy_cleanup(transfer.easy);
    return result;
}

const char *http_header(const struct http_response *response, const char *name)
{
    size_t len = strlen(name);

    for (const char *const *header = response->headers; header && *header; header++)
        if (strncmp(*header, name, len) == 0 && (*header)[len] == ':')
            return *header + len + 1 + strspn(*header + len + 1, " \t");
    return NULL;
}

int64_t http_retry_after(const struct http_response *response)
{
    const char *header = http_header(response, "retry-after");
    int64_t seconds;

    return header && parse_int(header, 0, INT32_MAX, &seconds) ? seconds : -1;
}
