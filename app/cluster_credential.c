/* app/cluster_credential.c - kind and end of a credential, from a kubeconfig.
 * Everything that is read goes to an arena that is shredded; only kind and time leave it.
 *
 * Neither a token nor a certificate is verified here, only read for its end: the API server judges
 * both. An exec plugin is not run, since its credential is made for each request. */
#include "app/cluster_credential.h"

#include "base/files.h"
#include "base/text.h"
#include "k8s-job/access/token_expiry.h"
#include "k8s-job/client/credential.h"
#include "k8s-job/client/in_cluster.h"
#include "k8s-job/client/kubeconfig.h"
#include "pki/certificate.h"

#include <string.h>

enum { TOKEN_BYTES_MAX = 64 * 1024 };

static int64_t file_expiry(const char *path, struct arena *secret)
{
    struct err ignored;
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, path, TOKEN_BYTES_MAX, secret, &ignored) < 0
        || !credential_clean_token(bytes))
        return 0;
    return token_expiry(bytes);
}

static void take_target(struct cluster_credential *out, const struct target *target,
                        struct arena *secret)
{
    struct err ignored;

    if (target->exec) {
        out->kind = "exec plugin";
    } else if (target->token_file) {
        out->kind = "token file";
        out->expires = file_expiry(target->token_file, secret);
    } else if (target->token) {
        out->kind = "token";
        out->expires = token_expiry(target->token);
    } else if (target->cert_pem) {
        out->kind = "client certificate";
        if (certificate_end(&out->expires, "client certificate", target->cert_pem, &ignored) < 0)
            out->why = "its client certificate cannot be read";
    }
}

struct cluster_credential cluster_credential_read(const struct config_server *server,
                                                  struct arena *arena)
{
    AUTO(arena_shred) struct arena *secret = arena_new();
    struct cluster_credential out = { .kind = "none", .server = "", .why = "" };
    struct target target = { 0 };
    struct err err;
    int result;

    if (!server->present)
        return out;
    result = server->in_cluster
                 ? in_cluster_target(&target, NULL, secret, &err)
                 : kubeconfig_target(&target, server->kubeconfig, server->context, secret, &err);
    if (result < 0) {
        out.why = arena_text(arena, err.text);
        return out;
    }
    out.server = arena_text(arena, target.server);
    take_target(&out, &target, secret);
    if (server->in_cluster)
        out.kind = "pod";
    return out;
}
