/* app/commands/verify.c - weft verify: what the commits of the output branch prove.  Changes
 * nothing.
 *
 * A branch cannot show by itself that commits are missing at its end.  Two memories can: the clone
 * that passes keep knows the tip that it saw last, and the state knows the commit that it pushed
 * last. */
#include "app/commands/verify.h"
#include "app/audit/audit_attestations.h"
#include "app/audit/audit_clusters.h"
#include "app/audit/audit_verify.h"
#include "app/commands/branch_view.h"
#include "app/commands/command.h"
#include "app/commands/verify_report.h"
#include "app/commit_signer.h"
#include "sync/fetch.h"
#include "sync/init.h"
#include <string.h>
#include <unistd.h>

struct verifying {
    const struct options *options;
    struct config *config;
    struct branch_view view;
    struct remote_access specs_access;
    struct clone *specs;
    char seen[41]; /* the tip that the clone knew before */
    struct history history;
    struct allowed_signers signers;
    struct audit_report report;
    struct arena *arena;
};

/* --- what is read --- */

/* Before anything is fetched; without a clone, or while a pass uses it, no tip is known. Order
 * matters: fetching moves the ref that remembers the last tip, and with it the only trace of a
 * force-push. */
static void read_seen(struct verifying *at)
{
    const char *folder = arena_printf(at->arena, "%s/output", at->config->cache_path);
    AUTO(clone_close) struct clone *clone = NULL;
    struct remote_access remote;
    struct err err;

    if (access(folder, F_OK) != 0
        || remote_access_open(&remote, at->config->output.url, &at->config->output.auth, at->arena,
                              &err)
               < 0)
        return;
    if (clone_open(&clone, folder, &remote.spec, &err) == 0)
        history_seen(at->seen, clone, at->config->output.branch);
    remote_access_close(&remote);
}

/* A repository of the specs that cannot be reached leaves the commits unrendered. */
static void open_specs(struct verifying *at, struct audit_sources *out)
{
    const struct config_specs *specs = &at->config->specs;
    const char *folder = arena_printf(at->arena, "%s/specs", at->config->cache_path);
    char tip[41];
    struct err err;

    if (remote_access_open(&at->specs_access, specs->url, &specs->auth, at->arena, &err) == 0
        && clone_open(&at->specs, folder, &at->specs_access.spec, &err) == 0
        && clone_fetch(at->specs, tip, specs->ref, true, &err) == 0) {
        out->specs = at->specs;
        return;
    }
    out->why = arena_printf(at->arena, "the specs cannot be fetched: %s", err.text);
}

/* Without the commits of the inventory those of the manifests are unchecked. */
static void fetch_inventory(struct verifying *at)
{
    char tip[41];
    struct err err;

    if (at->config->discovery.enabled
        && (inputs_open_inventory(&at->view.inputs, &at->view.session, &err) < 0
            || clone_fetch(inputs_inventory(&at->view.inputs), tip, at->config->discovery.branch,
                           true, &err)
                   < 0))
        fprintf(stderr, "weft: %s\n", err.text);
}

/* --- the range: A..B, A.., ..B, or one commit --- */

static int find_index(size_t *out, struct verifying *at, const char *revision, struct err *err)
{
    char commit[41];

    if (history_find(commit, at->view.inputs.output_clone, at->config->output.branch, revision, err)
        < 0)
        return -1;
    for (size_t i = 0; i < at->history.count; i++)
        if (text_equal(at->history.commits[i].id, commit)) {
            *out = i;
            return 0;
        }
    return err_set(err, ERR_INPUT, 0, "commit %.12s (%s) is not on branch %s", commit, revision,
                   at->config->output.branch);
}

/* Indices grow towards the past: A itself does not belong to A..B. */
static int find_range(struct audit_request *request, struct verifying *at, struct err *err)
{
    const char *range = at->options->operands[0], *dots = range ? strstr(range, "..") : NULL;
    size_t base = 0;

    request->newest = 0;
    request->oldest = at->history.count - 1;
    if (!range)
        return 0;
    if (!dots) {
        if (find_index(&request->newest, at, range, err) < 0)
            return -1;
        request->oldest = request->newest;
        return 0;
    }
    if (dots[2] && find_index(&request->newest, at, dots + 2, err) < 0)
        return -1;
    if (dots == range)
        return 0;
    if (find_index(&base, at, arena_bytes(at->arena, range, (size_t)(dots - range)), err) < 0)
        return -1;
    if (base <= request->newest)
        return err_set(err, ERR_INPUT, 0, "%s holds no commit of branch %s", range,
                       at->config->output.branch);
    request->oldest = base - 1;
    return 0;
}

/* --- the end of the branch --- */

static bool is_on_branch(const struct verifying *at, const char *commit)
{
    for (size_t i = 0; i < at->history.count; i++)
        if (text_equal(at->history.commits[i].id, commit))
            return true;
    return false;
}

static void tell_branch(struct verifying *at, const char *commit, const char *text)
{
    audit_report_add(&at->report, (struct audit_finding){ .check = AUDIT_BRANCH,
                                                          .verdict = AUDIT_FAILED,
                                                          .commit = commit,
                                                          .text = text });
}

