/* app/config.c - the configuration file to a struct; it opens nothing that the file names. */
#include "app/config.h"
#include "app/config_check.h"
#include "app/homepath.h"
#include "base/decode_value.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/intern.h"
#include "base/names.h"
#include "base/parse.h"
#include "base/parse_yaml.h"
#include "version.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONFIG_BYTES_MAX = 1024 * 1024, CLUSTERS_MAX = 100000 };

static const char *const granularity_names[] = {
    [GRANULARITY_NAMESPACE] = "namespace", [GRANULARITY_SERVICE] = "service"
};
static const struct enum_table granularities = ENUM_TABLE(granularity_names);

static const char *const import_scope_names[] = {
    [IMPORT_SCOPE_MESH] = "mesh",
    [IMPORT_SCOPE_CALLERS] = "callers",
};
static const struct enum_table import_scopes = ENUM_TABLE(import_scope_names);
static const char *const drift_names[] = { [DRIFT_STOP] = "stop", [DRIFT_OVERWRITE] = "overwrite" };
static const struct enum_table drift_rules = ENUM_TABLE(drift_names);

/* Paths in the file are relative to its folder, so that a checkout can be moved. */
struct folder {
    const char *path; /* "" or with a slash at the end */
    const char *file; /* the configuration */
    struct arena *arena;
};

static const char *path_in(const struct folder *folder, const char *path)
{
    if (text_empty(path))
        return NULL;
    return *path == '/' ? path : arena_printf(folder->arena, "%s%s", folder->path, path);
}

/* A path as it is written at at. */
static const char *path_at(const struct at *at, const char *path, const struct folder *folder)
{
    AUTO_TEXT why = { 0 };

    if (homepath_is(path)) {
        homepath_tell(&why, path);
        at_error(at, "%s", why.bytes);
    }
    return path_in(folder, path);
}

static const char *at_path_text(const struct at *at, const struct folder *folder)
{
    return path_at(at, at_text(at, NULL), folder);
}

/* Where the value stands, or what it should stand in. */
static struct place place_of(const struct at *at, const struct folder *folder)
{
    for (const struct at *step = at; step; step = step->up)
        if (step->node)
            return node_place(step->node);
    return (struct place){ .file = folder->file };
}

static struct config_auth decode_auth(struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "username", "passwordFile", "sshKeyFile", "knownHostsFile",
                                        "caFile",   "proxy",        NULL };
    static const char *const exclusive[] = { "passwordFile", "sshKeyFile", NULL };
    struct at username = at_key(&at, "username"), password = at_key(&at, "passwordFile"),
              key = at_key(&at, "sshKeyFile"), hosts = at_key(&at, "knownHostsFile"),
              ca = at_key(&at, "caFile"), proxy = at_key(&at, "proxy");

    at_only(&at, keys);
    at_oneof(&at, exclusive);
    return (struct config_auth){ .username = at_text(&username, NULL),
                                 .password_file = at_path_text(&password, folder),
                                 .ssh_key_file = at_path_text(&key, folder),
                                 .known_hosts_file = at_path_text(&hosts, folder),
                                 .ca_file = at_path_text(&ca, folder),
                                 .proxy = at_text(&proxy, NULL) };
}

/* A password in a URL would end up in logs, reports and commit trailers. */
static const char *decode_url(struct at at, const struct folder *folder)
{
    const char *url = at_need(&at);
    const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url;
    const char *at_sign = scheme ? strchr(host, '@') : NULL;
    const char *slash = strchr(host, '/'), *colon = strchr(host, ':');

    if (at_sign && (!slash || at_sign < slash) && colon && colon < at_sign)
        at_error(&at,
                 "must not hold a password; put it into a file and name that in auth.passwordFile");
    if (!scheme && !strchr(url, ':') && *url && *url != '/')
        return path_at(&at, url, folder);
    return url;
}

static const char *decode_tree_path(struct at at, const char *fallback)
{
    const char *path = at_text(&at, fallback);

    if (*path == '/' || strstr(path, "..") || text_ends(path, "/"))
        at_error(&at,
                 "must be a folder inside the repository, such as \"mesh/specs\": no leading or "
                 "trailing slash, no \"..\"");
    return path;
}

static struct config_specs decode_specs(struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "url", "ref", "path", "auth", NULL };
    struct at url = at_key(&at, "url"), ref = at_key(&at, "ref"), path = at_key(&at, "path"),
              auth = at_key(&at, "auth");

    at_only(&at, keys);
    return (struct config_specs){ .url = decode_url(url, folder),
                                  .ref = at_text(&ref, "main"),
                                  .path = decode_tree_path(path, ""),
                                  .auth = decode_auth(auth, folder),
                                  .place = place_of(&url, folder) };
}

