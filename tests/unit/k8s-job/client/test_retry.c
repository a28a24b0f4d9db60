/* tests/unit/k8s-job/client/test_retry.c - the retry table, row by row. */
#include "base/compiler.h"
#include "k8s-job/client/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    struct retry_case last;
    enum retry_action action;
    int64_t wait_ms; /* at random = 1 */
};

/* Fields of a case: idempotent, tries, timeouts, status, hopeless, after_s, renewable, renewed. */
/* clang-format off */
static const struct row rows[] = {
    { "an answer is final", { true, 1, 0, 200, false, -1, false, false }, RETRY_STOP, 0 },
    { "a bad request stays bad", { true, 1, 0, 400, false, -1, false, false }, RETRY_STOP, 0 },
    { "a refused credential is fetched again once", { true, 1, 0, 401, false, -1, true, false }, RETRY_CREDENTIAL, 0 },
    { "even for a POST: nothing was done", { false, 1, 0, 401, false, -1, true, false }, RETRY_CREDENTIAL, 0 },
    { "but only once", { true, 2, 0, 401, false, -1, true, true }, RETRY_STOP, 0 },
    { "and only where it can change", { true, 1, 0, 401, false, -1, false, false }, RETRY_STOP, 0 },
    { "no right is not given by asking again", { true, 1, 0, 403, false, -1, false, false }, RETRY_STOP, 0 },
    { "what is missing stays missing", { true, 1, 0, 404, false, -1, false, false }, RETRY_STOP, 0 },
    { "a conflict is the caller's to solve", { true, 1, 0, 409, false, -1, false, false }, RETRY_STOP, 0 },
    { "an old page token is the list's to solve", { true, 1, 0, 410, false, -1, false, false }, RETRY_STOP, 0 },
    { "invalid stays invalid", { true, 1, 0, 422, false, -1, false, false }, RETRY_STOP, 0 },
    { "too many requests: as long as the server says", { true, 1, 0, 429, false, 7, false, false }, RETRY_WAIT, 7000 },
    { "also for a POST: it was refused before anything was done", { false, 1, 0, 429, false, 7, false, false }, RETRY_WAIT, 7000 },
    { "but at most a minute", { true, 1, 0, 429, false, 3600, false, false }, RETRY_WAIT, 60000 },
    { "Retry-After 0 means now", { true, 1, 0, 429, false, 0, false, false }, RETRY_WAIT, 0 },
    { "without a word from the server: 250 ms", { true, 1, 0, 429, false, -1, false, false }, RETRY_WAIT, 250 },
    { "the second time 500 ms", { true, 2, 0, 500, false, -1, false, false }, RETRY_WAIT, 500 },
    { "the fourth time 2 s", { true, 4, 0, 503, false, -1, false, false }, RETRY_WAIT, 2000 },
    { "the fifth try was the last", { true, 5, 0, 503, false, -1, false, false }, RETRY_STOP, 0 },
    { "a server error on a POST may have happened", { false, 1, 0, 500, false, -1, false, false }, RETRY_STOP, 0 },
    { "a bad gateway is transient", { true, 1, 0, 502, false, -1, false, false }, RETRY_WAIT, 250 },
    { "a gateway timeout too", { true, 1, 0, 504, false, -1, false, false }, RETRY_WAIT, 250 },
    { "not implemented is not", { true, 1, 0, 501, false, -1, false, false }, RETRY_STOP, 0 },
    { "a schema that lacks the field will lack it again", { true, 1, 0, 500, true, -1, false, false }, RETRY_STOP, 0 },
    { "no answer to a read", { true, 1, 0, 0, false, -1, false, false }, RETRY_WAIT, 250 },
    { "no answer to a POST: it may have happened", { false, 1, 0, 0, false, -1, false, false }, RETRY_STOP, 0 },
    { "one timeout: sent again", { true, 1, 1, 0, false, -1, false, false }, RETRY_WAIT, 250 },
    { "a timeout after a refusal: sent again", { true, 3, 1, 0, false, -1, false, false }, RETRY_WAIT, 1000 },
    { "two timeouts end it", { true, 2, 2, 0, false, -1, false, false }, RETRY_STOP, 0 },
    { "no answer five times", { true, 5, 0, 0, false, -1, false, false }, RETRY_STOP, 0 },
};
/* clang-format on */

static void the_table_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct retry got = retry_decide(rows[i].last, &retry_limits_default, 1.0);

        if (got.action != rows[i].action || got.wait_ms != rows[i].wait_ms)
            fail_msg("%s: action %d, wait %lld", rows[i].sentence, (int)got.action,
                     (long long)got.wait_ms);
    }
}

static void waits_are_spread_and_capped(void **state)
{
    const struct retry_limits patient = { 100, 250, 15000, 60000, 2, 0 };
    struct retry_case last = { true, 1, 0, 503, false, -1, false, false };

    (void)state;
    assert_int_equal(retry_decide(last, &patient, 0.0).wait_ms, 0);
    assert_int_equal(retry_decide(last, &patient, 0.5).wait_ms, 125);
    last.tries = 60;
    assert_int_equal(retry_decide(last, &patient, 1.0).wait_ms, 15000);
}

struct request {
    const char *sentence, *method, *type, *body;
    bool idempotent;
};

#define APPLY "application/apply-patch+yaml"

/* clang-format off */
static const struct request requests[] = {
    { "a read", "GET", NULL, NULL, true },
    { "a creation", "POST", "application/json", "{}", false },
    { "a creation that names a version", "POST", "application/json", "{\"resourceVersion\":\"1\"}", false },
    { "server-side apply", "PATCH", APPLY, "{}", true },
    { "a merge patch", "PATCH", "application/merge-patch+json", "{}", false },
    { "a merge patch of a version", "PATCH", "application/merge-patch+json", "{\"metadata\":{\"resourceVersion\":\"1\"}}", true },
    { "an update of a version", "PUT", "application/json", "{\"metadata\":{\"resourceVersion\":\"1\"}}", true },
    { "an update of any version", "PUT", "application/json", "{}", false },
    { "a deletion", "DELETE", NULL, NULL, false },
    { "a deletion of one object", "DELETE", "application/json", "{\"preconditions\":{\"uid\":\"u\"}}", true },
};
/* clang-format on */

static void what_may_be_sent_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(requests); i++)
        if (retry_idempotent(requests[i].method, requests[i].type, requests[i].body)
            != requests[i].idempotent)
            fail_msg("%s", requests[i].sentence);
}

static void some_failures_are_hopeless(void **state)
{
    (void)state;
    assert_true(retry_hopeless(
        "failed to create typed patch object: .status.x: field not declared in schema"));
    assert_true(retry_hopeless("etcdserver: request is too large"));
    assert_false(retry_hopeless("etcdserver: leader changed"));
    assert_false(retry_hopeless(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_holds),
        cmocka_unit_test(waits_are_spread_and_capped),
        cmocka_unit_test(what_may_be_sent_twice),
        cmocka_unit_test(some_failures_are_hopeless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
