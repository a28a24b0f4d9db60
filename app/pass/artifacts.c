/* app/pass/artifacts.c - the registry follows the branch, and never precedes it.
 *
 * The stage comes after the commit was pushed and noted, and reads what it packs out of that
 * commit: so there is no artifact of anything that is not on the branch, and with pull requests
 * none of a proposal.  A pass that is killed anywhere leaves tags as they were, or new; the state
 * does not call the commit complete (artifact_memory.commit) before all tags were seen to hold it,
 * and no pass is idle until then.
 *
 * Whether a tag is up to date is decided by what the registry answers, in this order: the digest
 * that the state has for the same Git tree; then the digest of the layer, for a state that was
 * lost; else it is pushed.  The artifact of an unchanged folder stays what it is, with the commit
 * that it was first made of, and its digest moves only when a cluster has something to apply.  A
 * tag that holds what neither this state nor this repository made belongs to another
 * writer, and stays.
 *
 * A tag is not a ref: the last push wins, so the Lease is renewed before, and a pass that was
 * overtaken is corrected by the next one. */
#include "app/pass/artifacts.h"
#include "app/git_access.h"
#include "app/pass/artifact_memory.h"
#include "app/pass/lock.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/plural.h"
#include "base/url.h"
#include "oci/oci_push.h"
#include "oci/oci_tarball.h"
#include "sync/fetch.h"
#include "sync/snapshot.h"
#include "sync/split.h"
#include <string.h>

enum { CA_MAX = 4 * 1024 * 1024, DEPTH_MAX = 32 };

struct artifacts {
    struct session *session;
    struct clone *clone;
    struct snapshot *snapshot;
    struct split split;
    struct oci_client *client;
    struct artifact_memory known; /* by the last pass */
    struct artifact *items;       /* in place now */
    size_t count, pushed, failed;
    struct err first; /* failure */
};

/* --- the registry --- */

struct registry {
    struct http *http;
    struct oci_client *client;
    struct secret *password;
};

static void registry_close(struct registry *registry)
{
    oci_client_close(registry->client);
    if (registry->http)
        http_close(registry->http);
    if (registry->password)
        secret_free(registry->password);
}

static int registry_open(struct registry *out, const struct config_oci *config, const char *base,
                         struct arena *arena, struct err *err)
{
    struct oci_server server = { .base = base,
                                 .token_server = config->token_server,
                                 .proxy = config->proxy,
                                 .plain_http = config->allow_insecure };
    char *ca = NULL;
    size_t len;

    if (config->ca_file && file_read(&ca, &len, config->ca_file, CA_MAX, arena, err) < 0)
        return err_wrap(err, "read output.oci.auth.caFile");
    if (config->password_file) {
        if (git_access_read_password(&out->password, config->password_file, err) < 0)
            return err_wrap(err, "credentials for the registry (output.oci.auth)");
        server.username = config->username;
        server.password = (const char *)out->password->bytes;
    }
    server.ca_pem = ca;
    if (http_open(&out->http, GIT_ACCESS_USER_AGENT, err) < 0)
        return -1;
    out->client = oci_client_open(out->http, &server);
    return 0;
}

/* --- one artifact's bytes --- */

struct packing {
    const struct tree_reader *files; /* below the folder of the cluster */
    struct oci_tarball *tarball;
    struct arena *arena; /* of one file at a time */
};

static int pack_folder(const struct packing *at, const char *folder, unsigned depth,
                       struct arena *arena, struct err *err);

/* Links and submodules are in no artifact: weft writes none, and a reader would have to trust where
 * they lead. */
static int pack_file(const struct packing *at, const char *path, struct err *err)
{
    char *bytes;
    size_t len;

    arena_reset(at->arena);
    if (at->files->read(at->files->context, path, &bytes, &len, at->arena, err) < 0)
        return -1;
    if (bytes)
        oci_tarball_add_file(at->tarball, path, bytes, len);
    return 0;
}

static int pack_entry(const struct packing *at, const char *folder, const char *name,
                      unsigned depth, struct arena *arena, struct err *err)
{
    const char *path = arena_printf(arena, "%s%s%s", folder, *folder ? "/" : "", name);
    const size_t len = strlen(path);

    if (!text_ends(path, "/"))
        return pack_file(at, path, err);
    path = arena_bytes(arena, path, len - 1);
    oci_tarball_add_folder(at->tarball, path);
    return pack_folder(at, path, depth + 1, arena, err);
}

static int pack_folder(const struct packing *at, const char *folder, unsigned depth,
                       struct arena *arena, struct err *err)
{
    const char **names;
    size_t count;

