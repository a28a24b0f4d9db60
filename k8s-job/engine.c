/* engine.c - sends calls, judges what comes back, waits and sends again.  The rules are retry.c's.
 */
#include "k8s-job/engine.h"

#include "base/clock.h"
#include "base/parse.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IN_FLIGHT = 64, IN_FLIGHT_SERVER = 8 };

/* xorshift64*: good enough to spread retries. */
static double dice_roll(struct kube *kube)
{
    kube->dice = kube->dice ? kube->dice : 1;
    kube->dice ^= kube->dice >> 12;
    kube->dice ^= kube->dice << 25;
    kube->dice ^= kube->dice >> 27;
    return (double)((kube->dice * UINT64_C(2685821657736338717)) >> 11) / 9007199254740992.0;
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static const struct node *read_body(const struct http_response *response, bool secret,
                                    struct arena *arena)
{
    const struct node *body = NULL;
    struct err ignored;

    if (response->body_len == 0)
        return NULL;
    if (secret ? parse_json_secret(&body, response->body, response->body_len, arena, &ignored) < 0
               : parse_json(&body, response->body, response->body_len, arena, &ignored) < 0)
        return NULL;
    return body;
}

static void read_answer(struct kube_answer *out, const struct http_response *response, bool secret,
                        struct arena *arena)
{

    *out = (struct kube_answer){
        .status = response->status,
        .reason = "",
        .message = "",
        .headers = response->headers,
        .audit_id = or_empty(http_header(response, "audit-id")),
        .type = or_empty(http_header(response, "content-type")),
        .server_time = http_date_parse(http_header(response, "date")),
        .body = read_body(response, secret, arena),
    };
    if (!kube_is_status(out))
        return;
    out->reason = or_empty(node_get(out->body, "reason", NULL));
    out->message = or_empty(node_get(out->body, "message", NULL));
}

static const char *const *request_headers(const struct kube_call *call, struct arena *arena)
{
    const char **given = call->kube->target.headers, **out = NULL;
    size_t count = 0;

    *ARENA_PUSH(arena, out, count) =
        arena_printf(arena, "Accept: %s", call->accept ? call->accept : "application/json");
    if (call->request.body)
        *ARENA_PUSH(arena, out, count) = arena_printf(
            arena, "Content-Type: %s",
            call->request.content_type ? call->request.content_type : "application/json");
    for (; given && *given; given++)
        *ARENA_PUSH(arena, out, count) = *given;
    *ARENA_PUSH(arena, out, count) = NULL;
    return out;
}

/* False when there is no credential to send it with. */
static bool prepare(struct http_job *job, struct kube_call *call, struct arena *arena)
{
    struct kube *kube = call->kube;

    if (credential_fresh(&kube->credential, false, clock_monotonic_ms(), &call->err) < 0)
        return false;
    credential_apply(&kube->credential, &kube->peer);
    *job = (struct http_job){ .request = {
                                  .method = call->request.method,
                                  .url = arena_printf(arena, "%s%s", kube->target.server,
                                                      call->request.path),
                                  .headers = request_headers(call, arena),
                                  .body = call->request.body,
                                  .body_len = call->request.body ? strlen(call->request.body) : 0,
                                  .peer = &kube->peer,
                                  .timeout_s = call->timeout_s,
                                  .connect_ms = kube->limits.connect_ms,
                                  .plain_http = text_starts(kube->target.server, "http://"),
                                  .secret = call->request.secret,
                              } };
    return true;
}

static struct retry_case case_of(const struct kube_call *call)
{
    struct http_response headers = { .headers = call->answer.headers };
    bool answered = call->err.kind == ERR_NONE;

    return (struct retry_case){
        .idempotent =
            retry_idempotent(call->request.method, call->request.content_type, call->request.body),
        .tries = call->try.tries,
        .silences = call->try.silences,
        .status = answered ? call->answer.status : 0,
        .hopeless = answered && retry_hopeless(call->answer.message),
        .after_s = answered ? retry_after(http_header(&headers, "retry-after")) : -1,
        .credential_renewable = credential_renewable(&call->kube->credential),
        .credential_renewed = call->try.renewed,
    };
}

static void count_error(struct kube *kube, int code)
{
    size_t at = 0;

    while (at < kube->error_count && kube->errors[at].code < code)
        at++;
    if (at == kube->error_count || kube->errors[at].code != code) {
        (void)ARENA_PUSH(kube->arena, kube->errors, kube->error_count);
        memmove(&kube->errors[at + 1], &kube->errors[at],
                (kube->error_count - 1 - at) * sizeof *kube->errors);
        kube->errors[at] = (struct kube_error_count){ .code = code };
    }
    kube->errors[at].count++;
}

/* It is over, unless the caller has another question. */
static void finish(struct kube_call *call, struct arena *arena)
{
    if (call->err.kind != ERR_NONE && call->try.tries > 1)
        err_wrap(&call->err, "tried %d times", call->try.tries);
    if (call->err.kind != ERR_NONE || call->answer.status >= 400)
        count_error(call->kube, call->err.kind != ERR_NONE ? 0 : call->answer.status);
    call->try.done = true;
    if (call->next && call->next(call, arena))
        call->try = (struct kube_try){ 0 };
}

static void renew(struct kube_call *call, struct arena *arena)
{
    struct credential *credential = &call->kube->credential;
    bool renewed_since = credential->fetched_ms > call->try.sent_ms; /* by another call */
    struct err err;

    call->try.renewed = true;
    if (credential_fresh(credential, !renewed_since, clock_monotonic_ms(), &err) == 0)
        return;
    call->err = err;
    finish(call, arena);
}

/* What a time of trouble costs of the budget, but for what is paid already. */
static int64_t cost_of(const struct kube *kube, int64_t from, int64_t until)
{
    from = from > kube->spent_until ? from : kube->spent_until;
    return until > from ? until - from : 0;
}

static void spend(struct kube *kube, int64_t from, int64_t until)
{
    kube->spent_ms += cost_of(kube, from, until);
    kube->spent_until = until > kube->spent_until ? until : kube->spent_until;
}

static void judge(struct kube_call *call, struct arena *arena)
{
    struct kube *kube = call->kube;
    struct retry retry = retry_decide(case_of(call), &kube->limits, dice_roll(kube));
    int64_t now = clock_monotonic_ms(), sent = call->try.sent_ms;

    if (retry.action == RETRY_CREDENTIAL) {
        renew(call, arena);
        return;
    }
    if (retry.action == RETRY_STOP
        || kube->spent_ms + cost_of(kube, sent, now + retry.wait_ms) > kube->budget_ms) {
        if (call->err.kind != ERR_NONE)
            spend(kube, sent, now);
        kube->mute = kube->mute || (call->try.silences > 0 && !kube->heard);
        finish(call, arena);
        return;
    }
    spend(kube, sent, now + retry.wait_ms);
    call->try.silent = call->err.kind != ERR_NONE;
    call->try.due_ms = now + retry.wait_ms;
}

/* Silence takes a whole time limit each time: what one call met is true for all. */
static bool is_mute(struct kube_call *call)
{
    if (call->kube->mute)
        err_set(&call->err, ERR_HTTP, 0, "%s did not answer another request",
                call->kube->target.server);
    return call->kube->mute;
}

/* Calls without a credential, and those to mute servers, are finished; returns how many are left.
 */
static size_t prepare_batch(struct http_job *jobs, struct kube_call **batch, size_t count,
                            struct arena *arena)
{
    size_t ready = 0;

    for (size_t i = 0; i < count; i++) {
        struct kube_call *call = batch[i];

        call->err = (struct err){ 0 };
        call->answer =
            (struct kube_answer){ .reason = "", .message = "", .audit_id = "", .type = "" };
        call->try.sent_ms = clock_monotonic_ms();
        if (!is_mute(call) && prepare(&jobs[ready], call, arena))
            batch[ready++] = call;
        else
            finish(call, arena);
    }
    return ready;
}

/* Where answers go that are not kept: one at a time. */
struct page {
    struct kube_call *call;
    struct arena *arena, *scratch;
};

static void take_page(struct http_job *job)
{
    const struct page *page = job->context;
    struct kube_answer answer;

    read_answer(&answer, &job->response, false, page->scratch);
    page->call->take(page->call, answer.body, page->arena);
    page->call->answer.status = answer.status;
    page->call->answer.server_time = answer.server_time;
}

static void prepare_pages(struct http_job *jobs, struct kube_call **batch, size_t count,
                          struct arena *scratch, struct arena *arena)
{
    struct page *pages = ARENA_NEW(arena, struct page, count);

    for (size_t i = 0; i < count; i++) {
        if (!batch[i]->take)
            continue;
        pages[i] = (struct page){ batch[i], arena, scratch };
        jobs[i].take = take_page;
        jobs[i].page = scratch;
        jobs[i].context = &pages[i];
    }
}

static void take_job(struct kube_call *call, const struct http_job *job, struct arena *arena)
{
    call->try.tries++;
    call->try.silences += job->response.silent;
    call->kube->silent = job->response.silent;
    call->err = job->err;
    if (job->err.kind != ERR_NONE)
        return;
    if (!call->take || job->response.status != 200)
        read_answer(&call->answer, &job->response, call->request.secret, arena);
    call->kube->heard = true;
    if (call->answer.server_time)
        call->kube->server_time = call->answer.server_time;
}

static void send_batch(struct kube_call **batch, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct http_job *jobs = ARENA_NEW(arena, struct http_job, count);

    count = prepare_batch(jobs, batch, count, arena);
    if (count == 0)
        return;
    prepare_pages(jobs, batch, count, scratch, arena);
    http_all(batch[0]->kube->http, jobs, count, IN_FLIGHT, IN_FLIGHT_SERVER, arena);
    for (size_t i = 0; i < count; i++)
        take_job(batch[i], &jobs[i], arena);
    for (size_t i = 0; i < count; i++)
        judge(batch[i], arena); /* by all that their server said */
}

/* The calls that may be sent now.  Those whose server was silent wait until all others are through:
 * so it delays nobody. */
static size_t due_calls(struct kube_call **out, struct kube_call *calls, size_t count, int64_t now)
{
    size_t due = 0, open = 0;

    for (size_t i = 0; i < count; i++)
        if (!calls[i].try.done && !calls[i].try.silent) {
            open++;
            if (calls[i].try.due_ms <= now)
                out[due++] = &calls[i];
        }
    for (size_t i = 0; i < count && open == 0; i++)
        if (!calls[i].try.done && calls[i].try.due_ms <= now)
            out[due++] = &calls[i];
    return due;
}

/* Milliseconds until something may be sent; -1 when all are done. */
static int64_t next_due(const struct kube_call *calls, size_t count, int64_t now)
{
    int64_t first[2] = { -1, -1 }, due; /* of servers that answer, of silent ones */

    for (size_t i = 0; i < count; i++) {
        const struct kube_try *try = &calls[i].try;

        if (!try->done && (first[try->silent] < 0 || try->due_ms < first[try->silent]))
            first[try->silent] = try->due_ms;
    }
    due = first[0] >= 0 ? first[0] : first[1];
    return due < 0 ? -1 : due > now ? due - now : 0;
}

static void sleep_ms(int64_t ms)
{
    struct timespec left = { .tv_sec = (time_t)(ms / 1000),
                             .tv_nsec = (long)(ms % 1000) * 1000000 };

    while (nanosleep(&left, &left) < 0)
        ;
}

void kube_all(struct kube_call *calls, size_t count, struct arena *arena)
{
    struct kube_call **batch = ARENA_NEW(arena, struct kube_call *, count);
    int64_t wait;

    for (size_t i = 0; i < count; i++) {
        struct kube *kube = calls[i].kube;

        calls[i].try = (struct kube_try){ 0 };
        kube->heard = false;
        kube->mute = kube->silent && kube->spent_ms >= kube->budget_ms;
    }
    while ((wait = next_due(calls, count, clock_monotonic_ms())) >= 0) {
        size_t due = due_calls(batch, calls, count, clock_monotonic_ms());

        if (due)
            send_batch(batch, due, arena);
        else
            sleep_ms(wait > 0 ? wait : 1);
    }
}
