/* app/pass/pass.c - the order of a pass; each stage stands in a file of its own. */
#include "app/pass/pass.h"
#include "app/commands/command.h"
#include "app/config_check.h"
#include "app/git_access.h"
#include "app/pass/branch.h"
#include "app/pass/facts.h"
#include "app/pass/findings.h"
#include "app/pass/lock.h"
#include "app/pass/metrics.h"
#include "app/pass/observe.h"
#include "app/pass/publish.h"
#include "app/pass/report.h"
#include "app/pass/restart.h"
#include "app/pass/status.h"
#include "app/pass/takeover.h"
#include "app/pass/trust.h"
#include "app/specs_source.h"
#include "base/base64.h"
#include "base/blobs.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/map.h"
#include "base/plural.h"
#include "pki/ledger_check.h"
#include "sync/clone.h"
#include "sync/fetch.h"
#include "sync/init.h"
#include "sync/snapshot.h"
#include "translate/resolve.h"
#include "version.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CERTIFICATE_MAX = 1024 * 1024 };

/* A dry pass needs no key, so one may run where no key should be; but a real pass will not. */
static void warn_no_key(const struct pass *pass)
{
    const char *path = pass->config->state_key_file;

    if (pass->dry && !pass->look && access(path, F_OK) < 0 && errno == ENOENT)
        progress_warn(pass->progress,
                      "a real pass would fail here: the state key %s (state.keyFile) is not there; "
                      "for a new state run \"weft keygen %s\"",
                      path, path);
}

/* Opens what is remembered.  A dry pass only looks, and needs no key: then the certificates vouch
 * for themselves. */
static int open_state(struct pass *pass, struct err *err)
{
    const struct config *config = pass->config;

    warn_no_key(pass);
    if (!pass->dry && custody_open(&pass->custody, config->state_key_file, err) < 0)
        return err_wrap(err, "open the state key (state.keyFile)");
    if (pass->custody)
        pass->row_key = custody_ledger_key(pass->custody);
    if (store_open(&pass->store, config->state_path, pass->dry ? STORE_READ : STORE_WRITE,
                   pass->custody ? &pass->row_key : NULL, err)
        < 0)
        return -1;
    if (store_load(&pass->ledger, pass->store, pass->arena, err) < 0)
        return -1;
    if (pass->dry && ledger_check(&pass->ledger, config->state_path, err) < 0)
        return -1;
    pass->reached = REACHED_STATE;
    return 0;
}

static int digest_file(struct sha256_stream *stream, const char *path, struct arena *arena)
{
    struct err err;
    char *bytes;
    size_t len;

    if (!path || file_read(&bytes, &len, path, CERTIFICATE_MAX, arena, &err) < 0)
        return 0; /* the stage that needs it says so */
    sha256_add(stream, bytes, len);
    return 1;
}

/* Everything that the rendering depends on, but for time and the tip. */
static void digest_inputs(struct pass *pass)
{
    struct sha256_stream *stream = sha256_begin();
    struct sha256 digest;

    sha256_add(stream, WEFT_VERSION, sizeof WEFT_VERSION);
    sha256_add(stream, pass->config->digest, sizeof pass->config->digest);
    sha256_add(stream, pass->specs_commit, sizeof pass->specs_commit);
    for (size_t i = 0; i < pass->config->cluster_count; i++)
        digest_file(stream, pass->config->clusters[i].sealing_certificate, pass->arena);
    digest = sha256_end(stream);
    hex_encode(pass->inputs, digest.bytes, sizeof digest.bytes);
}

static int fetch_one(struct clone **clone, char commit[41], struct pass *pass, const char *folder,
                     const struct remote_access *access, const char *ref, bool missing_ok,
                     struct err *err)
{
    const char *path = arena_printf(pass->arena, "%s/%s", pass->config->cache_path, folder);

    if (file_make_folders(pass->config->cache_path, 0700, err) < 0)
        return err_wrap(err, "make the cache (cache.path)");
    if (clone_open(clone, path, &access->spec, err) < 0)
        return -1;
    return clone_fetch(*clone, commit, ref, missing_ok, err);
}

static int fetch_specs(struct pass *pass, struct err *err)
{
    const struct config_specs *specs = &pass->config->specs;

    progress_begin(pass->progress, "specs");
    if (remote_access_open(&pass->specs_access, specs->url, &specs->auth, pass->arena, err) < 0)
        return -1;
    if (fetch_one(&pass->specs_clone, pass->specs_commit, pass, "specs", &pass->specs_access,
                  specs->ref, false, err)
            < 0
        || snapshot_open(&pass->specs_snapshot, pass->specs_clone, pass->specs_commit, err) < 0)
        return err_wrap(err, "fetch specs %s of %s", specs->ref, specs->url);
    return 0;
}