/* The newest commit that names this state has to be the one that the state remembers. */
static void check_state_commit(struct verifying *at, const struct ledger_publication *last,
                               const char *state)
{
    struct audit_entry entry;

    if (!is_on_branch(at, last->commit)) {
        tell_branch(
            at, last->commit,
            "this commit, which the state pushed last or saw last, is not on the branch: the "
            "branch was force-pushed");
        return;
    }
    for (size_t i = 0; !text_equal(at->history.commits[i].id, last->commit); i++) {
        audit_entry_read(&entry, &at->history.commits[i], at->arena);
        if (at->history.commits[i].ours && text_equal(entry.state, state))
            tell_branch(at, at->history.commits[i].id,
                        "names this state, which did not make it (a pass that was killed after its "
                        "push is recorded by the next pass: run one, then verify again)");
    }
}

static int check_state(struct verifying *at, struct err *err)
{
    const struct config_output *output = &at->config->output;
    AUTO_SESSION session = { .config = at->config, .arena = at->arena, .dry = true };
    const struct ledger_publication *last;
    const struct ledger_fact *state;

    if (access(at->config->state_path, F_OK) != 0)
        return 0;
    if (session_open_state(&session, err) < 0)
        return -1;
    last = ledger_find_publication(&session.ledger, output->url, output->branch);
    state = ledger_find_fact(&session.ledger, FACT_STATE);
    if (last && *last->commit)
        check_state_commit(at, last, state ? state->value : "");
    return 0;
}

/* Two independent memories, because each can be missing: a clone in a pod without a volume, a
 * state on another machine. */
static int check_branch(struct verifying *at, const struct audit_request *request, struct err *err)
{
    const size_t from = at->report.count;

    if (request->newest)
        return 0; /* the end of the branch is not in the range */
    if (*at->seen && !is_on_branch(at, at->seen))
        tell_branch(at, at->seen,
                    "this commit, the tip of the branch when it was fetched last, is not on it any "
                    "more: the branch was force-pushed");
    if (check_state(at, err) < 0)
        return -1;
    audit_report_count(&at->report, AUDIT_BRANCH, from);
    return 0;
}

/* --- the command --- */

static const struct allowed_signers *read_signers(struct verifying *at, struct err *err)
{
    const char *given = at->options->allowed_signers;
    const char *path = given ? given : at->config->output.allowed_signers;
    const char *setting = given ? "--allowed-signers" : "output.signing.allowedSigners";

    *err = (struct err){ 0 };
    return path && commit_signer_read_list(&at->signers, path, setting, at->arena, err) == 0
               ? &at->signers
               : NULL;
}

static int verify(struct verifying *at, struct err *err)
{
    struct audit_sources sources = { .config = at->config, .why = "" };
    struct audit_request request = { .history = &at->history, .sources = &sources };

    request.signers = read_signers(at, err);
    if (err->kind != ERR_NONE || init_git(GIT_ACCESS_USER_AGENT, err) < 0)
        return -1;
    read_seen(at);
    if (branch_view_open(&at->view, at->config, at->options, at->arena, err) < 0
        || history_read(&at->history, at->view.inputs.output_clone, at->view.inputs.output_tip,
                        NULL, at->arena, err)
               < 0
        || find_range(&request, at, err) < 0)
        return -1;
    open_specs(at, &sources);
    fetch_inventory(at);
    sources.output = at->view.inputs.output_clone;
    sources.inventory = inputs_inventory(&at->view.inputs);
    at->report.branch = at->config->output.branch;
    at->report.first = at->history.commits[request.oldest].id;
    at->report.last = at->history.commits[request.newest].id;
    if (check_branch(at, &request, err) < 0 || audit_verify(&at->report, &request, err) < 0)
        return -1;
    if (!request.newest && audit_clusters(&at->report, &request, err) < 0)
        return -1;
    return audit_attestations(&at->report, &request, err);
}

static void verifying_close(struct verifying *at)
{
    branch_view_close(&at->view);
    if (at->specs)
        clone_close(TAKE(at->specs));
    remote_access_close(&at->specs_access);
}

static int show(const struct verifying *at)
{
    static const int statuses[] = { [AUDIT_PROVEN] = EXIT_CONVERGED,
                                    [AUDIT_UNCHECKED] = EXIT_CHANGES,
                                    [AUDIT_FAILED] = EXIT_REFUSED };
    const bool json = at->options->format == FORMAT_JSON;
    AUTO_TEXT out = { 0 };
    int status;

    if (json)
        verify_report_json(&out, &at->report, at->arena);
    else
        verify_report_table(&out, &at->report, at->arena);
    status = json ? command_print(&out) : command_show(&out, at->options);
    return status == EXIT_CONVERGED ? statuses[audit_report_verdict(&at->report)] : status;
}

int verify_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct config config;
    struct err err;
    int status;

    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = scratch_open(&config, arena);
    struct verifying at = {
        .options = options, .config = &config, .arena = arena, .report = { .arena = arena }
    };

    if (verify(&at, &err) < 0)
        status = command_failed(&err);
    else {
        status = show(&at);
    }
    verifying_close(&at);
    return status;
}
