/* k8s-job/client/kubeconfig_user.c - the user entry of a kubeconfig: the credentials.  Refuses
 * those that current API servers no longer accept.
 *
 * A refusal here is worth more than a 401 later: it names the field. auth-provider left client-go
 * in 1.26 and basic auth left the API server in 1.19; interactiveMode is required by
 * client.authentication.k8s.io/v1 and has a default in v1beta1 only.
 *
 * Impersonation becomes headers once, when the context is read. Without them a kubeconfig that
 * impersonates a narrow account would be used with the full rights of the one behind it. */
#include "k8s-job/client/kubeconfig_user.h"
#include "k8s-job/client/kubeconfig_cluster.h"
#include "k8s-job/client/kubeconfig_text.h"
#include "k8s-job/client/pem.h"
#include "k8s-job/client/target.h"

#include <string.h>

#define EXEC_GROUP "client.authentication.k8s.io/"

static int refuse_old(const struct node *user, struct err *err)
{
    const struct node *plugin = node_find(user, "auth-provider");
    const char *provider = kubeconfig_text(plugin, "name");

    if (plugin && plugin->kind == NODE_MAP)
        return err_set(
            err, ERR_INPUT, 0,
            "auth-provider%s%s is not supported (client-go dropped these plugins in 1.26): "
            "use an exec plugin such as kubelogin or gke-gcloud-auth-plugin, a token or a "
            "client certificate",
            provider ? " " : "", provider ? provider : "");
    if (kubeconfig_text(user, "username") || kubeconfig_text(user, "password"))
        return err_set(err, ERR_INPUT, 0,
                       "username and password (basic auth) are not taken by API servers since "
                       "Kubernetes 1.19: use a token, a client certificate or an exec plugin");
    return 0;
}

static int read_certificate(struct target *out, const struct node *user, const char *folder,
                            struct arena *arena, struct err *err)
{
    if (pem_member(&out->cert_pem, user, "client-certificate", folder, arena, err) < 0
        || pem_member(&out->key_pem, user, "client-key", folder, arena, err) < 0)
        return -1;
    if (!out->cert_pem != !out->key_pem)
        return err_set(err, ERR_INPUT, 0,
                       "client-certificate and client-key need each other: %s is missing",
                       out->cert_pem ? "client-key" : "client-certificate");
    return 0;
}

static void read_token(struct target *out, const struct node *user, const char *folder,
                       struct arena *arena)
{
    const char *token = kubeconfig_text(user, "token"), *file = kubeconfig_text(user, "tokenFile");

    out->token = text_empty(token) ? NULL : token;
    out->token_file = text_empty(file) ? NULL : pem_relative_path(file, folder, arena);
}

/* The texts of a list of scalars, ended by NULL. */
static const char **texts(const struct node *list, struct arena *arena)
{
    const char **out = ARENA_NEW(arena, const char *, (list ? list->count : 0) + 1);
    size_t count = 0;

    for (const struct node *item = list && list->kind == NODE_LIST ? list->first : NULL; item;
         item = item->next)
        if (node_text(item))
            out[count++] = node_text(item);
    return out;
}

static const char **environment(const struct node *list, struct arena *arena)
{
    const char **out = ARENA_NEW(arena, const char *, (list ? list->count : 0) + 1);
    size_t count = 0;

    for (const struct node *item = list && list->kind == NODE_LIST ? list->first : NULL; item;
         item = item->next) {
        const char *name = kubeconfig_text(item, "name"), *value = kubeconfig_text(item, "value");

        if (!text_empty(name))
            out[count++] = arena_printf(arena, "%s=%s", name, value ? value : "");
    }
    return out;
}

