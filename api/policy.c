/* api/policy.c - the fields of AccessPolicies.  Must not decide what they apply to.
 *
 * An AccessPolicy lets callers in, so a field that reads as "any" by mistake is the worst that can
 * happen here. Empty lists are refused instead of being read as absent, and paths that Istio's
 * webhook would refuse, or Envoy would read otherwise, are errors with the form that works. What
 * merely never matches, such as a method in lower case, is a warning: it lets in fewer requests
 * than meant. */
#include "api/policy.h"
#include "api/canonical.h"
#include "api/meta.h"
#include "base/write_json.h"

#include "api/field.h"
#include "api/schema_decode.h"
#include "base/digest.h"
#include "base/write.h"
#include <string.h>

/* The API takes an empty list, and one that is null, for one that is absent, which admits more than
 * any entry.  A template that found no values leaves just that. */
static void refuse_hollow(const struct at *at, const char *what)
{
    const struct node *node = at->up->node ? node_find(at->up->node, at->key) : NULL;

    if (node && (node->kind == NODE_NULL || (node->kind == NODE_LIST && !node->count)))
        at_error(at,
                 "is empty, which would count as any %s; write at least one, or leave the field "
                 "out if any is meant",
                 what);
}

/* Text between two slashes, as a piece of a path template. */
struct segment {
    const char *text;
    size_t len;
};

static bool is_text(struct segment segment, const char *text)
{
    return segment.len == strlen(text) && memcmp(segment.text, text, segment.len) == 0;
}

static bool has_any_of(struct segment segment, const char *bytes)
{
    for (size_t i = 0; i < segment.len; i++)
        if (strchr(bytes, segment.text[i]))
            return true;
    return false;
}

/* pchar of RFC 3986 but for '*', as Istio has it. */
static bool is_literal(struct segment segment)
{
    for (size_t i = 0; i < segment.len; i++)
        if (!is_alnum(segment.text[i]) && !(segment.text[i] >= 'A' && segment.text[i] <= 'Z')
            && !strchr("-._~%!$&'()+,;:@=", segment.text[i]))
            return false;
    return segment.len > 0;
}

/* What is wrong with a segment; NULL: nothing.  *ended: {**} was before it. */
static const char *segment_problem(struct segment segment, bool template, bool *ended)
{
    const bool any = is_text(segment, "{**}"), one = is_text(segment, "{*}");

    if ((any || one) && *ended)
        return "has {*} or {**} after {**}, which must be the last of them";
    *ended |= any;
    if (any || one)
        return NULL;
    if (has_any_of(segment, "{}"))
        return "has '{' or '}' that is not part of a whole segment {*} or {**}, the only templates "
               "that Istio takes";
    if (template && !is_literal(segment))
        return "is a template, so its other segments must be plain text without '*' and not empty";
    return NULL;
}

bool access_policy_path_is_template(const char *path)
{
    return strstr(path, "{*}") || strstr(path, "{**}");
}

/* The rules of Istio's webhook since 1.22 (CheckValidPathTemplate), and of Envoy, which takes only
 * templates that begin with a slash. */
static const char *path_problem(const char *path)
{
    const bool template = access_policy_path_is_template(path);
    const char *end = path + strlen(path), *problem = NULL;
    bool ended = false;

    if (template && *path != '/')
        return "is a template and must begin with /";
    while (*path == '/')
        path++;
    while (end > path && end[-1] == '/')
        end--;
    for (const char *next; path < end && !problem; path = next + 1) {
        next = memchr(path, '/', (size_t)(end - path));
        next = next ? next : end;
        problem =
            segment_problem((struct segment){ path, (size_t)(next - path) }, template, &ended);
    }
    return problem;
}

/* Istio knows a '*' at the end or at the start; anywhere else it is taken literally. */
static void check_path(const struct at *at, const char *path)
{
    size_t len = strlen(path);
    const char *star = strchr(path, '*'), *problem = path_problem(path);

    if (!len)
        at_error(
            at,
            "must not be empty; write a path such as /cart, a prefix /cart* or a suffix *.html");
    else if (problem)
        at_error(at,
                 "%s; write a path such as /cart, a prefix /cart* or a template /cart/{*}/items",
                 problem);
    else if (star && !access_policy_path_is_template(path)
             && (star != path || strchr(star + 1, '*')) && star != path + len - 1)
        at_warn(at, "has a '*' that is neither its first nor its only last character: it is taken "
                    "literally");
}

static bool has_lower(const char *text)
{
    for (; *text; text++)
        if (is_lower(*text))
            return true;
    return false;
}

static void check_method(const struct at *at, const char *method)
{
    if (!*method)
        at_error(at, "must not be empty; write a method such as GET");
    if (has_lower(method))
        at_warn(at, "is compared as written, and HTTP methods are upper case: write GET, not get");
}

static void check_any_caller(const struct at *at, const void *object)
{
    (void)object;
    refuse_hollow(at, "caller");
}

static void check_any_service(const struct at *at, const void *object)
{
    (void)object;
    refuse_hollow(at, "Service");
}

static void check_any_path(const struct at *at, const void *object)
{
    (void)object;
    refuse_hollow(at, "path");
}

static void check_any_method(const struct at *at, const void *object)
{
    (void)object;
    refuse_hollow(at, "method");
}

static void check_any_port(const struct at *at, const void *object)
{
    (void)object;
    refuse_hollow(at, "port");
}

static const struct schema_field access_policy_fields[] = {
    ROW_LIST(struct access_policy, "sourceSelector", sources, source_count,
             identity_selector_schema, .check = check_any_caller, .absent = "any caller",
             .doc = "Who may call; entries are ORed, the members of one entry are ANDed."),
    ROW_LIST(struct access_policy, "destinationSelector", destinations, destination_count,
             destination_selector_schema, .check = check_any_service,
             .absent = "every Destination, except ingress gateways with globalAccessPolicy ENABLED",
             .doc = "What may be called; entries are ORed."),
    ROW_TEXTS(struct access_policy, "allowedPaths", paths, path_count, .check = check_any_path,
              .check_text = check_path, .absent = "any",
              .doc = "HTTP paths: exact (`/cart`), by prefix (`/cart*`), by suffix (`*.html`) or "
                     "as a template (`/cart/{*}/items`)."),
    ROW_TEXTS(struct access_policy, "allowedMethods", methods, method_count,
              .check = check_any_method, .check_text = check_method, .absent = "any",
              .doc = "HTTP methods, in upper case."),
    ROW_PORTS(struct access_policy, "allowedPorts", ports, port_count, .check = check_any_port,
              .absent = "any", .doc = "Ports of the workload."),
};
const struct schema access_policy_schema = {
    .name = "AccessPolicySpec",
    .doc = "Who may call which Services, and how. A plain "
           "TCP connection is refused when the caller's "
           "first byte arrives: what the server sends before, "
           "such as a greeting, reaches every caller.",
    .size = sizeof(struct access_policy),
    SCHEMA_FIELDS(access_policy_fields)
};

static void set_digest(struct access_policy *policy)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    AUTO_TEXT json = { 0 };

    write_json(&json, canonical_access_policy_spec(policy, scratch), false);
    sha256_hex(policy->digest, json.bytes, json.len);
}

struct access_policy access_policy_decode(struct at at)
{
    const struct at spec = at_key(&at, "spec");
    struct access_policy policy = { .meta = meta_decode(at) };

    field_need_spec(&spec);
    schema_decode(&policy, &access_policy_schema, &spec, "spec");
    set_digest(&policy);
    return policy;
}
