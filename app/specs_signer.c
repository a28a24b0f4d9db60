/* app/specs_signer.c - reads the list of signers where the configuration names it. */
#include "app/specs_signer.h"
#include "base/files.h"
#include "pki/allowed_signers.h"
#include "pki/ssh_signature.h"

enum { SIGNERS_FILE_MAX = 4 * 1024 * 1024 };

/* The first mistake of the list is the reason: a list that cannot be read allows nothing. */
static int read_signers(struct allowed_signers *out, const char *path, struct arena *arena,
                        struct err *err)
{
    struct diags diags = { .arena = arena };
    AUTO_TEXT text = { 0 };
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, path, SIGNERS_FILE_MAX, arena, err) < 0)
        return err_wrap(err, "read the list of signers (specs.verify.allowedSigners)");
    allowed_signers_parse(out, path, bytes, len, arena, &diags);
    if (diags.errors == 0)
        return 0;
    diag_print(&text, diags.first);
    return err_set(err, ERR_INPUT, 0, "%s", text.bytes);
}

static int refuse(const char *commit, const char *why, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "nothing is rendered from specs commit %.12s: %s (specs.verify); what is on the "
                   "output branch stays",
                   commit, why);
}

static int find_signer(const char **signer, const struct allowed_signers *signers,
                       const struct snapshot_signature *signed_commit, const char *commit,
                       struct arena *arena, struct err *err)
{
    const struct allowed_signer *found;
    struct ssh_signature signature;
    const char *why;

    if (ssh_signature_check(&signature, signed_commit->signature, SSH_NAMESPACE_GIT,
                            signed_commit->signed_bytes, signed_commit->signed_len, arena, err)
        < 0)
        return refuse(commit, arena_text(arena, err->text), err);
    found = allowed_signers_find(signers, signature.key, SSH_NAMESPACE_GIT, signed_commit->time,
                                 &why, arena);
    if (!found)
        return refuse(
            commit, arena_printf(arena, "its key %s may not sign: %s", signature.fingerprint, why),
            err);
    *signer = found->principals;
    return 0;
}

int specs_signer_check(const char **signer, const struct config *config, struct snapshot *specs,
                       struct arena *arena, struct err *err)
{
    const char *path = config->specs.allowed_signers, *commit = snapshot_commit(specs);
    struct snapshot_signature found;
    struct allowed_signers signers;

    *signer = "";
    if (!path)
        return 0;
    if (read_signers(&signers, path, arena, err) < 0
        || snapshot_signature(&found, specs, arena, err) < 0)
        return -1;
    if (!found.signature)
        return refuse(commit,
                      "it is not signed; sign commits with \"git config commit.gpgSign "
                      "true\" and \"gpg.format ssh\"",
                      err);
    if (!text_starts(found.signature, "-----BEGIN SSH SIGNATURE-----"))
        return refuse(commit,
                      "it is signed by GPG or X.509 (a merge made by the forge, perhaps); "
                      "weft verifies SSH signatures",
                      err);
    return find_signer(signer, &signers, &found, commit, arena, err);
}
