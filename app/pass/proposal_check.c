/* app/pass/proposal_check.c - from the decisions of the pass to texts for a forge.  Decides
 * nothing.
 *
 * A commit of a proposal is judged by what is in it.  While a step is held back its files are not
 * proposed, so the commit without them may be merged; the commit that still has them may not, and
 * its status says so to people who open its pull request again.  A step that cannot be confirmed
 * stays in the proposal: the status waits, and people decide. */
#include "app/pass/proposal_check.h"
#include "base/text.h"

#define CONTEXT "weft/proposal"

static void add(struct text *out, const struct planned_trust *planned)
{
    const enum step_check check = trust_plan_step(planned);
    const bool undone = trust_plan_is_undone(planned);
    const struct rotation *rotation = undone ? &planned->was : &planned->decision.next;
    const char *why = undone ? "its gate was not asked in this pass" : planned->decision.check_why;

    if (check != STEP_CLOSED && check != STEP_UNCONFIRMED)
        return;
    text_addf(out, "* VirtualMesh %s, step %d of rotation %s: %s%s\n", planned->request->name,
              (int)rotation->at.phase, rotation->id,
              check == STEP_CLOSED ? "" : "its gate cannot be confirmed now; ", why);
}

struct proposal_check proposal_check_of(const struct trust_plan *decided, struct arena *arena)
{
    struct proposal_check out = { .check = STEP_NOT_ASKED, .text = "" };
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < decided->count; i++) {
        const enum step_check check = trust_plan_step(&decided->list[i]);

        if (check > out.check)
            out.check = check;
        out.unconfirmed |= check == STEP_UNCONFIRMED;
        add(&text, &decided->list[i]);
    }
    out.text = text.bytes ? arena_bytes(arena, text.bytes, text.len) : "";
    return out;
}

struct forge_status proposal_check_status(const struct proposal_check *check)
{
    static const struct {
        enum forge_state state;
        const char *words;
    } rows[] = {
        [STEP_NOT_ASKED] = { FORGE_SUCCESS, "no step of a rotation waits for its gate" },
        [STEP_OPEN] = { FORGE_SUCCESS, "the gates of its steps are open" },
        [STEP_UNCONFIRMED] = { FORGE_PENDING, "a cluster that has to confirm a gate is silent" },
        [STEP_CLOSED] = { FORGE_SUCCESS, "a step is held back and not part of this commit" },
    };
    const enum step_check part = check->unconfirmed ? STEP_UNCONFIRMED : check->check;

    return (struct forge_status){ rows[part].state, CONTEXT, rows[part].words, "" };
}

struct forge_status proposal_check_withdrawn(void)
{
    return (struct forge_status){ FORGE_FAILURE, CONTEXT,
                                  "do not merge: the gate of a step in it has closed again", "" };
}

const char *proposal_check_comment(const struct proposal_check *check, struct arena *arena)
{
    switch (check->check) {
    case STEP_NOT_ASKED:
    case STEP_OPEN:
        return "The steps that were held back are proposed again or not wanted any more.\n";
    case STEP_UNCONFIRMED:
        return arena_printf(arena, "weft cannot confirm what waits here:\n\n%s", check->text);
    case STEP_CLOSED:
        break;
    }
    return arena_printf(arena,
                        "The gate of a step closed again while the step waited here, so weft holds "
                        "it back:\n\n%s\nDo not merge a commit that has it: workloads would refuse "
                        "each other. weft proposes the step again once its gate is open.\n",
                        check->text);
}
