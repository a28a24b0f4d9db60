/* k8s-job/observe/istiod.c - facts from the Deployments of istiod and their MeshConfig.  Pure.
 */
#include "k8s-job/observe/istiod.h"
#include "base/decode_value.h"

#include "base/decode.h"
#include "base/intern.h"
#include "base/parse.h"
#include "base/parse_yaml.h"

#include <string.h>

/* Istio's own defaults of the two lives of a workload's certificate. */
enum { LEAF_TTL_DEFAULT_S = 24 * 3600, LEAF_TTL_MAX_DEFAULT_S = 90 * 24 * 3600 };

const char *istiod_image_tag(const char *image, struct arena *arena)
{
    size_t len = strcspn(image, "@");
    const char *name = arena_bytes(arena, image, len), *slash = strrchr(name, '/');
    const char *colon = strchr(slash ? slash : name, ':');

    return colon ? colon + 1 : "";
}

static bool is_true(const char *text)
{
    return text_equal(text, "true") || text_equal(text, "TRUE") || text_equal(text, "1");
}

int64_t istiod_seconds(const struct node *value, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct decoder decoder = { .diags = &diags, .arena = arena, .strings = intern_new(arena) };
    struct at at = at_root(value, &decoder);

    return at_duration(&at, 0, 0) / 1000;
}

static void read_variable(struct istiod_facts *out, const struct node *item, struct arena *arena)
{
    const char *name = node_get(item, "name", NULL);

    if (text_equal(name, "ISTIO_MULTIROOT_MESH"))
        out->multi_root = is_true(node_get(item, "value", NULL));
    else if (text_equal(name, "PILOT_SKIP_VALIDATE_TRUST_DOMAIN"))
        out->any_trust_domain = is_true(node_get(item, "value", NULL));
    else if (text_equal(name, "DEFAULT_WORKLOAD_CERT_TTL"))
        out->leaf_ttl = istiod_seconds(node_find(item, "value"), arena);
    else if (text_equal(name, "MAX_WORKLOAD_CERT_TTL"))
        out->max_leaf_ttl = istiod_seconds(node_find(item, "value"), arena);
}

static void read_container(struct istiod_facts *out, const struct node *container,
                           struct arena *arena)
{
    const char *image = node_get(container, "image", NULL);
    const struct node *env = node_find(container, "env");

    out->version = image ? istiod_image_tag(image, arena) : "";
    for (const struct node *item = env && env->kind == NODE_LIST ? env->first : NULL; item;
         item = item->next)
        read_variable(out, item, arena);
}

static int64_t counted(const struct node *map, const char *key, int64_t fallback)
{
    const char *text = node_get(map, key, NULL);
    int64_t value;

    return text && parse_int(text, 0, INT32_MAX, &value) ? value : fallback;
}

/* docs/kubernetes.md */
static bool rolled_out(const struct node *deployment)
{
    const struct node *status = node_find(deployment, "status"),
                      *spec = node_find(deployment, "spec");
    int64_t wanted = counted(spec, "replicas", 1), updated = counted(status, "updatedReplicas", 0);

    return counted(status, "observedGeneration", 0)
               >= counted(node_find(deployment, "metadata"), "generation", 0)
           && updated >= wanted && counted(status, "replicas", 0) == updated
           && counted(status, "availableReplicas", 0) == updated;
}

const struct node *istiod_container(const struct node *deployment)
{
    const struct node *template = node_find(node_find(deployment, "spec"), "template");
    const struct node *list = node_find(node_find(template, "spec"), "containers");
    const struct node *container = list && list->kind == NODE_LIST ? list->first : NULL;

    while (container && !text_equal(node_get(container, "name", NULL), "discovery")
           && container->next)
        container = container->next;
    return container;
}

struct istiod_facts istiod_evidence(const struct node *deployment, struct arena *arena)
{
    const struct node *template = node_find(node_find(deployment, "spec"), "template");
    const struct node *container = istiod_container(deployment);
    const char *epoch = node_get(template, "metadata", "annotations", "weft.dev/trust-epoch", NULL);
    struct istiod_facts out = { .found = true,
                                .deployments = 1,
                                .version = "",
                                .restarted = epoch ? arena_text(arena, epoch) : "" };

    if (container)
        read_container(&out, container, arena);
    out.rolled_out = rolled_out(deployment);
    return out;
}

