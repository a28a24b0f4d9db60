/* app/specs_signer.c - refuses a commit of the specs that no listed signer has signed.
 *
 * Checked on the commit that is rendered and on no earlier one: who signs a commit answers for its
 * tree and not for the parents. The check comes before the first file is read. A refusal ends
 * the pass, and what is deployed stays, as the text says: unsigned specs are no reason to withdraw
 * signed ones. */
#include "app/specs_signer.h"
#include "app/commit_signer.h"

static int refuse(const char *commit, const char *why, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "nothing is rendered from specs commit %.12s: %s (specs.verify); what is on the "
                   "output branch stays",
                   commit, why);
}

int specs_signer_check(const char **signer, const struct config *config, struct snapshot *specs,
                       struct arena *arena, struct err *err)
{
    const char *path = config->specs.allowed_signers, *commit = snapshot_commit(specs);
    struct allowed_signers signers;
    struct commit_signer found;

    *signer = "";
    if (!path)
        return 0;
    if (commit_signer_read_list(&signers, path, "specs.verify.allowedSigners", arena, err) < 0
        || commit_signer_find(&found, specs, &signers, arena, err) < 0)
        return -1;
    if (!found.is_signed)
        return refuse(commit,
                      "it is not signed; sign commits with \"git config commit.gpgSign "
                      "true\" and \"gpg.format ssh\"",
                      err);
    if (!found.is_whole)
        return refuse(commit, found.why, err);
    if (!*found.signer)
        return refuse(
            commit,
            arena_printf(arena, "its key %s may not sign: %s", found.fingerprint, found.why), err);
    *signer = found.signer;
    return 0;
}
