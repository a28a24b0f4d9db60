/* app/plan_digest.c - joins what a rendering depends on in one digest.  Decides nothing.
 *
 * "Nothing changed, so there is nothing to do" rests on this digest. It covers what decides the
 * bytes and is not a commit on the branch: the version of weft, the configuration, the specs
 * commit, the certificates to encrypt for, the list of signers. Evidence and time are not in it: a
 * pass that watches servers, or that only time can move, is never idle (is_idle in
 * app/pass/pass.c).
 *
 * Stored in the state: the order of the parts, and the NUL behind each commit, are a stored form.
 */
#include "app/plan_digest.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/files.h"
#include "version.h"
#include <stdio.h>

enum { CERTIFICATE_MAX = 1024 * 1024, COMMIT_SIZE = 41 };

static void digest_file(struct sha256_stream *stream, const char *path, struct arena *arena)
{
    struct err err;
    char *bytes;
    size_t len;

    if (!path || file_read(&bytes, &len, path, CERTIFICATE_MAX, arena, &err) < 0)
        return; /* the stage that needs the file says why it cannot be read */
    sha256_add(stream, bytes, len);
}

static void end(char out[65], struct sha256_stream *stream)
{
    const struct sha256 digest = sha256_end(stream);

    hex_encode(out, digest.bytes, sizeof digest.bytes);
}

/* As it was always stored: with the NUL after it, in 41 bytes. */
static void add_commit(struct sha256_stream *stream, const char *commit)
{
    char bytes[COMMIT_SIZE] = { 0 };

    snprintf(bytes, sizeof bytes, "%s", commit);
    sha256_add(stream, bytes, sizeof bytes);
}

void plan_digest_of(char out[65], const struct config *config, const char *specs_commit,
                    struct arena *arena)
{
    struct sha256_stream *stream = sha256_begin();

    sha256_add(stream, WEFT_VERSION, sizeof WEFT_VERSION);
    sha256_add(stream, config->digest, sizeof config->digest);
    add_commit(stream, specs_commit);
    for (size_t i = 0; i < config->cluster_count; i++)
        digest_file(stream,
                    config_recipient_file(&config->clusters[i],
                                          delivery_method_of(config->clusters[i].delivery)),
                    arena);
    digest_file(stream, config->specs.allowed_signers, arena);
    end(out, stream);
}

void plan_digest_add_inventory(char digest[65], const char *inventory_commit)
{
    struct sha256_stream *stream = sha256_begin();

    sha256_add(stream, digest, 65);
    add_commit(stream, inventory_commit);
    end(digest, stream);
}