static int check_exec(const struct node *exec, struct err *err)
{
    const char *version = kubeconfig_text(exec, "apiVersion");
    const char *mode = kubeconfig_text(exec, "interactiveMode");

    if (!version
        || (strcmp(version, EXEC_GROUP "v1") != 0 && strcmp(version, EXEC_GROUP "v1beta1") != 0))
        return err_set(err, ERR_INPUT, 0,
                       "exec: apiVersion %s is not supported: use " EXEC_GROUP "v1 (or v1beta1)",
                       version ? version : "(none)");
    if (text_empty(kubeconfig_text(exec, "command")))
        return err_set(err, ERR_INPUT, 0, "exec: command is missing");
    if (!mode && strcmp(version, EXEC_GROUP "v1") == 0)
        return err_set(err, ERR_INPUT, 0,
                       "exec: interactiveMode is required with " EXEC_GROUP "v1");
    if (text_equal(mode, "Always"))
        return err_set(err, ERR_INPUT, 0,
                       "exec: interactiveMode Always asks a person, and weft runs without one");
    if (mode && strcmp(mode, "Never") != 0 && strcmp(mode, "IfAvailable") != 0)
        return err_set(err, ERR_INPUT, 0, "exec: interactiveMode %s is unknown", mode);
    return 0;
}

static int read_exec(struct target *out, const struct node *user, const char *folder,
                     struct arena *arena, struct err *err)
{
    const struct node *exec = node_find(user, "exec");
    struct exec_plugin *plugin = ARENA_NEW(arena, struct exec_plugin, 1);
    const char *command, *hint;

    if (!exec || exec->kind == NODE_NULL) {
        out->exec = NULL;
        return 0;
    }
    if (check_exec(exec, err) < 0)
        return -1;
    command = kubeconfig_text(exec, "command");
    hint = kubeconfig_text(exec, "installHint");
    *plugin = (struct exec_plugin){
        .api_version = kubeconfig_text(exec, "apiVersion"),
        .command = strchr(command, '/') ? pem_relative_path(command, folder, arena) : command,
        .args = texts(node_find(exec, "args"), arena),
        .env = environment(node_find(exec, "env"), arena),
        .hint = hint ? hint : "",
        .cluster_info = text_equal(kubeconfig_text(exec, "provideClusterInfo"), "true"),
        .config = out->exec ? out->exec->config : NULL,
    };
    out->exec = plugin;
    return 0;
}

/* The name of an extra attribute as a header: lower case, what is no header character
 * percent-encoded. Fewer bytes pass than RFC 9110 5.6.2 allows; the API server decodes the others.
 */
static const char *header_name(const char *name, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "Impersonate-Extra-");
    for (; *name; name++)
        if (is_alnum(*name) || strchr("-_.", *name))
            text_addc(&out, to_lower(*name));
        else
            text_addf(&out, "%%%02X", (unsigned)(unsigned char)*name);
    return arena_text(arena, out.bytes);
}

struct headers {
    const char **lines;
    size_t count;
};

static void add_header(struct headers *headers, struct arena *arena, const char *name,
                       const char *value)
{
    *ARENA_PUSH(arena, headers->lines, headers->count) = arena_printf(arena, "%s: %s", name, value);
}

static void add_extra(struct headers *headers, const struct node *extra, struct arena *arena)
{
    for (const struct node *member = extra && extra->kind == NODE_MAP ? extra->first : NULL; member;
         member = member->next)
        for (const char **value = texts(member, arena); *value; value++)
            add_header(headers, arena, header_name(member->key, arena), *value);
}

static int read_impersonation(struct target *out, const struct node *user, struct arena *arena,
                              struct err *err)
{
    const char *as = kubeconfig_text(user, "as"), *uid = kubeconfig_text(user, "as-uid");
    struct headers headers = { 0 };

    if (!text_empty(as))
        add_header(&headers, arena, "Impersonate-User", as);
    if (!text_empty(uid))
        add_header(&headers, arena, "Impersonate-Uid", uid);
    for (const char **group = texts(node_find(user, "as-groups"), arena); *group; group++)
        add_header(&headers, arena, "Impersonate-Group", *group);
    add_extra(&headers, node_find(user, "as-user-extra"), arena);
    if (headers.count && text_empty(as))
        return err_set(err, ERR_INPUT, 0, "as-uid, as-groups and as-user-extra need as");
    *ARENA_PUSH(arena, headers.lines, headers.count) = NULL;
    out->headers = headers.lines;
    return 0;
}

int kubeconfig_user_read(struct target *out, const struct node *user, const char *folder,
                         struct arena *arena, struct err *err)
{
    if (refuse_old(user, err) < 0 || read_certificate(out, user, folder, arena, err) < 0
        || read_exec(out, user, folder, arena, err) < 0
        || read_impersonation(out, user, arena, err) < 0)
        return -1;
    read_token(out, user, folder, arena);
    return 0;
}
