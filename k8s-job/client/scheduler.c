/* k8s-job/client/scheduler.c - sends calls, settles their answers, waits and sends again.  Which
 * failure is worth another try is decided by retry.c.
 *
 * kube_all runs the calls of many servers as jobs of one HTTP client.  Before each attempt
 * prepare_attempt checks that the server may still be used; after it end_attempt adds its cost to
 * the budget, and either schedules another attempt, or ends the call, whose next function may begin
 * another request in the same job.  What this keeps true:
 *   - a server costs a pass its budget at most, in time, bytes, values, requests and pages; time
 *     counts once for calls that run in parallel, from the first attempt of a call to its end;
 *   - a server that does not answer costs a few timeouts in all: then its other calls fail at once;
 *   - urgent requests may use a reserve, so a used-up budget does not lose the Lease;
 *   - an answer that is too large or no object of the requested kind is a failure, and is not asked
 *     for again: a second one would cost the same and be no better. */
#include "k8s-job/client/scheduler.h"
#include "base/http_all.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    IN_FLIGHT = 128,
    IN_FLIGHT_SERVER = 8,
    READ_STALL_S = 15,  /* without a byte of the answer */
    WRITE_STALL_S = 30, /* admission webhooks have up to 30 s */
    OBJECT_MAX = 4 * 1024 * 1024,
    PAGE_MAX = 64 * 1024 * 1024,
    ANSWER_VALUES_MAX = 1000000,
    RESERVE_MS = 20000,
    RESERVE_REQUESTS = 20
};

const struct kube_budget kube_budget_default = { .ms = 120000,
                                                 .bytes = (size_t)256 * 1024 * 1024,
                                                 .values = 8000000,
                                                 .requests = 10000,
                                                 .pages = 500 };

/* xorshift64*, in [0, 1): not for secrets, only to spread retries. */
static double rng_next(struct kube *kube)
{
    kube->rng = kube->rng ? kube->rng : 1;
    kube->rng ^= kube->rng >> 12;
    kube->rng ^= kube->rng << 25;
    kube->rng ^= kube->rng >> 27;
    return (double)((kube->rng * UINT64_C(2685821657736338717)) >> 11) / 9007199254740992.0;
}

/* --- the budget --- */

size_t kube_left(size_t limit, size_t spent) { return limit > spent ? limit - spent : 0; }

static int64_t spent_ms(const struct kube *kube)
{
    return kube->spent.ms + (kube->open ? clock_monotonic_ms() - kube->open_since : 0);
}

const struct kube_budget *kube_spent(struct kube *kube)
{
    kube->spent.ms = spent_ms(kube);
    kube->open_since = clock_monotonic_ms();
    return &kube->spent;
}

static int64_t left_ms(const struct kube_call *call)
{
    return call->kube->budget.ms + (call->request.urgent ? RESERVE_MS : 0) - spent_ms(call->kube);
}

/* A call costs time of its server from its first attempt to its end. */
static void open_call(struct kube_call *call)
{
    if (call->try.open)
        return;
    call->try.open = true;
    if (call->kube->open++ == 0)
        call->kube->open_since = clock_monotonic_ms();
}

static void close_call(struct kube_call *call)
{
    struct kube *kube = call->kube;

    if (!call->try.open)
        return;
    assert(kube->open > 0);
    call->try.open = false;
    kube->spent.ms = spent_ms(kube);
    kube->open_since = clock_monotonic_ms();
    kube->open--;
}

static int used_up(const struct kube *kube, struct err *err, const char *what)
{
    return err_set(err, ERR_HTTP, 0,
                   "%s has used up the %s that one server may cost in a pass; no more requests "
                   "are sent to it",
                   kube->target.server, what);
}

static int check_budget(const struct kube_call *call, struct err *err)
{
    const struct kube *kube = call->kube;
    size_t reserve = call->request.urgent ? RESERVE_REQUESTS : 0;

    if (left_ms(call) <= 0)
        return used_up(kube, err, "time");
    if (kube->spent.requests >= kube->budget.requests + reserve)
        return used_up(kube, err, "requests");
    if (kube->spent.bytes >= kube->budget.bytes && !reserve)
        return used_up(kube, err, "bytes of answers");
    if (kube->spent.values >= kube->budget.values && !reserve)
        return used_up(kube, err, "values of JSON");
    return 0;
}

