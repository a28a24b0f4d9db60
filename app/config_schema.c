/* app/config_schema.c - the keys of the configuration, one row each.  Must open nothing that they
 * name.
 *
 * Keys, defaults, rules and documentation of a key are one row, from which the decoder, the JSON
 * Schema for editors, the chart's values and docs/configuration.md's test are made. Secrets are
 * never values: a row of a credential is a path, so that the file itself can go into a ConfigMap,
 * a report or an issue. Rows that widen what weft does (allowExec, allowInsecure, takeOver) are
 * false by default. */
#include "app/config_schema.h"
#include "api/own_document.h"
#include "app/config.h"
#include "app/config_calendar.h"
#include "app/config_path.h"
#include "app/config_repository.h"
#include "app/config_vault.h"
#include "base/decode_value.h"
#include "base/http_url.h"
#include "base/names.h"

#include <string.h>

static void decode_seconds(const struct at *at, const struct schema_field *field, void *object)
{
    *(int64_t *)(void *)((char *)object + field->offset) =
        at_duration(at, 1000, field->number * 1000) / 1000;
}

/* --- local files and delivery --- */

static const struct schema_field state_fields[] = {
    ROW_PATH(struct config, "path", state_path, .text = "/var/lib/weft/state.db",
             .doc = "File of the state (SQLite)."),
    ROW_PATH(struct config, "keyFile", state_key_file, .text = "/etc/weft/state.key",
             .doc = "File of the state key, made by `weft keygen`."),
};
static const struct schema state_schema = { .name = "State",
                                            .doc = "What cannot be recomputed.",
                                            .size = sizeof(struct config),
                                            SCHEMA_FIELDS(state_fields) };

static const struct schema_field cache_fields[] = {
    ROW_PATH(struct config, "path", cache_path, .absent = "`cache` beside the state",
             .doc = "Folder of the cached repositories."),
};
static const struct schema cache_schema = { .name = "Cache",
                                            .doc = "What may be deleted at any time.",
                                            .size = sizeof(struct config),
                                            SCHEMA_FIELDS(cache_fields) };

static const struct schema_field delivery_fields[] = {
    ROW_ENUM(struct config, "mode", delivery, delivery_modes, .number = DELIVERY_DEFAULT,
             .doc = "How keys get to clusters, or (`csr`) certificates for keys that are there."),
    ROW_ENUM(struct config, "sopsMac", sops_mac, sops_macs, .number = SOPS_MAC_FULL,
             .doc = "Mode `sops`: which values the authentication code of SOPS covers."),
    ROW_TEXT(struct config, "agentNamespace", agent_namespace, .text = "weft-agent",
             .doc = "Mode `csr`: namespace of the agent in each cluster."),
};
static const struct schema delivery_schema = { .name = "Delivery",
                                               .doc = "How clusters get their keys.",
                                               .size = sizeof(struct config),
                                               SCHEMA_FIELDS(delivery_fields) };

/* --- API servers --- */

static void check_server(const struct at *at, struct config_server *server)
{
    const struct at context = at_key(at, "context");

    server->present = server->in_cluster || server->kubeconfig;
    if (server->context && !server->kubeconfig)
        at_error(&context, "is a context of a kubeconfig, and none is named");
}

static void check_management(const struct at *at, void *object)
{
    struct config_management *management = object;

    check_server(at, &management->server);
    if (!management->server.present)
        at_error(
            at,
            "needs one of kubeconfig, inCluster; leave management out to write status files only");
}

#define SERVER_ROWS(of, cluster)                                                                   \
    ROW_PATH(of, "kubeconfig", server.kubeconfig, .member = true,                                  \
             .doc = "File of a kubeconfig of " cluster "."),                                       \
        ROW_TEXT(of, "context", server.context, .null = true, .absent = "the current one",         \
                 .doc = "Context of that kubeconfig."),                                            \
        ROW_BOOL(of, "inCluster", server.in_cluster, .member = true,                               \
                 .doc = "weft's own cluster is " cluster ", with the account of its pod.")

