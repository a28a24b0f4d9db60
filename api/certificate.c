/* api/certificate.c - decodes how a VirtualMesh wants to trust.  Must not judge whether that can be
 * done: that is translate's, which has words for each mesh.  VirtualMesh API */
#include "api/certificate.h"
#include "api/cert_options.h"
#include "base/decode_value.h"

#include "api/field.h"
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

/* rootCertificateAuthority: generated or secret. */
static void decode_root(struct shared_trust *trust, struct at at)
{
    static const char *const keys[] = { "generated", "secret", NULL };
    struct at secret = at_key(&at, "secret");
    int which;

    if (!at_only(&at, keys))
        return;
    which = at_oneof(&at, keys);
    trust->root_unset = which < 0;
    trust->source = which == 1 ? ROOT_SECRET : ROOT_GENERATED;
    trust->generated = cert_options_decode(at_key(&at, "generated"), CERT_ROOT_ORG);
    if (!at_present(&secret))
        return;
    trust->secret = field_ref(secret, "Secret");
    if (text_equal(trust->secret.name, "cacerts")
        && text_equal(trust->secret.namespace, "istio-system"))
        at_error(&secret,
                 "must not be istio-system/cacerts: that Secret holds what is made from this "
                 "root; keep the root in a Secret of its own");
}

/* intermediateCertificateAuthority: vault is its only source. */
static void decode_intermediate_ca(struct shared_trust *trust, struct at at)
{
    static const char *const keys[] = { "vault", NULL };

    if (at_only(&at, keys))
        trust->vault = vault_decode(at_key(&at, "vault"));
}

struct shared_trust shared_trust_decode(struct at at)
{
    static const char *const keys[] = { "rootCertificateAuthority",
                                        "intermediateCertificateAuthority",
                                        "intermediateCertOptions", NULL };
    static const char *const members[] = { "rootCertificateAuthority",
                                           "intermediateCertificateAuthority", NULL };
    struct shared_trust trust = {
        .generated = cert_options_fill((struct cert_options){ 0 }, CERT_ROOT_ORG),
        .intermediate = cert_options_fill((struct cert_options){ 0 }, CERT_INTERMEDIATE_ORG),
        .place = field_place(&at),
    };
    int which;

    if (!at_only(&at, keys))
        return trust;
    which = at_oneof(&at, members);
    trust.kind = which < 0 ? CA_UNSET : which == 0 ? CA_ROOT : CA_INTERMEDIATE;
    decode_root(&trust, at_key(&at, "rootCertificateAuthority"));
    trust.root_unset = trust.root_unset && trust.kind == CA_ROOT;
    decode_intermediate_ca(&trust, at_key(&at, "intermediateCertificateAuthority"));
    trust.intermediate =
        cert_options_decode(at_key(&at, "intermediateCertOptions"), CERT_INTERMEDIATE_ORG);
    return trust;
}

/* none or manual, each an empty map; unset counts as manual. */
static enum rotation_verification decode_verification(struct at at)
{
    static const char *const keys[] = { "none", "manual", NULL };
    struct at none = at_key(&at, "none"), manual = at_key(&at, "manual");

    if (!at_only(&at, keys))
        return VERIFY_MANUAL;
    at_oneof(&at, keys);
    field_empty(&manual);
    return field_empty(&none) && !at_present(&manual) ? VERIFY_NONE : VERIFY_MANUAL;
}

static enum trust_model decode_model(const struct at *at)
{
    static const char *const members[] = { "shared", "limited", NULL };
    struct at limited = at_key(at, "limited");
    int which = at_oneof(at, members);

    field_empty(&limited);
    return which < 0 ? TRUST_UNSET : which == 0 ? TRUST_SHARED : TRUST_LIMITED;
}

struct mtls_config certificate_decode_mtls(struct at at)
{
    static const char *const keys[] = { "shared",           "limited",
                                        "autoRestartPods",  "rotationVerificationMethod",
                                        "rotationStrategy", NULL };
    struct at shared = at_key(&at, "shared"), restart = at_key(&at, "autoRestartPods");
    struct at strategy = at_key(&at, "rotationStrategy");
    struct mtls_config config = { .model = TRUST_ABSENT, .place = field_place(&at) };

    if (!at_present(&at) || !at_only(&at, keys))
        return config;
    config.model = decode_model(&at);
    if (at_present(&shared))
        config.shared = shared_trust_decode(shared);
    config.auto_restart_pods = at_bool(&restart, false);
    config.strategy =
        (enum rotation_strategy)at_enum(&strategy, &rotation_strategies, STRATEGY_MULTI_ROOT);
    config.verification = decode_verification(at_key(&at, "rotationVerificationMethod"));
    return config;
}
