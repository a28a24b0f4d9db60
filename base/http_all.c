/* base/http_all.c - many requests at once on one thread, with a queue for each host.  Must not
 * retry.
 *
 * One thread, because an answer costs far less than the wait for it, and since nothing is shared
 * then. Jobs wait in a queue for each host and port, and hosts take turns, so a server with
 * thousands of requests delays no other one. A host that has not answered yet gets two places
 * only: silent servers must not fill all places and hold the others up for their whole time
 * limits.
 *
 * When a request to a host ends in silence and no request to that host has a connection or had an
 * answer, every job of the host ends with the same error; otherwise each of them would wait for
 * its own time limit, one after the other. Each job ends exactly once, with a response or an
 * error, also when libcurl fails; only its callback "again" puts it back into the queue, so
 * retries and their number are the caller's. An easy handle serves one job, since libcurl keeps
 * credentials in it; connections belong to the multi handle and are reused. */
#include "base/http_all.h"
#include "base/http_transfer.h"

#include "base/clock.h"
#include "base/gunzip.h"
#include "base/http_client.h"
#include "base/http_url.h"
#include "base/map.h"
#include "base/memory.h"
#include <assert.h>
#include <stdlib.h>
#include <strings.h>

enum { STRANGER_MAX = 2, POLL_MS = 1000, DUE_MS = 20 };

/* The jobs of one host and port, in the order given. */
struct host {
    struct job *first, *last;
    size_t active;
    bool answered; /* it answered one of them */
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
    CURL *easy; /* of this job alone: see http.c; connections belong to the multi handle */
};

struct queue {
    struct http *http;
    struct arena *arena;
    struct map *by_name;
    struct host **hosts;
    size_t host_count, turn; /* whose turn it is */
    struct slot *slots;
    size_t slot_count, active, per_host;
};

static struct host *host_of(struct queue *queue, const char *url)
{
    struct url_parts parts;
    const char *name = url && http_url_split(&parts, url, queue->arena)
                           ? arena_printf(queue->arena, "%s:%s", parts.host, parts.port)
                           : "";
    struct host *host = map_find(queue->by_name, name);

    if (!host) {
        host = ARENA_NEW(queue->arena, struct host, 1);
        map_put(queue->by_name, name, host);
        *ARENA_PUSH(queue->arena, queue->hosts, queue->host_count) = host;
    }
    return host;
}

static void queue_job(struct host *host, struct job *job)
{
    job->next = NULL;
    if (host->last)
        host->last->next = job;
    else
        host->first = job;
    host->last = job;
}

static void queue_jobs(struct queue *queue, struct http_job *jobs, size_t count)
{
    struct job *all = ARENA_NEW(queue->arena, struct job, count);

    for (size_t i = 0; i < count; i++) {
        jobs[i].err = (struct err){ 0 };
        jobs[i].response = (struct http_response){ 0 };
        all[i] = (struct job){ &jobs[i], host_of(queue, jobs[i].request.url), NULL };
        queue_job(all[i].host, &all[i]);
    }
}

/* The first job of a host that is due by now, taken out; NULL: none is. */
static struct job *take_due(struct host *host, int64_t now)
{
    struct job *before = NULL, *job = host->first;

    for (; job && job->http->due_ms > now; job = job->next)
        before = job;
    if (!job)
        return NULL;
    if (before)
        before->next = job->next;
    else
        host->first = job->next;
    if (host->last == job)
        host->last = before;
    return job;
}

/* A host that has not answered yet may never do so: it must not take the slots of all others. */
static bool has_room(const struct queue *queue, const struct host *host)
{
    return host->active < queue->per_host && (host->answered || host->active < STRANGER_MAX);
}

/* The next job that may start by now: hosts take turns; NULL: none may. */
static struct job *next_job(struct queue *queue, int64_t now)
{
    for (size_t tried = 0; tried < queue->host_count; tried++) {
        struct host *host = queue->hosts[queue->turn];
        struct job *job = has_room(queue, host) ? take_due(host, now) : NULL;

        queue->turn = (queue->turn + 1) % queue->host_count;
        if (job)
            return job;
    }
    return NULL;
}