/* "1.24.1, 1.26.0": each once. */
static const char *join_versions(const char *all, const char *one, struct arena *arena)
{
    const char *found = *one ? strstr(all, one) : all;
    size_t len = strlen(one);

    while (found && *one
           && ((found != all && found[-1] != ' ') || (found[len] && found[len] != ',')))
        found = strstr(found + 1, one);
    if (found)
        return all;
    return *all ? arena_printf(arena, "%s, %s", all, one) : one;
}

/* The longer life is the weaker one; what is not set is Istio's default. */
static int64_t join_ttl(int64_t a, int64_t b, int64_t fallback)
{
    if (a == b)
        return a;
    a = a ? a : fallback;
    b = b ? b : fallback;
    return a > b ? a : b;
}

/* A sidecar belongs to one of the istiods, so only what all of them say is known of it. */
static void join_trust_domains(struct istiod_facts *all, const struct istiod_facts *one,
                               struct arena *arena)
{
    const char **kept = NULL;
    size_t count = 0;

    if (!all->trust_domain || !one->trust_domain
        || strcmp(all->trust_domain, one->trust_domain) != 0)
        all->trust_domain = NULL;
    for (size_t i = 0; i < all->alias_count; i++)
        if (text_listed(one->aliases, one->alias_count, all->aliases[i]))
            *ARENA_PUSH(arena, kept, count) = all->aliases[i];
    all->aliases = kept;
    all->alias_count = count;
    all->any_trust_domain = all->any_trust_domain && one->any_trust_domain;
}

void istiod_join_evidence(struct istiod_facts *all, const struct istiod_facts *one,
                          struct arena *arena)
{
    if (!all->found || !one->found) {
        *all = all->found ? *all : *one;
        return;
    }
    all->deployments += one->deployments;
    all->version = join_versions(all->version, one->version, arena);
    all->multi_root = all->multi_root && one->multi_root;
    all->xds_agent = all->xds_agent && one->xds_agent;
    join_trust_domains(all, one, arena);
    all->rolled_out = all->rolled_out && one->rolled_out;
    all->leaf_ttl = join_ttl(all->leaf_ttl, one->leaf_ttl, LEAF_TTL_DEFAULT_S);
    all->max_leaf_ttl = join_ttl(all->max_leaf_ttl, one->max_leaf_ttl, LEAF_TTL_MAX_DEFAULT_S);
    if (strcmp(all->restarted, one->restarted) != 0)
        all->restarted = "";
}

const char *istiod_mesh_config(const struct node *deployment, struct arena *arena)
{
    const char *revision = node_get(deployment, "metadata", "labels", "istio.io/rev", NULL);

    return text_empty(revision) || strcmp(revision, "default") == 0
               ? "istio"
               : arena_printf(arena, "istio-%s", revision);
}

void istiod_read_mesh_config(struct istiod_facts *out, const struct node *config_map,
                             struct arena *scratch, struct arena *arena)
{
    const char *mesh = node_get(config_map, "data", "mesh", NULL), *domain;
    struct diags diags = { .arena = scratch };
    const struct node *config, *aliases;

    if (!mesh || parse_yaml(&config, "mesh", mesh, strlen(mesh), scratch, &diags) < 0)
        return;
    out->xds_agent =
        is_true(node_get(config, "defaultConfig", "proxyMetadata", "PROXY_CONFIG_XDS_AGENT", NULL));
    domain = node_get(config, "trustDomain", NULL);
    out->trust_domain = text_empty(domain) ? "cluster.local" : arena_text(arena, domain);
    out->aliases = NULL;
    out->alias_count = 0;
    aliases = node_find(config, "trustDomainAliases");
    for (const struct node *item = aliases && aliases->kind == NODE_LIST ? aliases->first : NULL;
         item; item = item->next)
        if (node_text(item))
            *ARENA_PUSH(arena, out->aliases, out->alias_count) = arena_text(arena, node_text(item));
}

static bool has_labels(const struct node *labels, const struct pair *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!text_equal(node_get(labels, wanted[i].key, NULL), wanted[i].value))
            return false;
    return count > 0;
}

bool istiod_is(const struct node *deployment, const struct pair *labels, size_t count)
{
    const struct node *template = node_find(node_find(deployment, "spec"), "template");

    return text_equal(node_get(deployment, "metadata", "labels", "app", NULL), "istiod")
           || has_labels(node_find(node_find(template, "metadata"), "labels"), labels, count);
}
