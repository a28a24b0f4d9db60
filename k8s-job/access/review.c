/* k8s-job/access/review.c - asks API servers for the rights of the credential that weft presents,
 * and compares what they list with what is needed.
 *
 * Two APIs of authorization.k8s.io answer two questions. SelfSubjectAccessReview says whether one
 * request would be allowed, and is right with every authorizer. SelfSubjectRulesReview lists what
 * is allowed, in one namespace, and may be incomplete: authorizers such as webhooks cannot list.
 * So missing rights are found by the first and excess ones by the second, and a list that calls
 * itself incomplete counts as unknown: "no excess rights" must never follow from half a list.
 *
 * An access review is a POST that stores nothing, one for each verb, resource and name. They run
 * in parallel. */
#include "k8s-job/access/review.h"
#include "base/compiler.h"
#include "base/text.h"
#include "base/write_json.h"
#include "k8s-job/client/scheduler.h"

#include <stdlib.h>
#include <string.h>

#define ROOT "/apis/authorization.k8s.io/v1/"

static const char *body_of(const char *kind, const char *member, struct node *spec,
                           struct arena *arena)
{
    struct node *object = node_map(arena), *outer = node_map(arena);
    AUTO_TEXT text = { 0 };

    node_set_text(arena, object, "apiVersion", "authorization.k8s.io/v1");
    node_set_text(arena, object, "kind", kind);
    if (member)
        node_set(outer, member, spec);
    node_set(object, "spec", member ? outer : spec);
    write_json(&text, object, false);
    return arena_bytes(arena, text.bytes, text.len);
}

static struct kube_call call_of(struct kube *kube, const char *resource, const char *kind,
                                const char *body, struct arena *arena)
{
    return (struct kube_call){ .kube = kube,
                               .request = { .method = "POST",
                                            .path = arena_printf(arena, ROOT "%s", resource),
                                            .body = body,
                                            .kind = kind } };
}

static struct kube_call ask_access(const struct review *review, struct arena *arena)
{
    const struct grant *grant = review->grant;
    struct node *attributes = node_map(arena);

    node_set_text(arena, attributes, "namespace", grant->namespace);
    node_set_text(arena, attributes, "verb", grant->verb);
    node_set_text(arena, attributes, "group", grant->right->group);
    node_set_text(arena, attributes, "resource", grant->resource);
    node_set_text(arena, attributes, "name", grant->name);
    return call_of(review->kube, "selfsubjectaccessreviews", "SelfSubjectAccessReview",
                   body_of("SelfSubjectAccessReview", "resourceAttributes", attributes, arena),
                   arena);
}

static bool is_answered(const struct kube_call *call)
{
    return call->err.kind == ERR_NONE && (call->answer.status == 200 || call->answer.status == 201);
}

static const char *failure(const struct kube_call *call, struct arena *arena)
{
    struct err err = call->err;

    if (err.kind == ERR_NONE)
        kube_answer_failure(&err, &call->answer, "ask for rights");
    return arena_text(arena, err.text);
}

void review_all(struct review *reviews, size_t count, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, count);

    for (size_t i = 0; i < count; i++)
        calls[i] = ask_access(&reviews[i], arena);
    kube_all(calls, count, arena);
    for (size_t i = 0; i < count; i++) {
        const struct node *status = node_find(calls[i].answer.body, "status");
        const struct node *allowed = status ? node_find(status, "allowed") : NULL;

        reviews[i].known = is_answered(&calls[i]) && allowed && allowed->kind == NODE_BOOL;
        reviews[i].allowed = reviews[i].known && node_true(allowed);
        reviews[i].why = reviews[i].known ? "" : failure(&calls[i], arena);
    }
}

