/* app/commands/cluster_add.c - weft cluster add: asks a cluster with the caller's own credentials,
 * prints the manifests of weft's account and the entry for weft.yaml, and applies them only with
 * --apply. Standard output is YAML in any case: manifests with comments, or with --apply or
 * --output the entry. Must never keep or print the caller's credentials, nor print the token of the
 * account.
 *
 * Order: no file is written before all of them are known to be free, and nothing is applied before
 * the cluster has answered, so a mistake in the command leaves the cluster and the folder as they
 * were. Applying is a series of server-side applies; one that fails leaves those before it, and
 * the command can be repeated.
 *
 * The caller's credentials are an administrator's. They serve this command's requests and go with
 * its memory; what is kept is the token of weft's own account, in a file of mode 0600, and only
 * with --apply and --output. */
#include "app/commands/cluster_add.h"

#include "app/cluster_survey.h"
#include "app/commands/command.h"
#include "app/usage.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/names.h"
#include "base/visible.h"
#include "delivery/format.h"
#include "delivery/recipient.h"
#include "delivery/sealed_secret.h"
#include "k8s-job/access/account_token.h"
#include "k8s-job/access/manifest.h"
#include "k8s-job/access/rights_yaml.h"
#include "k8s-job/access/sealing_fetch.h"
#include "k8s-job/client/kubeconfig.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct job {
    const struct options *options;
    const char *name;
    struct config config;          /* of this cluster alone */
    struct config_cluster cluster; /* the caller's way to it */
    const struct config *given;    /* weft.yaml; NULL: there is none */
    struct cluster_surveys surveys;
    const struct cluster_survey *survey;
    uint32_t features;
    const char *sealing; /* PEM; NULL: none */
    const char *sealing_why;
    const char *expires; /* of the token; NULL: it does not */
    struct text out;
    struct arena *arena;
};

/* --- the command line and weft.yaml --- */

static bool check_name(struct job *job)
{
    const char *name = job->options->operands[1];

    if (!name || job->options->operands[2])
        return usage_wrong(job->options->command, "cluster add takes the NAME of one cluster", "",
                           NULL);
    if (!names_is_dns_subdomain(name))
        return usage_wrong(job->options->command,
                           "a cluster has a name such as cluster-1, and not ", name, NULL);
    job->name = name;
    return true;
}

/* -c, or weft.yaml where there is one: only to know which features are in use. */
static bool read_config(struct job *job, struct config *config, int *status)
{
    struct diags diags = { .arena = job->arena };
    const char *file = job->options->config ? job->options->config : "weft.yaml";
    struct err err;

    if (!job->options->config && access(file, F_OK) < 0)
        return true;
    if (config_read(config, file, job->arena, &diags, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        *status = EXIT_USAGE;
        return false;
    }
    if (diags.errors) {
        diags_sort(&diags);
        command_diags(stderr, &diags);
        *status = EXIT_USAGE;
        return false;
    }
    job->given = config;
    return true;
}

static const struct delivery_method *delivery_of(const struct job *job)
{
    return job->given ? config_delivery(job->given, job->name)
                      : delivery_method_of(DELIVERY_DEFAULT);
}

static bool choose_features(struct job *job)
{
    const char *unknown;
    AUTO_TEXT text = { 0 };

    job->features = FEATURE(DISCOVERY) | FEATURE(EVIDENCE);
    if (delivery_of(job)->writes)
        job->features |= FEATURE(DIRECT);
    if (!job->options->features
        || rights_features(&job->features, &unknown, job->options->features, job->arena))
        return true;
    text_addf(&text, "unknown feature %s; there are %s", unknown,
              rights_features_text(FEATURES_ALL, ", ", job->arena));
    return usage_wrong(job->options->command, text.bytes, "", NULL);
}

/* An exec plugin may run here without asking: the caller's kubectl runs the same one. */
static void make_config(struct job *job)
{
    const struct config_cluster *known = job->given ? config_cluster(job->given, job->name) : NULL;

    job->cluster = (struct config_cluster){
        .name = job->name,
        .server = { .present = true,
                    .kubeconfig = job->options->kubeconfig,
                    .context = job->options->context },
        .discover = true,
        .discovery = known        ? known->discovery
                     : job->given ? job->given->discovery
                                  : discovery_settings_default(job->arena),
    };
    job->config = (struct config){ .file = "the command line",
                                   .clusters = &job->cluster,
                                   .cluster_count = 1,
                                   .management = { .allow_exec = true },
                                   .pod_namespace = job->given ? job->given->pod_namespace
                                                               : POD_NAMESPACE_DEFAULT };
}

/* --- files --- */

/* In the folder of --output; without it, where the user would put it. */
static const char *file_of(const struct job *job, const char *ending)
{
    const char *folder = job->options->output;

    if (!folder || text_equal(folder, "."))
        return arena_printf(job->arena, "%s%s", job->name, ending);
    return arena_printf(job->arena, "%s/%s%s", folder, job->name, ending);
}

/* Before anything is done: no file is ever overwritten. */
static int check_files(struct job *job, struct err *err)
{
    static const char *const endings[] = { ".yaml", ".pem", ".kubeconfig" };

    for (size_t i = 0; job->options->output && i < LENGTH(endings); i++) {
        const char *path = file_of(job, endings[i]);

        if (access(path, F_OK) == 0)
            return err_set(err, ERR_INPUT, 0,
                           "%s is there already, and is not overwritten: move it away first", path);
    }
    return job->options->output ? file_make_folders(job->options->output, 0755, err) : 0;
}

/* --- asking --- */

static int ask(struct job *job, struct err *err)
{
    const char *names[] = { job->name };

    if (cluster_survey_read(&job->surveys, &job->config, names, 1, job->options->now, job->arena,
                            err)
        < 0)
        return -1;
    job->survey = &job->surveys.items[0];
    if (!job->survey->answers)
        return err_set(err, ERR_KUBE, 0, "cluster %s: %s", job->name, job->survey->why);
    job->surveys.items[0].wish.features = job->features;
    return 0;
}

static const char *port_name(const struct fact_service *service)
{
    return service->port_count && service->ports[0].name ? service->ports[0].name : "";
}

/* The first certificate of an answer, and nothing else of it: it becomes a file, or a comment among
 * manifests.  NULL: there is none. */
static const char *first_certificate(const char *text, struct arena *arena)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----";
    const char *from = strstr(text, begin), *to = from ? strstr(from, end) : NULL;
    AUTO_TEXT out = { 0 };

    if (!to)
        return NULL;
    for (const char *c = from; c < to + strlen(end); c++)
        if (is_alnum(*c) || *c == '+' || *c == '/' || *c == '=' || *c == '-' || *c == ' '
            || *c == '\n')
            text_addc(&out, *c);
    text_addc(&out, '\n');
    return arena_text(arena, out.bytes);
}