/* The job has its response or err; the caller may ask for another try. */
static void settle_job(struct queue *queue, struct job *job)
{
    struct http_job *http = job->http;

    if (!http->again || !http->again(http))
        return;
    http->err = (struct err){ 0 };
    http->response = (struct http_response){ 0 };
    job->host = host_of(queue, http->request.url);
    queue_job(job->host, job);
}

static struct slot *free_slot(struct queue *queue)
{
    for (size_t i = 0; i < queue->slot_count; i++)
        if (!queue->slots[i].job)
            return &queue->slots[i];
    return NULL;
}

/* False: it must not, or cannot, be sent. */
static bool start_job(struct queue *queue, struct slot *slot, struct job *job)
{
    struct http_job *http = job->http;

    if (http->ready && http->ready(http) < 0)
        return false;
    if (!slot->easy && !(slot->easy = curl_easy_init()))
        memory_out();
    slot->transfer = (struct transfer){ .easy = slot->easy };
    if (transfer_begin(&slot->transfer, queue->http->user_agent, &http->request, queue->arena,
                       &http->err)
        < 0) {
        transfer_clear(&slot->transfer);
        return false;
    }
    /* Streams of one host share a connection where the server can (HTTP/2).  Without TLS only the
     * first answer tells whether it can, and all others would wait for that. */
    if (curl_easy_setopt(slot->easy, CURLOPT_PIPEWAIT, http->request.plain_http ? 0L : 1L)
        || curl_multi_add_handle(queue->http->multi, slot->easy))
        memory_out();
    slot->job = job;
    job->host->active++;
    queue->active++;
    return true;
}

static void start_jobs(struct queue *queue)
{
    struct slot *slot;
    struct job *job;

    while ((slot = free_slot(queue)) && (job = next_job(queue, clock_monotonic_ms())))
        if (!start_job(queue, slot, job))
            settle_job(queue, job);
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

/* The body as it was before the server packed it; max: bytes of it. */
static void unpack(struct http_job *http, const char *target, size_t max, struct arena *arena)
{
    const char *coding = http_header(&http->response, "content-encoding");
    struct http_response *response = &http->response;
    enum gunzip_end end;

    if (!coding || strcasecmp(coding, "gzip") != 0 || !response->body_len)
        return;
    end = gunzip(&response->body, &response->body_len, response->body, response->body_len, max,
                 arena);
    response->received = response->body_len;
    if (end == GUNZIP_OK)
        return;
    *response =
        (struct http_response){ .too_large = end == GUNZIP_LARGE, .received = response->received };
    if (end == GUNZIP_LARGE)
        err_set(&http->err, ERR_HTTP, 0, "%s: the answer is larger than the limit of %zu bytes",
                target, max);
    else
        err_set(&http->err, ERR_HTTP, 0, "%s: the answer's body is no whole gzip file", target);
}

/* Takes the job out of its place, with its response or err. */
static struct job *end_job(struct queue *queue, struct slot *slot, CURLcode code)
{
    struct job *job = slot->job;
    struct http_job *http = job->http;
    bool taken = is_taken(slot, code);
    const char *target = slot->transfer.target;
    const size_t max = slot->transfer.body_max;

    curl_multi_remove_handle(queue->http->multi, slot->easy);
    if (taken)
        slot->transfer.arena = http->page;
    if (transfer_end(&slot->transfer, code, &http->response, &http->err) == 0)
        job->host->answered = true;
    if (http->request.packed && http->err.kind == ERR_NONE)
        unpack(http, target, max, taken ? http->page : queue->arena);
    if (taken && http->err.kind == ERR_NONE) {
        http->take(http);
        http->response = (struct http_response){ .status = http->response.status,
                                                 .received = http->response.received };
    }
    if (taken)
        arena_reset(http->page);
    curl_easy_cleanup(slot->easy);
    slot->easy = slot->transfer.easy = NULL;
    job->host->active--;
    slot->job = NULL;
    queue->active--;
    return job;
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
static void end_host(struct queue *queue, struct host *host, const struct err *silence)
{
    struct job *waiting = host->first, *job;

    host->first = host->last = NULL;
    for (size_t i = 0; i < queue->slot_count; i++)
        if (queue->slots[i].job && queue->slots[i].job->host == host)
            settle_job(queue, end_job(queue, &queue->slots[i], CURLE_OPERATION_TIMEDOUT));
    while ((job = waiting)) {
        waiting = job->next;
        job->http->response.silent = true;
        err_set(&job->http->err, ERR_HTTP, 0, "not asked, because another request met silence: %s",
                silence->text);
        settle_job(queue, job);
    }
}

static void end_message(struct queue *queue, struct slot *slot, CURLcode code)
{
    bool connected = transfer_connected(&slot->transfer);
    struct job *job = end_job(queue, slot, code);
    struct host *host = job->host;
    struct err silence = job->http->err;
    bool silent =
        job->http->response.silent && !connected && !host->answered && !has_connection(queue, host);

    if (silent)
        end_host(queue, host, &silence);
    settle_job(queue, job);
}

static void end_jobs(struct queue *queue)
{
    struct CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(queue->http->multi, &left)))
        if (message->msg == CURLMSG_DONE)
            end_message(queue, slot_of(message->easy_handle), message->data.result);
}