static void decode_author(struct config_output *out, struct at at)
{
    static const char *const keys[] = { "name", "email", NULL };
    struct at name = at_key(&at, "name"), email = at_key(&at, "email");

    at_only(&at, keys);
    out->author_name = at_text(&name, "weft");
    out->author_email = at_text(&email, "weft@localhost");
    if (strpbrk(out->author_name, "<>\n\r"))
        at_error(&name, "must not hold <, > or a line break: it goes into a commit");
    if (strpbrk(out->author_email, "<>\n\r "))
        at_error(&email, "must be a plain e-mail address, such as weft@example.com");
}

static struct config_output decode_output(struct at at, const struct folder *folder)
{
    static const char *const keys[] = {
        "url",         "branch",           "path",        "author",  "auth",
        "granularity", "externalServices", "importScope", "onDrift", "maxDeletedShare",
        NULL
    };
    struct at url = at_key(&at, "url"), branch = at_key(&at, "branch"), path = at_key(&at, "path"),
              auth = at_key(&at, "auth"), granularity = at_key(&at, "granularity"),
              external = at_key(&at, "externalServices"), drift = at_key(&at, "onDrift"),
              scope = at_key(&at, "importScope"), share = at_key(&at, "maxDeletedShare");
    struct config_output out = {
        .url = decode_url(url, folder),
        .branch = at_text(&branch, "rendered"),
        .path = decode_tree_path(path, ""),
        .auth = decode_auth(auth, folder),
        .granularity =
            (enum granularity)at_enum(&granularity, &granularities, GRANULARITY_NAMESPACE),
        .external_services = at_bool(&external, false),
        .import_scope = (enum import_scope)at_enum(&scope, &import_scopes, IMPORT_SCOPE_MESH),
        .on_drift = (enum drift_rule)at_enum(&drift, &drift_rules, DRIFT_STOP),
        .max_deleted_share = at_float(&share, 0, 1, 0.5),
        .place = place_of(&url, folder),
        .branch_place = place_of(&branch, folder),
    };

    at_only(&at, keys);
    decode_author(&out, at_key(&at, "author"));
    if (text_starts(out.branch, "refs/") || strpbrk(out.branch, " ~^:?*[\\"))
        at_error(&branch, "must be the short name of a branch, such as \"rendered\"");
    return out;
}

static void decode_state(struct config *out, struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "path", "keyFile", NULL };
    struct at path = at_key(&at, "path"), key = at_key(&at, "keyFile");

    at_only(&at, keys);
    out->state_path = path_at(&path, at_text(&path, "/var/lib/weft/state.db"), folder);
    out->state_key_file = path_at(&key, at_text(&key, "/etc/weft/state.key"), folder);
    out->state_place = place_of(&path, folder);
}

static void decode_cache(struct config *out, struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "path", NULL };
    struct at path = at_key(&at, "path");
    const char *given = at_path_text(&path, folder);
    const char *slash = strrchr(out->state_path, '/');

    at_only(&at, keys);
    out->cache_path = given ? given
                            : arena_printf(folder->arena, "%.*s/cache",
                                           (int)(slash ? slash - out->state_path : 1),
                                           slash ? out->state_path : ".");
    out->cache_place = place_of(&path, folder);
}

static enum delivery_mode decode_delivery(struct at at)
{
    static const char *const keys[] = { "mode", NULL };
    struct at mode = at_key(&at, "mode");

    at_only(&at, keys);
    return (enum delivery_mode)at_enum(&mode, &delivery_modes, DELIVER_SEALED_SECRET);
}

/* The keys "kubeconfig", "context" and "inCluster" of a map that may hold others, too. */
static struct config_server decode_server(const struct at *at, const struct folder *folder)
{
    static const char *const exclusive[] = { "kubeconfig", "inCluster", NULL };
    struct at kubeconfig = at_key(at, "kubeconfig"), context = at_key(at, "context"),
              in_cluster = at_key(at, "inCluster");
    struct config_server out = { .in_cluster = at_bool(&in_cluster, false),
                                 .kubeconfig = at_path_text(&kubeconfig, folder),
                                 .context = at_text(&context, NULL) };

    at_oneof(at, exclusive);
    out.present = out.in_cluster || out.kubeconfig;
    if (out.context && !out.kubeconfig)
        at_error(&context, "is a context of a kubeconfig, and none is named");
    return out;
}

