/* translate/import_scope.c - in which namespaces of client clusters an import is visible.  Decides
 * about no access: AccessPolicies do.
 *
 * istiod sends every sidecar whatever all namespaces of its cluster import, unless the objects say
 * to which namespaces they are exported.  The namespaces that call a Service are known where
 * AccessPolicies name them: from any other namespace the Service refuses requests anyway.  So the
 * scope of an import is the union of the namespaces that the AccessPolicies of its Service name as
 * sources, of policies that are INVALID, too, since what they allowed before may stay.  It is the
 * whole mesh where the callers are not known by namespace: without a policy, with a source that
 * names none, or while a policy cannot be read.  It does not depend on the client, so that clients
 * share their folders. */
#include "translate/import_scope.h"
#include "api/selector_match.h"

#include <stdlib.h>

struct scope {
    const char **namespaces;
    size_t count;
    struct arena *arena;
};

static void add(struct scope *scope, const char *namespace)
{
    *ARENA_PUSH(scope->arena, scope->namespaces, scope->count) = namespace;
}

/* False: the source may be in any namespace. */
static bool add_source(struct scope *scope, const struct identity_selector *source)
{
    for (size_t i = 0; i < source->namespace_count; i++)
        add(scope, source->namespaces[i]);
    if (source->namespace_count)
        return true;
    for (size_t i = 0; i < source->account_count; i++) {
        if (text_empty(source->accounts[i].namespace))
            return false;
        add(scope, source->accounts[i].namespace);
    }
    return source->account_count > 0;
}

static bool add_policy(struct scope *scope, const struct access_policy *policy)
{
    for (size_t i = 0; i < policy->source_count; i++)
        if (!add_source(scope, &policy->sources[i]))
            return false;
    return policy->source_count > 0;
}

/* False: callers may be in any namespace. */
static bool add_policies(struct scope *scope, const struct specs *specs,
                         const struct kube_service *service)
{
    for (size_t i = 0; i < specs->access_policy_count; i++) {
        const struct access_policy *policy = &specs->access_policies[i];

        if (selector_match_any(policy->destinations, policy->destination_count, service)
            && !add_policy(scope, policy))
            return false;
    }
    return scope->count > 0;
}

static void find(struct export *export, const struct specs *specs, struct arena *arena)
{
    struct scope scope = { .arena = arena };

    if (!add_policies(&scope, specs, export->destination->service))
        return;
    qsort(scope.namespaces, scope.count, sizeof *scope.namespaces, text_compare);
    for (size_t i = 0; i < scope.count; i++)
        if (!export->scope_count
            || !text_equal(scope.namespaces[export->scope_count - 1], scope.namespaces[i]))
            scope.namespaces[export->scope_count++] = scope.namespaces[i];
    export->scope = scope.namespaces;
}

static bool policies_are_known(const struct resolved *resolved)
{
    for (const struct refused *at = resolved->specs->refused; at; at = at->next)
        if (at->kind == KIND_ACCESS_POLICY)
            return false;
    return !resolved->incomplete;
}

void import_scope_find_all(struct resolved *resolved, struct arena *arena)
{
    if (!resolved->options->callers_only || !policies_are_known(resolved))
        return;
    for (size_t i = 0; i < resolved->export_count; i++)
        find(&resolved->exports[i], resolved->specs, arena);
}
