/* app/confinement.c - the paths and calls of one run, from its configuration and command line.
 *
 * A file is opened up by itself when its folder would give away a home or the whole disk, else
 * with its folder: Kubernetes exchanges mounted Secrets by renaming a folder beside them, and a
 * rule for the former file would not hold for the next one.
 */
#include "app/confinement.h"
#include "app/progress.h"
#include "base/files.h"
#include "base/text.h"
#include "base/url.h"
#include "k8s-job/client/kubeconfig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- paths --- */

static void add(struct confinement *out, const char *path, enum confine_access access,
                struct arena *arena)
{
    if (!text_empty(path))
        *ARENA_PUSH(arena, out->paths, out->count) = (struct confine_path){ path, access };
}

static bool is_wide(const char *folder)
{
    static const char *const wide[] = {
        "/", ".", "/root", "/home", "/tmp", "/var", "/mnt", "/srv"
    };
    const char *home = getenv("HOME");

    for (size_t i = 0; i < LENGTH(wide); i++)
        if (strcmp(folder, wide[i]) == 0)
            return true;
    return home && strcmp(folder, home) == 0;
}

static void add_file(struct confinement *out, const char *path, struct arena *arena)
{
    if (text_empty(path))
        return;
    add(out, path, CONFINE_READ, arena);
    if (!is_wide(file_folder(path, arena)))
        add(out, file_folder(path, arena), CONFINE_READ, arena);
}

/* A folder that the pass makes when it is missing: then the one above it. */
static void add_folder(struct confinement *out, const char *path, struct arena *arena)
{
    add(out, path, CONFINE_WRITE, arena);
    if (!text_empty(path) && access(path, F_OK) < 0)
        add(out, file_folder(path, arena), CONFINE_WRITE, arena);
}

/* The folder in which files are made and renamed. */
static void add_output(struct confinement *out, const char *path, struct arena *arena)
{
    if (!text_empty(path) && strcmp(path, "-") != 0)
        add_folder(out, file_folder(path, arena), arena);
}

/* --- what every run needs --- */

static void add_system(struct confinement *out, struct arena *arena)
{
    static const char *const readable[] = {
        "/usr", "/lib",  "/lib64",       "/lib32", "/bin",
        "/etc", "/proc", "/dev/urandom", "/sbin",  "/run/systemd/resolve"
    };
    static const char *const variables[] = { "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF",
                                             "OPENSSL_MODULES", "TZDIR" };
    const char *temporary = getenv("TMPDIR");

    for (size_t i = 0; i < LENGTH(readable); i++)
        add(out, readable[i], CONFINE_READ, arena);
    for (size_t i = 0; i < LENGTH(variables); i++)
        add(out, getenv(variables[i]), CONFINE_READ, arena);
    add(out, "/dev/null", CONFINE_WRITE, arena);
    add(out, text_empty(temporary) ? "/tmp" : temporary, CONFINE_WRITE, arena);
    if (text_empty(temporary))
        add(out, "/var/tmp", CONFINE_WRITE, arena); /* sync/transport/spool.c */
}

static void add_options(struct confinement *out, const struct options *options, struct arena *arena)
{
    add(out, options->specs, CONFINE_READ, arena);
    add(out, options->base_specs, CONFINE_READ, arena);
    add_file(out, options->token_file, arena);
    if (options->post)
        add_file(out, getenv("GITHUB_EVENT_PATH"), arena);
    add(out, options->from, CONFINE_READ, arena);
    add(out, options->inventory, CONFINE_READ, arena);
    add_folder(out, options->output, arena);
    add_file(out, options->identity, arena);
    add_file(out, options->new_key, arena);
    add_file(out, options->allowed_signers, arena);
    if (options->verb && text_equal(options->verb->operands, "FILE"))
        add_file(out, options->operands[1], arena);
    add_file(out, options->plan, arena);
    add_output(out, options->out, arena);
    add_output(out, options->report, arena);
    add_output(out, options->html, arena);
    add_output(out, options->metrics, arena);
}

/* --- what the configuration names --- */

struct kubeconfig_walk {
    struct confinement *out;
    struct arena *arena;
};

static void add_named(void *context, const char *path)
{
    struct kubeconfig_walk *walk = context;

    add_file(walk->out, path, walk->arena);
}

static void add_server(struct confinement *out, const struct config_server *server,
                       struct arena *arena)
{
    struct kubeconfig_walk walk = { out, arena };

    if (server->in_cluster)
        add(out, "/var/run/secrets/kubernetes.io/serviceaccount", CONFINE_READ, arena);
    if (server->kubeconfig)
        kubeconfig_each_file(server->kubeconfig, add_named, &walk, arena);
}

static void add_auth(struct confinement *out, const struct config_auth *auth, struct arena *arena)
{
    add_file(out, auth->password_file, arena);
    add_file(out, auth->ssh_key_file, arena);
    add_file(out, auth->known_hosts_file, arena);
    add_file(out, auth->ca_file, arena);
}

/* Whether the ssh program carries it.  A URL that cannot be read was refused before. */
static bool uses_ssh(const char *text, struct arena *arena)
{
    struct err err;
    struct url url;

    return url_parse(&url, text, arena, &err) == 0 && url.scheme == URL_SSH;
}

