/* app/pass/propose.c - keeps the pull request as the proposal branch is.  Decides nothing about
 * what is proposed.
 *
 * Each write to the forge is noted after it and safe to repeat before that: a pass that was killed
 * in between finds the pull request by its branches.  Title and body belong to one commit, so they
 * are written once for each, and the edits of people stay until the proposal changes.  A pull
 * request that was closed without a merge is a no: the same commit is not proposed again, another
 * one is. */
#include "app/pass/propose.h"
#include "app/forge_login.h"
#include "app/pass/plan_effects.h"
#include "app/pass/proposal.h"
#include "app/pass/proposal_check.h"
#include "app/pass/report.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/text.h"
#include "ci/plan.h"
#include "forge/pull.h"
#include <string.h>

enum { TITLE_MAX = 200 };

struct proposing {
    struct outcome *out;
    struct session *session;
    const struct forge *forge;
    struct proposal proposal;
    struct proposal_check check;
    struct pull_wish wish;
};

/* --- the forge --- */

static int open_forge(struct forge *out, struct secret **token, const struct proposing *at,
                      struct err *err)
{
    const struct config_pull *pull = &at->session->config->output.pull;
    struct forge_target target = { .kind = pull->forge,
                                   .api = pull->api,
                                   .repository = pull->repository,
                                   .commit = "",
                                   .pull = "",
                                   .ca_pem = at->out->inputs.output_access.spec.auth.ca_pem };

    if (forge_login(token, pull, &target, err) < 0)
        return -1;
    target.token = (const char *)(*token)->bytes;
    return forge_open(out, &target, GIT_ACCESS_USER_AGENT, at->session->arena, err);
}

/* --- its texts --- */

static const char *marker_of(const struct session *session)
{
    return arena_printf(session->arena, "<!-- weft:proposal:%s -->",
                        session->config->output.branch);
}

/* Whole lines of at most max bytes, with a last line that says where the rest is. */
static const char *cut(const char *text, size_t max, struct arena *arena)
{
    static const char notice[] =
        "\n\nThe rest is left out: it would be too long for the forge. `weft run --report FILE` "
        "writes the whole text beside its report, as pull-request.md.\n";
    size_t len = strlen(text);

    if (len <= max)
        return text;
    for (len = max - sizeof notice; len && text[len - 1] != '\n'; len--)
        continue;
    return arena_printf(arena, "%.*s%s", (int)len, text, notice);
}

static void write_body(struct text *out, const struct proposing *at)
{
    const struct session *session = at->session;
    const struct published *published = &at->out->published;
    const struct report report = pass_report(at->out, session, NULL);
    struct plan_effects effects;

    plan_effects_find(&effects, at->out, session);
    text_addf(out, "%s\n", at->wish.marker);
    plan_print(out, &report, &effects, NULL, PLAN_MARKDOWN, session->arena);
    if (*at->check.text)
        text_addf(out, "\n%s:\n\n%s",
                  at->check.check == STEP_CLOSED ? "Held back, because a gate closed again"
                                                 : "To be confirmed",
                  at->check.text);
    text_addf(out,
              "\nProposed as commit %s on top of %.12s. What is on %s is deployed; what is "
              "proposed here is not, until it is merged, and a rotation waits for that.\n",
              published->result.proposal, published->result.tip, session->config->output.branch);
}

/* The whole text, beside the report. */
static int keep_artefact(const struct session *session, const struct text *body, struct err *err)
{
    const char *report = session->options->report, *folder;

    if (!report || file_is_stream(report))
        return 0;
    folder = file_folder(report, session->arena);
    if (file_make_folders(folder, 0755, err) < 0)
        return -1;
    return file_write(arena_printf(session->arena, "%s/pull-request.md", folder), body->bytes,
                      body->len, 0644, err);
}

static int describe(struct proposing *at, struct err *err)
{
    struct session *session = at->session;
    AUTO_TEXT body = { 0 };

    write_body(&body, at);
    if (keep_artefact(session, &body, err) < 0)
        return err_wrap(err, "write the text of the pull request");
    at->wish.title = arena_bytes(session->arena, at->out->published.subject,
                                 text_cut(at->out->published.subject, TITLE_MAX));
    at->wish.body = cut(arena_bytes(session->arena, body.bytes, body.len),
                        forge_comment_max(session->config->output.pull.forge), session->arena);
    return 0;
}