    if (depth > DEPTH_MAX)
        return err_set(err, ERR_INPUT, 0, "%s lies in more than %d folders", folder, DEPTH_MAX);
    if (at->files->list(at->files->context, folder, &names, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (pack_entry(at, folder, names[i], depth, arena, err) < 0)
            return -1;
    return 0;
}

/* --- one cluster --- */

struct making {
    struct artifacts *all;
    const struct split_cluster *cluster;
    const struct artifact *known; /* NULL: the state knows none */
    struct oci_reference at;
    struct oci_current current; /* what is at the tag */
    struct artifact artifact;   /* that is to be there */
    struct arena *arena;        /* of this cluster */
};

static struct oci_blob blob_of(const struct text *bytes)
{
    struct oci_blob out = { .bytes = bytes->bytes, .len = bytes->len };

    oci_manifest_digest(out.digest, bytes->bytes, bytes->len);
    return out;
}

/* The repository that published it, without a user. */
static const char *source_of(const struct making *at)
{
    const char *url = at->all->session->config->output.url;
    struct err err;
    struct url parts;

    return url_parse(&parts, url, at->arena, &err) == 0 ? parts.shown : url;
}

static const char *revision_of(const struct making *at, const char *commit)
{
    return arena_printf(at->arena, "%s@sha1:%s", at->all->session->config->output.branch, commit);
}

/* Whether what is at the tag says that it was made of this branch. */
static bool names_branch(const struct making *at)
{
    const struct oci_manifest *manifest = &at->current.manifest;

    return at->current.readable && text_equal(manifest->source, source_of(at))
           && text_starts(manifest->revision, revision_of(at, ""));
}

/* Made of this branch, as it says; the commit that it names is checked nowhere. */
static bool is_ours(const struct making *at)
{
    return (at->known && text_equal(at->current.digest, at->known->digest)) || names_branch(at);
}

static int refuse(const struct making *at, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the tag holds %s, which was not made of branch %s of %s: delete that tag if "
                   "nothing needs it, or choose another output.oci.url or tag",
                   at->current.digest, at->all->session->config->output.branch, source_of(at));
}

/* The commit that the artifact names, when the cluster has the same files there; else NULL. */
static const char *named_commit(const struct making *at)
{
    struct artifacts *all = at->all;
    const char *commit = at->current.manifest.revision + strlen(revision_of(at, ""));
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    const struct split_cluster *cluster;
    struct split split;
    struct err err;

    if (strlen(commit) != 40 || !clone_has(all->clone, commit)
        || snapshot_open(&snapshot, all->clone, commit, &err) < 0
        || split_read(&split, snapshot, all->session->config->output.path, at->arena, &err) < 0)
        return NULL;
    cluster = split_find(&split, at->cluster->name);
    return cluster && git_id_equal(&cluster->tree, &at->cluster->tree) ? commit : NULL;
}

/* Whether the tag holds these files, and says so of a commit that has them: then nothing is pushed,
 * and that commit stays. */
static bool is_in_place(struct making *at, const struct oci_blob *config,
                        const struct oci_blob *layer)
{
    const struct oci_manifest *manifest = &at->current.manifest;
    const char *commit;

    if (!names_branch(at) || !text_equal(manifest->layer, layer->digest)
        || !text_equal(manifest->config, config->digest))
        return false;
    commit = named_commit(at);
    if (!commit)
        return false;
    at->artifact.digest = arena_text(at->all->session->arena, at->current.digest);
    at->artifact.commit = arena_text(at->all->session->arena, commit);
    return true;
}

static int push(struct making *at, const struct oci_blob *config, const struct oci_blob *layer,
                struct err *err)
{
    struct artifact *artifact = &at->artifact;
    const struct oci_origin origin = { source_of(at), revision_of(at, artifact->commit),
                                       artifact->created };
    char digest[OCI_DIGEST_SIZE];

    FAULT("pass.artifact");
    if (oci_push(digest, at->all->client, &at->at, config, layer, &origin, at->arena, err) < 0)
        return -1;
    artifact->digest = arena_text(at->all->session->arena, digest);
    at->all->pushed++;
    progress_note(at->all->session->progress, "%s is now %s, of %.12s", at->at.shown, digest,
                  artifact->commit);
    return 0;
}

static int settle(struct making *at, const struct text *packed, const struct sha256 *plain,
                  struct err *err)
{
    AUTO_TEXT config_text = { 0 };
    struct oci_blob config, layer = blob_of(packed);

