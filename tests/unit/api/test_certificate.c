/* tests/unit/api/test_certificate.c - trust as structs, that what is deployed reads back as what
 * was meant, and what people read about mistakes in mtlsConfig. */
#include "api/cert_options.h"
#include "base/intern.h"
#include "base/parse_yaml.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include "tests/lib/specs_sample.h"

#include "base/write.h"
#include <string.h>

/* clang-format off */
static const struct {
    const char *sentence, *mtls;
    enum trust_model model;
    enum ca_kind kind;
    bool vault;
    enum root_given_by source;
} models[] = {
    { "no mtlsConfig", "null", TRUST_ABSENT, CA_UNSET, false, ROOT_GENERATED },
    { "mtlsConfig without a model", "{}", TRUST_UNSET, CA_UNSET, false, ROOT_GENERATED },
    { "a model that is null", "{shared: null}", TRUST_UNSET, CA_UNSET, false, ROOT_GENERATED },
    { "limited", "{limited: {}}", TRUST_LIMITED, CA_UNSET, false, ROOT_GENERATED },
    { "shared", "{shared: {}}", TRUST_SHARED, CA_UNSET, false, ROOT_GENERATED },
    { "a root without a source", "{shared: {rootCertificateAuthority: {}}}", TRUST_SHARED, CA_ROOT, false,
      ROOT_UNSET },
    { "a generated root", "{shared: {rootCertificateAuthority: {generated: {}}}}", TRUST_SHARED, CA_ROOT, false,
      ROOT_GENERATED },
    { "a given root", "{shared: {rootCertificateAuthority: {secret: {name: a, namespace: b}}}}", TRUST_SHARED, CA_ROOT,
      false, ROOT_SECRET },
    { "intermediates from nowhere", "{shared: {intermediateCertificateAuthority: {}}}", TRUST_SHARED, CA_INTERMEDIATE,
      false, ROOT_GENERATED },
    { "intermediates from Vault",
      "{shared: {intermediateCertificateAuthority: {vault: {caPath: a, csrPath: b/exported, server: 'http://v', "
      "tokenSecretRef: {name: a, namespace: b}}}}}", TRUST_SHARED, CA_INTERMEDIATE, true, ROOT_GENERATED },
};
/* clang-format on */

static void test_models(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(models); i++) {
        struct sample sample;
        const struct mtls_config *mtls;
        AUTO_TEXT spec = { 0 };

        text_addf(&spec, "  mtlsConfig: %s\n", models[i].mtls);
        sample_spec(&sample, KIND_VIRTUAL_MESH, spec.bytes);
        assert_text(models[i].sentence, sample.said, "");
        mtls = &sample.specs.virtual_meshes[0].mtls;
        if (mtls->model != models[i].model || mtls->shared.kind != models[i].kind
            || (mtls->shared.vault != NULL) != models[i].vault
            || mtls->shared.source != models[i].source)
            fail_msg("%s", models[i].sentence);
        sample_free(&sample);
    }
}

static void test_rotation_states(void **state)
{
    (void)state;
    assert_int_equal(rotation_state_find("NOT_APPLICABLE"), ROTATION_NOT_ROTATING);
    assert_int_equal(rotation_state_find("PREVIOUS_CA"), ROTATION_PREVIOUS_CA);
    assert_int_equal(rotation_state_find("FAILED"), ROTATION_FAILED);
    assert_int_equal(rotation_state_find("applicable"), -1);
    assert_int_equal(rotation_state_find(NULL), -1);
}

/* A generator that gives the same numbers in every run (xorshift). */
static uint32_t next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static struct cert_options any_options(uint32_t *seed, const char *org)
{
    static const uint32_t bits[] = { 0, 2048, 3072, 4096, 8192 };
    static const char *const orgs[] = { NULL,   "books", "O\xC3\xA9 \"x\" \\ # :", "'", "- a",
                                        "null", "1" };
    struct cert_options options = { next(seed) % 1000, bits[next(seed) % LENGTH(bits)],
                                    orgs[next(seed) % LENGTH(orgs)], 0 };

    if (next(seed) % 2)
        options.grace_ratio = (next(seed) % 999999 + 1) / 1000000.0 / (next(seed) % 7 + 1);
    return cert_options_fill(options, org);
}

