/* app/vault_login.c - finds the credential for a Vault server and logs in.  Credentials are read to
 * an arena that is shredded, or to guarded memory.
 *
 * Where the credential comes from is the configuration's choice first (tokenFile, appRole) and the
 * spec's second, because the same specs are read by passes in several places. Whatever a spec
 * says, it can name no file: mountedSaPath must equal the folder that the configuration names, and
 * a key may hold no slash. A token is sent only to a server that the configuration lists, compared
 * after both URLs were normalised. */
#include "app/vault_login.h"

#include "base/files.h"
#include "base/http_url.h"
#include "pki/secret_file.h"
#include <string.h>

#define ACCOUNT_FOLDER "/var/run/secrets/kubernetes.io/serviceaccount"

enum { CREDENTIAL_MAX = 16 * 1024 };

/* --- servers --- */

static const char *without_slashes(const char *text, struct arena *arena)
{
    size_t len = strlen(text);

    while (len && text[len - 1] == '/')
        len--;
    return arena_bytes(arena, text, len);
}

const char *vault_login_base(const char *server, struct arena *arena)
{
    struct url_parts url;

    return http_url_split(&url, server, arena) ? without_slashes(url.shown, arena) : server;
}

const struct config_vault *vault_login_allowed(const struct config *config,
                                               const struct vault_ca *place, struct arena *arena)
{
    const char *server = vault_login_base(place->server, arena);

    for (size_t i = 0; i < config->vault_count; i++)
        if (text_equal(vault_login_base(config->vaults[i].server, arena), server))
            return &config->vaults[i];
    return NULL;
}

/* --- credentials --- */

/* What has len bytes loses the white space at its end; false: a header could not hold it. */
static bool clean(char *text, size_t len)
{
    if (strlen(text) != len)
        return false;
    while (len && (unsigned char)text[len - 1] <= ' ')
        len--;
    text[len] = '\0';
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    return len > 0;
}

static int unusable(struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, 0, "%s holds no credential: one line of visible characters",
                   what);
}

/* A file that only weft may read. */
static int read_private(const char **out, const char *what, const char *path, struct arena *secret,
                        struct err *err)
{
    AUTO(secret_free) struct secret *content = NULL;
    char *text;

    if (secret_file_read(&content, what, path, CREDENTIAL_MAX, err) < 0)
        return -1;
    text = arena_bytes(secret, content->bytes, content->len);
    if (!clean(text, content->len))
        return unusable(err, path);
    *out = text;
    return 0;
}

/* The kubelet mounts it for every user of the container (mode 0644). */
static int read_account(struct vault_credential *out, const struct config_vault *config,
                        const struct vault_ca *place, struct arena *secret, struct err *err)
{
    const char *folder = config->account_folder ? config->account_folder : ACCOUNT_FOLDER;
    const char *path = arena_printf(secret, "%s/%s", folder, place->secret_token_key);
    char *text;
    size_t len;

    if (!text_equal(place->mounted_sa_path, ACCOUNT_FOLDER)
        && !text_equal(place->mounted_sa_path, folder))
        return err_set(err, ERR_INPUT, 0,
                       "kubernetesAuth.mountedSaPath is not the folder that the configuration "
                       "names (pki.vault[].serviceAccountFolder)");
    if (strchr(place->secret_token_key, '/'))
        return err_set(err, ERR_INPUT, 0, "kubernetesAuth.secretTokenKey is no name of a file");
    if (file_read(&text, &len, path, CREDENTIAL_MAX, secret, err) < 0)
        return err_wrap(err, "the token of the service account");
    if (!clean(text, len))
        return unusable(err, path);
    *out = (struct vault_credential){ VAULT_AUTH_KUBERNETES, place->mount_path, place->role, text };
    return 0;
}

static int read_app_role(struct vault_credential *out, const struct config_app_role *config,
                         struct arena *secret, struct err *err)
{
    *out = (struct vault_credential){ .auth = VAULT_AUTH_APP_ROLE, .mount = config->path };
    if (read_private(&out->role, "role id", config->role_id_file, secret, err) < 0)
        return -1;
    return read_private(&out->secret, "secret id", config->secret_id_file, secret, err);
}

static int read_secret(struct vault_credential *out, const struct vault_ca *place,
                       struct servers *servers, struct arena *secret, struct err *err)
{
    const struct root_reader reader = servers_root_reader(servers);
    AUTO_ROOT_FILES files = { .count = 0 };

    if (!servers->config->management.present)
        return err_set(err, ERR_INPUT, 0,
                       "tokenSecretRef names a Secret, and weft has no access to Secrets here: "
                       "name the API server that has it (management), or a file with the token "
                       "(pki.vault[].tokenFile)");
    if (reader.read(reader.context, &files, place->token_secret, err) < 0)
        return -1;
    for (size_t i = 0; i < files.count; i++) {
        const struct secret *content = files.list[i].content;
        char *text;

        if (!text_equal(files.list[i].name, "token"))
            continue;
        text = arena_bytes(secret, content->bytes, content->len);
        if (!clean(text, content->len))
            break;
        *out = (struct vault_credential){ .auth = VAULT_AUTH_TOKEN, .secret = text };
        return 0;
    }
    return err_set(err, ERR_INPUT, 0, "Secret %s/%s holds no Vault token under the key token",
                   place->token_secret.namespace, place->token_secret.name);
}

static int read_login(struct vault_credential *out, const struct config_vault *config,
                      const struct vault_ca *place, struct servers *servers, struct arena *secret,
                      struct err *err)
{
    if (config->token_file) {
        *out = (struct vault_credential){ .auth = VAULT_AUTH_TOKEN };
        return read_private(&out->secret, "Vault token", config->token_file, secret, err);
    }
    if (config->app_role.role_id_file)
        return read_app_role(out, &config->app_role, secret, err);
    switch (place->login) {
    case VAULT_TOKEN:
        return read_secret(out, place, servers, secret, err);
    case VAULT_KUBERNETES_AUTH:
        break;
    }
    return read_account(out, config, place, secret, err);
}

/* "/v1/auth/kubernetes" as a path below "/v1/". */
static const char *below_v1(const char *mount, struct arena *arena)
{
    mount = without_slashes(mount, arena);
    mount += *mount == '/';
    return text_starts(mount, "v1/") ? mount + strlen("v1/") : mount;
}

int vault_login_do(struct vault_client *client, const struct config_vault *config,
                   const struct vault_ca *place, struct servers *servers, struct err *err)
{
    AUTO(arena_shred) struct arena *secret = arena_new();
    struct vault_credential login = { .auth = VAULT_AUTH_TOKEN };

    if (read_login(&login, config, place, servers, secret, err) < 0)
        return -1;
    if (login.mount)
        login.mount = below_v1(login.mount, secret);
    return vault_client_login(client, &login, err);
}
