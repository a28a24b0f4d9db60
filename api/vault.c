/* api/vault.c - decodes and encodes VaultCA.  Must not talk to one.  VirtualMesh API
 */
#include "api/vault.h"
#include "base/base64.h"
#include "base/decode_value.h"

#include "api/encode.h"
#include "api/field.h"
#include <string.h>

#define MOUNT_PATH "/v1/auth/kubernetes"
#define MOUNTED_SA_PATH "/var/run/secrets/kubernetes.io/serviceaccount"
#define TOKEN_KEY "token"

/* Bytes that would change the meaning of a URL they are pasted into. */
static bool plain_path(const char *text)
{
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7F || strchr("?#\\", *p))
            return false;
    return !strstr(text, "..");
}

static const char *decode_path(struct at at, const char *hint)
{
    const char *path = field_need(&at, hint);

    if (!plain_path(path))
        at_error(&at, "must be a path inside Vault, without blanks, '?', '#' and '..'");
    return path;
}

static const char *decode_csr_path(struct at at)
{
    const char *path =
        decode_path(at, "write Vault's path that generates the intermediate, such as "
                        "pki_int/intermediate/generate/exported");

    if (*path && !text_ends(path, "/exported"))
        at_warn(&at, "should end in /exported: Istio needs the private key of its intermediate");
    return path;
}

static const char *decode_server(struct at at)
{
    const char *server =
        field_need(&at, "write Vault's URL, such as https://vault.example.com:8200");
    const char *host = text_starts(server, "https://")  ? server + 8
                       : text_starts(server, "http://") ? server + 7
                                                        : "";

    if (*server && (!*host || *host == '/' || strchr(host, '@') || !plain_path(host)))
        at_error(&at, "must be a URL such as https://vault.example.com:8200");
    return server;
}

static const char *decode_ca_bundle(struct at at)
{
    const char *text = at_text(&at, NULL), *pem;
    size_t len;

    if (!text || !*text)
        return NULL;
    if (strstr(text, "-----BEGIN")) {
        at_error(
            &at,
            "is PEM text, but this field takes base64: write the output of 'base64 -w0 ca.pem'");
        return NULL;
    }
    pem = at_base64(&at, &len);
    if (!pem)
        return NULL;
    if (strlen(pem) == len && strstr(pem, "-----BEGIN CERTIFICATE-----"))
        return pem;
    at_error(&at, "must be PEM certificates in base64, but decodes to something else");
    return NULL;
}

/* serviceAccountRef, or a directory in the pod; neither: the usual directory. */
static void decode_account(struct vault_ca *vault, const struct at *at)
{
    static const char *const members[] = { "serviceAccountRef", "mountedSaPath", NULL };
    struct at account = at_key(at, "serviceAccountRef"), path = at_key(at, "mountedSaPath");

    at_oneof(at, members);
    vault->has_service_account = at_present(&account);
    if (vault->has_service_account) {
        vault->service_account = field_ref(account, "ServiceAccount");
        return;
    }
    vault->mounted_sa_path = at_text(&path, "");
    if (!*vault->mounted_sa_path)
        vault->mounted_sa_path = MOUNTED_SA_PATH;
}

static void decode_kubernetes_auth(struct vault_ca *vault, struct at at)
{
    static const char *const keys[] = { "mountPath",         "role",          "secretTokenKey",
                                        "serviceAccountRef", "mountedSaPath", NULL };
    struct at mount = at_key(&at, "mountPath"), role = at_key(&at, "role");
    struct at token_key = at_key(&at, "secretTokenKey");

    if (!at_only(&at, keys))
        return;
    vault->mount_path = at_text(&mount, "");
    if (!*vault->mount_path)
        vault->mount_path = MOUNT_PATH;
    if (!plain_path(vault->mount_path))
        at_error(&mount,
                 "must be a path such as " MOUNT_PATH ", without blanks, '?', '#' and '..'");
    vault->role = field_need(&role, "write the Vault role that the service account logs in to");
    vault->secret_token_key = at_text(&token_key, "");
    if (!*vault->secret_token_key)
        vault->secret_token_key = TOKEN_KEY;
    decode_account(vault, &at);
}

static void decode_auth(struct vault_ca *vault, const struct at *at)
{
    static const char *const members[] = { "tokenSecretRef", "kubernetesAuth", NULL };
    int which = at_oneof(at, members);

    if (which < 0)
        at_error(at,
                 "needs a way to log in to Vault; write either tokenSecretRef or kubernetesAuth");
    vault->token = which == 0;
    if (vault->token)
        vault->token_secret = field_ref(at_key(at, "tokenSecretRef"), "Secret");
    else if (which > 0)
        decode_kubernetes_auth(vault, at_key(at, "kubernetesAuth"));
}

const struct vault_ca *vault_decode(struct at at)
{
    static const char *const keys[] = { "caPath",    "csrPath",        "server",         "caBundle",
                                        "namespace", "tokenSecretRef", "kubernetesAuth", NULL };
    struct at namespace = at_key(&at, "namespace");
    struct vault_ca *vault;

    if (!at_present(&at) || !at_only(&at, keys))
        return NULL;
    vault = ARENA_NEW(at.with->arena, struct vault_ca, 1);
    vault->ca_path =
        decode_path(at_key(&at, "caPath"), "write Vault's path that signs the intermediate, "
                                           "such as pki/root/sign-intermediate");
    vault->csr_path = decode_csr_path(at_key(&at, "csrPath"));
    vault->server = decode_server(at_key(&at, "server"));
    vault->ca_bundle = decode_ca_bundle(at_key(&at, "caBundle"));
    vault->namespace = at_text(&namespace, "");
    decode_auth(vault, &at);
    return vault;
}

static struct node *encode_kubernetes_auth(const struct vault_ca *vault, struct arena *arena)
{
    struct node *auth = node_map(arena);

    encode_text(arena, auth, "mountPath", vault->mount_path);
    encode_text(arena, auth, "role", vault->role);
    encode_text(arena, auth, "secretTokenKey", vault->secret_token_key);
    if (vault->has_service_account)
        node_set(auth, "serviceAccountRef", encode_object_ref(vault->service_account, arena));
    else
        encode_text(arena, auth, "mountedSaPath", vault->mounted_sa_path);
    return auth;
}

struct node *vault_encode(const struct vault_ca *vault, struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_text(arena, node, "caPath", vault->ca_path);
    encode_text(arena, node, "csrPath", vault->csr_path);
    encode_text(arena, node, "server", vault->server);
    if (vault->ca_bundle) {
        AUTO_TEXT base64 = { 0 };

        base64_encode(&base64, vault->ca_bundle, strlen(vault->ca_bundle));
        encode_text(arena, node, "caBundle", arena_text(arena, base64.bytes));
    }
    encode_text(arena, node, "namespace", vault->namespace);
    if (vault->token)
        node_set(node, "tokenSecretRef", encode_object_ref(vault->token_secret, arena));
    else
        node_set(node, "kubernetesAuth", encode_kubernetes_auth(vault, arena));
    return node;
}
