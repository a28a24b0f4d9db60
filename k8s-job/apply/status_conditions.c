/* k8s-job/apply/status_conditions.c - what the conditions of a VirtualMesh say.  Pure: a table and
 * its lookup.
 *
 * The three types are those of kstatus, which Flux reads and kubectl wait can name: Ready,
 * Reconciling and Stalled. An invalid spec is Stalled and not Reconciling, because only a commit
 * helps; a failed step is Reconciling, because the next pass tries it again. A rotation that
 * failed is Stalled, since it waits for an operator. */
#include "k8s-job/apply/status_conditions.h"

#include <assert.h>

/* docs/kubernetes.md  A long rotation is no reconciling: Flux would time out waiting for it. */
static const struct verdict verdicts[] = {
    [APPROVAL_PENDING] = { "Unknown", "True", "False", "NotProcessed" },
    [APPROVAL_ACCEPTED] = { "True", "False", "False", "Reconciled" },
    [APPROVAL_INVALID] = { "False", "False", "True", "InvalidSpec" },
    [APPROVAL_FAILED] = { "False", "True", "False", "StepFailed" },
};
static_assert(LENGTH(verdicts) == APPROVAL_FAILED + 1, "every state has a verdict");

/* Needs operator action; retrying cannot help. */
static const struct verdict rotation_broke = { "False", "False", "True", "RotationFailed" };

static const struct rotation_condition *last_step(const struct vm_status *status)
{
    return status->condition_count ? &status->conditions[status->condition_count - 1] : NULL;
}

struct verdict status_conditions_verdict(const struct vm_status *status, const char *reason)
{
    const struct rotation_condition *last = last_step(status);
    struct verdict verdict = verdicts[status->state];

    if (status->state == APPROVAL_FAILED && last && last->state == ROTATION_FAILED)
        return rotation_broke;
    if (reason && (status->state == APPROVAL_INVALID || status->state == APPROVAL_FAILED))
        verdict.reason = reason;
    return verdict;
}

struct verdict status_conditions_policy_verdict(const struct policy_status *status,
                                                const char *reason)
{
    struct verdict verdict = verdicts[status->state];

    if (reason && (status->state == APPROVAL_INVALID || status->state == APPROVAL_FAILED))
        verdict.reason = reason;
    return verdict;
}

bool status_conditions_rotating(const struct vm_status *status)
{
    const struct rotation_condition *last = last_step(status);

    if (!last)
        return false;
    switch (last->state) {
    case ROTATION_NOT_ROTATING:
    case ROTATION_FINISHED:
    case ROTATION_FAILED:
        return false;
    case ROTATION_PREVIOUS_CA:
    case ROTATION_ADDING_NEW_ROOT:
    case ROTATION_PROPAGATING_NEW_INTERMEDIATE:
    case ROTATION_DELETING_OLD_ROOT:
    case ROTATION_VERIFYING:
    case ROTATION_VERIFIED:
    case ROTATION_ROLLING_BACK:
        return true;
    }
    return false;
}

const char *status_conditions_camel(const char *name, struct arena *arena)
{
    AUTO_TEXT out = { 0 };
    bool upper = true;

    text_adds(&out, "");
    for (; *name; name++) {
        char c = *name;

        if (!upper)
            c = to_lower(c);
        if (*name != '_')
            text_addc(&out, c);
        upper = *name == '_';
    }
    return arena_text(arena, out.bytes);
}