void review_rules_all(struct review_rules *reviews, size_t count, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, count);

    for (size_t i = 0; i < count; i++) {
        struct node *spec = node_map(arena);

        node_set_text(arena, spec, "namespace", reviews[i].namespace);
        calls[i] = call_of(reviews[i].kube, "selfsubjectrulesreviews", "SelfSubjectRulesReview",
                           body_of("SelfSubjectRulesReview", NULL, spec, arena), arena);
    }
    kube_all(calls, count, arena);
    for (size_t i = 0; i < count; i++) {
        const struct node *status = node_find(calls[i].answer.body, "status");
        const struct node *rules = status ? node_find(status, "resourceRules") : NULL;

        reviews[i].known = is_answered(&calls[i]) && rules && rules->kind == NODE_LIST
                           && !node_true(node_find(status, "incomplete"));
        reviews[i].rules = reviews[i].known ? rules : NULL;
    }
}

/* --- what is too much --- */

struct found {
    const char *verb, *group, *resource, *name; /* name NULL: all objects */
};

/* What every authenticated account has (system:basic-user), and what newer servers give to all
 * service accounts. */
static bool is_common(const struct found *found)
{
    if (text_equal(found->group, "authorization.k8s.io")
        || text_equal(found->group, "authentication.k8s.io"))
        return text_starts(found->resource, "self");
    return text_equal(found->group, "certificates.k8s.io")
           && text_equal(found->resource, "clustertrustbundles");
}

/* A needed right without a name covers every name, and one without a namespace every namespace;
 * the reverse is what makes an excess. */
static bool is_needed(const struct found *found, const struct grant *needed, size_t count,
                      const char *namespace)
{
    for (size_t i = 0; i < count; i++) {
        const struct grant *grant = &needed[i];

        if (text_equal(grant->verb, found->verb) && text_equal(grant->right->group, found->group)
            && text_equal(grant->resource, found->resource)
            && (!grant->name || text_equal(grant->name, found->name))
            && (!grant->namespace || text_equal(grant->namespace, namespace)))
            return true;
    }
    return false;
}

static const char *found_text(const struct found *found, struct arena *arena)
{
    return arena_printf(arena, "%s %s%s%s%s%s", found->verb, found->resource,
                        *found->group ? "." : "", found->group, found->name ? " " : "",
                        found->name ? found->name : "");
}

static const struct node *items_of(const struct node *rule, const char *key)
{
    const struct node *list = node_find(rule, key);

    return list && list->kind == NODE_LIST ? list->first : NULL;
}

struct excess {
    const char **list;
    size_t count;
    const struct grant *needed;
    size_t needed_count;
    const char *namespace;
    struct arena *arena;
};

static void judge(struct excess *out, const struct found *found)
{
    if (found->verb && found->group && found->resource && !is_common(found)
        && !is_needed(found, out->needed, out->needed_count, out->namespace))
        *ARENA_PUSH(out->arena, out->list, out->count) = found_text(found, out->arena);
}

static void judge_rule(struct excess *out, const struct node *rule)
{
    static const struct node all = { .text = NULL };
    const struct node *names = items_of(rule, "resourceNames");

    for (const struct node *group = items_of(rule, "apiGroups"); group; group = group->next)
        for (const struct node *of = items_of(rule, "resources"); of; of = of->next)
            for (const struct node *name = names ? names : &all; name; name = name->next)
                for (const struct node *verb = items_of(rule, "verbs"); verb; verb = verb->next)
                    judge(out, &(struct found){ verb->text, group->text, of->text, name->text });
}

const char **review_excess(const struct node *rules, const struct grant *needed, size_t count,
                           const char *namespace, size_t *excess, struct arena *arena)
{
    struct excess out = { NULL, 0, needed, count, namespace, arena };
    size_t kept = 0;

    for (const struct node *rule = rules ? rules->first : NULL; rule; rule = rule->next)
        judge_rule(&out, rule);
    if (out.count)
        qsort(out.list, out.count, sizeof *out.list, text_compare);
    for (size_t i = 0; i < out.count; i++)
        if (!kept || !text_equal(out.list[kept - 1], out.list[i]))
            out.list[kept++] = out.list[i];
    *excess = kept;
    return out.list;
}
