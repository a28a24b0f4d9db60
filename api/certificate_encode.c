/* api/certificate_encode.c - SharedTrust and MTLSConfig back to the words of the API, with defaults
 * written out: what is deployed must not change its meaning when a later version has other
 * defaults. */
#include "api/certificate_encode.h"
#include "api/cert_options.h"

#include "api/encode.h"
#include "api/vault.h"

static struct node *encode_root(const struct shared_trust *trust, struct arena *arena)
{
    struct node *root = node_map(arena);

    if (trust->root_unset)
        return root;
    if (trust->source == ROOT_SECRET)
        node_set(root, "secret", encode_object_ref(trust->secret, arena));
    else
        node_set(root, "generated", cert_options_encode(&trust->generated, arena));
    return root;
}

static struct node *encode_intermediate_ca(const struct shared_trust *trust, struct arena *arena)
{
    struct node *ca = node_map(arena);

    if (trust->vault)
        node_set(ca, "vault", vault_encode(trust->vault, arena));
    return ca;
}

struct node *certificate_encode_shared_trust(const struct shared_trust *trust, struct arena *arena)
{
    struct node *node = node_map(arena);

    switch (trust->kind) {
    case CA_UNSET:
        break;
    case CA_ROOT:
        node_set(node, "rootCertificateAuthority", encode_root(trust, arena));
        break;
    case CA_INTERMEDIATE:
        node_set(node, "intermediateCertificateAuthority", encode_intermediate_ca(trust, arena));
        break;
    }
    node_set(node, "intermediateCertOptions", cert_options_encode(&trust->intermediate, arena));
    return node;
}

struct node *certificate_encode_mtls(const struct mtls_config *config, struct arena *arena)
{
    struct node *node = node_map(arena), *method;

    if (config->model == TRUST_SHARED)
        node_set(node, "shared", certificate_encode_shared_trust(&config->shared, arena));
    else if (config->model == TRUST_LIMITED)
        node_set(node, "limited", node_map(arena));
    encode_true(arena, node, "autoRestartPods", config->auto_restart_pods);
    method = node_set(node, "rotationVerificationMethod", node_map(arena));
    node_set(method, config->verification == VERIFY_NONE ? "none" : "manual", node_map(arena));
    node_set_text(arena, node, "rotationStrategy",
                  enums_name(&rotation_strategies, (int)config->strategy));
    return node;
}
