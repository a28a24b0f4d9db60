/* delivery/agent_step.c - the decisions of the agent as one pure function.
 *
 * Invariants: a key is never in cacerts alone, since it is in the agent's Secret before it is
 * certified and stays there while it is used; a key is current before cacerts has it; and the files
 * of an issuance go into cacerts only with the key that they are for.  The order of the questions
 * follows: first whether there is a spare, since weft can do nothing without one; then whether the
 * issuance may be looked at at all; then whose key it names.
 *
 * An issuance for a key that is not here comes from a backup that was restored, or a Secret that
 * was deleted.  The spare may have been certified meanwhile, too, and weft certifies a key once, so
 * it is replaced, one time for each such issuance.
 *
 * A spare that the issuance says is refused was certified, too, by a certificate that never came
 * here.  Only a spare is replaced for that, and never one that the same issuance is for: whatever
 * the file says, no key that may be in use is lost. */
#include "delivery/agent_step.h"

#include "base/text.h"
#include <assert.h>

static const char *const agent_step_names[] = {
    [AGENT_REST] = "rest",
    [AGENT_MAKE_SPARE] = "make spare",
    [AGENT_PROMOTE] = "promote",
    [AGENT_WRITE] = "write",
};
static_assert(LENGTH(agent_step_names) == AGENT_WRITE + 1, "every step has a name");
const struct enum_table agent_steps = ENUM_TABLE(agent_step_names);

/* Not to be taken, whatever key it is for; NULL: it may. */
static const char *refusal(const struct agent_facts *facts, struct arena *arena)
{
    const struct issuance *issuance = facts->issuance;

    if (!text_equal(issuance->cluster, facts->cluster))
        return arena_printf(arena, "it is for cluster %s, and this is %s", issuance->cluster,
                            facts->cluster);
    if (issuance->serial < facts->held)
        return arena_printf(arena,
                            "it is older than what cacerts holds, which is from issuance %lld: a "
                            "reverted branch is no way back",
                            (long long)facts->held);
    return NULL;
}

static bool is_refused(const struct agent_facts *facts)
{
    return text_equal(facts->issuance->refused, facts->spare)
           && !text_equal(facts->issuance->spki, facts->spare);
}

static struct agent_plan without_key(const struct agent_facts *facts, struct arena *arena)
{
    return (struct agent_plan){
        .step = facts->renewed_for == facts->issuance->serial ? AGENT_REST : AGENT_MAKE_SPARE,
        .cannot = arena_printf(arena, AGENT_NO_KEY "spki %.16s", facts->issuance->spki),
    };
}

struct agent_plan agent_step_next(const struct agent_facts *facts, struct arena *arena)
{
    const struct issuance *issuance = facts->issuance;
    const char *why;

    if (text_empty(facts->spare))
        return (struct agent_plan){ AGENT_MAKE_SPARE, "" };
    if (!issuance)
        return (struct agent_plan){ AGENT_REST, "" };
    if ((why = refusal(facts, arena)))
        return (struct agent_plan){ AGENT_REST, why };
    if (is_refused(facts))
        return (struct agent_plan){ AGENT_MAKE_SPARE, "" };
    if (!text_equal(issuance->spki, facts->spare) && !text_equal(issuance->spki, facts->current))
        return without_key(facts, arena);
    if (facts->equal)
        return (struct agent_plan){ AGENT_REST, "" };
    if (facts->unfit)
        return (struct agent_plan){ AGENT_REST, facts->unfit };
    if (text_equal(issuance->spki, facts->spare))
        return (struct agent_plan){ AGENT_PROMOTE, "" };
    return (struct agent_plan){ AGENT_WRITE, "" };
}