/* --- whether its steps may be merged --- */

/* Statuses and comments are help for reviewers: without the right to write them the proposal is
 * still what it is. */
static void set_status(const struct proposing *at, const char *commit, struct forge_status status)
{
    struct forge forge = *at->forge;
    struct err err;

    forge.target.commit = commit;
    if (forge_set_status(&forge, &status, &err) < 0)
        progress_warn(at->session->progress, "the status of proposal %.12s: %s", commit, err.text);
}

/* The commit that the pull request was about until now has a step that is held back. */
static void mark_withdrawn(const struct proposing *at)
{
    const char *former = at->proposal.described;

    if (at->check.check == STEP_CLOSED && *former
        && !text_equal(former, at->out->published.result.proposal))
        set_status(at, former, proposal_check_withdrawn());
}

/* One comment for each pull request, which says what holds now. */
static void comment(struct proposing *at, int64_t number)
{
    struct arena *arena = at->session->arena;
    const char *marker =
        arena_printf(arena, "<!-- weft:proposal-check:%s -->", at->session->config->output.branch);
    struct forge forge = *at->forge;
    struct err err;

    if (!number || (at->check.check != STEP_CLOSED && at->proposal.remarked != number))
        return;
    forge.target.pull = arena_printf(arena, "%lld", (long long)number);
    if (forge_keep_comment(
            &forge, marker,
            arena_printf(arena, "%s\n%s", marker, proposal_check_comment(&at->check, arena)), &err)
        < 0)
        progress_warn(at->session->progress, "the comment of pull request #%lld: %s",
                      (long long)number, err.text);
    else
        at->proposal.remarked = number;
}

/* --- open, edit, close --- */

static void tell(const struct proposing *at, const struct pull *pull, const char *what)
{
    progress_end(at->session->progress, "pull request #%lld %s%s%s", (long long)pull->number, what,
                 *pull->url ? ": " : "", pull->url);
}

/* Labels and reviewers are wishes: without them the pull request is still there. */
static void request_people(struct proposing *at)
{
    const struct config_pull *config = &at->session->config->output.pull;
    struct err err;

    if (at->proposal.requested)
        return;
    at->proposal.requested = true;
    if (config->label_count
        && pull_label(at->forge, at->proposal.number, config->labels, config->label_count, &err)
               < 0)
        progress_warn(at->session->progress, "%s", err.text);
    if (config->reviewer_count
        && pull_ask_review(at->forge, at->proposal.number, config->reviewers,
                           config->reviewer_count, &err)
               < 0)
        progress_warn(at->session->progress, "%s", err.text);
}

static int save(struct proposing *at, struct err *err)
{
    proposal_write(at->session, &at->proposal);
    return store_save(at->session->store, &at->session->ledger, err);
}

static int note(struct proposing *at, const struct pull *pull, struct err *err)
{
    const char *commit = at->out->published.result.proposal;

    if (pull->opened || at->proposal.number != pull->number)
        at->proposal.requested = false;
    at->proposal.number = pull->number;
    at->proposal.url = pull->url;
    at->proposal.described = commit;
    at->proposal.closed = false;
    FAULT("pass.pull.opened");
    set_status(at, commit, proposal_check_status(&at->check));
    comment(at, pull->number);
    request_people(at);
    return save(at, err);
}

/* The proposal has its pull request already, or a person has closed that one. */
static int look_again(struct proposing *at, struct err *err)
{
    struct pull pull;

    if (pull_find(&pull, at->forge, &at->wish, err) < 0)
        return -1;
    if (pull.number) {
        tell(at, &pull, "waits");
        return note(at, &pull, err);
    }
    at->proposal.closed = true;
    progress_warn(at->session->progress,
                  "pull request #%lld was closed and not merged: what it proposed waits, and so "
                  "does a rotation in it.  Open it again, or change the specs; weft opens another "
                  "one when the proposal changes",
                  (long long)at->proposal.number);
    return save(at, err);
}

