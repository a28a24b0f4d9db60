/* app/pass/signing.c - reads the signing key where the configuration names it.
 *
 * The key is read once, when the state is opened, and before anything is fetched, so that a
 * missing or unreadable key ends the pass while it has changed nothing. Its bytes are a secret
 * (pki/secret.h) until the key is parsed. The namespace "git" is what "git verify-commit" asks
 * ssh-keygen for; a signature of another namespace cannot be replayed as one of a commit. */
#include "app/pass/signing.h"

#include "base/text.h"
#include "pki/secret_file.h"
#include "pki/ssh_signature.h"

enum { KEY_FILE_MAX = 64 * 1024 };

int signing_open(struct ssh_key **out, const struct config *config, struct err *err)
{
    static const char what[] = "signing key";
    const char *path = config->output.signing_key;
    AUTO(secret_free) struct secret *bytes = NULL;
    AUTO(arena_free) struct arena *arena = arena_new();

    *out = NULL;
    if (!path)
        return 0;
    if (secret_file_read(&bytes, what, path, KEY_FILE_MAX, err) < 0)
        return -1;
    return ssh_key_open(out, arena_printf(arena, "%s %s", what, path), bytes->bytes, bytes->len,
                        err);
}

int signing_sign(struct text *out, const struct ssh_key *key, const char *bytes, size_t len,
                 struct err *err)
{
    return ssh_signature_make(out, key, SSH_NAMESPACE_GIT, bytes, len, err);
}
