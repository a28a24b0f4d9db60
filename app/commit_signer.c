/* app/commit_signer.c - looks at the signature of a commit; refuses nothing.
 *
 * Git stores the signature in the header gpgsig of the commit; what is signed is the commit
 * without that header. The key is known first and judged second: a signature that does not verify
 * tells nothing about a signer, and one by an unknown key is still whole. Callers refuse
 * (specs_signer.c) or report (audit), so all that is found is returned. */
#include "app/commit_signer.h"
#include "base/files.h"
#include "pki/ssh_signature.h"

enum { SIGNERS_FILE_MAX = 4 * 1024 * 1024 };

int commit_signer_find(struct commit_signer *out, struct snapshot *commit,
                       const struct allowed_signers *signers, struct arena *arena, struct err *err)
{
    const struct allowed_signer *signer;
    struct snapshot_signature found;
    struct ssh_signature signature;
    struct err wrong;

    *out = (struct commit_signer){ .fingerprint = "", .signer = "", .why = "" };
    if (snapshot_signature(&found, commit, arena, err) < 0)
        return -1;
    out->is_signed = found.signature != NULL;
    if (!out->is_signed)
        return 0;
    if (!text_starts(found.signature, "-----BEGIN SSH SIGNATURE-----")) {
        out->why = "it is signed by GPG or X.509 (a merge made by the forge, perhaps); weft "
                   "verifies SSH signatures";
        return 0;
    }
    if (ssh_signature_check(&signature, found.signature, SSH_NAMESPACE_GIT, found.signed_bytes,
                            found.signed_len, arena, &wrong)
        < 0) {
        out->why = arena_text(arena, wrong.text);
        return 0;
    }
    out->is_whole = true;
    out->fingerprint = arena_text(arena, signature.fingerprint);
    if (!signers)
        return 0;
    signer = allowed_signers_find(signers, signature.key, SSH_NAMESPACE_GIT, found.time, &out->why,
                                  arena);
    if (signer)
        out->signer = signer->principals;
    return 0;
}

/* One line that cannot be read refuses the list as a whole: the line may be the one that restricts
 * a key. */
int commit_signer_read_list(struct allowed_signers *out, const char *path, const char *setting,
                            struct arena *arena, struct err *err)
{
    struct diags diags = { .arena = arena };
    AUTO_TEXT text = { 0 };
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, path, SIGNERS_FILE_MAX, arena, err) < 0)
        return err_wrap(err, "read the list of signers (%s)", setting);
    allowed_signers_parse(out, path, bytes, len, arena, &diags);
    if (diags.errors == 0)
        return 0;
    diag_print(&text, diags.first);
    return err_set(err, ERR_INPUT, 0, "%s", text.bytes);
}