int pass_fetch_output(struct pass *pass, struct err *err)
{
    const struct config_output *output = &pass->config->output;

    if (remote_access_open(&pass->output_access, output->url, &output->auth, pass->arena, err) < 0)
        return -1;
    if (fetch_one(&pass->output_clone, pass->output_tip, pass, "output", &pass->output_access,
                  output->branch, true, err)
        < 0)
        return err_wrap(err, "fetch output branch %s of %s", output->branch, output->url);
    if (*pass->output_tip
        && snapshot_open(&pass->output_snapshot, pass->output_clone, pass->output_tip, err) < 0)
        return err_wrap(err, "read output branch %s", output->branch);
    return 0;
}

/* What servers show may have changed although nothing in Git has. */
static bool watches_servers(const struct config *config)
{
    bool out = config->management.present;

    for (size_t i = 0; i < config->cluster_count; i++)
        out |= config->clusters[i].server.present || config->clusters[i].istiod;
    return out;
}

/* Same inputs, the branch as we left it, the last pass without complaint, and nothing that only
 * time decides. */
static bool is_idle(const struct pass *pass)
{
    const struct ledger_publication *last = branch_publication(pass);

    return last && !pass->healed && pass->ledger.runs && pass->ledger.runs->result == RUN_CONVERGED
           && strcmp(last->inputs, pass->inputs) == 0 && strcmp(last->commit, pass->output_tip) == 0
           && !watches_servers(pass->config) && !pass_wants_time(pass);
}

static int decode(struct pass *pass, struct err *err)
{
    const struct config_specs *config = &pass->config->specs;

    if (specs_source_snapshot(&pass->specs, &pass->files, pass->specs_snapshot, config->path,
                              pass->config->pod_namespace, pass->arena, &pass->diags, err)
        < 0)
        return err_wrap(err, "read specs %.12s", pass->specs_commit);
    config_check_clusters(pass->config, &pass->specs, pass->arena, &pass->diags);
    diags_sort(&pass->diags);
    pass->reached = REACHED_SPECS;
    progress_end(pass->progress, "%s at %.12s: %s, %s, %s in %s", config->ref, pass->specs_commit,
                 plural_count(pass->specs.virtual_mesh_count, "virtual mesh", pass->arena),
                 plural_count(pass->specs.mesh_count, "mesh", pass->arena),
                 plural_count(pass->specs.destination_count, "destination", pass->arena),
                 plural_count(pass->files, "file", pass->arena));
    return 0;
}

static int resolve(struct pass *pass, struct err *err)
{
    const struct translate_options options = config_translate_options(pass->config);
    const struct tree_reader tip = pass_tip(pass);

    if (translate_resolve(&pass->plan, &pass->specs, &options, &tip, pass->arena, err) < 0)
        return err_wrap(err, "resolve the virtual meshes");
    return 0;
}

/* A server's own words, which a status does not repeat. */
static void tell_words(void *context, const char *text) { progress_warn(context, "%s", text); }

/* What an idle pass does not say again. */
static const char *standing(const struct pass *pass)
{
    if (!pass->findings.count)
        return "";
    return arena_printf(pass->arena, " (%s: \"weft status\")",
                        plural_count(pass->findings.count, "warning", pass->arena));
}

/* What is issued and remembered is dated by it, and stays. */
static void warn_pretended(const struct pass *pass)
{
    if (pass->options->now_text && !pass->dry)
        progress_warn(
            pass->progress,
            "this pass pretends that it is %s (--now): certificates, state and commits are "
            "real and dated so; --dry-run changes nothing",
            pass->options->now_text);
}