/* A repository that is a path on this machine. */
static void add_repository(struct confinement *out, const char *text, struct arena *arena)
{
    struct err err;
    struct url url;

    if (url_parse(&url, text, arena, &err) == 0 && url.scheme == URL_FILE)
        add(out, url.path, CONFINE_READ, arena);
}

static void add_ssh(struct confinement *out, struct arena *arena)
{
    const char *home = getenv("HOME");

    out->calls = CONFINE_PROGRAMS;
    if (!text_empty(home))
        add(out, arena_printf(arena, "%s/.ssh", home), CONFINE_READ, arena);
    add(out, "/dev/tty", CONFINE_WRITE, arena);
}

/* A credential plugin of a cloud reads its own configuration, wherever that is, and keeps a cache.
 */
static void add_plugins(struct confinement *out, struct arena *arena)
{
    out->calls = CONFINE_PROGRAMS;
    add(out, "/", CONFINE_READ, arena);
    add(out, getenv("HOME"), CONFINE_WRITE, arena);
    add(out, getenv("XDG_CACHE_HOME"), CONFINE_WRITE, arena);
}

/* A person's own kubeconfig may name a plugin; nothing says where that keeps its files. */
static bool takes_kubeconfig(const struct options *options)
{
    return options->verb && options->verb->options & TAKES(KUBECONFIG);
}

/* The agent of a cluster works on its API server, as the pod's account or by a kubeconfig. */
static void add_agent(struct confinement *out, const struct options *options, struct arena *arena)
{
    if (!options->command || !(options->command->options & TAKES(KUBECONFIG)))
        return;
    out->calls = CONFINE_NETWORK;
    add(out, "/var/run/secrets/kubernetes.io/serviceaccount", CONFINE_READ, arena);
    if (options->kubeconfig || options->context || getenv("KUBECONFIG")
        || !getenv("KUBERNETES_SERVICE_HOST"))
        add_plugins(out, arena);
}

static void add_vault(struct confinement *out, const struct config_vault *vault,
                      struct arena *arena)
{
    add_file(out, vault->token_file, arena);
    add_file(out, vault->app_role.role_id_file, arena);
    add_file(out, vault->app_role.secret_id_file, arena);
    add(out,
        vault->account_folder ? vault->account_folder
                              : "/var/run/secrets/kubernetes.io/serviceaccount",
        CONFINE_READ, arena);
}

static void add_config(struct confinement *out, const struct config *config, struct arena *arena)
{
    add_auth(out, &config->specs.auth, arena);
    add_auth(out, &config->output.auth, arena);
    add_auth(out, &config->inventory.auth, arena);
    add_repository(out, config->specs.url, arena);
    add_folder(out, file_folder(config->state_path, arena), arena);
    add_folder(out, config->cache_path, arena);
    add_file(out, config->state_key_file, arena);
    add_file(out, config->output.signing_key, arena);
    add_file(out, config->output.pull.token_file, arena);
    add_file(out, config->output.pull.app.key_file, arena);
    add_file(out, config->output.oci.password_file, arena);
    add_file(out, config->output.oci.ca_file, arena);
    add_file(out, config->specs.allowed_signers, arena);
    add_file(out, config->output.allowed_signers, arena);
    add(out, config->given_roots, CONFINE_READ, arena);
    for (size_t i = 0; i < config->vault_count; i++)
        add_vault(out, &config->vaults[i], arena);
    add_output(out, config->metrics.file, arena);
    add_server(out, &config->management.server, arena);
    for (size_t i = 0; i < config->cluster_count; i++) {
        add_file(out, config->clusters[i].recipient_file, arena);
        add_file(out, config->clusters[i].account_keys, arena);
        add_server(out, &config->clusters[i].server, arena);
    }
    if (uses_ssh(config->specs.url, arena) || uses_ssh(config->output.url, arena)
        || uses_ssh(config_inventory_url(config), arena))
        add_ssh(out, arena);
    if (config->management.allow_exec)
        add_plugins(out, arena);
}

struct confinement confinement_plan(const struct config *config, const struct options *options,
                                    struct arena *arena)
{
    struct confinement out = { .calls =
                                   config || options->post ? CONFINE_NETWORK : CONFINE_OFFLINE };

    add_system(&out, arena);
    add_options(&out, options, arena);
    if (config)
        add_config(&out, config, arena);
    if (takes_kubeconfig(options))
        add_plugins(&out, arena);
    add_agent(&out, options, arena);
    return out;
}

/* --- entering --- */

static void report(const struct options *options, const char *wall, const struct err *err)
{
    struct progress progress = progress_start(options);

    progress_note(&progress, "running without the wall around %s: %s", wall, err->text);
}

void confinement_enter(const struct confinement *confinement, const struct options *options)
{
    struct err err;

    if (confine_privileges(&err) < 0)
        report(options, "privileges", &err);
    if (confine_files(confinement->paths, confinement->count, &err) < 0)
        report(options, "files", &err);
    if (confine_calls(confinement->calls, &err) < 0)
        report(options, "system calls", &err);
}
