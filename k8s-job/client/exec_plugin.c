/* k8s-job/client/exec_plugin.c - runs an exec plugin for a credential.  No message quotes its
 * output. client-go credential plugins.
 *
 * The plugin gets its question in KUBERNETES_EXEC_INFO and answers on standard output with an
 * ExecCredential of the same apiVersion; another version is refused, as client-go refuses it,
 * because its fields may mean something else. spec.interactive is always false: no pass has a
 * terminal, and a plugin that would ask can fail at once instead of waiting out its 15 s.
 *
 * What it prints is a secret until it is known not to be one. It is parsed by the JSON reader that
 * wipes its buffers, the parser's own error is dropped because it could quote a byte of a token,
 * and the pipe's buffer is a secret text. */
#include "k8s-job/client/exec_plugin.h"
#include "base/base64.h"
#include "base/write_json.h"
#include "k8s-job/client/kubeconfig_cluster.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/process.h"
#include "base/write.h"
#include "k8s-job/client/kubeconfig_text.h"

#include <string.h>

enum { PLUGIN_S = 15, PLUGIN_MAX = 1024 * 1024 };

static void add_cluster(struct node *spec, const struct exec_plugin *plugin,
                        const struct target *target, struct arena *arena)
{
    struct node *cluster = node_set(spec, "cluster", node_map(arena));
    AUTO_TEXT ca = { 0 };

    node_set_text(arena, cluster, "server", target->server);
    node_set_text(arena, cluster, "tls-server-name", target->server_name);
    if (target->insecure)
        node_set_bool(arena, cluster, "insecure-skip-tls-verify", true);
    if (target->ca_pem) {
        base64_encode(&ca, target->ca_pem, strlen(target->ca_pem));
        node_set_text(arena, cluster, "certificate-authority-data", arena_text(arena, ca.bytes));
    }
    node_set_text(arena, cluster, "proxy-url", target->proxy);
    if (plugin->config)
        node_set(cluster, "config", node_copy(arena, plugin->config));
}

const char *exec_plugin_request(const struct exec_plugin *plugin, const struct target *target,
                                struct arena *arena)
{
    struct node *question = node_map(arena), *spec;
    AUTO_TEXT out = { 0 };

    node_set_text(arena, question, "apiVersion", plugin->api_version);
    node_set_text(arena, question, "kind", "ExecCredential");
    spec = node_set(question, "spec", node_map(arena));
    node_set_bool(arena, spec, "interactive", false);
    if (plugin->cluster_info)
        add_cluster(spec, plugin, target, arena);
    write_json(&out, question, false);
    return arena_text(arena, out.bytes);
}

int exec_plugin_decode(struct plugin_answer *out, const char *bytes, size_t len,
                       const char *api_version, struct arena *arena, struct err *err)
{
    const struct node *answer, *status;
    const char *version, *expires;
    struct err ignored;

    *out = (struct plugin_answer){ 0 };
    if (parse_json_secret(&answer, bytes, len, arena, &ignored)
        < 0) /* its text could quote the secret */
        return err_set(err, ERR_INPUT, 0, "it did not print JSON");
    version = kubeconfig_text(answer, "apiVersion");
    if (!text_equal(kubeconfig_text(answer, "kind"), "ExecCredential")
        || !text_equal(version, api_version))
        return err_set(err, ERR_INPUT, 0, "it did not print an ExecCredential of %s", api_version);
    status = node_find(answer, "status");
    out->token = kubeconfig_text(status, "token");
    out->cert_pem = kubeconfig_text(status, "clientCertificateData");
    out->key_pem = kubeconfig_text(status, "clientKeyData");
    expires = kubeconfig_text(status, "expirationTimestamp");
    if (expires && !clock_parse(expires, &out->expires))
        return err_set(err, ERR_INPUT, 0, "its expirationTimestamp is not a time");
    if (!out->cert_pem != !out->key_pem)
        return err_set(err, ERR_INPUT, 0,
                       "it gave a client certificate without its key, or the reverse");
    if (!out->token && !out->cert_pem)
        return err_set(err, ERR_INPUT, 0, "it gave neither a token nor a client certificate");
    return 0;
}

/* Two slots behind the plugin's own variables: the question, and the NULL that ends the list. */
struct program exec_plugin_program(const struct exec_plugin *plugin, const struct target *target,
                                   struct arena *arena)
{
    size_t count = 0;
    const char **env;

    while (plugin->env[count])
        count++;
    env = ARENA_NEW(arena, const char *, count + 2);
    if (count)
        memcpy(env, plugin->env, count * sizeof *env);
    env[count] =
        arena_printf(arena, "KUBERNETES_EXEC_INFO=%s", exec_plugin_request(plugin, target, arena));
    return (struct program){ .command = plugin->command,
                             .args = plugin->args,
                             .env = env,
                             .timeout_s = PLUGIN_S,
                             .output_max = PLUGIN_MAX };
}

int exec_plugin_take(struct plugin_answer *out, const struct exec_plugin *plugin,
                     const struct program_job *job, struct arena *arena, struct err *err)
{
    int result = job->result;

    *err = job->err;
    if (result == 0)
        result = exec_plugin_decode(out, job->out.bytes ? job->out.bytes : "", job->out.len,
                                    plugin->api_version, arena, err);
    if (result < 0 && *plugin->hint)
        err_wrap(err, "exec plugin %s (%.400s)", plugin->command, plugin->hint);
    else if (result < 0)
        err_wrap(err, "exec plugin %s", plugin->command);
    return result;
}

int exec_plugin_run(struct plugin_answer *out, const struct exec_plugin *plugin,
                    const struct target *target, struct arena *arena, struct err *err)
{
    struct program program = exec_plugin_program(plugin, target, arena);
    struct program_job job = { .program = &program, .out = { .secret = true } };
    int result;

    program_run_all(&job, 1);
    result = exec_plugin_take(out, plugin, &job, arena, err);
    text_free(&job.out);
    return result;
}
