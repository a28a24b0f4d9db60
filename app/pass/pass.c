/* app/pass/pass.c - the order of a pass; each stage has a file of its own.
 *
 * The lock comes first: nothing of the state or the branch is looked at while another pass may
 * change it.  Certificates are issued and saved before they are delivered, and delivered with the
 * commit or before it; the ledger notes the commit, and restarts and statuses come after it.  So
 * whatever is visible from outside is in the state already, and a pass that is killed between two
 * stages leaves work that the next pass finds and completes.  A failure ends the pass, but the
 * report, the findings and, where they can be told, the statuses are still written. */
#include "app/pass/pass.h"
#include "app/git_access.h"
#include "app/inbox_take.h"
#include "app/pass/approved.h"
#include "app/pass/artifact_memory.h"
#include "app/pass/artifacts.h"
#include "app/pass/attest.h"
#include "app/pass/branch.h"
#include "app/pass/cluster_split.h"
#include "app/pass/escrow.h"
#include "app/pass/findings.h"
#include "app/pass/lock.h"
#include "app/pass/metrics.h"
#include "app/pass/proposal.h"
#include "app/pass/propose.h"
#include "app/pass/reach.h"
#include "app/pass/record_run.h"
#include "app/pass/remark.h"
#include "app/pass/report.h"
#include "app/pass/restart.h"
#include "app/pass/status.h"
#include "app/pass/status_build.h"
#include "app/pass/takeover.h"
#include "app/pass/trust.h"
#include "app/pass/trust_domain.h"
#include "base/clock.h"
#include "base/plural.h"
#include "pki/secret_file.h"
#include "sync/init.h"
#include "translate/findings.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A dry pass needs no key, so it may run where no key should be; a real pass there would fail. */
static void warn_no_key(const struct session *session)
{
    const char *path = session->config->state_key_file;

    if (session->dry && !text_starts(path, SECRET_FILE_CREDENTIAL) && access(path, F_OK) < 0
        && errno == ENOENT)
        progress_warn(session->progress,
                      "a real pass would fail here: the state key %s (state.keyFile) is not there; "
                      "for a new state run \"weft keygen %s\"",
                      path, path);
}

/* What is issued and remembered is dated by the pretended time, and stays. */
static void warn_pretended(const struct session *session)
{
    if (session->options->now_text && !session->dry)
        progress_warn(
            session->progress,
            "this pass pretends that it is %s (--now): certificates, state and commits are "
            "real and dated so; --dry-run changes nothing",
            session->options->now_text);
}

/* What was merged is what people agreed to: clusters get it whatever this pass finds. */
static int split_merged(const struct inputs *inputs, struct session *session, struct err *err)
{
    return session->config->output.mode == OUTPUT_PUSH
               ? 0
               : cluster_split_publish(session, inputs, inputs->output_tip, err);
}

static int fetch(struct inputs *inputs, struct session *session, struct err *err)
{
    if (inputs_fetch(inputs, session, err) < 0 || split_merged(inputs, session, err) < 0)
        return -1;
    return session->approved ? approved_check_inputs(session->approved, inputs, err) : 0;
}

/* Opens the state, fetches both repositories, and compares the two. */
static int open_all(struct outcome *out, size_t *healed, struct session *session, struct err *err)
{
    if (session_open_state(session, err) < 0)
        return -1;
    out->reached = REACHED_STATE;
    if (fetch(&out->inputs, session, err) < 0 || takeover(session, &out->inputs, err) < 0
        || takeover_report_older(session, &out->inputs, err) < 0
        || takeover_restore_deliveries(healed, session, &out->inputs, err) < 0)
        return -1;
    return session->dry ? 0 : branch_name_state(session, err);
}

/* What servers show may have changed although nothing in Git has. */
static bool watches_servers(const struct config *config)
{
    bool out = config->management.present;

    for (size_t i = 0; i < config->cluster_count; i++)
        out |= config->clusters[i].server.present || config->clusters[i].istiod;
    return out;
}

