/* k8s-job/client/kubeconfig_cluster.c - the cluster entry of a kubeconfig: where the server is and
 * how it proves itself. */
#include "k8s-job/client/kubeconfig_cluster.h"
#include "base/http_url.h"
#include "k8s-job/client/kubeconfig_text.h"
#include "k8s-job/client/kubeconfig_user.h"
#include "k8s-job/client/pem.h"
#include "k8s-job/client/target.h"

#include <string.h>

/* http is for a proxy on this machine ("kubectl proxy"): anywhere else a token would travel in the
 * clear. */
bool target_is_plain(const struct target *target) { return text_starts(target->server, "http://"); }

static int read_server(struct target *out, const struct node *cluster, struct arena *arena,
                       struct err *err)
{
    const char *server = kubeconfig_text(cluster, "server");
    size_t len = server ? strlen(server) : 0;

    if (len == 0)
        return err_set(err, ERR_INPUT, 0, "server is missing");
    if (!text_starts(server, "https://") && !http_url_is_loopback(server, arena))
        return err_set(err, ERR_INPUT, 0,
                       "server %s: only https:// is taken (http:// for a proxy on this machine)",
                       server);
    while (len && server[len - 1] == '/')
        len--;
    out->server = arena_bytes(arena, server, len);
    return 0;
}

static int read_proxy(struct target *out, const struct node *cluster, struct err *err)
{
    static const char *const schemes[] = { "http://", "https://", "socks5://" };

    out->proxy = kubeconfig_text(cluster, "proxy-url");
    if (!out->proxy)
        return 0;
    for (size_t i = 0; i < LENGTH(schemes); i++)
        if (text_starts(out->proxy, schemes[i]))
            return 0;
    return err_set(err, ERR_INPUT, 0, "proxy-url must begin with http://, https:// or socks5://");
}

/* "yes" or a quoted "true" is refused rather than guessed at: read as false it would break a
 * connection, read as true it would turn verification off. */
static int read_flag(bool *out, const struct node *cluster, const char *key, struct err *err)
{
    const struct node *node = node_find(cluster, key);

    *out = node && text_equal(node_text(node), "true");
    if (node && node->kind != NODE_BOOL && node->kind != NODE_NULL)
        return err_set(err, ERR_INPUT, 0, "%s must be true or false", key);
    return 0;
}

/* The part of the cluster entry that an exec plugin gets. */
static const struct node *plugin_config(const struct node *cluster)
{
    const struct node *list = node_find(cluster, "extensions");
    const struct node *entry = list && list->kind == NODE_LIST ? list->first : NULL;

    for (; entry; entry = entry->next)
        if (text_equal(kubeconfig_text(entry, "name"), "client.authentication.k8s.io/exec"))
            return node_find(entry, "extension");
    return NULL;
}

int kubeconfig_cluster_read(struct target *out, const struct node *cluster, const char *folder,
                            struct arena *arena, struct err *err)
{
    struct exec_plugin *plugin;

    if (read_server(out, cluster, arena, err) < 0 || read_proxy(out, cluster, err) < 0
        || read_flag(&out->insecure, cluster, "insecure-skip-tls-verify", err) < 0
        || pem_member(&out->ca_pem, cluster, "certificate-authority", folder, arena, err) < 0)
        return -1;
    if (out->insecure && out->ca_pem)
        return err_set(err, ERR_INPUT, 0,
                       "insecure-skip-tls-verify and a certificate-authority exclude each other");
    out->server_name = kubeconfig_text(cluster, "tls-server-name");
    plugin = ARENA_NEW(arena, struct exec_plugin, 1); /* kubeconfig_user_read fills the rest in */
    plugin->config = plugin_config(cluster);
    out->exec = plugin;
    return 0;
}