static struct shared_trust any_trust(uint32_t *seed, struct vault_ca *vault)
{
    static const char *const paths[] = { "pki/sign", "a" };
    struct shared_trust trust = { .kind = (enum ca_kind)(next(seed) % 3) };

    trust.generated = cert_options_fill((struct cert_options){ 0 }, CERT_ROOT_ORG);
    trust.intermediate = any_options(seed, CERT_INTERMEDIATE_ORG);
    if (trust.kind == CA_ROOT) {
        trust.source = (enum root_given_by)(next(seed) % 3);
        if (trust.source == ROOT_SECRET)
            trust.secret = (struct object_ref){ "root", "pki" };
        else if (trust.source == ROOT_GENERATED)
            trust.generated = any_options(seed, CERT_ROOT_ORG);
    }
    if (trust.kind == CA_INTERMEDIATE && next(seed) % 4) {
        *vault = (struct vault_ca){ .ca_path = paths[next(seed) % 2],
                                    .csr_path = "b/exported",
                                    .server = "https://v:8200",
                                    .namespace = next(seed) % 2 ? "team" : "",
                                    .login = (enum vault_login)(next(seed) % 2) };
        vault->ca_bundle = next(seed) % 2 ? "-----BEGIN CERTIFICATE-----\nx\n" : NULL;
        if (vault->login == VAULT_TOKEN) {
            vault->token_secret = (struct object_ref){ "t", "ns" };
        } else {
            vault->account = (enum vault_account)(next(seed) % 2);
            vault->role = "istio";
            vault->mount_path = "/v1/auth/x";
            vault->secret_token_key = "jwt";
            vault->service_account = (struct object_ref){ "sa", "ns" };
            vault->mounted_sa_path = "/var/run";
        }
        trust.vault = vault;
    }
    return trust;
}

static bool refs_equal(struct object_ref a, struct object_ref b)
{
    return (text_empty(a.name) && text_empty(b.name)) || object_ref_equal(a, b);
}

static bool options_equal(const struct cert_options *a, const struct cert_options *b)
{
    return a->ttl_days == b->ttl_days && a->rsa_key_bits == b->rsa_key_bits
           && text_equal(a->org_name, b->org_name)
           && memcmp(&a->grace_ratio, &b->grace_ratio, sizeof a->grace_ratio) == 0;
}

static bool logins_equal(const struct vault_ca *a, const struct vault_ca *b)
{
    if (a->login != b->login)
        return false;
    if (a->login == VAULT_TOKEN)
        return refs_equal(a->token_secret, b->token_secret);
    if (a->account != b->account || !text_equal(a->mount_path, b->mount_path)
        || !text_equal(a->role, b->role) || !text_equal(a->secret_token_key, b->secret_token_key))
        return false;
    return a->account == VAULT_ACCOUNT_REF ? refs_equal(a->service_account, b->service_account)
                                           : text_equal(a->mounted_sa_path, b->mounted_sa_path);
}

static bool vaults_equal(const struct vault_ca *a, const struct vault_ca *b)
{
    if (!a || !b)
        return a == b;
    return text_equal(a->ca_path, b->ca_path) && text_equal(a->csr_path, b->csr_path)
           && text_equal(a->server, b->server) && text_equal(a->namespace, b->namespace)
           && text_equal(a->ca_bundle, b->ca_bundle) && logins_equal(a, b);
}

static bool trusts_equal(const struct shared_trust *a, const struct shared_trust *b)
{
    return a->kind == b->kind && a->source == b->source
           && options_equal(&a->generated, &b->generated) && refs_equal(a->secret, b->secret)
           && vaults_equal(a->vault, b->vault) && options_equal(&a->intermediate, &b->intermediate);
}

/* deployedSharedTrust: written as JSON or YAML, it decodes to the same struct. */
static void test_shared_trust_round_trip(void **state)
{
    uint32_t seed = 20261123;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        AUTO_TEXT bytes = { 0 };
        struct diags diags = { .arena = arena };
        struct decoder decoder = { .diags = &diags, .arena = arena, .strings = intern_new(arena) };
        struct vault_ca vault;
        struct shared_trust trust = any_trust(&seed, &vault), back;
        const struct node *node;

        if (i % 2)
            write_json(&bytes, shared_trust_encode(&trust, arena), true);
        else
            write_yaml(&bytes, shared_trust_encode(&trust, arena));
        assert_int_equal(parse_yaml(&node, "trust", bytes.bytes, bytes.len, arena, &diags), 0);
        back = shared_trust_decode(at_root(node, &decoder));
        if (diags.errors || diags.warnings || !trusts_equal(&trust, &back))
            fail_msg("round %d: %s\n%s", i, diags.first ? diags.first->text : "differs",
                     bytes.bytes);
    }
}

