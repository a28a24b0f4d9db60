/* translate/uncovered.c - counts Services that no AccessPolicy selects.  Pure. */
#include "translate/uncovered.h"
#include "base/text.h"
#include "translate/messages.h"

enum { NAMED_MAX = 3 }; /* Services that the message names */

/* Requests to a gateway are admitted by a policy of its own. */
static bool is_gateway(const struct policy_target *target)
{
    for (size_t i = 0; i < target->site->gateway_count; i++)
        if (target->site->gateways[i].destination == target->destination)
            return true;
    return false;
}

static bool policies_known(const struct resolved *resolved, const struct plan *plan)
{
    for (size_t i = 0; i < plan->policy_count; i++)
        if (plan->policies[i].state != APPROVAL_ACCEPTED)
            return false;
    return !resolved->partial && !resolved->frozen && !resolved->unknown_services;
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

static void warn(const struct resolved *resolved, const struct resolved_virtual_mesh *vmesh,
                 struct arena *arena)
{
    AUTO_TEXT names = { 0 };
    size_t all = 0, uncovered = 0;

    for (size_t i = 0; i < resolved->target_count; i++) {
        const struct policy_target *target = &resolved->targets[i];

        if (target->site->vmesh != vmesh || !target->destination->service || is_gateway(target))
            continue;
        all++;
        if (!target->grant_count)
            add_name(&names, target->destination, uncovered++);
    }
    if (uncovered)
        messages_add(&vmesh->plan->status.warnings, arena, W58_UNCOVERED, uncovered, all,
                     names.bytes);
}

void uncovered_warn(const struct resolved *resolved, const struct plan *plan, struct arena *arena)
{
    if (!policies_known(resolved, plan))
        return;
    for (size_t i = 0; i < resolved->vmesh_count; i++) {
        const struct resolved_virtual_mesh *vmesh = &resolved->vmeshes[i];

        if (vmesh->spec && vmesh->spec->access == ACCESS_ENABLED && !vmesh->plan->held)
            warn(resolved, vmesh, arena);
    }
}