int kube_spend_page(struct kube *kube, struct err *err)
{
    if (kube->spent.pages >= kube->budget.pages)
        return used_up(kube, err, "pages of lists");
    kube->spent.pages++;
    return 0;
}

/* --- answers --- */

/* Too much JSON is a failure. */
static int spend_values(struct kube *kube, size_t values, struct err *err)
{
    size_t most = kube_left(kube->budget.values, kube->spent.values);

    if (values > ANSWER_VALUES_MAX)
        return err_set(err, ERR_HTTP, 0, "%s: an answer holds more than %d values of JSON",
                       kube->target.server, ANSWER_VALUES_MAX);
    kube->spent.values += values < most ? values : most;
    return values > most ? used_up(kube, err, "values of JSON") : 0;
}

/* A body that is not JSON is left out, because proxies answer with error pages of their own. */
static int read_body(const struct node **out, struct kube *kube,
                     const struct http_response *response, bool secret, struct arena *arena,
                     struct err *err)
{
    struct err ignored;

    *out = NULL;
    if (response->body_len == 0)
        return 0;
    if (spend_values(kube, parse_json_values(response->body, response->body_len), err) < 0)
        return -1;
    if (secret ? parse_json_secret(out, response->body, response->body_len, arena, &ignored) < 0
               : parse_json(out, response->body, response->body_len, arena, &ignored) < 0)
        *out = NULL;
    return 0;
}

static int read_answer(struct kube_answer *out, struct kube *kube,
                       const struct http_response *response, const struct kube_request *request,
                       struct arena *arena, struct err *err)
{
    *out = kube_answer_begin(response);
    if (read_body(&out->body, kube, response, request->secret, arena, err) < 0)
        return -1;
    if (request->plain && response->status == 200)
        out->text = text_or_empty(response->body);
    if (!kube_answer_is_status(out))
        return 0;
    out->reason = text_or_empty(node_get(out->body, "reason", NULL));
    out->message = text_or_empty(node_get(out->body, "message", NULL));
    return 0;
}

/* Refuses an object that was not asked for: a server, or a proxy in its place, may answer anything.
 */