    oci_manifest_config(&config_text, plain);
    config = blob_of(&config_text);
    if (*at->current.digest && !is_ours(at))
        return refuse(at, err);
    return is_in_place(at, &config, &layer) ? 0 : push(at, &config, &layer, err);
}

static int pack(struct making *at, struct err *err)
{
    AUTO(arena_free) struct arena *file = arena_new();
    AUTO(oci_tarball_free) struct oci_tarball *tarball = oci_tarball_new();
    const struct tree_reader files =
        snapshot_reader(at->all->snapshot, at->cluster->folder, at->arena);
    const struct packing packing = { &files, tarball, file };
    struct sha256 plain;
    const struct text *packed;

    if (pack_folder(&packing, "", 0, at->arena, err) < 0)
        return -1;
    packed = oci_tarball_end(tarball, &plain);
    return settle(at, packed, &plain, err);
}

/* The commit that the artifact names: of the first one with these files, as far as it is known. */
static void fill_artifact(struct making *at)
{
    struct arena *arena = at->all->session->arena;
    char tree[41];

    git_id_hex(tree, &at->cluster->tree);
    at->artifact = (struct artifact){
        .cluster = at->cluster->name,
        .tree = arena_text(arena, tree),
        .commit = arena_text(arena, snapshot_commit(at->all->snapshot)),
        .created = clock_text(snapshot_time(at->all->snapshot), arena),
        .digest = "",
    };
    if (at->known && text_equal(at->known->tree, at->artifact.tree))
        at->artifact = *at->known;
}

static int make_one(struct making *at, struct err *err)
{
    if (oci_push_look(&at->current, at->all->client, &at->at, at->arena, err) < 0)
        return -1;
    fill_artifact(at);
    if (*at->artifact.digest && text_equal(at->artifact.digest, at->current.digest))
        return 0;
    return pack(at, err);
}

static void make(struct artifacts *all, const struct split_cluster *cluster)
{
    const struct config_oci *config = &all->session->config->output.oci;
    AUTO(arena_free) struct arena *arena = arena_new();
    struct making at = { .all = all,
                         .cluster = cluster,
                         .known = artifact_memory_find(&all->known, cluster->name),
                         .arena = arena };
    struct err err;

    if (oci_reference_make(&at.at, config->url, cluster->name, config->tag, config->allow_insecure,
                           arena, &err)
            == 0
        && make_one(&at, &err) == 0) {
        artifact_memory_follow(&at.artifact, at.known, all->session->arena);
        *ARENA_PUSH(all->session->arena, all->items, all->count) = at.artifact;
        return;
    }
    if (!all->failed++)
        all->first = err;
    if (!oci_client_is_down(all->client))
        progress_warn(all->session->progress, "artifact of cluster %s: %s", cluster->name,
                      err.text);
    if (at.known) /* as far as is known, it is still there */
        *ARENA_PUSH(all->session->arena, all->items, all->count) = *at.known;
}

/* --- all of them --- */

/* Like the folder in Git, an artifact of a cluster that is gone is not replaced by an empty one:
 * a GitOps tool would delete what it applied. */
static void tell_left(const struct artifacts *all)
{
    for (size_t i = 0; i < all->known.count; i++)
        if (!split_find(&all->split, all->known.items[i].cluster))
            progress_warn(all->session->progress,
                          "cluster %s has no files on %s any more; its artifact stays in %s/%s "
                          "until it is deleted there",
                          all->known.items[i].cluster, all->session->config->output.branch,
                          all->session->config->output.oci.url, all->known.items[i].cluster);
}

static int remember(const struct artifacts *all, struct err *err)
{
    struct session *session = all->session;
    const struct artifact_memory memory = { .commit =
                                                all->failed ? "" : snapshot_commit(all->snapshot),
                                            .items = all->items,
                                            .count = all->count };

    FAULT("pass.artifacts.pushed");
    artifact_memory_write(session, &memory);
    return store_save(session->store, &session->ledger, err);
}

static int make_all(struct artifacts *all, struct err *err)
{
    struct session *session = all->session;

    for (size_t i = 0; i < all->split.count; i++) {
        progress_step(session->progress, i, all->split.count, "artifacts");
        make(all, &all->split.clusters[i]);
    }
    tell_left(all);
    if (remember(all, err) < 0)
        return -1;
    if (all->failed) {
        *err = all->first;
        return err_wrap(err, "%s in %s %s not up to date",
                        plural_count(all->failed, "artifact", session->arena),
                        session->config->output.oci.url, all->failed == 1 ? "is" : "are");
    }
    progress_end(session->progress, "%s in %s of %.12s: %zu new",
                 plural_count(all->count, "artifact", session->arena),
                 session->config->output.oci.url, snapshot_commit(all->snapshot), all->pushed);
    return 0;
}

static int with_registry(struct artifacts *all, struct err *err)
{
    const struct config_oci *config = &all->session->config->output.oci;
    struct registry registry = { .http = NULL };
    struct oci_reference any;
    int result = -1;

    if (oci_reference_make(&any, config->url, "a", config->tag, config->allow_insecure,
                           all->session->arena, err)
            == 0
        && registry_open(&registry, config, any.base, all->session->arena, err) == 0) {
        all->client = registry.client;
        result = make_all(all, err);
    }
    registry_close(&registry);
    return result;
}

int pass_artifacts(struct session *session, const struct inputs *inputs, const char *commit,
                   struct err *err)
{
    const struct config_output *output = &session->config->output;
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct artifacts all = { .session = session, .clone = inputs->output_clone };

    if (!output->oci.url || session->dry || !*commit)
        return 0;
    progress_begin(session->progress, "artifacts");
    if (pass_lock_keep(session, err) < 0
        || snapshot_open(&snapshot, inputs->output_clone, commit, err) < 0
        || split_read(&all.split, snapshot, output->path, session->arena, err) < 0)
        return err_wrap(err, "the artifacts of %.12s", commit);
    all.snapshot = snapshot;
    all.known = artifact_memory_read(&session->ledger, session->config, session->arena);
    return with_registry(&all, err);
}