static int fetch_sealing(struct job *job, const struct fact_service *service, struct err *err)
{
    AUTO(sealing_key_close) struct sealing_key *key = NULL;
    struct recipient_file file = { .cluster = job->name };

    if (sealing_fetch(&file.bytes, job->survey->kube, service->namespace, service->name,
                      port_name(service), job->arena, err)
        < 0)
        return -1;
    file.path = "the answer of the sealed-secrets controller";
    if (!(file.bytes = first_certificate(file.bytes, job->arena)))
        return err_set(err, ERR_INPUT, 0, "%s holds no certificate", file.path);
    file.len = strlen(file.bytes);
    if (sealing_key_open(&key, &file, job->options->now, err) < 0)
        return -1;
    job->sealing = file.bytes;
    return 0;
}

/* Nothing is lost without it: kubeseal can fetch it, too. */
static void ask_sealing(struct job *job)
{
    const struct fact_service *service = cluster_survey_sealing(job->survey);
    struct err err;

    job->sealing_why = "no Service sealed-secrets-controller in " SEALING_NAMESPACE
                       "; where it is elsewhere: kubeseal --fetch-cert --controller-namespace";
    if (service && fetch_sealing(job, service, &err) < 0)
        job->sealing_why = visible_text(err.text, job->arena);
}

/* --- what is printed --- */

static void comment(struct job *job, const char *key, const char *value)
{
    AUTO_TEXT shown = { 0 };

    visible_add(&shown, value);
    text_addf(&job->out, "# %-14s %s\n", key, *value ? shown.bytes : "none");
}

static void print_found(struct job *job)
{
    const struct cluster_survey *survey = job->survey;
    const struct fact_service *sealing = cluster_survey_sealing(survey);

    text_addf(&job->out, "# cluster %s at %s\n", job->name, kube_server(survey->kube));
    comment(job, "Kubernetes", survey->version);
    comment(job, "Istio", cluster_survey_istio(survey, job->arena));
    comment(job, "gateway",
            cluster_survey_gateway_text(cluster_survey_gateway(survey), job->arena));
    comment(job, "sealed-secrets",
            sealing ? arena_printf(job->arena, "%s/%s", sealing->namespace, sealing->name) : "");
    if (survey->found.outcome != DISCOVERY_READ)
        comment(job, "not read", survey->found.why);
}

