/* base/http_all.c - many requests at once on one thread, with a queue for each host.  Must not
 * retry. */
#include "base/http_transfer.h"

#include "base/http_client.h"
#include "base/http_url.h"
#include "base/map.h"
#include "base/memory.h"
#include <stdlib.h>

/* The jobs of one host and port, in the order given. */
struct host {
    struct job *first, *last;
    size_t active;
    bool heard; /* it answered one of them */
};

struct job {
    struct http_job *http;
    struct host *host;
    struct job *next;
};

/* A place for one running request. */
struct slot {
    struct transfer transfer; /* first: CURLOPT_PRIVATE points at it */
    struct job *job;          /* NULL: free */
    CURL *easy;
};

struct queue {
    struct http *http;
    struct arena *arena;
    struct host **hosts;
    size_t host_count, turn; /* whose turn it is */
    struct slot *slots;
    size_t slot_count, active, per_host;
};

static struct host *host_of(struct queue *queue, struct map *by_name, const char *url)
{
    struct url_parts parts;
    const char *name = url_split(&parts, url, queue->arena)
                           ? arena_printf(queue->arena, "%s:%s", parts.host, parts.port)
                           : "";
    struct host *host = map_find(by_name, name);

    if (!host) {
        host = ARENA_NEW(queue->arena, struct host, 1);
        map_put(by_name, name, host);
        *ARENA_PUSH(queue->arena, queue->hosts, queue->host_count) = host;
    }
    return host;
}

static void queue_jobs(struct queue *queue, struct http_job *jobs, size_t count)
{
    struct map *by_name = map_new(queue->arena);
    struct job *all = ARENA_NEW(queue->arena, struct job, count);

    for (size_t i = 0; i < count; i++) {
        struct host *host = host_of(queue, by_name, jobs[i].request.url);

        jobs[i].err = (struct err){ 0 };
        jobs[i].response = (struct http_response){ 0 };
        all[i] = (struct job){ &jobs[i], host, NULL };
        if (host->last)
            host->last->next = &all[i];
        else
            host->first = &all[i];
        host->last = &all[i];
    }
}

/* The next job that may start: hosts take turns; NULL: none may. */
static struct job *next_job(struct queue *queue)
{
    for (size_t tried = 0; tried < queue->host_count; tried++) {
        struct host *host = queue->hosts[queue->turn];
        struct job *job = host->first;

        queue->turn = (queue->turn + 1) % queue->host_count;
        if (job && host->active < queue->per_host) {
            host->first = job->next;
            return job;
        }
    }
    return NULL;
}

static struct slot *free_slot(struct queue *queue)
{
    for (size_t i = 0; i < queue->slot_count; i++)
        if (!queue->slots[i].job)
            return &queue->slots[i];
    return NULL;
}

static void start_job(struct queue *queue, struct slot *slot, struct job *job)
{
    if (!slot->easy && !(slot->easy = curl_easy_init()))
        memory_out();
    slot->transfer = (struct transfer){ .easy = slot->easy };
    if (transfer_begin(&slot->transfer, queue->http->user_agent, &job->http->request, queue->arena,
                       &job->http->err)
        < 0) {
        transfer_clear(&slot->transfer);
        return;
    }
    /* Streams of one host share a connection where the server can (HTTP/2). */
    if (curl_easy_setopt(slot->easy, CURLOPT_PIPEWAIT, 1L)
        || curl_multi_add_handle(queue->http->multi, slot->easy))
        memory_out();
    slot->job = job;
    job->host->active++;
    queue->active++;
}

static void start_jobs(struct queue *queue)
{
    struct slot *slot;
    struct job *job;

    while ((slot = free_slot(queue)) && (job = next_job(queue)))
        start_job(queue, slot, job);
}

static struct slot *slot_of(CURL *easy)
{
    char *private = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    return (struct slot *)(void *)private;
}

static bool is_taken(const struct slot *slot, CURLcode code)
{
    long status = 0;

    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    return slot->job->http->take && code == CURLE_OK && status == 200;
}

