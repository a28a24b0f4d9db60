/* app/config.h - the configuration: one YAML file, every key of docs/configuration.md. */
#ifndef WEFT_APP_CONFIG_H
#define WEFT_APP_CONFIG_H

#include "app/config_calendar.h"
#include "app/config_oci.h"
#include "app/config_pull.h"
#include "base/decode.h"
#include "base/err.h"
#include "delivery/method.h"
#include "delivery/sops.h"
#include "discovery/discovery_settings.h"
#include "pki/key.h"
#include "rotation/evidence.h"
#include "translate/translate.h"

/* Paths are absolute or relative to the configuration's folder when written; here they are ready to
 * open. NULL = not given. */
struct config_auth {
    const char *username;
    const char *password_file; /* password or token, first line */
    const char *ssh_key_file, *known_hosts_file;
    const char *ca_file;
    const char *proxy;
};

struct config_specs {
    const char *url, *ref, *path;
    const char
        *allowed_signers; /* file: one of them must have signed the commit; NULL: not asked */
    struct config_auth auth;
    struct place place; /* of url */
};

enum granularity { GRANULARITY_NAMESPACE, GRANULARITY_SERVICE };
enum import_scope { IMPORT_SCOPE_MESH, IMPORT_SCOPE_CALLERS };
enum drift_rule { DRIFT_STOP, DRIFT_OVERWRITE };
enum output_mode { OUTPUT_PUSH, OUTPUT_PULL_REQUEST };
enum attestation_place { ATTESTATIONS_NONE, ATTESTATIONS_NOTE };
enum output_branches { BRANCHES_SINGLE, BRANCHES_CLUSTER };

struct config_output {
    const char *url, *branch, *path;
    const char *author_name, *author_email;
    const char *signing_key; /* file of an SSH key; NULL: commits are not signed */
    const char
        *allowed_signers; /* file: who may sign commits there, for weft verify; NULL: not given */
    struct config_auth auth;
    enum granularity granularity;
    bool external_services;
    enum import_scope import_scope;
    enum drift_rule on_drift;
    double max_deleted_share; /* deletion limit: of our files, in one pass; 0..1 */
    enum output_mode mode;
    enum output_branches branches;
    bool hydrator_metadata; /* on the branches of clusters */
    enum attestation_place attestations;
    const char *cluster_branch; /* with BRANCHES_CLUSTER: their pattern (sync/branch_pattern.h) */
    struct config_pull pull;    /* with OUTPUT_PULL_REQUEST */
    bool has_pull;              /* it is written */
    struct config_oci oci;
    struct place place, branch_place; /* of url and branch */
};

/* Where the inventory is kept. */
struct config_inventory {
    const char *url;    /* NULL: the output repository has it */
    const char *branch; /* NULL: not given here; config.discovery.branch is the one that counts */
    const char *path;   /* folder in the repository; "": the root */
    bool has_auth;
    struct config_auth auth; /* with url */
    struct place place;      /* of the block */
};

/* How an API server is reached. */
struct config_server {
    bool present;
    bool in_cluster;
    const char *kubeconfig, *context;
};

struct config_management {
    bool present; /* server.present */
    struct config_server server;
    bool allow_exec, allow_insecure; /* of this and every other kubeconfig */
    bool lease, events;
    bool gitops;     /* Argo CD or Flux run there: ask them which commit is applied */
    bool report_map; /* a ConfigMap when there is no VirtualMesh to post the status to */
};

struct config_cluster {
    const char *name;
    const char *recipient_file;        /* whom deliveries are encrypted for; NULL: not given */
    const char *const *age_recipients; /* the same for SOPS */
    size_t age_recipient_count;
    const char *account_keys; /* file of the keys that its API server signs tokens with; NULL: not
                                 given */
    int own_delivery;         /* clusters[].delivery.mode; -1: not given */
    enum delivery_mode delivery; /* that, or delivery.mode */
    struct config_server server; /* its own API server, for evidence, delivery, restarts */
    const char *istiod;          /* "host:port" of its TLS; NULL: not given */
    bool take_over;              /* of a cacerts that another writer made */
    bool discover;               /* weft discover reads it, when it has a server */
    struct discovery_settings discovery;
    struct place place;
};

struct config_escrow {
    const char *const *age_recipients; /* of the roots' keys; none: no pass keeps them in escrow */
    size_t age_recipient_count;
};

/* The login to a Vault by AppRole; none when no file is given. */
struct config_app_role {
    const char *path; /* of the auth method: "auth/approle" */
    const char *role_id_file, *secret_id_file;
};

/* A Vault server that weft may log in to. */
struct config_vault {
    const char *server;              /* URL */
    const char *token_file;          /* instead of the login that a spec names; NULL: not given */
    const char *account_folder;      /* with the token for kubernetesAuth; NULL: that of the pod */
    struct config_app_role app_role; /* instead of the login that a spec names */
    bool allow_insecure;             /* http:// to the loopback */
};

struct config_metrics {
    const char *file;        /* NULL: none */
    const char *pushgateway; /* its base URL; NULL: none */
};

struct config {
    const char *file;
    struct config_specs specs;
    struct config_output output;
    struct config_inventory inventory;
    const char *state_path, *state_key_file;
    const char *cache_path;
    struct place state_place, cache_place;
    enum delivery_mode delivery; /* of clusters that name no mode of their own */
    enum sops_mac sops_mac;
    const char *agent_namespace; /* of the agents of clusters that make their own keys */
    struct config_management management;
    const struct config_cluster *clusters; /* sorted by name */
    size_t cluster_count;
    struct config_metrics metrics;
    enum key_type key_type;
    struct config_escrow escrow;
    const char *given_roots; /* pki.givenRoots: folder of CAs for rootCertificateAuthority.secret;
                                NULL: not given */
    const struct config_vault *vaults; /* pki.vault */
    size_t vault_count;
    struct evidence_policy evidence;     /* with the calendar of the next two */
    const struct config_window *windows; /* rotation.windows */
    const struct config_freeze *freezes; /* freeze */
    size_t window_count, freeze_count;
    bool trust_clock; /* evidence.trustClock: waits count in full by this machine's clock alone */
    bool confined;    /* process.confinement: the walls of app/confinement.h */
    const char *pod_namespace;
    struct discovery_settings discovery; /* of a cluster that is not in clusters */
    char digest[65];                     /* SHA-256 of the file's bytes */
};

/* Reads and decodes file.  Mistakes are diags (then *out is not complete); -1 only when the file
 * cannot be read. */
MUST_USE int config_read(struct config *out, const char *file, struct arena *arena,
                         struct diags *diags, struct err *err);
/* The repository that has the inventory, and its credentials. */
const char *config_inventory_url(const struct config *config);
const struct config_auth *config_inventory_auth(const struct config *config);
/* The options of translation. */
struct translate_options config_translate_options(const struct config *config);
const struct config_cluster *config_cluster(const struct config *config,
                                            const char *name); /* NULL: absent */
/* The file that deliveries to a cluster are made with; NULL: not given, or the configuration itself
 * has what they need. */
const char *config_recipient_file(const struct config_cluster *cluster,
                                  const struct delivery_method *method);
/* Some cluster makes its own keys. */
bool config_has_agents(const struct config *config);
/* How intermediates get to a cluster, which the configuration need not list. */
const struct delivery_method *config_delivery(const struct config *config, const char *cluster);

#endif