static struct config_management decode_management(struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "kubeconfig",      "context", "inCluster", "allowExec",
                                        "allowInsecure",   "lease",   "events",    "gitops",
                                        "reportConfigMap", NULL };
    struct at exec = at_key(&at, "allowExec"), insecure = at_key(&at, "allowInsecure"),
              lease = at_key(&at, "lease"), events = at_key(&at, "events"),
              gitops = at_key(&at, "gitops"), report = at_key(&at, "reportConfigMap");
    struct config_management out = { .server = decode_server(&at, folder),
                                     .allow_exec = at_bool(&exec, false),
                                     .allow_insecure = at_bool(&insecure, false),
                                     .lease = at_bool(&lease, true),
                                     .events = at_bool(&events, true),
                                     .gitops = at_bool(&gitops, false),
                                     .report_map = at_bool(&report, false) };

    at_only(&at, keys);
    out.present = out.server.present;
    if (at_present(&at) && !out.present)
        at_error(
            &at,
            "needs one of kubeconfig, inCluster; leave management out to write status files only");
    return out;
}

static const char *decode_address(struct at at)
{
    const char *text = at_text(&at, NULL), *colon = text ? strrchr(text, ':') : NULL;
    int64_t port;

    if (text && (!colon || colon == text || !parse_int(colon + 1, 1, 65535, &port)))
        at_error(&at, "must be host:port of istiod's TLS port, such as "
                      "istiod.cluster-1.example.com:15012");
    return text;
}

static struct config_cluster decode_cluster(struct at at, const struct folder *folder,
                                            const struct discovery_settings *discovery)
{
    static const char *const keys[] = { "name",
                                        "sealingCertificate",
                                        "kubeconfig",
                                        "context",
                                        "inCluster",
                                        "istiod",
                                        "takeOver",
                                        "istioNamespaces",
                                        "gatewayNamespaces",
                                        "nodeAddresses",
                                        "gatewayAddresses",
                                        "namespaces",
                                        NULL };
    struct at name = at_key(&at, "name"), certificate = at_key(&at, "sealingCertificate"),
              take_over = at_key(&at, "takeOver");

    at_only(&at, keys);
    return (struct config_cluster){ .name = at_need(&name),
                                    .sealing_certificate = at_path_text(&certificate, folder),
                                    .server = decode_server(&at, folder),
                                    .istiod = decode_address(at_key(&at, "istiod")),
                                    .take_over = at_bool(&take_over, false),
                                    .discovery = discovery_settings_of_cluster(discovery, at),
                                    .place = at.node ? node_place(at.node) : (struct place){ 0 } };
}

static struct config_metrics decode_metrics(struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "file", "pushgateway", NULL };
    struct at file = at_key(&at, "file"), gateway = at_key(&at, "pushgateway");
    struct config_metrics out = { .file = at_path_text(&file, folder),
                                  .pushgateway = at_text(&gateway, NULL) };

    at_only(&at, keys);
    if (out.pushgateway && !text_starts(out.pushgateway, "http://")
        && !text_starts(out.pushgateway, "https://"))
        at_error(&gateway, "must be the base URL of a Pushgateway, such as "
                           "http://pushgateway.monitoring:9091");
    return out;
}

static int cluster_compare(const void *a, const void *b)
{
    const struct config_cluster *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static void decode_clusters(struct config *out, struct at at, const struct folder *folder)
{
    size_t count = at_count(&at, CLUSTERS_MAX);
    struct config_cluster *clusters = ARENA_NEW(folder->arena, struct config_cluster, count + 1);
    struct map *seen = map_new(folder->arena);

    for (size_t i = 0; i < count; i++) {
        struct at item = at_item(&at, i), name = at_key(&item, "name");

        clusters[i] = decode_cluster(item, folder, &out->discovery);
        if (*clusters[i].name && map_put(seen, clusters[i].name, &clusters[i]))
            at_error(&name, "cluster %s is listed twice; remove one", clusters[i].name);
    }
    if (count)
        qsort(clusters, count, sizeof *clusters, cluster_compare);
    out->clusters = clusters;
    out->cluster_count = count;
}

static void decode_pki(struct config *out, struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "keyType", "givenRoots", NULL };
    struct at type = at_key(&at, "keyType"), given = at_key(&at, "givenRoots");

    at_only(&at, keys);
    out->key_type = (enum key_type)at_enum(&type, &key_types, KEY_RSA);
    out->given_roots = at_path_text(&given, folder);
}

static int64_t seconds_at(const struct at *evidence, const char *key, int64_t fallback)
{
    struct at at = at_key(evidence, key);

    return at_duration(&at, 1000, fallback * 1000) / 1000;
}