static int run_stages(struct pass *pass, struct err *err)
{
    pass->servers.config = pass->config;
    pass->servers.tell = tell_words;
    pass->servers.tell_context = pass->progress;
    warn_pretended(pass);
    if (init_git(COMMAND_USER_AGENT, err) < 0 || pass_lock(pass, err) < 0)
        return -1;
    if (pass->elsewhere) {
        progress_warn(pass->progress, "nothing was done: %s", pass->elsewhere);
        return 0;
    }
    if (open_state(pass, err) < 0 || fetch_specs(pass, err) < 0 || pass_fetch_output(pass, err) < 0
        || takeover(pass, err) < 0 || takeover_report_older(pass, err) < 0
        || takeover_restore_deliveries(pass, err) < 0
        || (!pass->dry && branch_name_state(pass, err) < 0))
        return -1;
    digest_inputs(pass);
    if (!pass->dry && is_idle(pass)) {
        pass->idle = true;
        pass->reached = REACHED_CLUSTERS; /* there are none to ask, and the specs are the same */
        memcpy(pass->published.commit, pass->output_tip, sizeof pass->published.commit);
        findings_recall(&pass->findings, &pass->ledger);
        progress_end(pass->progress, "%s at %.12s: nothing changed since the last pass%s",
                     pass->config->specs.ref, pass->specs_commit, standing(pass));
        return 0;
    }
    if (decode(pass, err) < 0)
        return -1;
    if (resolve(pass, err) < 0)
        return -1;
    pass_observe(pass);
    pass->reached = REACHED_CLUSTERS;
    if (pass_trust(pass, err) < 0
        || (!pass->look && (pass_lock_keep(pass, err) < 0 || pass_publish(pass, err) < 0))) {
        if (!pass->turn_lost && !pass->refusal) /* else another pass tells how it is; a dry one has
                                                    shown what it found */
            pass_status_stopped(pass, err);
        return -1;
    }
    if (pass->look)
        return 0;
    pass_restart(pass);
    pass_status(pass);
    return 0;
}

static void add_run(struct pass *pass, const struct err *failure)
{
    struct ledger_run *run = ledger_add_run(&pass->ledger);

    run->started = pass->options->now;
    run->finished = pass->finished;
    run->result = pass_result(pass, failure);
    run->specs_commit = pass->specs_commit;
    run->output_commit = pass->published.commit;
    run->message = failure ? arena_text(pass->arena, failure->text) : "";
}

/* One row a pass that did something, so that "weft status" can tell of the last one.  An idle pass
 * writes nothing, unless somebody measures how long ago the last success was. */
static int remember_run(struct pass *pass, const struct err *failure, struct err *err)
{
    if (pass->dry || pass->elsewhere || pass->reached < REACHED_STATE
        || store_is_unaccepted(pass->store) || (pass->idle && !pass_measured(pass)))
        return 0;
    if (!pass->idle) {
        add_run(pass, failure);
        findings_remember(pass);
    }
    if (pass_result(pass, failure) == RUN_CONVERGED)
        ledger_set_time(&pass->ledger, FACT_CONVERGED, pass->finished);
    return store_save(pass->store, &pass->ledger, err);
}

int pass_run(struct pass *pass, struct err *err)
{
    struct err second;
    int result;

    pass->diags.arena = pass->findings.arena = pass->arena;
    pass->proven = map_new(pass->arena);
    pass->memory = pass->dry ? blob_memory_new(pass->arena) : NULL;
    result = run_stages(pass, err);
    pass_gather(pass);
    /* A plan shows them itself, and an idle pass has none that are new. */
    if (!pass->idle && ((result < 0 && !pass->refusal) || pass->options->command != COMMAND_PLAN))
        findings_tell(pass);
    if (result < 0)
        progress_fail(pass->progress, err->text);
    pass->finished = pass->options->now_text ? pass->options->now : clock_now();
    if (remember_run(pass, result < 0 ? err : NULL, &second) < 0 && result == 0) {
        progress_fail(pass->progress, second.text);
        *err = second;
        result = -1;
    }
    if (pass_report(pass, result < 0 ? err : NULL, &second) < 0)
        progress_warn(pass->progress, "%s", second.text);
    if (!pass->elsewhere)
        pass_measure(pass, pass_result(pass, result < 0 ? err : NULL));
    return result;
}

void pass_close(struct pass *pass)
{
    pass_lock_release(pass);
    servers_close(&pass->servers);
    for (size_t i = 0; i < pass->applied_count; i++)
        snapshot_close(pass->applied[i]);
    pass->applied_count = 0;
    if (pass->output_snapshot)
        snapshot_close(TAKE(pass->output_snapshot));
    if (pass->specs_snapshot)
        snapshot_close(TAKE(pass->specs_snapshot));
    if (pass->output_clone)
        clone_close(TAKE(pass->output_clone));
    if (pass->specs_clone)
        clone_close(TAKE(pass->specs_clone));
    remote_access_close(&pass->specs_access);
    remote_access_close(&pass->output_access);
    if (pass->store)
        store_close(TAKE(pass->store));
    if (pass->custody)
        custody_close(TAKE(pass->custody));
}
