/* k8s-job/client/exec_plugin.h - credentials from an exec plugin (client.authentication.k8s.io).
 * docs/kubernetes.md */
#ifndef WEFT_K8S_JOB_CLIENT_EXEC_PLUGIN_H
#define WEFT_K8S_JOB_CLIENT_EXEC_PLUGIN_H

#include "base/process.h"
#include "k8s-job/client/target.h"

#include <stdint.h>

struct plugin_answer {
    const char *token;              /* NULL: none */
    const char *cert_pem, *key_pem; /* NULL: none */
    int64_t expires;                /* seconds since 1970; 0: does not say */
};

/* Runs the plugin: arbitrary code, so only after the user allowed it. */
MUST_USE int exec_plugin_run(struct plugin_answer *out, const struct exec_plugin *plugin,
                             const struct target *target, struct arena *arena, struct err *err);
/* Its halves, for many at once: what is to be run, and what came of it.  job->out is secret. */
struct program exec_plugin_program(const struct exec_plugin *plugin, const struct target *target,
                                   struct arena *arena);
MUST_USE int exec_plugin_take(struct plugin_answer *out, const struct exec_plugin *plugin,
                              const struct program_job *job, struct arena *arena, struct err *err);
/* The pure parts: its input (KUBERNETES_EXEC_INFO), and its output, an ExecCredential. */
const char *exec_plugin_request(const struct exec_plugin *plugin, const struct target *target,
                                struct arena *arena);
MUST_USE int exec_plugin_decode(struct plugin_answer *out, const char *bytes, size_t len,
                                const char *api_version, struct arena *arena, struct err *err);

#endif
