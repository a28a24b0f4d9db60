/* k8s-job/client/answer.c - makes an error of an answer of an API server.
 *
 * An API server explains a refusal in a metav1.Status; a proxy, a load balancer or a server
 * without that API explains it in a form of its own. The body and the content type tell the three
 * apart, because each asks for another action: 404 as text/plain is what kube-apiserver answers
 * for a path that no API has, so the CRD is missing; any other foreign answer most likely means
 * that weft did not reach the API server, and its text would only mislead.
 *
 * The text ends in statuses, Events and logs. It is limited (600 bytes for the message, three
 * causes of up to 300), and made visible first, since a server may put control characters or
 * terminal escapes into it. */
#include "k8s-job/client/answer.h"
#include "base/clock.h"

#include "base/visible.h"

#include <string.h>

enum { TEXT_MAX = 600 };

struct kube_answer kube_answer_begin(const struct http_response *response)
{
    return (struct kube_answer){
        .status = response->status,
        .reason = "",
        .message = "",
        .headers = response->headers,
        .audit_id = text_or_empty(http_header(response, "audit-id")),
        .type = text_or_empty(http_header(response, "content-type")),
        .server_time = clock_parse_http_date(http_header(response, "date")),
    };
}

bool kube_answer_is_status(const struct kube_answer *answer)
{
    return answer->body && text_equal(node_get(answer->body, "kind", NULL), "Status");
}

/* Adds at most max bytes of a text of the server, in visible form. */
static void add_server_text(struct text *out, const char *text, size_t max)
{
    AUTO_TEXT part = { 0 };

    text_add(&part, text, text_cut(text, max));
    visible_add(out, part.bytes);
}

static void add_causes(struct text *out, const struct kube_answer *answer)
{
    const struct node *details = node_find(answer->body, "details");
    const struct node *causes = details ? node_find(details, "causes") : NULL;
    const struct node *cause = causes && causes->kind == NODE_LIST ? causes->first : NULL;

    for (int i = 0; cause && i < 3; cause = cause->next, i++) {
        const char *field = node_get(cause, "field", NULL);
        const char *message = node_get(cause, "message", NULL);

        if (!message || strstr(answer->message, message)) /* often repeated from the message */
            continue;
        text_adds(out, "; ");
        if (!text_empty(field)) {
            add_server_text(out, field, 100);
            text_adds(out, ": ");
        }
        add_server_text(out, message, 200);
    }
}

static void add_foreign_answer(struct text *out, const struct kube_answer *answer)
{
    text_adds(out, "the answer is not from the Kubernetes API (");
    add_server_text(out, *answer->type ? answer->type : "no content type", 60);
    text_adds(out, "): is there a proxy or load balancer on the way that is not ready, or is the "
                   "server's address wrong?");
}

static const char *advice(const struct kube_answer *answer)
{
    switch (answer->status) {
    case 401:
        return "; the credential is not accepted: is it expired, or meant for another cluster?";
    case 403:
        return "; grant this by RBAC, or look for an admission rule that forbids it";
    case 413:
        return "; the object is too large";
    case 429:
        return "; the server is overloaded";
    default:
        return "";
    }
}

int kube_answer_failure(struct err *err, const struct kube_answer *answer, const char *what)
{
    AUTO_TEXT reason = { 0 };

    if (*answer->message) {
        add_server_text(&reason, answer->message, TEXT_MAX);
        add_causes(&reason, answer);
    } else if (answer->status == 404 && text_starts(answer->type, "text/plain")) {
        text_adds(&reason, "the server does not know this API (is the CRD installed?)");
    } else {
        add_foreign_answer(&reason, answer);
    }
    text_addf(&reason, "%s (HTTP %d", advice(answer), answer->status);
    if (*answer->reason)
        text_addf(&reason, " %s", answer->reason);
    if (*answer->audit_id)
        text_addf(&reason, ", audit id %.64s", answer->audit_id);
    return err_set(err, ERR_KUBE, answer->status, "%s: %s)", what, reason.bytes);
}
