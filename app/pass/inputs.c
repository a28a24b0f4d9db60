/* app/pass/inputs.c - fetches the specs and the output branch; reads no object of them.
 *
 * Specs come first, since a specs commit that the allowed signers did not sign ends the pass
 * before the output repository is contacted. Later stages read the snapshots of these two commits,
 * so specs that are pushed while the pass runs wait for the next one; a push to the output branch
 * is found when the pass publishes (sync/publish.c).
 *
 * The clones stay in the cache (cache.path) from pass to pass and can be deleted at any time; a
 * pass without them fetches everything. An output branch that does not exist is an empty tip: the
 * first publication creates it. A specs branch that does not exist is an error, since an empty set
 * of specs would withdraw the whole fleet. */
#include "app/pass/inputs.h"
#include "app/pass/trailers.h"
#include "app/plan_digest.h"
#include "app/specs_signer.h"
#include "base/files.h"
#include "sync/branch_digest.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"
#include <stdio.h>
#include <string.h>

void inputs_add_inventory(struct inputs *inputs, const char *commit)
{
    snprintf(inputs->inventory_commit, sizeof inputs->inventory_commit, "%s", commit);
    plan_digest_add_inventory(inputs->digest, inputs->inventory_commit);
}

struct fetching {
    struct session *session;
    const char *folder; /* of the clone, below the cache */
    const char *ref;
    bool missing_ok;
};

/* folder: of the clone, below the cache. */
static int open_clone(struct clone **clone, const struct session *session, const char *folder,
                      const struct remote_access *access, struct err *err)
{
    const char *cache = session->config->cache_path;

    if (file_make_folders(cache, 0700, err) < 0)
        return err_wrap(err, "make the cache (cache.path)");
    return clone_open(clone, arena_printf(session->arena, "%s/%s", cache, folder), &access->spec,
                      err);
}

static int fetch(struct clone **clone, char commit[41], const struct fetching *what,
                 const struct remote_access *access, struct err *err)
{
    if (open_clone(clone, what->session, what->folder, access, err) < 0)
        return -1;
    return clone_fetch(*clone, commit, what->ref, what->missing_ok, err);
}

/* With --specs the repository is fetched all the same: it has the commit that is deployed. */
static int fetch_specs(struct inputs *out, struct session *session, struct err *err)
{
    const struct config_specs *specs = &session->config->specs;
    const struct fetching what = { session, "specs", specs->ref, false };

    if (remote_access_open(&out->specs_access, specs->url, &specs->auth, session->arena, err) < 0)
        return -1;
    if (fetch(&out->specs_clone, out->specs_commit, &what, &out->specs_access, err) < 0
        || snapshot_open(&out->specs_snapshot, out->specs_clone, out->specs_commit, err) < 0)
        return err_wrap(err, "fetch specs %s of %s", specs->ref, specs->url);
    if (session->options->specs) {
        *out->specs_commit = '\0';
        snapshot_close(TAKE(out->specs_snapshot));
        return 0;
    }
    return specs_signer_check(&out->specs_signer, session->config, out->specs_snapshot,
                              session->arena, err);
}

int inputs_fetch_output(struct inputs *out, struct session *session, struct err *err)
{
    const struct config_output *output = &session->config->output;
    const struct fetching what = { session, "output", output->branch, true };

    if (remote_access_open(&out->output_access, output->url, &output->auth, session->arena, err)
        < 0)
        return -1;
    if (fetch(&out->output_clone, out->output_tip, &what, &out->output_access, err) < 0)
        return err_wrap(err, "fetch output branch %s of %s", output->branch, output->url);
    if (*out->output_tip
        && snapshot_open(&out->output_snapshot, out->output_clone, out->output_tip, err) < 0)
        return err_wrap(err, "read output branch %s", output->branch);
    return 0;
}

int inputs_open_inventory(struct inputs *inputs, struct session *session, struct err *err)
{
    const struct config *config = session->config;

    if (!config->inventory.url || inputs->inventory_clone)
        return 0;
    if (remote_access_open(&inputs->inventory_access, config_inventory_url(config),
                           config_inventory_auth(config), session->arena, err)
            < 0
        || open_clone(&inputs->inventory_clone, session, "inventory", &inputs->inventory_access,
                      err)
               < 0)
        return err_wrap(err, "open the repository of the inventory, %s",
                        config_inventory_url(config));
    return 0;
}

