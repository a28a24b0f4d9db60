/* api/vault.c - the fields of VaultCA.  Must not connect to a Vault.  VirtualMesh API
 *
 * A spec names the server, and the configuration must list it (app/vault_login.c): else the author
 * of a spec could have weft send its Vault token to a server of their own. The paths become part
 * of URLs, so bytes that would end a path, or climb out of it, are refused here, where the
 * position is known. */
#include "api/vault.h"
#include "base/decode_value.h"

#include "api/schema.h"
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

static void check_path(const struct at *at, const char *path)
{
    if (!plain_path(path))
        at_error(at, "must be a path inside Vault, without blanks, '?', '#' and '..'");
}

static void check_mount_path(const struct at *at, const char *path)
{
    if (!plain_path(path))
        at_error(at, "must be a path such as " MOUNT_PATH ", without blanks, '?', '#' and '..'");
}

static void check_server(const struct at *at, const char *server)
{
    const char *host = text_starts(server, "https://")  ? server + 8
                       : text_starts(server, "http://") ? server + 7
                                                        : "";

    if (*server && (!*host || *host == '/' || strchr(host, '@') || !plain_path(host)))
        at_error(at, "must be a URL such as https://vault.example.com:8200");
}

static void decode_ca_bundle(const struct at *at, const struct schema_field *field, void *object)
{
    struct vault_ca *vault = object;
    const char *text = at_text(at, NULL), *pem;
    size_t len;

    (void)field;
    if (!text || !*text)
        return;
    if (strstr(text, "-----BEGIN")) {
        at_error(
            at,
            "is PEM text, but this field takes base64: write the output of 'base64 -w0 ca.pem'");
        return;
    }
    pem = at_base64(at, &len);
    if (!pem)
        return;
    if (strlen(pem) == len && strstr(pem, "-----BEGIN CERTIFICATE-----"))
        vault->ca_bundle = pem;
    else
        at_error(at, "must be PEM certificates in base64, but decodes to something else");
}

static const struct schema_field kubernetes_fields[] = {
    ROW_TEXT(struct vault_ca, "mountPath", mount_path, .text = MOUNT_PATH,
             .check_text = check_mount_path,
             .doc = "Path of the auth method; `/login` is appended to it."),
    ROW_TEXT(struct vault_ca, "role", role,
             .need = "write the Vault role that the service account logs in to",
             .doc = "Vault role that the service account logs in to."),
    ROW_TEXT(struct vault_ca, "secretTokenKey", secret_token_key, .text = TOKEN_KEY,
             .doc = "Key of the token inside its Secret or folder."),
    ROW_REF(struct vault_ca, "serviceAccountRef", service_account, "ServiceAccount", .member = true,
            .chosen = VAULT_ACCOUNT_REF,
            .doc = "Not supported (M10): another service account than that of weft's pod."),
    ROW_TEXT(struct vault_ca, "mountedSaPath", mounted_sa_path, .text = MOUNTED_SA_PATH,
             .member = true, .chosen = VAULT_MOUNTED_PATH,
             .doc = "Folder of a mounted service account token, if the configuration names the "
                    "same one."),
};
static const struct schema kubernetes_schema = {
    .name = "VaultKubernetesAuth",
    .doc = "Login to Vault with the token of a Kubernetes service account.",
    .size = sizeof(struct vault_ca),
    SCHEMA_FIELDS(kubernetes_fields),
    .choice = SCHEMA_OPTIONAL(struct vault_ca, account),
    .none = VAULT_MOUNTED_PATH,
};

static const struct schema_field vault_fields[] = {
    ROW_TEXT(struct vault_ca, "caPath", ca_path,
             .need = "write Vault's path that signs the intermediate, such as "
                     "pki/root/sign-intermediate",
             .check_text = check_path, .example = "pki/root/sign-intermediate",
             .doc =
                 "Path in Vault that signs an intermediate: `<mount>/root/sign-intermediate`, or "
                 "`<mount>/issuer/<issuer>/sign-intermediate`."),
    ROW_TEXT(
        struct vault_ca, "csrPath", csr_path, .absent = "weft makes the key",
        .check_text = check_path, .example = "pki_int/intermediate/generate/exported",
        .doc =
            "Not used, with a warning: a path in Vault that makes a private key and exports it."),
    ROW_TEXT(
        struct vault_ca, "server", server,
        .need = "write Vault's URL, such as https://vault.example.com:8200",
        .check_text = check_server, .example = "https://vault.example.com:8200",
        .doc = "URL of the Vault or OpenBao server; the configuration (`pki.vault`) must list it."),
    ROW_BYTES(struct vault_ca, "caBundle", ca_bundle, .decode = decode_ca_bundle,
              .absent = "the system's roots",
              .doc = "PEM certificates in base64 that verify the server."),
    ROW_TEXT(struct vault_ca, "namespace", namespace,
             .doc = "Namespace of Vault Enterprise or OpenBao."),
    ROW_REF(struct vault_ca, "tokenSecretRef", token_secret, "Secret", .member = true,
            .chosen = VAULT_TOKEN, .doc = "Secret that holds a Vault token under the key `token`."),
    ROW_FLAT("kubernetesAuth", kubernetes_schema, .member = true, .chosen = VAULT_KUBERNETES_AUTH,
             .doc = "Login with a Kubernetes service account."),
};
const struct schema vault_schema = {
    .name = "VaultCA",
    .doc = "Vault as the CA of the intermediates.",
    .size = sizeof(struct vault_ca),
    SCHEMA_FIELDS(vault_fields),
    .choice = SCHEMA_OPTIONAL(struct vault_ca, login),
    .none = VAULT_KUBERNETES_AUTH,
    .need_one = "needs a way to log in to Vault; write either tokenSecretRef or kubernetesAuth",
};