/* Same inputs, the branch as weft left it, the last pass without complaint, and nothing that only
 * time decides. */
static bool is_idle(const struct session *session, const struct inputs *inputs)
{
    const struct ledger_publication *last = branch_publication(session, inputs);
    const struct ledger_run *run = session->ledger.runs;

    return last && run && run->result == RUN_CONVERGED && strcmp(last->inputs, inputs->digest) == 0
           && strcmp(last->commit, inputs->output_tip) == 0 && !watches_servers(session->config)
           && !proposal_read(&session->ledger, session->config, session->arena).waits
           && !cluster_split_is_due(session, inputs) && !attest_is_due(session, inputs)
           && !artifact_memory_lacks(session, inputs->output_tip) && !pass_wants_time(session);
}

static void end_idle(struct outcome *out, const struct session *session)
{
    const char *again = "";

    out->end = PASS_IDLE;
    out->reached = REACHED_CLUSTERS; /* there are none to ask, and the specs are the same */
    memcpy(out->published.result.commit, out->inputs.output_tip, sizeof out->inputs.output_tip);
    findings_recall(&out->findings, &session->ledger);
    if (out->findings.count)
        again = arena_printf(session->arena, " (%s: \"weft status\")",
                             plural_count(out->findings.count, "warning", session->arena));
    progress_end(session->progress, "%s at %.12s: nothing changed since the last pass%s",
                 session->config->specs.ref, out->inputs.specs_commit, again);
}

/* What operators asked for while this pass waited for its servers.  A dry pass has no key for it.
 */
static int take_requests(size_t *taken, struct session *session, struct err *err)
{
    const char *path = session->config->state_path;

    *taken = session->dry ? inbox_count(path, session->arena) : 0;
    if (!session->dry)
        return inbox_take(taken, session->store, &session->ledger, path, &session->row_key,
                          session->progress, err);
    if (*taken)
        progress_warn(session->progress,
                      "%s of operators in %s not considered here: the next pass takes %s",
                      plural_count(*taken, "request", session->arena),
                      inbox_folder(path, session->arena), *taken == 1 ? "it" : "them");
    return 0;
}

/* What clusters consist of, beside the specs. */
static int discover(struct outcome *out, struct session *session, enum discover_how how,
                    struct err *err)
{
    struct discovered *discovered = &out->discovered;
    struct resolved_specs *resolved = &out->resolved;

    if (pass_discover(discovered, session, &out->inputs, &resolved->specs, how, err) < 0)
        return -1;
    if (discovered->used)
        inputs_add_inventory(&out->inputs, discovered->commit);
    resolve_join(resolved, discovered->used ? &discovered->found : NULL, &discovered->remarks,
                 session);
    return 0;
}

/* The stage that reads Deployments first keeps those that restarts will look for. */
static void expect_istiods(struct session *session, const struct specs *specs)
{
    for (size_t i = 0; i < specs->mesh_count; i++) {
        const struct mesh *mesh = &specs->meshes[i];
        struct shared_read *shared =
            servers_shared(&session->servers, mesh->cluster, session->arena);

        if (shared)
            shared_read_add_labels(shared, mesh->pod_labels, mesh->pod_label_count);
    }
}

static int resolve(struct outcome *out, struct session *session, enum discover_how how,
                   struct err *err)
{
    const struct tree_reader tip = inputs_tip(&out->inputs, session);
    struct resolved_specs *resolved = &out->resolved;

    if (resolve_read(resolved, session, &out->inputs, err) < 0)
        return -1;
    expect_istiods(session, &resolved->specs);
    if (discover(out, session, how, err) < 0
        || (session->approved
            && approved_check_inventory(session->approved, &out->inputs, err) < 0))
        return -1;
    out->reached = REACHED_SPECS;
    if (resolve_plan(&resolved->plan, session, &resolved->specs, &tip, err) < 0)
        return -1;
    out->plan = resolved->plan;
    pass_observe(&out->observed, session, &out->inputs, &resolved->plan);
    out->reached = REACHED_CLUSTERS;
    return 0;
}