static const struct schema_field management_fields[] = {
    SERVER_ROWS(struct config_management, "the management cluster"),
    ROW_BOOL(struct config_management, "allowExec", allow_exec,
             .doc = "Run the credential plugins that kubeconfigs name."),
    ROW_BOOL(struct config_management, "allowInsecure", allow_insecure,
             .doc = "Honour `insecure-skip-tls-verify`, and `http://` to the loopback."),
    ROW_BOOL(struct config_management, "lease", lease, .number = true,
             .doc = "One pass at a time for this output branch, by a Lease."),
    ROW_BOOL(struct config_management, "events", events, .number = true,
             .doc = "Events on transitions of a VirtualMesh."),
    ROW_BOOL(struct config_management, "gitops", gitops,
             .doc = "Ask the Argo CD or Flux of that cluster which commit it has applied."),
    ROW_BOOL(struct config_management, "reportConfigMap", report_map,
             .doc = "Write a ConfigMap when there is no VirtualMesh to post a status to."),
};
static const struct schema management_schema = { .name = "Management",
                                                 .doc = "The management cluster.",
                                                 .size = sizeof(struct config_management),
                                                 SCHEMA_FIELDS(management_fields),
                                                 .check = check_management };

static void check_istiod(const struct at *at, const char *text)
{
    const char *colon = strrchr(text, ':');
    int64_t port;

    if (!colon || colon == text || !parse_int(colon + 1, 1, 65535, &port))
        at_error(at, "must be host:port of istiod's TLS port, such as "
                     "istiod.cluster-1.example.com:15012");
}

/* --- clusters --- */

static void check_cluster(const struct at *at, void *object)
{
    check_server(at, &((struct config_cluster *)object)->server);
}

/* delivery/age.h judges; what it says never repeats a private key. */
static void check_age_recipient(const struct at *at, const char *text)
{
    struct age_recipient recipient;
    struct err err;

    if (age_recipient_read(&recipient, text, &err) < 0)
        at_error(at, "%s", err.text);
}

static const struct schema_field cluster_delivery_fields[] = {
    ROW_ENUM(struct config_cluster, "mode", own_delivery, delivery_modes, .number = -1,
             .absent = "`delivery.mode`", .doc = "As `delivery.mode`, for this cluster alone."),
};
static const struct schema cluster_delivery_schema = { .name = "ClusterDelivery",
                                                       .doc = "How this cluster gets its keys.",
                                                       .size = sizeof(struct config_cluster),
                                                       SCHEMA_FIELDS(cluster_delivery_fields) };

static const struct schema_field cluster_fields[] = {
    ROW_TEXT(struct config_cluster, "name", name, .need = "write the name of the cluster",
             .doc = "Name of the cluster, as Meshes have it in `spec.istio.installation.cluster`."),
    ROW_PATH(struct config_cluster, "sealingCertificate", recipient_file,
             .doc = "File of the certificate of the cluster's sealed-secrets controller."),
    ROW_TEXTS(struct config_cluster, "ageRecipients", age_recipients, age_recipient_count,
              .check_text = check_age_recipient,
              .doc = "Mode `sops`: public keys of the cluster's age identities."),
    ROW_PATH(struct config_cluster, "serviceAccountKeys", account_keys,
             .doc = "Mode `csr`: file of the keys that the API server signs tokens with."),
    ROW_FLAT("delivery", cluster_delivery_schema, .doc = "How this cluster gets its keys."),
    SERVER_ROWS(struct config_cluster, "this cluster"),
    ROW_TEXT(struct config_cluster, "istiod", istiod, .null = true, .check_text = check_istiod,
             .example = "istiod.cluster-1.example.com:15012",
             .doc = "Address of istiod's TLS port; its certificate is evidence."),
    ROW_BOOL(struct config_cluster, "takeOver", take_over,
             .doc = "Direct delivery: take over a `cacerts` that another writer owns."),
    ROW_BOOL(struct config_cluster, "discover", discover, .number = true,
             .doc = "Whether discovery reads this cluster."),
    DISCOVERY_CLUSTER_ROWS(struct config_cluster, discovery),
};
static const struct schema cluster_schema = { .name = "Cluster",
                                              .doc = "A cluster and how weft reaches it.",
                                              .size = sizeof(struct config_cluster),
                                              SCHEMA_FIELDS(cluster_fields),
                                              .place =
                                                  SCHEMA_OPTIONAL(struct config_cluster, place),
                                              .check = check_cluster };

/* --- the rest --- */

