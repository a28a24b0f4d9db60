/* app/config_vault.c - the Vault servers that weft may log in to, one row for each key.
 *
 * A VirtualMesh names the server that signs for it, and authors of specs are not operators: a
 * login is a credential, and must not be sent to any URL that a spec has. So a server has to be
 * listed here as well (vault_login_allowed), and what is written here takes precedence over the
 * login that a spec names. Two logins for one server are refused, as their order would have to be
 * guessed. */
#include "app/config_vault.h"
#include "app/config.h"
#include "app/config_path.h"
#include "base/decode_value.h"

static const struct schema_field app_role_fields[] = {
    ROW_TEXT(struct config_app_role, "path", path, .text = "auth/approle",
             .doc = "Path of the auth method in Vault."),
    ROW_PATH(struct config_app_role, "roleIdFile", role_id_file, .doc = "File of the role id."),
    ROW_PATH(struct config_app_role, "secretIdFile", secret_id_file,
             .doc = "File of the secret id, readable by its owner only."),
};
static const struct schema app_role_schema = { .name = "AppRole",
                                               .doc = "Login to Vault by AppRole.",
                                               .size = sizeof(struct config_app_role),
                                               SCHEMA_FIELDS(app_role_fields) };

static void check_vault_server(const struct at *at, const char *url)
{
    if (*url && !text_starts(url, "https://") && !text_starts(url, "http://"))
        at_error(at, "must be a URL such as https://vault.example.com:8200");
}

static void check_vault(const struct at *at, void *object)
{
    const struct config_vault *vault = object;

    if (!vault->app_role.role_id_file != !vault->app_role.secret_id_file)
        at_error(at, "appRole needs both roleIdFile and secretIdFile");
    if (vault->token_file && vault->app_role.role_id_file)
        at_error(at, "only one of tokenFile, appRole may be set; remove one");
}

static const struct schema_field config_vault_fields[] = {
    ROW_TEXT(struct config_vault, "server", server,
             .need = "write the URL of the server, such as https://vault.example.com:8200",
             .check_text = check_vault_server, .example = "https://vault.example.com:8200",
             .doc = "URL of a Vault or OpenBao server that weft may log in to."),
    ROW_PATH(struct config_vault, "tokenFile", token_file,
             .doc = "File of a token, readable by its owner only; used instead of the login that "
                    "a VirtualMesh names."),
    ROW_MAP(struct config_vault, "appRole", app_role, app_role_schema, .inside = true,
            .doc = "Used instead of the login that a VirtualMesh names."),
    ROW_PATH(struct config_vault, "serviceAccountFolder", account_folder,
             .absent = "that of the pod's ServiceAccount",
             .doc = "Folder with the token for `kubernetesAuth`, such as a projected volume whose "
                    "audience is Vault."),
    ROW_BOOL(struct config_vault, "allowInsecure", allow_insecure,
             .doc = "Take `http://` for a server on the loopback."),
};
const struct schema config_vault_schema = { .name = "Vault",
                                            .doc = "A Vault server.",
                                            .size = sizeof(struct config_vault),
                                            SCHEMA_FIELDS(config_vault_fields),
                                            .check = check_vault };