static int trust(struct outcome *out, struct session *session, struct err *err)
{
    size_t taken;
    int result;

    if (!session->dry && take_requests(&taken, session, err) < 0)
        return -1;
    result = pass_trust(&out->trusted, session, &out->inputs, &out->resolved, &out->observed, err);
    out->plan = out->trusted.plan;
    return result;
}

static int commit(struct outcome *out, struct session *session, struct err *err)
{
    int result;

    if (pass_lock_keep(session, err) < 0)
        return -1;
    result = pass_publish(&out->published, session, &out->inputs, &out->resolved.specs,
                          &out->trusted, err);
    out->plan = out->published.plan;
    return result;
}

/* When the Lease is lost, the other pass posts the statuses; a dry pass has shown what it found. */
static bool tells_failure(const struct outcome *out, const struct session *session)
{
    return session->lock.state != LOCK_LOST && !out->published.refusal;
}

/* The list that every output shows, once: a failure after that is the error of the pass itself. */
static void gather_findings(struct outcome *out)
{
    const struct findings *remarks[] = { &out->trusted.remarks, &out->published.remarks };

    if (out->gathered || out->reached < REACHED_SPECS)
        return;
    out->gathered = true;
    for (size_t i = 0; i < LENGTH(remarks); i++)
        for (size_t k = 0; k < remarks[i]->count; k++)
            if (!*remarks[i]->items[k].kind) /* the others are in a status */
                findings_add(&out->findings, remarks[i]->items[k]);
    for (size_t i = 0; i < out->discovered.remarks.count; i++)
        findings_add(&out->findings, out->discovered.remarks.items[i]);
    findings_gather(&out->findings, &out->resolved.diags, &out->resolved.specs, &out->plan);
}

static void status(struct outcome *out, struct session *session, bool stopped)
{
    const struct status_facts facts = { .specs = &out->resolved.specs,
                                        .plan = &out->plan,
                                        .trusted = &out->trusted.remarks,
                                        .observed = &out->observed,
                                        .restarted = &out->restarted,
                                        .specs_commit = out->inputs.specs_commit,
                                        .commit = out->published.result.commit,
                                        .stopped = stopped };

    pass_status(&out->posted, session, &facts);
}

/* What follows the branch outside of it: both are tried, and the first failure is the pass's. */
static int follow(struct outcome *out, struct session *session, struct err *err)
{
    const int artifacts = pass_artifacts(session, &out->inputs, out->published.result.commit, err);
    struct err second;

    if (artifacts == 0)
        return pass_propose(out, session, err);
    if (pass_propose(out, session, &second) < 0)
        progress_warn(session->progress, "%s", second.text);
    return -1;
}

/* What happened after the commit joins the statuses. */
static int end_done(struct outcome *out, struct session *session, struct err *err)
{
    const struct publish_result *published = &out->published.result;
    int result;

    out->end = PASS_DONE;
    attest_commits(session, &out->inputs,
                   *published->proposal ? published->tip : published->commit);
    pass_restart(&out->restarted, session, &out->inputs, &out->observed, &out->resolved.specs,
                 &out->plan);
    if (!session->dry)
        reach_remark(&out->restarted.remarks, &out->plan, &out->observed);
    trust_domain_remark(&out->restarted.remarks, &out->plan, &out->observed);
    out->plan = trust_domain_settle(&out->plan, &out->observed, session->arena);
    out->plan = status_build(&out->plan, &out->restarted.remarks, session->arena);
    gather_findings(out);
    result = follow(out, session, err);
    status(out, session, false);
    return result;
}

/* What was resolved cannot be published: each status says why.  The list of findings ends before
 * that, for the log and the report have the failure as such. */