static const struct schema_field escrow_fields[] = {
    ROW_TEXTS(struct config_escrow, "ageRecipients", age_recipients, age_recipient_count,
              .check_text = check_age_recipient,
              .doc = "Public keys of the age identities that can open the copies of the roots' "
                     "private keys in `<state.path>.escrow/`."),
};
static const struct schema escrow_schema = { .name = "Escrow",
                                             .doc = "Copies of the roots' private keys.",
                                             .size = sizeof(struct config_escrow),
                                             SCHEMA_FIELDS(escrow_fields) };

static const struct schema_field pki_fields[] = {
    ROW_ENUM(struct config, "keyType", key_type, key_types, .number = KEY_RSA,
             .doc = "Type of the keys of new roots and intermediates."),
    ROW_MAP(struct config, "escrow", escrow, escrow_schema, .absent = "no copies are kept",
            .doc = "Copies of the roots' private keys that outlive the state."),
    ROW_PATH(struct config, "givenRoots", given_roots,
             .absent = "Secrets of the management cluster",
             .doc = "Folder of the CAs for `rootCertificateAuthority.secret`."),
    ROW_LIST(struct config, "vault", vaults, vault_count, config_vault_schema,
             .doc = "The Vault servers that `intermediateCertificateAuthority.vault` may name, and "
                    "how weft logs in to them."),
};
static const struct schema pki_schema = { .name = "Pki",
                                          .doc = "Keys and given roots.",
                                          .size = sizeof(struct config),
                                          SCHEMA_FIELDS(pki_fields) };

/* Seconds of the policy that rotation has by default; test_config.c compares them. */
#define ROW_WAIT(key, member, usual, ...)                                                          \
    ROW_SECONDS(struct config, key, evidence.member, .number = (usual), .decode = decode_seconds,  \
                __VA_ARGS__)
static const struct schema_field evidence_fields[] = {
    ROW_WAIT("leafTTL", leaf_ttl, 24 * 3600, .absent = "`24h`",
             .doc = "The longest lifetime of a workload certificate anywhere."),
    ROW_WAIT("syncAllowance", sync_allowance, 3600, .absent = "`1h`",
             .doc = "From a commit to a cluster that works with it, where weft has no evidence."),
    ROW_WAIT("skew", skew, 600, .absent = "`10m`", .doc = "Largest difference between clocks."),
    ROW_WAIT("period", period, 3600, .absent = "`1h`", .doc = "Time between two passes."),
    ROW_WAIT("failAfter", fail_after, 7 * 86400, .absent = "`168h`",
             .doc = "A step that a watched cluster has not loaded after this time has failed."),
    ROW_WAIT("keyRetention", retention, 30 * 86400, .absent = "`720h`",
             .doc = "The key of a replaced root is destroyed after this time."),
    ROW_BOOL(struct config, "rollbackOnFailure", evidence.rollback_on_deadline,
             .doc = "Roll back when a step fails, instead of holding."),
    ROW_BOOL(struct config, "istiodRestartsAcknowledged", evidence.restart_acknowledged,
             .doc = "Operators restart istiods without `ISTIO_MULTIROOT_MESH` themselves."),
    ROW_BOOL(struct config, "trustClock", trust_clock,
             .doc = "Waits count in full by the local clock."),
};
static const struct schema evidence_schema = { .name = "Evidence",
                                               .doc = "Timing of rotations.",
                                               .size = sizeof(struct config),
                                               SCHEMA_FIELDS(evidence_fields) };

static const struct schema_field rotation_fields[] = {
    ROW_LIST(struct config, "windows", windows, window_count, config_window_schema,
             .doc =
                 "When steps of rotations, renewals that can wait and restarts may go out; none: "
                 "at any time."),
};
static const struct schema rotation_schema = { .name = "Rotation",
                                               .doc = "When rotations go on.",
                                               .size = sizeof(struct config),
                                               SCHEMA_FIELDS(rotation_fields) };

static void check_pushgateway(const struct at *at, const char *url)
{
    if (!text_starts(url, "http://") && !text_starts(url, "https://"))
        at_error(at, "must be the base URL of a Pushgateway, such as "
                     "http://pushgateway.monitoring:9091");
}

