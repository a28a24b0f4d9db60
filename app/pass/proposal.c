/* app/pass/proposal.c - the proposal as one fact of the ledger, in JSON.
 *
 * The commits are remembered before they are pushed, several of them, for a pass that is killed
 * between the two leaves the former one on the branch.  They stay known after a merge, because the
 * branch stays where it is.  An id proves what a trailer cannot: that
 * nothing was added or amended since. */
#include "app/pass/proposal.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/write_json.h"
#include <string.h>

static int64_t number_of(const struct node *map, const char *key)
{
    const char *text = node_get(map, key, NULL);
    int64_t out = 0;

    return text && parse_int(text, 0, INT64_MAX, &out) ? out : 0;
}

struct proposal proposal_read(const struct ledger *ledger, const struct config *config,
                              struct arena *arena)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, FACT_PROPOSAL);
    const struct config_output *output = &config->output;
    struct proposal out = { .branch = output->pull.branch, .url = "", .described = "" };
    const struct node *root, *list;
    struct err err;

    if (output->mode != OUTPUT_PULL_REQUEST || !fact || !*fact->value
        || parse_json(&root, fact->value, strlen(fact->value), arena, &err) < 0
        || !text_equal(node_get(root, "repository", NULL), output->url)
        || !text_equal(node_get(root, "branch", NULL), output->pull.branch)
        || !text_equal(node_get(root, "base", NULL), output->branch))
        return out;
    out.waits = node_true(node_find(root, "waits"));
    list = node_find(root, "commits");
    for (const struct node *at = list ? list->first : NULL;
         at && out.commit_count < PROPOSAL_COMMITS; at = at->next)
        if (node_text(at))
            out.commits[out.commit_count++] = node_text(at);
    out.since = number_of(root, "since");
    out.counter = (uint64_t)number_of(root, "counter");
    out.number = number_of(root, "number");
    out.url = node_get_text(root, "url");
    out.described = node_get_text(root, "described");
    out.requested = node_true(node_find(root, "requested"));
    out.closed = node_true(node_find(root, "closed"));
    out.remarked = number_of(root, "remarked");
    return out;
}

const struct report_proposal *proposal_shown(const struct ledger *ledger,
                                             const struct config *config, struct arena *arena)
{
    const struct proposal from = proposal_read(ledger, config, arena);
    struct report_proposal *out = ARENA_NEW(arena, struct report_proposal, 1);

    *out = (struct report_proposal){ .branch = from.branch,
                                     .commit = from.commit_count ? from.commits[0] : "",
                                     .number = from.number,
                                     .url = from.url,
                                     .since = from.since,
                                     .closed = from.closed };
    return from.waits ? out : NULL;
}

void proposal_write(struct session *session, const struct proposal *proposal)
{
    const struct config_output *output = &session->config->output;
    struct arena *arena = session->arena;
    struct node *root = node_map(arena), *commits;
    AUTO_TEXT json = { 0 };

    node_set_text(arena, root, "repository", output->url);
    node_set_text(arena, root, "branch", output->pull.branch);
    node_set_text(arena, root, "base", output->branch);
    commits = node_set(root, "commits", node_list(arena));
    for (size_t i = 0; i < proposal->commit_count; i++)
        node_add(commits, node_string(arena, proposal->commits[i]));
    node_set_bool(arena, root, "waits", proposal->waits);
    node_set_int(arena, root, "since", proposal->since);
    node_set_int(arena, root, "counter", (int64_t)proposal->counter);
    node_set_int(arena, root, "number", proposal->number);
    node_set_text(arena, root, "url", proposal->url);
    node_set_text(arena, root, "described", proposal->described);
    node_set_bool(arena, root, "requested", proposal->requested);
    node_set_bool(arena, root, "closed", proposal->closed);
    if (proposal->remarked)
        node_set_int(arena, root, "remarked", proposal->remarked);
    write_json(&json, root, false);
    ledger_set_fact(&session->ledger, FACT_PROPOSAL, json.bytes);
}

void proposal_settle(struct session *session)
{
    struct proposal proposal = proposal_read(&session->ledger, session->config, session->arena);

    if (!proposal.waits)
        return;
    proposal.waits = proposal.requested = proposal.closed = false;
    proposal.number = 0;
    proposal.url = proposal.described = "";
    proposal_write(session, &proposal);
}

bool proposal_has(const struct proposal *proposal, const char *commit)
{
    for (size_t i = 0; i < proposal->commit_count; i++)
        if (strcmp(proposal->commits[i], commit) == 0)
            return true;
    return false;
}

void proposal_add(struct proposal *proposal, const char *commit, uint64_t counter, int64_t now)
{
    const size_t kept =
        proposal->commit_count < PROPOSAL_COMMITS ? proposal->commit_count : PROPOSAL_COMMITS - 1;

    memmove(&proposal->commits[1], &proposal->commits[0], kept * sizeof proposal->commits[0]);
    proposal->commits[0] = commit;
    proposal->commit_count = kept + 1;
    proposal->counter = counter;
    proposal->closed = false;
    if (!proposal->waits)
        proposal->since = now;
    proposal->waits = true;
}
