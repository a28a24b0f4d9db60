/* translate/workload.c - which workloads an AccessPolicy lets in.  For statuses only. */
#include "translate/workload.h"
#include "api/selector_match.h"
#include "translate/resolved_mesh.h"

static bool is_any_or(const char *wanted, const char *text)
{
    return text_empty(wanted) || text_equal(wanted, text);
}

static bool account_matches(const struct identity_selector *source, const struct workload *workload)
{
    for (size_t i = 0; i < source->account_count; i++)
        if (is_any_or(source->accounts[i].name, workload->service_account)
            && is_any_or(source->accounts[i].namespace, workload->controller.namespace)
            && is_any_or(source->accounts[i].cluster, workload->controller.cluster))
            return true;
    return source->account_count == 0;
}

static bool is_source(const struct access_policy *policy, const struct workload *workload)
{
    for (size_t i = 0; i < policy->source_count; i++) {
        const struct identity_selector *source = &policy->sources[i];

        if (selector_match_text(source->namespaces, source->namespace_count,
                                workload->controller.namespace)
            && selector_match_text(source->clusters, source->cluster_count,
                                   workload->controller.cluster)
            && account_matches(source, workload))
            return true;
    }
    return policy->source_count == 0;
}

/* For each mesh, whether its workloads can reach a Destination of the status. */
static bool *reaching_meshes(const struct resolved *resolved, const struct policy_status *status,
                             struct arena *arena)
{
    bool *reaching = ARENA_NEW(arena, bool, resolved->mesh_count);
    size_t at = 0;

    /* Both lists are in key order. */
    for (size_t i = 0; i < resolved->target_count && at < status->destination_count; i++) {
        const struct resolved_mesh *home = resolved->targets[i].mesh;

        if (!text_equal(resolved->targets[i].destination->meta.key, status->destinations[at].key))
            continue;
        at++;
        if (reaching[home - resolved->meshes])
            continue;
        for (size_t k = 0; k < resolved->mesh_count; k++)
            if (&resolved->meshes[k] == home
                || (home->virtual_mesh && resolved->meshes[k].virtual_mesh == home->virtual_mesh))
                reaching[k] = true;
    }
    return reaching;
}

void workload_match_all(const struct resolved *resolved, const struct access_policy *policy,
                        struct policy_status *status, struct arena *arena)
{
    const struct specs *specs = resolved->specs;
    const bool *reaching = reaching_meshes(resolved, status, arena);

    for (size_t i = 0; i < specs->workload_count; i++) {
        const struct workload *workload = &specs->workloads[i];
        const struct resolved_mesh *mesh = resolved_mesh_find(resolved, workload->mesh);

        if (mesh && reaching[mesh - resolved->meshes] && is_source(policy, workload))
            *ARENA_PUSH(arena, status->workloads, status->workload_count) = workload->meta.key;
    }
}