static const struct schema_field metrics_fields[] = {
    ROW_PATH(struct config_metrics, "file", file,
             .doc = "File of the metrics in Prometheus' text format."),
    ROW_TEXT(struct config_metrics, "pushgateway", pushgateway, .null = true,
             .check_text = check_pushgateway, .example = "http://pushgateway.monitoring:9091",
             .doc = "Base URL of a Pushgateway."),
};
static const struct schema metrics_schema = { .name = "Metrics",
                                              .doc = "Monitoring.",
                                              .size = sizeof(struct config_metrics),
                                              SCHEMA_FIELDS(metrics_fields) };

static const struct schema_field process_fields[] = {
    ROW_BOOL(struct config, "confinement", confined, .number = true,
             .doc = "The process gives up its capabilities and restricts itself to the files and "
                    "system calls that this configuration needs."),
};
static const struct schema process_schema = { .name = "Process",
                                              .doc = "What weft may do on its machine.",
                                              .size = sizeof(struct config),
                                              SCHEMA_FIELDS(process_fields) };

#define CONFIG_VERSION OWN_DOCUMENT_VERSION
#define CONFIG_KIND "Config"
static const char *const version_names[] = { CONFIG_VERSION };
static const char *const kind_names[] = { CONFIG_KIND };
static const struct enum_table versions = ENUM_TABLE(version_names);
static const struct enum_table kinds = ENUM_TABLE(kind_names);

static void check_version(const struct at *at, const void *object)
{
    (void)object;
    if (!text_equal(at_text(at, ""), CONFIG_VERSION))
        at_error(at, "must be " CONFIG_VERSION);
}

static void check_kind(const struct at *at, const void *object)
{
    (void)object;
    if (!text_equal(at_text(at, ""), CONFIG_KIND))
        at_error(at, "must be " CONFIG_KIND);
}

static void check_namespace(const struct at *at, const char *text)
{
    if (!names_is_dns_label(text))
        at_error(at, "must be the name of a namespace, such as gloo-mesh");
}

static const struct schema_field config_fields[] = {
    ROW_ANY("apiVersion", .names = &versions, .check = check_version, .required = true,
            .doc = "Version of the configuration."),
    ROW_ANY("kind", .names = &kinds, .check = check_kind, .required = true,
            .doc = "Kind of the document."),
    ROW_MAP(struct config, "specs", specs, config_specs_schema, .inside = true,
            .doc = "The specs repository."),
    ROW_MAP(struct config, "output", output, config_output_schema, .inside = true,
            .doc = "The output repository."),
    ROW_MAP(struct config, "inventory", inventory, config_inventory_schema,
            .doc = "Where the inventory is kept."),
    ROW_FLAT("state", state_schema, .doc = "The state and its key."),
    ROW_FLAT("cache", cache_schema, .doc = "The cached repositories."),
    ROW_FLAT("delivery", delivery_schema, .doc = "How clusters get their keys."),
    ROW_MAP(struct config, "management", management, management_schema,
            .absent = "statuses are written to files only", .doc = "The management cluster."),
    ROW_LIST(struct config, "clusters", clusters, cluster_count, cluster_schema,
             .doc = "The clusters, each once."),
    ROW_FLAT("pki", pki_schema, .doc = "Keys and given roots."),
    ROW_FLAT("evidence", evidence_schema, .doc = "Timing of rotations."),
    ROW_FLAT("rotation", rotation_schema, .doc = "When rotations go on."),
    ROW_LIST(struct config, "freeze", freezes, freeze_count, config_freeze_schema,
             .doc = "When no step, no renewal that can wait and no restart goes out."),
    ROW_MAP(struct config, "metrics", metrics, metrics_schema, .doc = "Monitoring."),
    ROW_FLAT("process", process_schema, .doc = "What weft may do on its machine."),
    ROW_MAP(struct config, "discovery", discovery, discovery_settings_schema,
            .doc = "What discovery takes over."),
    ROW_TEXT(struct config, "podNamespace", pod_namespace, .text = "gloo-mesh",
             .check_text = check_namespace,
             .doc = "Namespace of the management plane: weft looks up Settings and "
                    "KubernetesClusters there."),
};
const struct schema config_schema = { .name = "Config",
                                      .doc = "The configuration of weft.",
                                      .size = sizeof(struct config),
                                      SCHEMA_FIELDS(config_fields) };