static int check_object(const struct kube_call *call, struct err *err)
{
    const struct kube_request *request = &call->request;
    const char *kind = node_get(call->answer.body, "kind", NULL);
    const char *name = node_get(call->answer.body, "metadata", "name", NULL);

    if (!request->kind || !call->answer.body
        || (call->answer.status != 200 && call->answer.status != 201))
        return 0;
    if (text_equal(kind, request->kind) && (!request->name || text_equal(name, request->name)))
        return 0;
    return err_set(err, ERR_KUBE, 0,
                   "%s %s: the answer is not the %s%s%s that was asked for; is this an API server?",
                   request->method, request->path, request->kind, request->name ? " " : "",
                   request->name ? request->name : "");
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

static int check_secret(const struct kube_call *call, struct err *err)
{
    const struct kube *kube = call->kube;

    if (!call->request.secret || !target_is_plain(&kube->target) || kube->secrets_in_clear)
        return 0;
    return err_set(err, ERR_REFUSED, 0,
                   "%s is not encrypted: no Secret is read or written over http://, whatever is "
                   "allowed; give its https:// address",
                   kube->target.server);
}

/* A call gets the smallest of its own limit and what is left of the server's budget, in time as in
 * bytes, so the last call cannot exceed the budget by a whole timeout. */
static struct http_request request_of(struct kube_call *call, struct arena *arena)
{
    struct kube *kube = call->kube;
    const struct kube_request *request = &call->request;
    bool reading = text_equal(request->method, "GET");
    int64_t whole = (call->timeout_s ? call->timeout_s : 30) * (int64_t)1000;
    int64_t left = left_ms(call);
    size_t most = call->timeout_s ? PAGE_MAX : OBJECT_MAX;
    size_t bytes = kube_left(kube->budget.bytes, kube->spent.bytes);

    return (struct http_request){
        .method = request->method,
        .url = arena_printf(arena, "%s%s", kube->target.server, request->path),
        .headers = request_headers(call, arena),
        .body = request->body,
        .body_len = request->body ? strlen(request->body) : 0,
        .peer = &kube->peer,
        .whole_ms = (long)(whole < left ? whole : left),
        .stall_s = reading ? READ_STALL_S : WRITE_STALL_S,
        .connect_ms = kube->limits.connect_ms,
        .response_max = bytes && bytes < most ? bytes : most,
        .plain_http = target_is_plain(&kube->target),
        .secret = request->secret,
        .packed = call->take != NULL,
    };
}

/* One call as a job of the HTTP client. */
struct attempt {
    struct kube_call *call;
    struct arena *arena, *scratch; /* scratch: for pages, which are not kept */
};

/* After a timeout the server's other calls fail at once: each would cost another timeout. */
static int check_reachable(const struct kube_call *call, struct err *err)
{
    if (!call->kube->unreachable)
        return 0;
    return err_set(err, ERR_HTTP, 0, "%s did not answer another request",
                   call->kube->target.server);
}

static int prepare_attempt(struct http_job *job)
{
    struct attempt *attempt = job->context;
    struct kube_call *call = attempt->call;
    struct kube *kube = call->kube;

    call->err = (struct err){ 0 };
    call->answer = (struct kube_answer){ .reason = "", .message = "", .audit_id = "", .type = "" };
    call->try.sent_ms = clock_monotonic_ms();
    if (check_reachable(call, &job->err) < 0 || check_budget(call, &job->err) < 0
        || check_secret(call, &job->err) < 0)
        return -1;
    open_call(call);
    if (credential_fresh(&kube->credential, false, call->try.sent_ms, &job->err) < 0)
        return -1;
    credential_apply(&kube->credential, &kube->peer);
    job->request = request_of(call, attempt->arena);
    kube->spent.requests++;
    call->try.tries++;
    call->try.sent = true;
    return 0;
}

static struct retry_case case_of(const struct kube_call *call)
{
    struct http_response headers = { .headers = call->answer.headers };
    bool answered = call->err.kind == ERR_NONE;

    return (struct retry_case){
        .idempotent =
            retry_idempotent(call->request.method, call->request.content_type, call->request.body),
        .tries = call->try.tries,
        .timeouts = call->try.timeouts,
        .status = answered ? call->answer.status : 0,
        .hopeless = answered && retry_hopeless(call->answer.message),
        .after_s = answered ? http_retry_after(&headers) : -1,
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

/* Ends the call.  True: its next function has set another request, which is sent at job->due_ms. */
static bool end_call(struct kube_call *call, struct arena *arena)
{
    if (call->err.kind != ERR_NONE && call->try.tries > 1)
        err_wrap(&call->err, "tried %d times", call->try.tries);
    if (call->err.kind != ERR_NONE || call->answer.status >= 400)
        count_error(call->kube, call->err.kind != ERR_NONE ? 0 : call->answer.status);
    close_call(call);
    if (!call->next || !call->next(call, arena))
        return false;
    call->try = (struct kube_try){ 0 };
    return true;
}

/* Many calls run at once, and all of them get a 401 when a token expires. The first renews it; the
 * others see that it was fetched after they were sent, and take it as it is. */
static bool renew_credential(struct kube_call *call, struct arena *arena)
{
    struct credential *credential = &call->kube->credential;
    bool renewed_since = credential->fetched_ms > call->try.sent_ms; /* by another call */
    struct err err;

    call->try.renewed = true;
    if (credential_fresh(credential, !renewed_since, clock_monotonic_ms(), &err) == 0)
        return true;
    call->err = err;
    return end_call(call, arena);
}

/* Decides what follows an attempt.  True: another one. A wait that would outlast the budget is not
 * begun: the call fails now, with the server's own answer as its reason. Only a server that never
 * answered in this round is called unreachable; one that is slow for a single path is not. */
static bool settle_call(struct http_job *job, struct kube_call *call, struct arena *arena)
{
    struct kube *kube = call->kube;
    struct retry retry = retry_decide(case_of(call), &kube->limits, rng_next(kube));

    if (retry.action == RETRY_CREDENTIAL)
        return renew_credential(call, arena);
    if (retry.action == RETRY_STOP || retry.wait_ms >= left_ms(call)) {
        kube->unreachable = kube->unreachable || (call->try.timeouts > 0 && !kube->answered);
        return end_call(call, arena);
    }
    job->due_ms = clock_monotonic_ms() + retry.wait_ms;
    return true;
}

/* Takes an answer whose body is not kept. */
static void take_page(struct http_job *job)
{
    const struct attempt *attempt = job->context;
    struct kube_call *call = attempt->call;
    const size_t left = kube_left(call->kube->budget.values, call->kube->spent.values);
    size_t values = left < ANSWER_VALUES_MAX ? left : ANSWER_VALUES_MAX;
    const struct node *head = page_read(call, &job->response, &values, attempt->scratch);

    if (spend_values(call->kube, values, &call->err) < 0)
        return;
    call->take(call, head, attempt->arena);
    call->answer.status = job->response.status;
    call->answer.server_time = clock_parse_http_date(http_header(&job->response, "date"));
}

/* -1: the answer is of no use, and neither would another one be. */
static int take_answer(struct kube_call *call, const struct http_job *job, struct arena *arena)
{
    bool taken = call->take && job->response.status == 200;

    call->kube->answered = true;
    if (call->err.kind != ERR_NONE /* of take_page */
        || (!taken
            && read_answer(&call->answer, call->kube, &job->response, &call->request, arena,
                           &call->err)
                   < 0)
        || check_object(call, &call->err) < 0)
        return -1;
    if (call->answer.server_time)
        call->kube->server_time = call->answer.server_time;
    return 0;
}

/* A call that was not sent, because another one to that host timed out, counts as timed out. */
static bool was_tried(struct http_job *job, struct kube_call *call)
{
    bool sent = call->try.sent;

    call->try.sent = false;
    if (!sent && job->response.silent)
        call->try.tries++;
    call->try.timeouts += job->response.silent;
    return sent || job->response.silent;
}

/* After an answer, a failure, or a call that was not sent.  True: the job continues. */
static bool end_attempt(struct http_job *job)
{
    struct attempt *attempt = job->context;
    struct kube_call *call = attempt->call;
    bool tried = was_tried(job, call), answered = job->err.kind == ERR_NONE;

    job->due_ms = 0;
    call->kube->spent.bytes += job->response.received;
    if (!answered)
        call->err = job->err;
    else if (take_answer(call, job, attempt->arena) < 0)
        tried = false;
    return tried && !job->response.too_large ? settle_call(job, call, attempt->arena)
                                             : end_call(call, attempt->arena);
}

static void prepare(struct http_job *job, struct attempt *attempt)
{
    struct kube_call *call = attempt->call;

    call->try = (struct kube_try){ 0 };
    call->kube->answered = false;
    *job = (struct http_job){ .ready = prepare_attempt, .again = end_attempt, .context = attempt };
    job->request.url = call->kube->target.server; /* of which host it is */
    if (call->take) {
        job->take = take_page;
        job->page = attempt->scratch;
    }
}

static bool is_listed(struct kube *const *list, size_t count, const struct kube *kube)
{
    for (size_t i = count; i > 0; i--) /* backwards: calls to one server mostly follow each other */
        if (list[i - 1] == kube)
            return true;
    return false;
}

/* Runs the exec plugins before the first request, so that one that hangs delays neither another one
 * nor an answer.  Its time counts for its server. */
static void fetch_credentials(const struct kube_call *calls, size_t count, struct arena *arena)
{
    struct credential **list = NULL;
    struct kube **kubes = NULL;
    size_t used = 0, credential_count = 0;
    int64_t began = clock_monotonic_ms();

    for (size_t i = 0; i < count; i++) {
        struct kube *kube = calls[i].kube;

        if (!kube->target.exec || kube->unreachable || left_ms(&calls[i]) <= 0
            || is_listed(kubes, used, kube))
            continue;
        *ARENA_PUSH(arena, kubes, used) = kube;
        *ARENA_PUSH(arena, list, credential_count) = &kube->credential;
    }
    if (used)
        credential_fetch_all(list, used, began);
    for (size_t i = 0; i < used; i++)
        kubes[i]->spent.ms += clock_monotonic_ms() - began;
}

void kube_all(struct kube_call *calls, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct http_job *jobs = ARENA_NEW(arena, struct http_job, count);
    struct attempt *attempts = ARENA_NEW(arena, struct attempt, count);

    for (size_t i = 0; i < count; i++) {
        attempts[i] = (struct attempt){ &calls[i], arena, scratch };
        prepare(&jobs[i], &attempts[i]);
    }
    fetch_credentials(calls, count, arena);
    if (count)
        http_all(calls[0].kube->http, jobs, count, IN_FLIGHT, IN_FLIGHT_SERVER, arena);
}
