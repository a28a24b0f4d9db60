/* k8s-job/apply/status_limit.c - cuts a status down to what an API server stores.  Pure.
 *
 * An object is limited by etcd (1.5 MiB for a request), and a virtual mesh may have thousands of
 * Destinations with an error each.  Texts are cut first, then lists, then targets: the caller tries
 * extents from wide to narrow and takes the first that fits.  Targets that are not accepted come
 * first and are dropped last, because they are what an operator looks for; the last text of a list
 * counts what was dropped, so a cut status never looks complete. */
#include "k8s-job/apply/status_limit.h"
#include "k8s-job/messages.h"

#include <assert.h>
#include <string.h>

/* At most max bytes, never in the middle of a UTF-8 sequence. */
static const char *cut_text(const char *text, size_t max, struct arena *arena)
{
    if (strlen(text) <= max)
        return text;
    return arena_printf(arena, "%.*s...", (int)text_cut(text, max > 3 ? max - 3 : 0), text);
}

/* At most extent.errors texts; the last one counts those that were dropped. */
static struct messages cap_messages(const struct messages *all, struct status_extent extent,
                                    struct arena *arena)
{
    struct messages out = { 0 };
    size_t kept;

    assert(extent.errors > 0); /* one text at least: the count */
    kept = all->count <= extent.errors ? all->count : extent.errors - 1;

    for (size_t i = 0; i < kept; i++)
        messages_share(&out, arena, (struct origin){ .id = "", .remedy = "" },
                       cut_text(all->texts[i], extent.error_bytes, arena));
    if (kept < all->count)
        messages_add(&out, arena, K9_STATUS_CUT, all->count - kept);
    return out;
}

static bool simply_accepted(const struct target_status *target)
{
    return target->state == APPROVAL_ACCEPTED && !target->errors.count && !target->warnings.count;
}

/* Copies targets that are not accepted first, then accepted ones if asked for. */
static struct target_status *cap_targets(size_t *count, const struct target_status *all,
                                         size_t all_count, bool accepted,
                                         struct status_extent extent, struct arena *arena)
{
    struct target_status *out = ARENA_NEW(arena, struct target_status, all_count);

    *count = 0;
    for (int pass = 0; pass < (accepted ? 2 : 1); pass++)
        for (size_t i = 0; i < all_count && *count < extent.targets; i++)
            if (simply_accepted(&all[i]) == (pass == 1)) {
                out[*count] = all[i];
                out[*count].errors = cap_messages(&all[i].errors, extent, arena);
                out[*count].warnings = cap_messages(&all[i].warnings, extent, arena);
                ++*count;
            }
    return out;
}

struct vm_status status_limit_cap(const struct vm_status *status, struct status_extent extent,
                                  struct arena *arena)
{
    struct vm_status out = *status;

    out.errors = cap_messages(&status->errors, extent, arena);
    out.warnings = cap_messages(&status->warnings, extent, arena);
    out.meshes =
        cap_targets(&out.mesh_count, status->meshes, status->mesh_count, true, extent, arena);
    out.destinations = cap_targets(&out.destination_count, status->destinations,
                                   status->destination_count, extent.accepted, extent, arena);
    return out;
}

struct policy_status status_limit_cap_policy(const struct policy_status *status,
                                             struct status_extent extent, struct arena *arena)
{
    struct policy_status out = *status;

    out.errors = cap_messages(&status->errors, extent, arena);
    out.warnings = cap_messages(&status->warnings, extent, arena);
    out.destinations = cap_targets(&out.destination_count, status->destinations,
                                   status->destination_count, extent.accepted, extent, arena);
    if (out.workload_count > extent.targets)
        out.workload_count = extent.targets;
    return out;
}