static void end_stopped(struct outcome *out, struct session *session, const struct err *err)
{
    struct findings remarks = { .arena = session->arena }, failure = { .arena = session->arena };

    reach_remark(&remarks, &out->plan, &out->observed);
    out->plan = status_build(&out->plan, &remarks, session->arena);
    gather_findings(out);
    for (size_t i = 0; i < out->plan.virtual_mesh_count; i++)
        remark_failure(&failure, out->plan.virtual_meshes[i].status.ref, "%s", err->text);
    out->plan = status_build(&out->plan, &failure, session->arena);
    status(out, session, true);
}

static int stop(struct outcome *out, struct session *session, const struct err *err)
{
    if (tells_failure(out, session))
        end_stopped(out, session, err);
    return -1;
}

static int run_stages(struct outcome *out, struct session *session, struct err *err)
{
    size_t healed, taken;

    warn_pretended(session);
    if (init_git(GIT_ACCESS_USER_AGENT, err) < 0 || pass_lock(session, err) < 0)
        return -1;
    if (session->lock.state == LOCK_ELSEWHERE) {
        out->end = PASS_ELSEWHERE;
        progress_warn(session->progress, "nothing was done: %s", session->lock.holder);
        return 0;
    }
    warn_no_key(session);
    if (open_all(out, &healed, session, err) < 0 || take_requests(&taken, session, err) < 0
        || escrow_roots(session, err) < 0)
        return -1;
    if (!session->dry && !healed && !taken && is_idle(session, &out->inputs)) {
        end_idle(out, session);
        return 0;
    }
    if (resolve(out, session, DISCOVER_READ, err) < 0)
        return -1;
    if (trust(out, session, err) < 0)
        return stop(out, session, err);
    if (commit(out, session, err) < 0) {
        pass_propose_withdrawn(out, session);
        return stop(out, session, err);
    }
    return end_done(out, session, err);
}

static void begin(struct outcome *out, struct session *session)
{
    *out = (struct outcome){ .findings = { .arena = session->arena } };
    session_begin(session);
}

/* A plan shows the findings itself, and an idle pass has none that are new. */
static void tell(const struct outcome *out, const struct session *session,
                 const struct err *failure)
{
    const bool shown =
        session->options->command->shows_plan && (!failure || out->published.refusal);

    if (out->end != PASS_IDLE && !shown)
        findings_tell(&out->findings, session->progress);
    if (failure)
        progress_fail(session->progress, failure->text);
}

static void report(struct outcome *out, struct session *session, const struct err *failure)
{
    struct err err;

    out->report = pass_report(out, session, failure);
    if (pass_report_write(&out->report, session, &err) < 0)
        progress_warn(session->progress, "%s", err.text);
    if (out->end != PASS_ELSEWHERE)
        pass_measure(&out->report, session);
}

int pass_run(struct outcome *out, struct session *session, struct err *err)
{
    struct err second;
    int result;

    begin(out, session);
    result = run_stages(out, session, err);
    if (result < 0)
        out->end = PASS_FAILED;
    gather_findings(out);
    tell(out, session, result < 0 ? err : NULL);
    out->finished = session->options->now_text ? session->options->now : clock_now();
    if (record_run(out, session, result < 0 ? err : NULL, &second) < 0 && result == 0) {
        progress_fail(session->progress, second.text);
        *err = second;
        result = -1;
    }
    report(out, session, result < 0 ? err : NULL);
    return result;
}

int pass_look(struct outcome *out, struct session *session, struct err *err)
{
    size_t healed, waiting;
    int result = -1;

    begin(out, session);
    if (init_git(GIT_ACCESS_USER_AGENT, err) == 0 && open_all(out, &healed, session, err) == 0
        && take_requests(&waiting, session, err) == 0
        && resolve(out, session, DISCOVER_LAST, err) == 0)
        result = trust(out, session, err);
    out->end = result < 0 ? PASS_FAILED : PASS_DONE;
    gather_findings(out);
    findings_tell(&out->findings, session->progress);
    if (result < 0)
        progress_fail(session->progress, err->text);
    return result;
}
