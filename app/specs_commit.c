/* app/specs_commit.c - specs out of commits.  Decides nothing about them.
 *
 * All refs of a call share one clone of the cache, the one that passes use, so comparing two
 * branches costs what is new since the last pass. A commit is verified before its files are read,
 * except where it is deployed: it was verified by the pass that rendered it, and a signer who has
 * left since must not make the past unreadable. */
#include "app/specs_commit.h"
#include "app/git_access.h"
#include "app/specs_signer.h"
#include "app/specs_source.h"
#include "base/files.h"
#include "sync/fetch.h"
#include "sync/init.h"
#include "sync/snapshot.h"

static int read_commit(struct specs_commit *out, struct clone *clone, const char *ref, bool verify,
                       const struct config *config, struct arena *arena, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    const char *signer;

    if (clone_fetch(clone, out->id, ref ? ref : config->specs.ref, false, err) < 0
        || snapshot_open(&snapshot, clone, out->id, err) < 0
        || (verify && specs_signer_check(&signer, config, snapshot, arena, err) < 0))
        return -1;
    return specs_source_snapshot(&out->specs, &out->files, snapshot, config->specs.path,
                                 config->pod_namespace, arena, &out->diags, err);
}

int specs_commit_read_deployed(struct specs_commit *out, struct clone *clone, const char *commit,
                               const struct config *config, struct arena *arena, struct err *err)
{
    return read_commit(out, clone, commit, false, config, arena, err);
}

static int read_all(struct specs_commit *out, const char *const *refs, size_t count,
                    const struct remote_access *access, const struct config *config,
                    struct arena *arena, struct err *err)
{
    AUTO(clone_close) struct clone *clone = NULL;
    const char *folder = arena_printf(arena, "%s/specs", config->cache_path);

    if (file_make_folders(config->cache_path, 0700, err) < 0
        || clone_open(&clone, folder, &access->spec, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (read_commit(&out[i], clone, refs[i], true, config, arena, err) < 0)
            return -1;
    return 0;
}

int specs_commit_read(struct specs_commit *out, const char *const *refs, size_t count,
                      const struct config *config, struct arena *arena, struct err *err)
{
    struct remote_access access;
    int result;

    if (init_git(GIT_ACCESS_USER_AGENT, err) < 0
        || remote_access_open(&access, config->specs.url, &config->specs.auth, arena, err) < 0)
        return -1;
    result = read_all(out, refs, count, &access, config, arena, err);
    remote_access_close(&access);
    return result;
}