static void end_job(struct queue *queue, struct slot *slot, CURLcode code)
{
    struct http_job *http = slot->job->http;
    bool taken = is_taken(slot, code);

    curl_multi_remove_handle(queue->http->multi, slot->easy);
    if (taken)
        slot->transfer.arena = http->page;
    if (transfer_end(&slot->transfer, code, &http->response, &http->err) == 0)
        slot->job->host->heard = true;
    if (taken) {
        http->take(http);
        http->response = (struct http_response){ .status = http->response.status };
        arena_reset(http->page);
    }
    slot->job->host->active--;
    slot->job = NULL;
    queue->active--;
}

static bool has_connection(const struct queue *queue, const struct host *host)
{
    for (size_t i = 0; i < queue->slot_count; i++)
        if (queue->slots[i].job && queue->slots[i].job->host == host
            && transfer_connected(&queue->slots[i].transfer))
            return true;
    return false;
}

/* Those that wait for the connection of the first one would try one after the other. */
static void end_host(struct queue *queue, struct host *host, const struct http_job *silent)
{
    for (size_t i = 0; i < queue->slot_count; i++)
        if (queue->slots[i].job && queue->slots[i].job->host == host)
            end_job(queue, &queue->slots[i], CURLE_OPERATION_TIMEDOUT);
    for (struct job *job = host->first; job; job = job->next) {
        job->http->response.silent = true;
        err_set(&job->http->err, ERR_HTTP, 0, "not asked, because another request met silence: %s",
                silent->err.text);
    }
    host->first = NULL;
}

static void end_message(struct queue *queue, struct slot *slot, CURLcode code)
{
    bool connected = transfer_connected(&slot->transfer);
    struct host *host = slot->job->host;
    const struct http_job *http = slot->job->http;

    end_job(queue, slot, code);
    if (http->response.silent && !connected && !host->heard && !has_connection(queue, host))
        end_host(queue, host, http);
}

static void end_jobs(struct queue *queue)
{
    struct CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(queue->http->multi, &left)))
        if (message->msg == CURLMSG_DONE)
            end_message(queue, slot_of(message->easy_handle), message->data.result);
}

/* The pool holds a connection to each host, so that the next batch finds them. */
static void open_multi(const struct queue *queue)
{
    struct http *http = queue->http;
    size_t pool = queue->slot_count > queue->host_count ? queue->slot_count : queue->host_count;

    if ((!http->multi && !(http->multi = curl_multi_init()))
        || curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)pool))
        memory_out();
}

/* Whatever still runs when libcurl itself fails is answered with that. */
static void fail_rest(struct queue *queue, CURLMcode code)
{
    struct job *job;

    for (size_t i = 0; i < queue->slot_count; i++)
        if (queue->slots[i].job)
            end_job(queue, &queue->slots[i], CURLE_FAILED_INIT);
    while ((job = next_job(queue)))
        err_set(&job->http->err, ERR_HTTP, 0, "%.10s: libcurl: %s", job->http->request.method,
                curl_multi_strerror(code));
}

void http_all(struct http *http, struct http_job *jobs, size_t count, size_t in_flight,
              size_t per_host, struct arena *arena)
{
    struct queue queue = { .http = http, .arena = arena, .per_host = per_host ? per_host : 1 };
    CURLMcode code = CURLM_OK;
    int running;

    if (count == 0)
        return;
    queue.slot_count = in_flight == 0 ? 1 : in_flight < count ? in_flight : count;
    queue.slots = ARENA_NEW(arena, struct slot, queue.slot_count);
    queue_jobs(&queue, jobs, count);
    open_multi(&queue);
    start_jobs(&queue);
    while (queue.active && code == CURLM_OK) {
        code = curl_multi_perform(http->multi, &running);
        end_jobs(&queue);
        start_jobs(&queue);
        if (code == CURLM_OK && queue.active && running == (int)queue.active)
            code = curl_multi_poll(http->multi, NULL, 0, 1000, NULL);
    }
    if (code != CURLM_OK)
        fail_rest(&queue, code);
    for (size_t i = 0; i < queue.slot_count; i++)
        if (queue.slots[i].easy)
            curl_easy_cleanup(queue.slots[i].easy);
}
