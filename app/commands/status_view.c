/* app/commands/status_view.c - what weft status shows of the state, before it is a table or JSON.
 *
 * Everything is taken from the state and nothing is asked, so status answers in the same way while
 * clusters or Git servers are down, and shows the fleet as the last pass left it. Of the
 * intermediates the one that ends first is shown, since it is the next one that needs a pass. */
#include "app/commands/status_view.h"

#include "app/pass/proposal.h"
#include "base/clock.h"
#include "base/visible.h"
#include "pki/rotation_record.h"
#include "rotation/ca.h"
#include <string.h>

const struct ledger_publication *status_view_publication(const struct status_view *view)
{
    return ledger_find_publication(view->ledger, view->config->output.url,
                                   view->config->output.branch);
}

const char *status_view_left(const struct status_view *view, int64_t until)
{
    int64_t left = until - view->options->now;

    return left > 0 ? clock_duration_text(left, view->arena) : "expired";
}

const struct ledger_root *status_view_root(const struct status_view *view, const char *virtual_mesh)
{
    for (const struct ledger_root *root = view->ledger->roots; root; root = root->next)
        if (root->state == KEY_ACTIVE && strcmp(root->virtual_mesh, virtual_mesh) == 0)
            return root;
    return NULL;
}

const struct ledger_intermediate *status_view_intermediate(const struct status_view *view,
                                                           const char *virtual_mesh, size_t *count)
{
    const struct ledger_intermediate *next = NULL;

    *count = 0;
    for (const struct ledger_intermediate *row = view->ledger->intermediates; row;
         row = row->next) {
        if (row->state != KEY_ACTIVE || strcmp(row->virtual_mesh, virtual_mesh) != 0)
            continue;
        ++*count;
        if (!next || row->not_after < next->not_after)
            next = row;
    }
    return next;
}

bool status_view_rotation(struct rotation *out, const struct status_view *view,
                          const struct ledger_rotation *row)
{
    struct err err;

    return row && rotation_record_load(out, row, view->arena, &err) == 0 && rotation_running(out);
}

const char *status_view_proposal(const struct status_view *view)
{
    const struct proposal proposal = proposal_read(view->ledger, view->config, view->arena);

    if (!proposal.waits)
        return NULL;
    if (!proposal.number)
        return arena_printf(view->arena, "branch %s, without a pull request yet", proposal.branch);
    return arena_printf(view->arena, "pull request #%lld%s%s%s", (long long)proposal.number,
                        proposal.closed ? " (closed, not merged)" : "", *proposal.url ? ": " : "",
                        visible_text(proposal.url, view->arena));
}

static const char *status_view_unpublished(const struct status_view *view)
{
    const char *proposal = status_view_proposal(view);

    return proposal ? arena_printf(view->arena, "until it is merged in %s", proposal)
                    : "until what it asks for is pushed";
}

/* From the outside in: a step that is not pushed waits for nothing else, then for the clusters to
 * load it, then for older certificates to end. */
const char *status_view_waits_for(const struct status_view *view, const struct rotation *rotation)
{
    const struct gate_clock clock = attention_clock(rotation, view->config);
    const int step = attention_approval(rotation, view->config);
    struct gate gate = gate_loaded(rotation->members, rotation->member_count);
    size_t others = 0;

    if (!rotation->published)
        return status_view_unpublished(view);
    for (size_t i = 0; gate.reason == GATE_NOT_LOADED && i < rotation->member_count; i++)
        others += i != gate.member && rotation->members[i].proven == 0;
    if (gate.reason == GATE_OPEN)
        gate = gate_turned(rotation->members, rotation->member_count, clock);
    if (step)
        return arena_printf(view->arena, "for an approval of step %d (weft rotation approve)",
                            step);
    if (gate.reason == GATE_OPEN)
        return "for the next pass";
    return arena_printf(view->arena, "%s%s",
                        gate_text(&gate, rotation->members, clock, view->arena),
                        others ? arena_printf(view->arena, " (and %zu more)", others) : "");
}