/* The pool holds a connection to each host, so that the next batch finds them; a smaller batch in
 * between closes none. */
static void open_multi(const struct queue *queue)
{
    struct http *http = queue->http;
    size_t pool = queue->slot_count > queue->host_count ? queue->slot_count : queue->host_count;

    http->pool = pool > http->pool ? pool : http->pool;
    if ((!http->multi && !(http->multi = curl_multi_init()))
        || curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)http->pool))
        memory_out();
}

/* Whatever is left when libcurl itself fails is answered with that, and not sent again. */
static void fail_rest(struct queue *queue, CURLMcode code)
{
    struct job *job;

    for (size_t i = 0; i < queue->slot_count; i++)
        if (queue->slots[i].job) {
            job = end_job(queue, &queue->slots[i], CURLE_FAILED_INIT);
            if (job->http->again)
                (void)job->http->again(job->http);
        }
    while ((job = next_job(queue, INT64_MAX))) {
        err_set(&job->http->err, ERR_HTTP, 0, "libcurl: %s", curl_multi_strerror(code));
        if (job->http->again)
            (void)job->http->again(job->http);
    }
}

/* Milliseconds until there is something to do for a job that waits for its time, at most POLL_MS;
 * -1: none waits. */
static int next_due(const struct queue *queue)
{
    int64_t now = clock_monotonic_ms(), first = INT64_MAX;

    for (size_t i = 0; i < queue->host_count; i++)
        for (const struct job *job = queue->hosts[i]->first; job; job = job->next)
            if (job->http->due_ms < first)
                first = job->http->due_ms;
    if (first == INT64_MAX)
        return -1;
    if (first <= now) /* it waits for a free place, or became due just now */
        return queue->active ? DUE_MS : 0;
    return first - now > POLL_MS ? POLL_MS : (int)(first - now);
}

static CURLMcode run(struct queue *queue)
{
    int running = 0, wait;
    CURLMcode code = CURLM_OK;

    start_jobs(queue);
    while (code == CURLM_OK && ((wait = next_due(queue)) >= 0 || queue->active)) {
        if (running == (int)queue->active) /* else one was just started, or has just ended */
            code = curl_multi_poll(queue->http->multi, NULL, 0, wait < 0 ? POLL_MS : wait, NULL);
        if (code == CURLM_OK)
            code = curl_multi_perform(queue->http->multi, &running);
        end_jobs(queue);
        start_jobs(queue);
    }
    return code;
}

void http_all(struct http *http, struct http_job *jobs, size_t count, size_t in_flight,
              size_t per_host, struct arena *arena)
{
    struct queue queue = {
        .http = http, .arena = arena, .by_name = map_new(arena), .per_host = per_host ? per_host : 1
    };
    CURLMcode code;

    if (count == 0)
        return;
    queue.slot_count = in_flight == 0 ? 1 : in_flight < count ? in_flight : count;
    queue.slots = ARENA_NEW(arena, struct slot, queue.slot_count);
    queue_jobs(&queue, jobs, count);
    open_multi(&queue);
    code = run(&queue);
    if (code != CURLM_OK)
        fail_rest(&queue, code);
    assert(queue.active == 0); /* every job has its response or err */
    for (size_t i = 0; i < queue.slot_count; i++)
        if (queue.slots[i].easy)
            curl_easy_cleanup(queue.slots[i].easy);
}
