/* api/certificate.c - the fields of mtlsConfig: how the meshes of a VirtualMesh trust each other.
 * Must not judge whether that can be done: translate does, and reports it for each mesh.
 * VirtualMesh API */
#include "api/certificate.h"
#include "api/cert_options.h"

#include "api/schema_decode.h"
#include "api/schema_encode.h"
#include "api/vault.h"

static const char *const rotation_state_names[] = {
    [ROTATION_NOT_ROTATING] = "NOT_ROTATING",
    [ROTATION_PREVIOUS_CA] = "PREVIOUS_CA",
    [ROTATION_ADDING_NEW_ROOT] = "ADDING_NEW_ROOT",
    [ROTATION_PROPAGATING_NEW_INTERMEDIATE] = "PROPAGATING_NEW_INTERMEDIATE",
    [ROTATION_DELETING_OLD_ROOT] = "DELETING_OLD_ROOT",
    [ROTATION_VERIFYING] = "VERIFYING",
    [ROTATION_VERIFIED] = "VERIFIED",
    [ROTATION_ROLLING_BACK] = "ROLLING_BACK",
    [ROTATION_FINISHED] = "FINISHED",
    [ROTATION_FAILED] = "FAILED",
};
const struct enum_table rotation_states = ENUM_TABLE(rotation_state_names);

static const char *const rotation_strategy_names[] = {
    [STRATEGY_MULTI_ROOT] = "MULTI_ROOT",
    [STRATEGY_NONE] = "NONE",
};
const struct enum_table rotation_strategies = ENUM_TABLE(rotation_strategy_names);

int rotation_state_find(const char *name)
{
    return text_equal(name, "NOT_APPLICABLE") ? ROTATION_NOT_ROTATING
                                              : enums_find(&rotation_states, name);
}

static void check_secret(const struct at *at, const void *object)
{
    const struct shared_trust *trust = object;

    if (text_equal(trust->secret.name, "cacerts")
        && text_equal(trust->secret.namespace, "istio-system"))
        at_error(at, "must not be istio-system/cacerts: that Secret holds what is made from this "
                     "root; keep the root in a Secret of its own");
}

static const struct schema_field root_fields[] = {
    ROW_MAP(struct shared_trust, "generated", generated, cert_options_root_schema, .member = true,
            .chosen = ROOT_GENERATED,
            .doc = "weft makes a self-signed root and keeps its key in the state."),
    ROW_REF(struct shared_trust, "secret", secret, "Secret", .member = true, .chosen = ROOT_SECRET,
            .check = check_secret,
            .doc = "Secret on the management cluster, or folder of `pki.givenRoots`, that holds "
                   "the CA."),
};
static const struct schema root_schema = {
    .name = "RootCertificateAuthority",
    .doc = "A root whose key weft holds; one of `generated` and `secret` is required.",
    .size = sizeof(struct shared_trust),
    SCHEMA_FIELDS(root_fields),
    .choice = SCHEMA_OPTIONAL(struct shared_trust, source),
    .none = ROOT_UNSET,
};

static const struct schema_field intermediate_ca_fields[] = {
    ROW_POINTER(struct shared_trust, "vault", vault, vault_schema,
                .doc = "Vault or OpenBao signs the intermediates, whose keys weft makes."),
};
static const struct schema intermediate_ca_schema = {
    .name = "IntermediateCertificateAuthority",
    .doc = "A CA from which each mesh gets its intermediate.",
    .size = sizeof(struct shared_trust),
    SCHEMA_FIELDS(intermediate_ca_fields),
};

static const struct schema_field shared_trust_fields[] = {
    ROW_FLAT("rootCertificateAuthority", root_schema, .member = true, .chosen = CA_ROOT,
             .absent = "a generated root with default options",
             .doc = "The root that signs the intermediates of all meshes."),
    ROW_FLAT("intermediateCertificateAuthority", intermediate_ca_schema, .member = true,
             .chosen = CA_INTERMEDIATE, .doc = "An external CA that signs the intermediates."),
    ROW_MAP(struct shared_trust, "intermediateCertOptions", intermediate,
            cert_options_intermediate_schema, .always = true,
            .doc = "Options of the intermediate of each mesh."),
};
const struct schema shared_trust_schema = {
    .name = "SharedTrust",
    .doc = "One root for all meshes of the VirtualMesh.",
    .size = sizeof(struct shared_trust),
    SCHEMA_FIELDS(shared_trust_fields),
    .place = SCHEMA_OPTIONAL(struct shared_trust, place),
    .choice = SCHEMA_OPTIONAL(struct shared_trust, kind),
    .none = CA_UNSET,
};

static const struct schema_field verification_fields[] = {
    ROW_CHOICE("none", .chosen = VERIFY_NONE,
               .doc = "Each step follows the one before it without an approval."),
    ROW_CHOICE("manual", .chosen = VERIFY_MANUAL,
               .doc = "Each step waits for an approval by annotation or `weft rotation approve`."),
};
/* Absent means manual: that roots are replaced without an approval has to be asked for in the
 * spec. */
static const struct schema verification_schema = {
    .name = "CertificateRotationVerificationMethod",
    .doc = "How the steps of a rotation are approved.",
    .size = sizeof(struct mtls_config),
    SCHEMA_FIELDS(verification_fields),
    .choice = SCHEMA_OPTIONAL(struct mtls_config, verification),
    .none = VERIFY_MANUAL,
};

static const struct schema_field mtls_fields[] = {
    ROW_MAP(struct mtls_config, "shared", shared, shared_trust_schema, .member = true,
            .chosen = TRUST_SHARED,
            .doc = "One root for all meshes; `{}` is a generated root with default options."),
    ROW_CHOICE("limited", .chosen = TRUST_LIMITED,
               .doc = "Each mesh keeps its own root; weft reads this and reports that it is not "
                      "supported. It has no fields: a root belongs to `shared`."),
    ROW_BOOL(struct mtls_config, "autoRestartPods", auto_restart_pods,
             .doc = "weft restarts workloads in turn when their root or intermediate changes."),
    ROW_FLAT("rotationVerificationMethod", verification_schema, .always = true,
             .absent = "`manual`", .doc = "How each step of a rotation is approved."),
    ROW_ENUM(struct mtls_config, "rotationStrategy", strategy, rotation_strategies, .always = true,
             .doc = "How one root replaces another: in steps in which both are trusted, or at "
                    "once with an interruption."),
};
const struct schema mtls_config_schema = {
    .name = "MTLSConfig",
    .doc = "Trust between the meshes.",
    .size = sizeof(struct mtls_config),
    SCHEMA_FIELDS(mtls_fields),
    .place = SCHEMA_OPTIONAL(struct mtls_config, place),
    .choice = SCHEMA_OPTIONAL(struct mtls_config, model),
    .none = TRUST_UNSET,
};

struct shared_trust shared_trust_decode(struct at at)
{
    struct shared_trust trust = { 0 };

    schema_decode(&trust, &shared_trust_schema, &at, "");
    return trust;
}

struct node *shared_trust_encode(const struct shared_trust *trust, struct arena *arena)
{
    return schema_encode(trust, &shared_trust_schema, arena);
}
