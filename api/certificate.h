/* api/certificate.h - trust as the API says it: SharedTrust and its parts.  VirtualMesh API
 * to 4.4, 5.1 to 5.8. */
#ifndef WEFT_API_CERTIFICATE_H
#define WEFT_API_CERTIFICATE_H

#include "api/ref.h"

/* CommonCertOptions; 0, NULL = not given. Defaults are filled by cert_options_fill. */
struct cert_options {
    uint32_t ttl_days;
    uint32_t rsa_key_bits; /* rsaKeySizeBytes is in bits, whatever its name says */
    const char *org_name;
    double grace_ratio; /* secretRotationGracePeriodRatio */
};

/* Which member of rootCertificateAuthority is set; ROOT_UNSET is "rootCertificateAuthority: {}",
 * which is refused for each mesh (M3). */
enum root_given_by { ROOT_GENERATED, ROOT_SECRET, ROOT_UNSET };

enum vault_login { VAULT_KUBERNETES_AUTH, VAULT_TOKEN };      /* how weft logs in to Vault */
enum vault_account { VAULT_MOUNTED_PATH, VAULT_ACCOUNT_REF }; /* of VAULT_KUBERNETES_AUTH */

struct vault_ca {
    const char *ca_path, *csr_path, *server, *namespace;
    const char *ca_bundle; /* PEM; NULL: system roots */
    enum vault_login login;
    struct object_ref token_secret; /* VAULT_TOKEN */
    const char *mount_path, *role, *secret_token_key, *mounted_sa_path;
    enum vault_account account;
    struct object_ref service_account; /* VAULT_ACCOUNT_REF */
};

/* subject O when none is given */
#define CERT_ROOT_ORG "gloo-mesh"
#define CERT_INTERMEDIATE_ORG "Istio"

/* Which member of certificateAuthority is set.  CA_UNSET is "shared: {}": a root is generated with
 * defaults (Q20). */
enum ca_kind { CA_UNSET, CA_ROOT, CA_INTERMEDIATE };

struct shared_trust {
    enum ca_kind kind;
    enum root_given_by source;        /* CA_ROOT */
    struct cert_options generated;    /* ROOT_GENERATED and CA_UNSET, defaults filled */
    struct object_ref secret;         /* ROOT_SECRET */
    const struct vault_ca *vault;     /* CA_INTERMEDIATE; NULL: no source given */
    struct cert_options intermediate; /* intermediateCertOptions, defaults filled */
    struct place place;
};

enum rotation_state { /* CertificateRotationState; names on the wire, numbers are ours alone */
                      ROTATION_NOT_ROTATING,
                      ROTATION_PREVIOUS_CA,
                      ROTATION_ADDING_NEW_ROOT,
                      ROTATION_PROPAGATING_NEW_INTERMEDIATE,
                      ROTATION_DELETING_OLD_ROOT,
                      ROTATION_VERIFYING,
                      ROTATION_VERIFIED,
                      ROTATION_ROLLING_BACK,
                      ROTATION_FINISHED,
                      ROTATION_FAILED,
};
extern const struct enum_table
    rotation_states; /* also takes NOT_APPLICABLE through rotation_state_find */
int rotation_state_find(const char *name); /* -1: no such state */

enum rotation_strategy { STRATEGY_MULTI_ROOT, STRATEGY_NONE };
extern const struct enum_table rotation_strategies;
enum rotation_verification { VERIFY_MANUAL, VERIFY_NONE }; /* unset counts as manual */

enum trust_model {
    TRUST_ABSENT,
    TRUST_UNSET,
    TRUST_SHARED,
    TRUST_LIMITED
}; /* no mtlsConfig; mtlsConfig without a member */

struct mtls_config {
    enum trust_model model;
    struct shared_trust shared; /* TRUST_SHARED */
    bool auto_restart_pods;
    enum rotation_strategy strategy;
    enum rotation_verification verification;
    struct place place;
};

struct schema;
extern const struct schema mtls_config_schema, shared_trust_schema;

struct shared_trust shared_trust_decode(struct at at);
/* For deployedSharedTrust: SharedTrust as the API writes it, with defaults written out: what is
 * deployed must not change its meaning when a later version has other defaults.  Decoding it gives
 * the same struct back. */
struct node *shared_trust_encode(const struct shared_trust *trust, struct arena *arena);

#endif
