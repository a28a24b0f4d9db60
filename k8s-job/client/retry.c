/* k8s-job/client/retry.c - the rules for retries.  Pure; scheduler.c waits and sends again.
 *
 * A request is sent again only if a second one cannot do harm: after 401 and 429, because the
 * server did nothing, and after other transient failures if it is idempotent.  Waits double up to a
 * cap, with full jitter, so that many passes do not meet again; a Retry-After of the server wins.
 */
#include "k8s-job/client/retry.h"

#include "base/text.h"

#include <string.h>

const struct retry_limits retry_limits_default = {
    .tries = 5, .base_ms = 250, .cap_ms = 15000, .after_max_ms = 60000, .timeouts = 2
};

static bool transient(int status)
{
    return status == 0 || status == 429 || (status >= 500 && status != 501 && status != 505);
}

static int64_t wait_of(struct retry_case last, const struct retry_limits *limits, double random)
{
    int64_t wait = limits->base_ms;

    if (last.after_s >= 0 && last.after_s > limits->after_max_ms / 1000)
        return limits->after_max_ms;
    if (last.after_s >= 0)
        return last.after_s * 1000;
    for (int i = 1; i < last.tries && wait < limits->cap_ms; i++)
        wait *= 2;
    return (int64_t)((double)(wait < limits->cap_ms ? wait : limits->cap_ms) * random);
}

struct retry retry_decide(struct retry_case last, const struct retry_limits *limits, double random)
{
    /* A 401 is answered before anything is done, so any method may be sent again. */
    if (last.status == 401 && last.credential_renewable && !last.credential_renewed)
        return (struct retry){ .action = RETRY_CREDENTIAL };
    if (!transient(last.status) || last.hopeless || last.tries >= limits->tries)
        return (struct retry){ .action = RETRY_STOP };
    if (last.timeouts >= limits->timeouts)
        return (struct retry){ .action = RETRY_STOP };
    /* A 429 is answered before anything is done; after any other failure a write may have happened.
     */
    if (!last.idempotent && last.status != 429)
        return (struct retry){ .action = RETRY_STOP };
    return (struct retry){ .action = RETRY_WAIT, .wait_ms = wait_of(last, limits, random) };
}

/* A server-side apply may be repeated because it states the wanted result. PUT, PATCH and DELETE
 * may when they carry the version that they were made for: a second one is then refused and
 * changes nothing. POST never may: the first one may have created the object. */
bool retry_idempotent(const char *method, const char *content_type, const char *body)
{
    if (text_equal(method, "GET") || text_equal(method, "HEAD"))
        return true;
    if (!body)
        return false;
    if (text_equal(method, "PATCH") && text_equal(content_type, "application/apply-patch+yaml"))
        return true;
    if (text_equal(method, "DELETE"))
        return strstr(body, "\"preconditions\"") != NULL;
    return (text_equal(method, "PUT") || text_equal(method, "PATCH"))
           && strstr(body, "\"resourceVersion\"") != NULL;
}

/* A 500 with one of these texts is about the request and not about the server: kube-apiserver
 * answers so when a field manager meets a schema that lacks the field, and when etcd refuses the
 * size. */
bool retry_hopeless(const char *message)
{
    return message
           && (strstr(message, "not declared in schema")
               || strstr(message, "request is too large"));
}
