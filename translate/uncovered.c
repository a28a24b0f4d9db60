/* translate/uncovered.c - counts Services that no AccessPolicy selects.  Pure.
 *
 * With access policies enforced, a Service without an AccessPolicy refuses every request, and does
 * so from the first pass on. That is right and often not meant, so it is counted and said. A
 * policy counts for all Services whose pods it selects, so a Service is covered when a policy for
 * another one with the same pods opens one of its ports. When some policies or Services cannot be
 * read, the count could be wrong, and no warning is given: it would be read as a reason to open
 * something. */
#include "translate/uncovered.h"
#include "base/text.h"
#include "translate/gateway_pods.h"
#include "translate/messages.h"
#include "translate/pod_overlap.h"
#include "translate/policy.h"
#include "translate/port_limit.h"

enum { NAMED_MAX = 3 }; /* Services that the message names */

static bool policies_known(const struct resolved *resolved, const struct plan *plan)
{
    for (size_t i = 0; i < plan->policy_count; i++)
        if (plan->policies[i].state != APPROVAL_ACCEPTED)
            return false;
    return !resolved->incomplete && !resolved->settings_unreadable && !resolved->unknown_services;
}

static void add_name(struct text *names, const struct destination *destination, size_t before)
{
    const struct cluster_ref *service = &destination->service->ref;

    if (before < NAMED_MAX)
        text_addf(names, "%s%s/%s of cluster %s", before ? ", " : "", service->namespace,
                  service->name, service->cluster);
    else if (before == NAMED_MAX)
        text_adds(names, ", ...");
}

/* Whether policies for Services with the same pods open a port of this one. */
struct opening {
    const struct resolved *resolved;
    struct port_list ports;
    bool open;
};

static bool opens(const struct grant *grant, struct port_list ports)
{
    for (size_t i = 0; i < ports.count; i++)
        if (!grant->port_count
            || port_limit_has((struct port_list){ grant->ports, grant->port_count },
                              ports.items[i]))
            return true;
    return false;
}

static void visit(void *context, const struct destination *other)
{
    struct opening *opening = context;
    const struct policy_target *target = policy_target_of(opening->resolved, other);

    for (size_t i = 0; target && i < target->grant_count; i++)
        opening->open |= opens(&target->grants[i], opening->ports);
}

static bool is_covered(const struct resolved *resolved, const struct policy_target *target,
                       struct arena *arena)
{
    struct opening opening = { .resolved = resolved };
    bool complete;

    if (target->grant_count)
        return true;
    opening.ports = port_limit_of_service(target->destination->service, &complete, arena);
    pod_overlap_each(resolved->overlap, target->destination, visit, &opening);
    return opening.open;
}

/* Requests to a gateway are admitted by a policy of its own. */
static bool counts(const struct resolved *resolved, const struct policy_target *target,
                   const struct resolved_virtual_mesh *virtual_mesh)
{
    return target->mesh->virtual_mesh == virtual_mesh && target->destination->service
           && gateway_pods_access(resolved, target->destination) == GATEWAY_ACCESS_PLAIN;
}

static void warn(const struct resolved *resolved, const struct resolved_virtual_mesh *virtual_mesh,
                 struct arena *arena)
{
    AUTO_TEXT names = { 0 };
    size_t all = 0, uncovered = 0;

    for (size_t i = 0; i < resolved->target_count; i++) {
        const struct policy_target *target = &resolved->targets[i];

        if (!counts(resolved, target, virtual_mesh))
            continue;
        all++;
        if (!is_covered(resolved, target, arena))
            add_name(&names, target->destination, uncovered++);
    }
    if (uncovered)
        messages_add(&virtual_mesh->plan->status.warnings, arena, W58_UNCOVERED, uncovered, all,
                     names.bytes);
}

void uncovered_warn(const struct resolved *resolved, const struct plan *plan, struct arena *arena)
{
    if (!policies_known(resolved, plan))
        return;
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        const struct resolved_virtual_mesh *virtual_mesh = &resolved->virtual_meshes[i];

        if (virtual_mesh->spec && virtual_mesh->spec->access == ACCESS_ENABLED
            && !virtual_mesh->plan->retained)
            warn(resolved, virtual_mesh, arena);
    }
}
