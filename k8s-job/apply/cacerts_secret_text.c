/* k8s-job/apply/cacerts_secret_text.c - describes a refused write of a Secret with known terms
 * only. Pure.  A server, or an admission webhook, quotes what it refuses in forms that no filter
 * knows all of: hex, Go's %v, blanks between, backwards.  So only what is on these lists is passed
 * on. */
#include "k8s-job/apply/cacerts_secret_text.h"

#include <string.h>

enum { CAUSES_MAX = 3, AUDIT_MAX = 36, NAME_MAX_SHOWN = 40 };

/* metav1.StatusReason and metav1.CauseType of the Kubernetes API. */
static const char *const reasons[] = {
    "Unauthorized",
    "Forbidden",
    "NotFound",
    "AlreadyExists",
    "Conflict",
    "Gone",
    "Invalid",
    "ServerTimeout",
    "StoreReadError",
    "Timeout",
    "TooManyRequests",
    "BadRequest",
    "MethodNotAllowed",
    "NotAcceptable",
    "RequestEntityTooLarge",
    "UnsupportedMediaType",
    "InternalError",
    "Expired",
    "ServiceUnavailable",
    "FieldValueNotFound",
    "FieldValueRequired",
    "FieldValueDuplicate",
    "FieldValueInvalid",
    "FieldValueNotSupported",
    "FieldValueForbidden",
    "FieldValueTooLong",
    "FieldValueTooMany",
    "FieldValueTypeInvalid",
    "InternalError",
    "UnexpectedServerResponse",
    "FieldManagerConflict",
    "ResourceVersionTooLarge",
    "NamespaceTerminating",
};

static const char *const fields[] = {
    "type",
    "immutable",
    "data",
    "metadata",
    "metadata.name",
    "metadata.namespace",
    "metadata.resourceVersion",
    "metadata.labels",
    "metadata.annotations",
};

/* "data[ca-key.pem]", ".data.ca-key.pem", "data.ca-key.pem" */
static bool is_key(const char *field, const char *key)
{
    size_t len = strlen(key);

    field += *field == '.';
    if (!text_starts(field, "data") || (field[4] != '.' && field[4] != '['))
        return false;
    return strncmp(field + 5, key, len) == 0
           && strcmp(field + 5 + len, field[4] == '[' ? "]" : "") == 0;
}

static bool is_field(const char *field, const char *const *keys)
{
    if (text_listed(fields, LENGTH(fields), field + (*field == '.')))
        return true;
    for (; *keys; keys++)
        if (is_key(field, *keys))
            return true;
    return false;
}

static bool is_made_of(const char *text, const char *marks, size_t max)
{
    size_t len = 0;

    for (; text[len]; len++)
        if (!is_alnum(text[len]) && !strchr(marks, text[len]))
            return false;
    return len > 0 && len <= max;
}

bool cacerts_secret_text_is_plain(const char *name)
{
    return is_made_of(name, "-_.:/", NAME_MAX_SHOWN);
}

static void add_causes(struct text *out, const struct node *body, const char *const *keys)
{
    const struct node *causes = node_find(node_find(body, "details"), "causes");
    const struct node *cause = causes && causes->kind == NODE_LIST ? causes->first : NULL;

    for (int shown = 0; cause && shown < CAUSES_MAX; cause = cause->next) {
        const char *field = node_get(cause, "field", NULL);
        const char *reason = node_get(cause, "reason", NULL);
        bool plain = reason && text_listed(reasons, LENGTH(reasons), reason);

        if (!field || !is_field(field, keys))
            continue;
        text_addf(out, ", field %s%s%s", field, plain ? ": " : "", plain ? reason : "");
        shown++;
    }
}

int cacerts_secret_text_of(struct err *err, const struct kube_answer *answer, const char *what,
                           const char *const *keys)
{
    AUTO_TEXT reason = { 0 };

    text_addf(&reason, "HTTP %d", answer->status);
    if (text_listed(reasons, LENGTH(reasons), answer->reason))
        text_addf(&reason, " %s", answer->reason);
    add_causes(&reason, answer->body, keys);
    if (is_made_of(answer->audit_id, "-", AUDIT_MAX))
        text_addf(&reason, ", audit id %s", answer->audit_id);
    return err_set(err, ERR_KUBE, answer->status,
                   "%s: %s; the server's own text may quote the key and is left out: look for "
                   "it in its log",
                   what, reason.bytes);
}
