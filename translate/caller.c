/* translate/caller.c - finds a caller by its name.  Judges nothing. */
#include "translate/caller.h"
#include "translate/resolved_mesh.h"

#include <string.h>

#define TRUST_DOMAIN "cluster.local"

const char *caller_domain(const struct caller *caller)
{
    const char *domain = caller->mesh->spec->trust_domain;

    return text_empty(domain) ? TRUST_DOMAIN : domain;
}

const char *caller_text(const struct caller *caller, struct arena *arena)
{
    return arena_printf(arena, "%s/%s/%s", caller->mesh->cluster, caller->namespace,
                        caller->account);
}

static bool runs_so(const struct workload *workload, const char *cluster, const char *namespace,
                    const char *account)
{
    return text_equal(workload->controller.cluster, cluster)
           && text_equal(workload->controller.namespace, namespace)
           && text_equal(workload->service_account, account);
}

bool caller_of_workload(struct caller *out, const struct resolved *resolved,
                        const struct workload *workload)
{
    *out = (struct caller){ .mesh = resolved_mesh_find(resolved, workload->mesh),
                            .namespace = workload->controller.namespace,
                            .account = workload->service_account,
                            .workload = workload };
    return out->mesh && out->mesh->spec->istio;
}

/* A Workload that runs so tells the mesh; without any, the first Istio mesh of the cluster. */
static int find_account(struct caller *out, const struct resolved *resolved, const char *cluster,
                        const char *namespace, const char *account, struct err *err)
{
    const struct specs *specs = resolved->specs;

    for (size_t i = 0; i < specs->workload_count; i++)
        if (runs_so(&specs->workloads[i], cluster, namespace, account)
            && caller_of_workload(out, resolved, &specs->workloads[i]))
            return 0;
    *out = (struct caller){ .namespace = namespace, .account = account };
    for (size_t i = 0; i < resolved->mesh_count && !out->mesh; i++)
        if (resolved->meshes[i].spec->istio && text_equal(resolved->meshes[i].cluster, cluster))
            out->mesh = &resolved->meshes[i];
    return out->mesh
               ? 0
               : err_set(err, ERR_INPUT, 0, "the specs have no Istio Mesh in cluster %s", cluster);
}

static int find_workload(struct caller *out, const struct resolved *resolved, const char *namespace,
                         const char *name, struct err *err)
{
    const struct specs *specs = resolved->specs;
    const struct workload *found = NULL;

    for (size_t i = 0; i < specs->workload_count; i++) {
        const struct meta *meta = &specs->workloads[i].meta;

        if (!text_equal(meta->name, name) || (namespace && !text_equal(meta->namespace, namespace)))
            continue;
        if (found)
            return err_set(err, ERR_INPUT, 0,
                           "Workloads %s/%s and %s/%s have this name; write "
                           "NAMESPACE/NAME, or CLUSTER/NAMESPACE/SERVICEACCOUNT",
                           found->meta.namespace, name, meta->namespace, name);
        found = &specs->workloads[i];
    }
    if (!found)
        return err_set(err, ERR_INPUT, 0,
                       "the specs have no Workload %s%s%s; name one of them, or write "
                       "CLUSTER/NAMESPACE/SERVICEACCOUNT",
                       namespace ? namespace : "", namespace ? "/" : "", name);
    return caller_of_workload(out, resolved, found)
               ? 0
               : err_set(err, ERR_INPUT, 0, "Workload %s/%s is in no Istio Mesh of the specs",
                         found->meta.namespace, name);
}

int caller_find(struct caller *out, const struct resolved *resolved, const char *text,
                struct arena *arena, struct err *err)
{
    char *first = arena_text(arena, text), *second = strchr(first, '/'), *third;

    if (!second)
        return find_workload(out, resolved, NULL, first, err);
    *second++ = '\0';
    if (!(third = strchr(second, '/')))
        return find_workload(out, resolved, first, second, err);
    *third++ = '\0';
    if (!*first || !*second || !*third || strchr(third, '/'))
        return err_set(err, ERR_INPUT, 0, "%s is no CLUSTER/NAMESPACE/SERVICEACCOUNT", text);
    return find_account(out, resolved, first, second, third, err);
}

/* The domain that a Mesh does not give may be any, so none of the principals is certain then. */
static enum caller_match match_principals(const struct principals *principals,
                                          const struct caller *caller)
{
    const char *domain = caller->mesh->spec->trust_domain;

    for (size_t i = 0; i < principals->count; i++) {
        const struct principal *one = &principals->items[i];

        if ((text_empty(domain) || text_equal(one->domain, domain))
            && (text_empty(one->namespace) || text_equal(one->namespace, caller->namespace))
            && (text_empty(one->account) || text_equal(one->account, caller->account)))
            return text_empty(domain) ? CALLER_PERHAPS : CALLER_YES;
    }
    return CALLER_NO;
}

enum caller_match caller_match(const struct caller *caller, const struct identity_selector *source,
                               const struct principals *principals, bool identity)
{
    if (principals->count)
        return identity ? match_principals(principals, caller) : CALLER_NO;
    if (source->cluster_count || source->account_count)
        return CALLER_NO;
    if (!source->namespace_count)
        return CALLER_YES;
    return identity && text_listed(source->namespaces, source->namespace_count, caller->namespace)
               ? CALLER_YES
               : CALLER_NO;
}