/* clang-format off */
static const struct sample_row mtls_rows[] = {
    { "two trust models",
      "  mtlsConfig: {shared: {}, limited: {}}\n",
      "a.yaml:5:15: spec.mtlsConfig: only one of shared, limited may be set; remove one\n" },
    { "a limited trust has no members",
      "  mtlsConfig: {limited: {gateway: x}}\n",
      "a.yaml:5:26: spec.mtlsConfig.limited.gateway: unknown field; remove it\n" },
    { "two authorities",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {}}\n"
      "      intermediateCertificateAuthority: {}\n",
      "a.yaml:7:7: spec.mtlsConfig.shared: only one of rootCertificateAuthority, intermediateCertificateAuthority may be set; remove one\n" },
    { "two sources of the root",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority:\n"
      "        generated: {}\n"
      "        secret: {name: root, namespace: gloo-mesh}\n",
      "a.yaml:8:9: spec.mtlsConfig.shared.rootCertificateAuthority: only one of generated, secret may be set; remove one\n" },
    { "generated: null is not set, so the secret is alone",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority:\n"
      "        generated: null\n"
      "        secret: {name: root, namespace: gloo-mesh}\n",
      "" },
    { "the root must not be in the Secret that is made from it",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: cacerts, namespace: istio-system}}}}\n",
      "a.yaml:5:60: spec.mtlsConfig.shared.rootCertificateAuthority.secret: must not be istio-system/cacerts: that Secret holds what is made from this root; keep the root in a Secret of its own\n" },
    { "a Secret of that name elsewhere is fine",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: cacerts, namespace: pki}}}}\n",
      "" },
    { "another Secret beside it is fine",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: root, namespace: istio-system}}}}\n",
      "" },
    { "a secret needs a namespace",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: root}}}}\n",
      "a.yaml:5:60: spec.mtlsConfig.shared.rootCertificateAuthority.secret.namespace: is required; write the namespace of the Secret object\n" },
    { "rotation by number works with a warning",
      "  mtlsConfig: {shared: {}, rotationStrategy: 1}\n",
      "a.yaml:5:46: spec.mtlsConfig.rotationStrategy: warning: is the number 1; write the name NONE\n" },
    { "rotation by a wrong name or number",
      "  mtlsConfig:\n"
      "    shared: {}\n"
      "    rotationStrategy: MULTIROOT\n"
      "    rotationVerificationMethod: {manual: {}, none: {}}\n",
      "a.yaml:7:23: spec.mtlsConfig.rotationStrategy: \"MULTIROOT\" is not one of MULTI_ROOT, NONE; did you mean MULTI_ROOT?\n"
      "a.yaml:8:33: spec.mtlsConfig.rotationVerificationMethod: only one of none, manual may be set; remove one\n" },
    { "a restart is true or false",
      "  mtlsConfig: {shared: {}, autoRestartPods: 'true'}\n",
      "a.yaml:5:45: spec.mtlsConfig.autoRestartPods: must be true or false, is \"true\"\n" },
    { "fields of shared do not belong to limited",
      "  mtlsConfig:\n"
      "    limited: {rootCertificateAuthority: {generated: {}}}\n",
      "a.yaml:6:15: spec.mtlsConfig.limited.rootCertificateAuthority: unknown field here: it belongs to spec.mtlsConfig.shared; move it there\n" },
    { "a field one level too deep",
      "  mtlsConfig:\n"
      "    shared: {rotationVerificationMethod: {none: {}}}\n",
      "a.yaml:6:14: spec.mtlsConfig.shared.rotationVerificationMethod: unknown field here: it belongs to spec.mtlsConfig; move it there\n" },
};
/* clang-format on */

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, mtls_rows, LENGTH(mtls_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models),
        cmocka_unit_test(test_diags),
        cmocka_unit_test(test_rotation_states),
        cmocka_unit_test(test_shared_trust_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