struct clone *inputs_inventory(const struct inputs *inputs)
{
    return inputs->inventory_clone ? inputs->inventory_clone : inputs->output_clone;
}

/* A pull request needs a branch that it goes to, and weft pushes to none but the proposal's. */
static int check_target(const struct inputs *out, const struct config_output *output,
                        struct err *err)
{
    if (*out->output_tip)
        return 0;
    return err_set(err, ERR_INPUT, 0,
                   "branch %s of %s does not exist, and a pull request needs one to go to: make it "
                   "once, for example with \"git commit --allow-empty -m begin\" on an orphan "
                   "branch of that name",
                   output->branch, output->url);
}

static int fetch_proposal(struct inputs *out, struct session *session, struct err *err)
{
    const struct config_output *output = &session->config->output;

    if (output->mode != OUTPUT_PULL_REQUEST)
        return 0;
    if (check_target(out, output, err) < 0
        || clone_fetch(out->output_clone, out->proposal_tip,
                       arena_printf(session->arena, "refs/heads/%s", output->pull.branch), true,
                       err)
               < 0)
        return err_wrap(err, "fetch proposal branch %s of %s", output->pull.branch, output->url);
    return *out->proposal_tip
               ? snapshot_open(&out->proposal_snapshot, out->output_clone, out->proposal_tip, err)
               : 0;
}

/* With their commits: GitOps tools name them. */
static int fetch_branches(struct inputs *out, const struct session *session, struct err *err)
{
    const struct config_output *output = &session->config->output;

    if (output->branches == BRANCHES_SINGLE)
        return 0;
    if (branch_digest_fetch(out->branches_digest, out->output_clone, output->branch,
                            output->cluster_branch, err)
        < 0)
        return err_wrap(err, "fetch branches %s of %s", output->cluster_branch, output->url);
    return 0;
}

int inputs_fetch(struct inputs *out, struct session *session, struct err *err)
{
    progress_begin(session->progress, "specs");
    if (fetch_specs(out, session, err) < 0 || inputs_fetch_output(out, session, err) < 0
        || fetch_proposal(out, session, err) < 0 || fetch_branches(out, session, err) < 0)
        return -1;
    plan_digest_of(out->digest, session->config, out->specs_commit, session->arena);
    return 0;
}

void inputs_close(struct inputs *inputs)
{
    if (inputs->proposal_snapshot)
        snapshot_close(TAKE(inputs->proposal_snapshot));
    if (inputs->output_snapshot)
        snapshot_close(TAKE(inputs->output_snapshot));
    if (inputs->specs_snapshot)
        snapshot_close(TAKE(inputs->specs_snapshot));
    if (inputs->inventory_clone)
        clone_close(TAKE(inputs->inventory_clone));
    if (inputs->output_clone)
        clone_close(TAKE(inputs->output_clone));
    if (inputs->specs_clone)
        clone_close(TAKE(inputs->specs_clone));
    remote_access_close(&inputs->specs_access);
    remote_access_close(&inputs->output_access);
    remote_access_close(&inputs->inventory_access);
}

const char *inputs_specs_trailer(const struct inputs *inputs, const char *token,
                                 struct arena *arena)
{
    return inputs->specs_snapshot ? snapshot_trailer(inputs->specs_snapshot, token, arena) : NULL;
}

struct tree_reader inputs_tip(const struct inputs *inputs, const struct session *session)
{
    if (!inputs->output_snapshot)
        return tree_reader_empty;
    return snapshot_reader(inputs->output_snapshot, session->config->output.path, session->arena);
}

/* The newest commit of weft on the branch, which need not be the tip: others may have committed
 * since. */
int inputs_last_source(struct inputs_source *out, const struct inputs *inputs, struct arena *arena,
                       struct err *err)
{
    AUTO(snapshot_close) struct snapshot *last = NULL;

    *out = (struct inputs_source){ 0 };
    if (!inputs->output_snapshot)
        return 0;
    if (snapshot_find_ours(&last, inputs->output_clone, inputs->output_tip, NULL, NULL, err) < 0)
        return -1;
    if (!last)
        return 0;
    out->specs = snapshot_trailer(last, TRAILER_SOURCE_COMMIT, arena);
    out->inventory = snapshot_trailer(last, TRAILER_INVENTORY, arena);
    return out->specs ? 0
                      : err_set(err, ERR_INPUT, 0,
                                "the output branch does not name the specs that it was made from");
}
