/* app/server_pool.c - connections to API servers, and the Secrets that the management cluster is
 * asked for.
 *
 * Each server is opened once in a pass and by the first stage that needs it, so that credentials
 * are read once, connections are reused, and the budget of a server (k8s-job/client/scheduler.c)
 * counts for the pass as a whole. A server that did not answer one stage is not asked by the next
 * one: each stage would wait for the same timeouts again.
 *
 * Texts that reach a status are the same in each pass that fails alike, because statuses are in
 * Git; what differs (times, addresses, request ids) goes to the log by `tell`. */
#include "app/server_pool.h"
#include "base/text.h"
#include "k8s-job/client/answer.h"
#include "version.h"
#include <stdio.h>
#include <string.h>

int servers_http(struct http **out, struct servers *servers, struct err *err)
{
    if (!servers->http && http_open(&servers->http, "weft/" WEFT_VERSION, err) < 0)
        return -1;
    *out = servers->http;
    return 0;
}

static int open_server(struct kube **out, struct servers *servers,
                       const struct config_server *config, struct err *err)
{
    const struct config_management *management = &servers->config->management;
    const struct kube_source source = { .in_cluster = config->in_cluster,
                                        .kubeconfig = config->kubeconfig,
                                        .context = config->context,
                                        .allow_exec = management->allow_exec,
                                        .allow_insecure = management->allow_insecure };
    struct http *http;

    if (servers_http(&http, servers, err) < 0)
        return -1;
    return kube_open(out, &source, http, err);
}

int servers_management(struct kube **out, struct servers *servers, struct err *err)
{
    if (servers->management_silent)
        return err_set(err, ERR_HTTP, 0, "%s did not answer earlier in this pass",
                       kube_server(servers->management));
    if (!servers->management
        && open_server(&servers->management, servers, &servers->config->management.server, err) < 0)
        return -1;
    *out = servers->management;
    return 0;
}

static struct cluster_server *server_of(struct servers *servers,
                                        const struct config_cluster *cluster, struct arena *arena)
{
    const struct config *config = servers->config;

    if (!servers->clusters)
        servers->clusters = ARENA_NEW(arena, struct cluster_server, config->cluster_count);
    return &servers->clusters[cluster - config->clusters];
}

struct kube *servers_cluster(struct servers *servers, const char *name, const char **why,
                             struct arena *arena)
{
    const struct config_cluster *cluster = config_cluster(servers->config, name);
    struct cluster_server *server;
    struct err err;

    *why = "";
    if (!cluster || !cluster->server.present)
        return NULL;
    server = server_of(servers, cluster, arena);
    if (!server->kube && !server->why
        && open_server(&server->kube, servers, &cluster->server, &err) < 0)
        server->why = arena_text(arena, err.text);
    if (server->why)
        *why = server->why;
    return server->why ? NULL : server->kube;
}

struct shared_read *servers_shared(struct servers *servers, const char *name, struct arena *arena)
{
    const struct config_cluster *cluster = config_cluster(servers->config, name);
    struct shared_read *shared;

    if (!cluster || !cluster->server.present)
        return NULL;
    shared = &server_of(servers, cluster, arena)->shared;
    if (!shared->arena)
        shared->arena = arena;
    return shared;
}

static bool is_silent(const struct kube *kube)
{
    size_t failures;

    kube_errors(kube, &failures);
    return failures > 0 && kube_server_time(kube) == 0; /* every answer has a date */
}

void servers_note_unreachable(struct servers *servers)
{
    if (servers->management && is_silent(servers->management))
        servers->management_silent = true;
    for (size_t i = 0; servers->clusters && i < servers->config->cluster_count; i++) {
        struct cluster_server *server = &servers->clusters[i];

        if (server->kube && is_silent(server->kube))
            server->why = "its API server did not answer earlier in this pass";
    }
}

void servers_close(struct servers *servers)
{
    for (size_t i = 0; servers->clusters && i < servers->config->cluster_count; i++)
        if (servers->clusters[i].kube)
            kube_close(TAKE(servers->clusters[i].kube));
    if (servers->management)
        kube_close(TAKE(servers->management));
    if (servers->http)
        http_close(TAKE(servers->http));
}

/* Each value straight into guarded memory; the text that it came in is wiped. */
static int take_data(struct root_files *out, const struct node *secret, struct err *err)
{
    const struct node *data = node_find(secret, "data");

    for (const struct node *item = data ? data->first : NULL; item; item = item->next) {
        struct secret *content =
            item->text ? given_root_secret_of_base64(item->text, item->len) : NULL;

        if (!content)
            return err_set(err, ERR_KUBE, 0, "its key %s is not base64", item->key);
        secret_wipe((void *)(uintptr_t)item->text, item->len);
        if (!root_files_add(out, item->key, content))
            return err_set(err, ERR_KUBE, 0, "it has too many keys, or one with a very long name");
    }
    return 0;
}

/* The server's own text differs each time, so only the log gets it. */
static void tell(const struct servers *servers, struct object_ref secret, const struct err *err)
{
    AUTO_TEXT text = { 0 };

    if (!servers->tell)
        return;
    text_addf(&text, "read the Secret %s/%s of the management cluster: %s", secret.namespace,
              secret.name, err->text);
    servers->tell(servers->tell_context, text.bytes);
}

static int unread(const struct servers *servers, struct object_ref secret, struct err *err)
{
    tell(servers, secret, err);
    return err_set(err, ERR_KUBE, 0,
                   "the Secret %s/%s could not be read from the management cluster; the log tells "
                   "why",
                   secret.namespace, secret.name);
}

static int refused(const struct servers *servers, struct object_ref secret,
                   const struct kube_answer *answer, struct err *err)
{
    kube_answer_failure(err, answer, "its API server");
    if (!kube_answer_is_status(answer) || (answer->status != 403 && answer->status != 404))
        return unread(servers, secret, err);
    tell(servers, secret, err);
    if (answer->status == 404)
        return err_set(err, ERR_KUBE, 404, "there is no Secret %s/%s on the management cluster",
                       secret.namespace, secret.name);
    return err_set(err, ERR_KUBE, 403,
                   "the Secret %s/%s of the management cluster may not be read: weft needs get on "
                   "it",
                   secret.namespace, secret.name);
}

static int read_secret(void *context, struct root_files *out, struct object_ref secret,
                       struct err *err)
{
    struct servers *servers = context;
    AUTO(arena_shred) struct arena *scratch = arena_new();
    struct kube_answer answer;
    struct kube *kube;
    struct kube_request request = {
        .method = "GET",
        .path = arena_printf(scratch, "/api/v1/namespaces/%s/secrets/%s", secret.namespace,
                             secret.name),
        .secret = true,
        .kind = "Secret",
        .name = secret.name,
    };

    if (servers_management(&kube, servers, err) < 0)
        return servers->management_silent ? unread(servers, secret, err) : -1;
    if (kube_do(kube, &answer, &request, scratch, err) < 0)
        return unread(servers, secret, err);
    if (answer.status >= 400 || !answer.body)
        return refused(servers, secret, &answer, err);
    if (take_data(out, answer.body, err) < 0)
        return err_wrap(err, "Secret %s/%s", secret.namespace, secret.name);
    return 0;
}

struct root_reader servers_root_reader(struct servers *servers)
{
    return (struct root_reader){ read_secret, servers };
}
