/* app/pass/status_build.c - puts remarks into statuses.  Pure: the only place where a status
 * changes after translation.
 *
 * A pass builds twice: before its commit, for the records on the output branch, with all that is
 * known by then; and after it, for the management cluster and the state, with what restarts and
 * servers that do not answer add.  Both read the same kind of list, so that a record and a status
 * differ only by remarks that were not there yet.  A remark never makes a state better: an error
 * about one mesh replaces the state of that mesh, but of the virtual mesh only ACCEPTED. */
#include "app/pass/status_build.h"
#include <string.h>

static struct target_status *copy_targets(const struct target_status *targets, size_t count,
                                          struct arena *arena)
{
    struct target_status *copy = ARENA_NEW(arena, struct target_status, count);

    for (size_t i = 0; i < count; i++) {
        copy[i] = targets[i];
        copy[i].errors = messages_copy(&targets[i].errors, arena);
        copy[i].warnings = messages_copy(&targets[i].warnings, arena);
    }
    return copy;
}

/* What a remark may change is copied; Destinations are shared, for no stage remarks on them. */
static void own_status(struct vm_status *status, struct arena *arena)
{
    status->errors = messages_copy(&status->errors, arena);
    status->warnings = messages_copy(&status->warnings, arena);
    status->meshes = copy_targets(status->meshes, status->mesh_count, arena);
}

static bool is_about(const struct finding *remark, const struct vm_status *status)
{
    return strcmp(remark->kind, "VirtualMesh") == 0 && object_ref_equal(remark->ref, status->ref);
}

/* NULL: the remark is about the virtual mesh as a whole, or its status lists no such mesh. */
static struct target_status *find_target(struct vm_status *status, const struct finding *remark,
                                         struct arena *arena)
{
    const char *key = *remark->target_kind ? object_ref_key(remark->target, arena) : NULL;

    for (size_t i = 0; key && i < status->mesh_count; i++)
        if (strcmp(status->meshes[i].key, key) == 0)
            return &status->meshes[i];
    return NULL;
}

static void add_once(struct messages *messages, const struct finding *remark, struct arena *arena)
{
    for (size_t i = 0; i < messages->count; i++)
        if (strcmp(messages->texts[i], remark->text) == 0)
            return;
    messages_share(messages, arena, (struct origin){ remark->id, remark->remedy, remark->place },
                   remark->text);
}

static void apply(struct vm_status *status, const struct finding *remark, struct arena *arena)
{
    struct target_status *target = find_target(status, remark, arena);

    if (remark->severity == SEVERITY_ERROR)
        add_once(target ? &target->errors : &status->errors, remark, arena);
    else
        add_once(target ? &target->warnings : &status->warnings, remark, arena);
    if (remark->state == APPROVAL_PENDING)
        return;
    if (target)
        target->state = remark->state;
    if (status->state == APPROVAL_ACCEPTED)
        status->state = remark->state;
}

static void build_one(struct vm_status *status, const struct findings *remarks, struct arena *arena)
{
    bool own = false;

    for (size_t i = 0; i < remarks->count; i++) {
        if (!is_about(&remarks->items[i], status))
            continue;
        if (!own)
            own_status(status, arena);
        own = true;
        apply(status, &remarks->items[i], arena);
    }
}

struct plan status_build(const struct plan *plan, const struct findings *remarks,
                         struct arena *arena)
{
    struct plan out = *plan;

    out.virtual_meshes = ARENA_NEW(arena, struct planned_virtual_mesh, plan->virtual_mesh_count);
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        out.virtual_meshes[i] = plan->virtual_meshes[i];
        build_one(&out.virtual_meshes[i].status, remarks, arena);
    }
    return out;
}