static int keep(struct proposing *at, struct err *err)
{
    struct pull pull;

    mark_withdrawn(at);
    if (at->proposal.number
        && text_equal(at->proposal.described, at->out->published.result.proposal))
        return look_again(at, err);
    if (describe(at, err) < 0 || pull_keep(&pull, at->forge, &at->wish, err) < 0)
        return -1;
    tell(at, &pull, pull.opened ? "opened" : pull.edited ? "updated" : "waits");
    if (pull.foreign)
        progress_warn(at->session->progress,
                      "pull request #%lld is a person's: weft leaves its title and body alone",
                      (long long)pull.number);
    return note(at, &pull, err);
}

/* Commits that a person added would be the only thing left in the pull request. */
static bool has_other_work(const struct proposing *at)
{
    const struct inputs *inputs = &at->out->inputs;

    return *inputs->proposal_tip && !proposal_has(&at->proposal, inputs->proposal_tip)
           && strcmp(inputs->proposal_tip, inputs->output_tip) != 0;
}

static int settle(struct proposing *at, struct err *err)
{
    const bool others = has_other_work(at);
    struct pull pull;

    mark_withdrawn(at);
    if ((others ? pull_find : pull_close)(&pull, at->forge, &at->wish, err) < 0)
        return -1;
    if (pull.number && others) {
        progress_warn(at->session->progress,
                      "weft has nothing left to propose, and pull request #%lld has commits of "
                      "others: it stays open",
                      (long long)pull.number);
        return 0;
    }
    if (pull.number)
        tell(at, &pull, "closed: nothing is left to propose");
    comment(at, pull.number);
    FAULT("pass.pull.closed");
    proposal_write(at->session, &at->proposal);
    proposal_settle(at->session);
    return store_save(at->session->store, &at->session->ledger, err);
}

static int act(struct proposing *at, struct err *err)
{
    AUTO(secret_free) struct secret *token = NULL;
    AUTO_FORGE forge = { .http = NULL };
    int result;

    if (open_forge(&forge, &token, at, err) < 0)
        return -1;
    at->forge = &forge;
    result = *at->out->published.result.proposal ? keep(at, err) : settle(at, err);
    at->forge = NULL;
    return result;
}

static struct proposing begin(struct outcome *out, struct session *session)
{
    const struct config_output *output = &session->config->output;

    return (struct proposing){
        .out = out,
        .session = session,
        .proposal = proposal_read(&session->ledger, session->config, session->arena),
        .check = proposal_check_of(&out->trusted.decided, session->arena),
        .wish = { .head = output->pull.branch,
                  .base = output->branch,
                  .marker = marker_of(session),
                  .draft = output->pull.draft },
    };
}

/* Commits of others on the branch are not replaced, and neither is the step below them. */
static int mark_branch(struct proposing *at, struct err *err)
{
    AUTO(secret_free) struct secret *token = NULL;
    AUTO_FORGE forge = { .http = NULL };

    if (open_forge(&forge, &token, at, err) < 0)
        return -1;
    at->forge = &forge;
    set_status(at, at->out->inputs.proposal_tip, proposal_check_withdrawn());
    comment(at, at->proposal.number);
    at->forge = NULL;
    return save(at, err);
}

void pass_propose_withdrawn(struct outcome *out, struct session *session)
{
    struct proposing at = begin(out, session);
    struct err err;

    if (!session->dry && at.proposal.waits && at.check.check == STEP_CLOSED
        && *out->inputs.proposal_tip && mark_branch(&at, &err) < 0)
        progress_warn(session->progress, "the pull request for %s: %s",
                      session->config->output.branch, err.text);
}

int pass_propose(struct outcome *out, struct session *session, struct err *err)
{
    struct proposing at = begin(out, session);
    int result = 0;

    if (!session->dry && at.proposal.waits) {
        progress_begin(session->progress, "pull request");
        result = act(&at, err);
    }
    return result < 0 ? err_wrap(err, "the pull request for %s", session->config->output.branch)
                      : 0;
}
