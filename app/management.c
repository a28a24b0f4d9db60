/* app/management.c - one connection to the management cluster, and the Secrets that it is asked
 * for. */
#include "app/management.h"
#include "base/text.h"
#include "version.h"
#include <stdio.h>
#include <string.h>

int management_open(struct management *management, const struct config_management *config,
                    struct err *err)
{
    struct kube_source source = { .in_cluster = config->in_cluster,
                                  .kubeconfig = config->kubeconfig,
                                  .context = config->context };

    if (management->kube)
        return 0;
    if (!management->http && http_open(&management->http, "weft/" WEFT_VERSION, err) < 0)
        return -1;
    return kube_open(&management->kube, &source, management->http, err);
}

void management_close(struct management *management)
{
    if (management->kube)
        kube_close(TAKE(management->kube));
    if (management->http)
        http_close(TAKE(management->http));
}

/* Each value straight into guarded memory; the text that it came in is wiped. */
static int take_data(struct root_files *out, const struct node *secret, struct err *err)
{
    const struct node *data = node_find(secret, "data");

    for (const struct node *item = data ? data->first : NULL; item; item = item->next) {
        struct secret *content = item->text ? secret_of_base64(item->text, item->len) : NULL;

        if (!content)
            return err_set(err, ERR_KUBE, 0, "its key %s is not base64", item->key);
        secret_wipe((void *)(uintptr_t)item->text, item->len);
        if (!root_files_add(out, item->key, content))
            return err_set(err, ERR_KUBE, 0, "it has too many keys, or one with a very long name");
    }
    return 0;
}

static int read_secret(void *context, struct root_files *out, struct object_ref secret,
                       struct err *err)
{
    struct management_roots *roots = context;
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct kube_answer answer;
    struct kube_request request = {
        .method = "GET",
        .path = arena_printf(scratch, "/api/v1/namespaces/%s/secrets/%s", secret.namespace,
                             secret.name),
    };

    if (management_open(roots->management, roots->config, err) < 0
        || kube_do(roots->management->kube, &answer, &request, scratch, err) < 0)
        return -1;
    if (answer.status >= 400 || !answer.body)
        return kube_failure(err, &answer, "read the Secret of the root");
    if (take_data(out, answer.body, err) < 0)
        return err_wrap(err, "Secret %s/%s", secret.namespace, secret.name);
    return 0;
}

struct root_reader management_root_reader(struct management_roots *roots)
{
    return (struct root_reader){ read_secret, roots };
}