static void decode_evidence(struct config *out, struct at at)
{
    static const char *const keys[] = { "leafTTL",
                                        "syncAllowance",
                                        "skew",
                                        "period",
                                        "failAfter",
                                        "keyRetention",
                                        "rollbackOnFailure",
                                        "istiodRestartsAcknowledged",
                                        "trustClock",
                                        NULL };
    const struct evidence_policy *usual = &evidence_policy_default;
    struct at back = at_key(&at, "rollbackOnFailure"),
              restarts = at_key(&at, "istiodRestartsAcknowledged"),
              clock = at_key(&at, "trustClock");

    at_only(&at, keys);
    out->evidence = (struct evidence_policy){
        .leaf_ttl = seconds_at(&at, "leafTTL", usual->leaf_ttl),
        .sync_allowance = seconds_at(&at, "syncAllowance", usual->sync_allowance),
        .skew = seconds_at(&at, "skew", usual->skew),
        .period = seconds_at(&at, "period", usual->period),
        .fail_after = seconds_at(&at, "failAfter", usual->fail_after),
        .retention = seconds_at(&at, "keyRetention", usual->retention),
        .rollback_on_deadline = at_bool(&back, usual->rollback_on_deadline),
        .restart_acknowledged = at_bool(&restarts, usual->restart_acknowledged),
        .reissue_max = usual->reissue_max,
        .direct = out->delivery == DELIVER_DIRECT,
    };
    out->trust_clock = at_bool(&clock, false);
}

static void decode_process(struct config *out, struct at at)
{
    static const char *const keys[] = { "confinement", NULL };
    struct at confinement = at_key(&at, "confinement");

    at_only(&at, keys);
    out->confined = at_bool(&confinement, true);
}

static void decode_header(struct at at)
{
    struct at version = at_key(&at, "apiVersion"), kind = at_key(&at, "kind");

    if (!text_equal(at_text(&version, ""), "weft.dev/v1alpha1"))
        at_error(&version, "must be weft.dev/v1alpha1");
    if (!text_equal(at_text(&kind, ""), "Config"))
        at_error(&kind, "must be Config");
}

static void decode_config(struct config *out, struct at at, const struct folder *folder)
{
    static const char *const keys[] = { "apiVersion", "kind",         "specs",     "output",
                                        "state",      "cache",        "delivery",  "management",
                                        "clusters",   "pki",          "evidence",  "metrics",
                                        "process",    "podNamespace", "discovery", NULL };
    struct at namespace = at_key(&at, "podNamespace");

    at_only(&at, keys);
    decode_header(at);
    out->specs = decode_specs(at_key(&at, "specs"), folder);
    out->output = decode_output(at_key(&at, "output"), folder);
    decode_state(out, at_key(&at, "state"), folder);
    decode_cache(out, at_key(&at, "cache"), folder);
    out->delivery = decode_delivery(at_key(&at, "delivery"));
    out->management = decode_management(at_key(&at, "management"), folder);
    out->discovery = discovery_settings_decode(at_key(&at, "discovery"));
    decode_clusters(out, at_key(&at, "clusters"), folder);
    decode_pki(out, at_key(&at, "pki"), folder);
    decode_evidence(out, at_key(&at, "evidence"));
    out->metrics = decode_metrics(at_key(&at, "metrics"), folder);
    decode_process(out, at_key(&at, "process"));
    out->pod_namespace = at_text(&namespace, "gloo-mesh");
    if (!names_is_dns_label(out->pod_namespace))
        at_error(&namespace, "must be the name of a namespace, such as gloo-mesh");
}

int config_read(struct config *out, const char *file, struct arena *arena, struct diags *diags,
                struct err *err)
{
    struct decoder decoder = { diags, arena, intern_new(arena) };
    const char *slash = strrchr(file, '/');
    struct folder folder = { slash ? arena_bytes(arena, file, (size_t)(slash - file) + 1) : "",
                             file, arena };
    const struct node *root;
    char *bytes;
    size_t len;

    *out = (struct config){ .file = file };
    if (access(file, F_OK) < 0 && errno == ENOENT)
        return err_set(err, ERR_INPUT, errno,
                       "there is no configuration %s: name one with -c FILE or WEFT_CONFIG; "
                       "examples/weft.yaml is one to copy, docs/configuration.md has every key",
                       file);
    if (file_read(&bytes, &len, file, CONFIG_BYTES_MAX, arena, err) < 0)
        return err_wrap(err, "read the configuration (-c FILE)");
    sha256_hex(out->digest, bytes, len);
    if (parse_yaml(&root, file, bytes, len, arena, diags) < 0)
        return 0;
    decode_config(out, at_root(root, &decoder), &folder);
    config_check_urls(out, arena, diags);
    return 0;
}

struct translate_options config_translate_options(const struct config *config)
{
    return (struct translate_options){
        .program = "weft " WEFT_VERSION,
        .file_per_service = config->output.granularity == GRANULARITY_SERVICE,
        .external_services = config->output.external_services,
        .callers_only = config->output.import_scope == IMPORT_SCOPE_CALLERS,
    };
}

const struct config_cluster *config_cluster(const struct config *config, const char *name)
{
    struct config_cluster wanted = { .name = name };

    if (!config->cluster_count)
        return NULL;
    return bsearch(&wanted, config->clusters, config->cluster_count, sizeof wanted,
                   cluster_compare);
}