static void manifests(const struct job *job, struct text *out)
{
    rights_yaml_account(out);
    rights_yaml_roles(out, &job->survey->wish, true, job->arena);
}

static void print_pem(struct text *out, const char *pem, const char *prefix)
{
    for (const char *line = pem; *line;) {
        const size_t len = strcspn(line, "\n");

        text_addf(out, "%s%.*s\n", prefix, (int)len, line);
        line += len + (line[len] == '\n');
    }
}

/* The entry for weft.yaml; prefix "# ": what surrounds it is something else. */
static void print_entry(struct job *job, const char *prefix)
{
    const struct options *options = job->options;
    const struct delivery_method *method = delivery_of(job);

    text_addf(&job->out, "%s- name: %s\n%s  kubeconfig: %s\n", prefix, job->name, prefix,
              file_of(job, ".kubeconfig"));
    if (!method->format)
        return;
    if (recipient_is_in_config(method))
        text_addf(&job->out, "%s  # %s: the public keys that its GitOps tool decrypts for\n",
                  prefix, method->format->in_config);
    else if (job->sealing && options->output)
        text_addf(&job->out, "%s  sealingCertificate: %s\n", prefix, file_of(job, ".pem"));
    else
        text_addf(&job->out, "%s  # sealingCertificate: %s.pem   kubeseal --fetch-cert\n", prefix,
                  job->name);
}

static void print_sealing(struct job *job)
{
    if (!job->sealing) {
        text_addf(&job->out, "# sealing certificate: %s\n", job->sealing_why);
    } else if (!job->options->output) {
        text_adds(&job->out, "# sealing certificate:\n");
        print_pem(&job->out, job->sealing, "#   ");
    }
}

static void print_all(struct job *job)
{
    const bool entry_only = job->options->apply || job->options->output;

    print_found(job);
    if (job->expires)
        text_addf(&job->out, "# token          valid until %s: create another one before then\n",
                  job->expires);
    print_sealing(job);
    if (!entry_only) {
        manifests(job, &job->out);
        text_adds(&job->out, "---\n# under \"clusters\" in weft.yaml:\n");
    }
    print_entry(job, entry_only ? "" : "# ");
}

/* --- what is written --- */

static int apply(struct job *job, struct err *err)
{
    AUTO_TEXT yaml = { 0 };
    size_t count;

    manifests(job, &yaml);
    if (manifest_apply(&count, job->survey->kube, yaml.bytes, job->arena, err) == 0)
        return 0;
    return err_wrap(err, "%zu objects were applied, then: cluster %s", count, job->name);
}

static int write_kubeconfig(struct job *job, struct err *err)
{
    AUTO(arena_shred) struct arena *secret = arena_new();
    struct account_token token;
    struct target target;
    const char *text;

    if (kubeconfig_target(&target, job->options->kubeconfig, job->options->context, secret, err) < 0
        || account_token_fetch(&token, job->survey->kube, secret, err) < 0)
        return -1;
    if (token.expires)
        job->expires = visible_text(token.expires, job->arena);
    text = account_token_kubeconfig(&token, &target, secret);
    return file_create(file_of(job, ".kubeconfig"), text, strlen(text), 0600, err);
}

static int write_files(struct job *job, struct err *err)
{
    AUTO_TEXT yaml = { 0 };

    if (!job->options->output)
        return 0;
    text_addf(&yaml, "# What weft may do in cluster %s, made by \"weft cluster add\".\n",
              job->name);
    manifests(job, &yaml);
    if (file_create(file_of(job, ".yaml"), yaml.bytes, yaml.len, 0644, err) < 0)
        return -1;
    if (job->sealing
        && file_create(file_of(job, ".pem"), job->sealing, strlen(job->sealing), 0644, err) < 0)
        return -1;
    return job->options->apply ? write_kubeconfig(job, err) : 0;
}

static int add(struct job *job, struct err *err)
{
    if (check_files(job, err) < 0 || ask(job, err) < 0)
        return -1;
    ask_sealing(job);
    if (job->options->apply && apply(job, err) < 0)
        return -1;
    if (write_files(job, err) < 0)
        return -1;
    print_all(job);
    return 0;
}

int cluster_add(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct job job = { .options = options, .arena = arena };
    struct config config;
    int status = EXIT_USAGE;
    struct err err;

    if (!check_name(&job) || !read_config(&job, &config, &status) || !choose_features(&job))
        return status;
    make_config(&job);
    command_confine(NULL, options, arena);
    if (add(&job, &err) < 0)
        status = command_failed(&err);
    else {
        status = command_print(&job.out);
    }
    cluster_survey_close(&job.surveys);
    text_free(&job.out);
    return status;
}
